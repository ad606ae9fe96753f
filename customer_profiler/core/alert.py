"""When somebody must look after the delivery of leads, and how often that is said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

DEAD_LETTERS, TARGET_DOWN, PROMISE_BROKEN = "dead_letters", "target_down", "promise_broken"
"""The kinds of alert: leads that need a person; a target that is down for longer than its limit; a lead that is older
than was promised."""

KINDS = (DEAD_LETTERS, TARGET_DOWN, PROMISE_BROKEN)

DEAD_LETTERS_PAUSE = timedelta(hours=1)
"""Between two e-mails about the dead letters of a target, however many more there are: not one e-mail a lead."""

TELLING = timedelta(minutes=3)
"""For how long nobody else tells of what a worker has begun to tell of: longer than a mail server may take, which is
``EXCHANGE_SECONDS`` of ``adapters.crm.smtp``. Not told by then, the e-mail was refused or the worker has crashed."""

SEEN_EVERY = timedelta(seconds=20)
"""So often it is stored that a reason stays: not at every look, which would lock the database each time."""

OVER_AFTER = timedelta(seconds=90)
"""After it a reason that no worker has seen again is over; one time of ``SEEN_EVERY`` may be missed."""


@dataclass(frozen=True)
class Condition:
    """What is found at one target now: how many ``dead``, the ``newest`` of them, for how many seconds it is ``down``,
    and the age in seconds of the ``oldest`` lead that waits.
    """

    target: str
    dead: int = 0
    newest: datetime | None = None
    down: float = 0.0
    oldest: float = 0.0

    def kinds(self, down_limit: timedelta, promise: timedelta) -> tuple[str, ...]:
        """Give the kinds of alert there is reason for."""
        found = []
        if self.dead:
            found.append(DEAD_LETTERS)
        if self.down > down_limit.total_seconds():
            found.append(TARGET_DOWN)
        if self.oldest > promise.total_seconds():
            found.append(PROMISE_BROKEN)
        return tuple(found)


@dataclass(frozen=True)
class Alert:
    """A reason that was found at ``raised_at`` and again at ``seen_at``.

    ``sent_at`` is the last e-mail about it; ``taken_at`` is when a worker began to tell of it, None when none does.
    """

    kind: str
    target: str
    raised_at: datetime
    seen_at: datetime
    sent_at: datetime | None = None
    taken_at: datetime | None = None

    @property
    def reason(self) -> tuple[str, str]:
        """The kind and the target: what there is one alert of."""
        return self.kind, self.target

    def is_fresh(self, now: datetime) -> bool:
        """Tell whether it was stored just now that the reason stays."""
        return _apart(now, self.seen_at) < SEEN_EVERY

    def is_over(self, now: datetime) -> bool:
        """Tell whether a reason that is not found now is no more."""
        # Another worker may be the one that finds a target down.
        return self.kind != TARGET_DOWN or now - self.seen_at > OVER_AFTER

    def is_due(self, now: datetime, newest: datetime | None, repeat: timedelta) -> bool:
        """Tell whether to send an e-mail: the first time, for dead letters since the last one, and as a reminder."""
        if self.taken_at is not None and _apart(now, self.taken_at) < TELLING:
            return False
        if self.sent_at is None or _apart(now, self.sent_at) >= repeat:
            return True
        is_news = self.kind == DEAD_LETTERS and newest is not None and newest > self.sent_at
        return is_news and now - self.sent_at >= DEAD_LETTERS_PAUSE


def _apart(one: datetime, other: datetime) -> timedelta:
    # What a clock that ran ahead has stored counts as old when it was set right, not as new until that time comes.
    return abs(one - other)
