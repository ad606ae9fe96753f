"""When somebody must look after the delivery of leads, and how often that is said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

DEAD_LETTERS, TARGET_DOWN, PROMISE_BROKEN = "dead_letters", "target_down", "promise_broken"
"""The kinds of alert: leads that need a person; a target that is down for longer than its limit; a lead that is older
than was promised."""

KINDS = (DEAD_LETTERS, TARGET_DOWN, PROMISE_BROKEN)

MORE_DEAD_AFTER = timedelta(hours=1)
"""New dead letters of a target are told at most so often: not one e-mail a lead."""


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
    """A reason that was found at ``raised_at`` and again at ``seen_at``; ``sent_at`` is the last e-mail about it."""

    kind: str
    target: str
    raised_at: datetime
    seen_at: datetime
    sent_at: datetime | None = None

    def is_due(self, now: datetime, newest: datetime | None, repeat: timedelta) -> bool:
        """Tell whether to send an e-mail: the first time, for dead letters since the last one, and as a reminder."""
        if self.sent_at is None or now - self.sent_at >= repeat:
            return True
        is_news = self.kind == DEAD_LETTERS and newest is not None and newest > self.sent_at
        return is_news and now - self.sent_at >= MORE_DEAD_AFTER
