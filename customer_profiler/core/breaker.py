"""A circuit breaker: while a target is down, it is asked now and then instead of by every lead."""

from __future__ import annotations

from dataclasses import dataclass, field

from customer_profiler.core.delivery import LONGEST_PAUSE

FAILURES = 5
"""In a row, before a target counts as down."""

FIRST_REST_SECONDS, LONGEST_REST_SECONDS = 5.0, 300.0
"""Before one delivery tries whether the target is well again; the rest doubles each time it is not."""


@dataclass
class Breaker:
    """The state of one target, as one worker has met it.

    Times are seconds of a monotonic clock, so that a change of the machine's time opens or closes nothing.
    """

    failures: int = 0
    first_failure_at: float | None = None
    _resting_until: float = 0.0
    _asked_until: float = 0.0
    _rest: float = FIRST_REST_SECONDS
    _leads: set[str] = field(default_factory=set)

    @property
    def is_open(self) -> bool:
        """Tell whether the target is spared: it fails for one lead after another."""
        # What fails for one lead alone is put off with that lead; others need not wait for it.
        return self.failures >= FAILURES and len(self._leads) > 1

    @property
    def rests_until(self) -> float:
        """The moment before which nothing is tried: after failures, or because the target asked for it."""
        return max(self._resting_until, self._asked_until)

    def asks_for_rest(self, now: float) -> bool:
        """Tell whether the target has asked for a pause that is not over."""
        return now < self._asked_until

    def room(self, wanted: int, now: float) -> int:
        """Give how many of so many deliveries may be tried now: all, one as a probe, or none."""
        if now < self.rests_until:
            return 0
        return min(wanted, 1) if self.is_open else wanted

    def succeeded(self) -> bool:
        """Take note that the target answered well; True when it was spared before.

        A pause that it asked for is kept all the same: calls on their way at that moment tell nothing against it.
        """
        was_open = self.is_open
        self.failures, self.first_failure_at, self._resting_until = 0, None, 0.0
        self._rest = FIRST_REST_SECONDS
        self._leads.clear()
        return was_open

    def failed(self, now: float, lead: str, retry_after: float = 0.0) -> None:
        """Take note of a lead's failure that is the target's; it rests at once for ``retry_after`` seconds, if any."""
        # Calls that were on their way when the target went down tell nothing new.
        is_probe = self.is_open and now >= self._resting_until
        was_open = self.is_open
        self.failures += 1
        self._leads.add(lead)
        if self.first_failure_at is None:
            self.first_failure_at = now
        self._asked_until = max(self._asked_until, now + min(retry_after, LONGEST_PAUSE.total_seconds()))
        if is_probe or self.is_open != was_open:
            self._resting_until = max(self._resting_until, now + self._rest)
            self._rest = min(self._rest * 2, LONGEST_REST_SECONDS)

    def down_seconds(self, now: float) -> float:
        """Give for how long nothing has gone well, 0 when all is well."""
        is_down = self.first_failure_at is not None and self.failures >= FAILURES
        return now - self.first_failure_at if is_down and self.first_failure_at is not None else 0.0
