"""A circuit breaker: while a target is down, it is asked now and then instead of by every lead."""

from __future__ import annotations

from dataclasses import dataclass

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
    resting_until: float = 0.0
    _rest: float = FIRST_REST_SECONDS

    @property
    def is_open(self) -> bool:
        """Tell whether the target counts as down."""
        return self.failures >= FAILURES

    def room(self, wanted: int, now: float) -> int:
        """Give how many of so many deliveries may be tried now: all, one as a probe, or none."""
        if now < self.resting_until:
            return 0
        return min(wanted, 1) if self.is_open else wanted

    def succeeded(self) -> bool:
        """Take note that the target answered well; True when it was down before."""
        was_open = self.is_open
        self.failures, self.first_failure_at, self.resting_until = 0, None, 0.0
        self._rest = FIRST_REST_SECONDS
        return was_open

    def failed(self, now: float, retry_after: float = 0.0) -> None:
        """Take note of a failure that is the target's, not a lead's; ``retry_after`` in seconds rests it at once."""
        # Calls that were on their way when the target went down tell nothing new.
        is_probe = self.is_open and now >= self.resting_until
        self.failures += 1
        if self.first_failure_at is None:
            self.first_failure_at = now
        rest = retry_after
        if self.failures == FAILURES or is_probe:
            rest = max(rest, self._rest)
            self._rest = min(self._rest * 2, LONGEST_REST_SECONDS)
        self.resting_until = max(self.resting_until, now + min(rest, LONGEST_REST_SECONDS * 12))

    def down_seconds(self, now: float) -> float:
        """Give for how long nothing has gone well, 0 when all is well."""
        return 0.0 if self.first_failure_at is None or not self.is_open else now - self.first_failure_at
