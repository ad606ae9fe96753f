"""How fast the bot sends, measured: to one person, and to all."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable


class Bucket:
    """A burst of so many, then one every pause; what is saved up never exceeds the burst."""

    def __init__(self, burst: int, pause_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._burst = burst
        self._pause_seconds = pause_seconds
        self._clock = clock
        self._left = float(burst)
        self._counted_at = clock()

    def take(self) -> bool:
        """Take one; tell whether there was one."""
        now = self._clock()
        self._left = min(self._burst, self._left + (now - self._counted_at) / self._pause_seconds)
        self._counted_at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


class PerSecond:
    """At most so many within any second."""

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._times: deque[float] = deque()

    def take(self) -> bool:
        """Take one; tell whether there was one."""
        now = self._clock()
        while self._times and now - self._times[0] >= 1:
            self._times.popleft()
        if len(self._times) >= self._most:
            return False
        self._times.append(now)
        return True
