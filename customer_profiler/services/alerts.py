"""One e-mail to the person who looks after the delivery of leads, whatever number of leads is concerned."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
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


UNLIMITED = Limits(down=timedelta.max, promise=timedelta.max)
"""Of a target that ``crm.yml`` does not name any more nothing is promised; only its dead letters need somebody."""


class Alerts:
    """Looks at the queues and tells, through ``send`` (subject, text), which raises when the mail was not taken.

    ``limits`` maps the targets of ``crm.yml`` to what is promised; ``repeat`` is how often a reason that stays is told
    again. Without ``send`` nobody is told, and reasons are only found, for the metrics. ``open_unit`` opens a
    transaction, ``open_reading`` one that only reads. Calls may raise ``StoreUnavailable``.
    """

    def __init__(
        self,
        open_unit: Callable[[], UnitOfWork],
        open_reading: Callable[[], UnitOfWork],
        now: Callable[[], datetime],
        limits: Mapping[str, Limits],
        send: Callable[[str, str], None] | None,
        repeat: timedelta,
    ) -> None:
        self._open_unit = open_unit
        self._open_reading = open_reading
        self._now = now
        self._limits = limits
        self._send = send
        self._repeat = repeat

    def look(self, down: Mapping[str, float]) -> set[tuple[str, str]]:
        """Find the reasons there are and store them for ``tell``; give all as (kind, target).

        ``down`` maps targets to the seconds they have been down.
        """
        now = self._now()
        # What is raised is read first: a reason that is missing from what is found afterwards is really no more.
        with self._open_reading() as unit:
            raised = unit.alerts.raised()
            found = self._found(unit, down)
        fresh = {alert.reason for alert in raised if alert.is_fresh(now)}
        over = {alert.reason: alert for alert in raised if alert.reason not in found and alert.is_over(now)}
        self._store(found - fresh, over, now)
        return found

    def _found(self, unit: UnitOfWork, down: Mapping[str, float]) -> set[tuple[str, str]]:
        found = set()
        deaths = unit.deliveries.deaths()
        for name in self._limits.keys() | deaths.keys():
            limits = self._limits.get(name, UNLIMITED)
            condition = self._condition(unit, name, deaths, down.get(name, 0.0))
            found |= {(kind, name) for kind in condition.kinds(limits.down, limits.promise)}
        return found

    def _condition(
        self, unit: UnitOfWork, name: str, deaths: Mapping[str, tuple[int, datetime]], down: float = 0.0
    ) -> Condition:
        dead, newest = deaths.get(name, (0, None))
        made = unit.deliveries.oldest(name)
        return Condition(name, dead, newest, down, (self._now() - made).total_seconds() if made else 0.0)

    def _store(self, seen: Set[tuple[str, str]], over: Mapping[tuple[str, str], Alert], now: datetime) -> None:
        """Store what changes; most looks change nothing and lock nobody out."""
        if not seen and not over:
            return
        with self._open_unit() as unit:
            # All workers in the same order, so that none waits for another that waits for it.
            for reason in sorted({*seen, *over}):
                if reason in over:
                    unit.alerts.clear(over[reason])
                else:
                    unit.alerts.seen(*reason, now)
            unit.commit()

    def tell(self) -> None:
        """Tell what is due of that which any worker has stored, in one e-mail; raise what ``send`` raises.

        It is taken before, so that of several workers one tells, and counts as told when the e-mail has gone out. What
        was refused, or taken by a worker that has crashed since, is told by anybody after ``TELLING``.
        """
        if self._send is None:
            return
        now = self._now()
        with self._open_reading() as unit:
            deaths = unit.deliveries.deaths()
            conditions = {alert: self._condition(unit, alert.target, deaths) for alert in unit.alerts.raised()}
        due = [alert for alert, found in conditions.items() if alert.is_due(now, found.newest, self._repeat)]
        if taken := self._take(due, now) if due else []:
            self._send(*_mail({alert: conditions[alert] for alert in taken}))
            self._told(taken, now)

    def _take(self, due: Sequence[Alert], now: datetime) -> Sequence[Alert]:
        with self._open_unit() as unit:
            taken = [alert for alert in due if unit.alerts.take(alert, now)]
            unit.commit()
        return taken

    def _told(self, taken: Sequence[Alert], taken_at: datetime) -> None:
        with self._open_unit() as unit:
            for alert in taken:
                unit.alerts.told(alert, taken_at)
            unit.commit()


def _mail(alerts: Mapping[Alert, Condition]) -> tuple[str, str]:
    """Give subject and text."""
    subject = ", ".join(dict.fromkeys(f"{alert.target}: {SUBJECTS[alert.kind]}" for alert in alerts))
    lines = [_line(alert, found) for alert, found in alerts.items()]
    return f"Customer Profiler: {subject}", "\n\n".join([*lines, _FOOTER])


_FOOTER = "What waits and what is dead: profiler outbox list\nIs the target well: profiler crm check"


def _line(alert: Alert, found: Condition) -> str:
    since = alert.raised_at.isoformat(timespec="minutes").replace("+00:00", "Z")
    if alert.kind == DEAD_LETTERS:
        see, then = (f"“profiler outbox {verb} --target {alert.target}”" for verb in ("list", "retry"))
        mend = f"See why with {see}, mend it, then {then}."
        count = f"{alert.target}: dead letters: {found.dead}, since {since}."
        return f"{count} They are not tried again by themselves. {mend}"
    if alert.kind == TARGET_DOWN:
        return f"{alert.target}: down since {since}. Leads wait and go by themselves when it is well again."
    minutes = int(found.oldest // 60)
    return f"{alert.target}: the oldest lead has waited for {minutes} minutes, longer than promised, since {since}."
