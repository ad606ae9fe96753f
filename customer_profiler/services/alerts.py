"""One e-mail to the person who looks after the delivery of leads, whatever number of leads is concerned."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from customer_profiler.core.alert import DEAD_LETTERS, PROMISE_BROKEN, TARGET_DOWN, Alert, Condition
from customer_profiler.services.ports import UnitOfWork

SUBJECTS = {
    DEAD_LETTERS: "leads need you",
    TARGET_DOWN: "is down",
    PROMISE_BROKEN: "leads are late",
}


@dataclass(frozen=True)
class Limits:
    """What is promised of one target: how long it may be down, and how soon a lead arrives."""

    down: timedelta
    promise: timedelta


class Alerts:
    """Looks at the queues and tells, through ``send`` (subject, text), which raises when the mail was not taken.

    ``limits`` maps targets to what is promised; ``repeat`` is how often a reason that stays is told again. Without
    ``send`` reasons are only found, for the metrics.
    """

    def __init__(
        self,
        open_unit: Callable[[], UnitOfWork],
        now: Callable[[], datetime],
        limits: Mapping[str, Limits],
        send: Callable[[str, str], None] | None,
        repeat: timedelta,
    ) -> None:
        self._open_unit = open_unit
        self._now = now
        self._limits = limits
        self._send = send
        self._repeat = repeat

    def look(self, down: Mapping[str, float]) -> set[tuple[str, str]]:
        """Find the reasons there are and tell those that are due, in one e-mail; give all as (kind, target).

        ``down`` maps targets to the seconds they have been down.
        """
        with self._open_unit() as unit:
            conditions = {name: self._condition(unit, name, down.get(name, 0.0)) for name in self._limits}
            reasons = self._reasons(unit, conditions)
            due = self._due(unit, conditions) if self._send else []
            unit.commit()
        if due:
            self._tell(due, conditions)
        return reasons

    def _condition(self, unit: UnitOfWork, name: str, down: float) -> Condition:
        dead, newest = unit.deliveries.deaths(name)
        made = unit.deliveries.oldest(name)
        return Condition(name, dead, newest, down, (self._now() - made).total_seconds() if made else 0.0)

    def _reasons(self, unit: UnitOfWork, conditions: Mapping[str, Condition]) -> set[tuple[str, str]]:
        now = self._now()
        found = {
            (kind, name)
            for name, condition in conditions.items()
            for kind in condition.kinds(self._limits[name].down, self._limits[name].promise)
        }
        for kind, name in found:
            unit.alerts.seen(kind, name, now)
        for alert in unit.alerts.raised():
            # Another worker may be the one that found a target down: what none has seen for a while is over.
            is_over = (alert.kind, alert.target) not in found and alert.kind != TARGET_DOWN
            if is_over or now - alert.seen_at > timedelta(minutes=1):
                unit.alerts.clear(alert.kind, alert.target)
        return found

    def _due(self, unit: UnitOfWork, conditions: Mapping[str, Condition]) -> list[Alert]:
        now, due = self._now(), []
        for alert in unit.alerts.raised():
            condition = conditions.get(alert.target)
            newest = condition.newest if condition else None
            if alert.is_due(now, newest, self._repeat) and unit.alerts.tell(alert, now):
                due.append(alert)
        return due

    def _tell(self, due: Sequence[Alert], conditions: Mapping[str, Condition]) -> None:
        assert self._send is not None, "only what can be told is due"
        subject = ", ".join(dict.fromkeys(f"{alert.target}: {SUBJECTS[alert.kind]}" for alert in due))
        lines = [_line(alert, conditions.get(alert.target, Condition(alert.target))) for alert in due]
        try:
            self._send(f"Customer Profiler: {subject}", "\n\n".join([*lines, _FOOTER]))
        except Exception:
            with self._open_unit() as unit:
                for alert in due:
                    unit.alerts.untell(alert)
                unit.commit()
            raise


_FOOTER = "What waits and what is dead: profiler outbox list\nIs the target well: profiler crm check"


def _line(alert: Alert, found: Condition) -> str:
    since = alert.raised_at.isoformat(timespec="minutes").replace("+00:00", "Z")
    if alert.kind == DEAD_LETTERS:
        mend = f"See why with “profiler outbox list --target {alert.target}”, mend it, then “profiler outbox retry”."
        count = f"{alert.target}: dead letters: {found.dead}, since {since}."
        return f"{count} They are not tried again by themselves. {mend}"
    if alert.kind == TARGET_DOWN:
        return f"{alert.target}: down since {since}. Leads wait and go by themselves when it is well again."
    minutes = int(found.oldest // 60)
    return f"{alert.target}: the oldest lead has waited for {minutes} minutes, longer than promised, since {since}."
