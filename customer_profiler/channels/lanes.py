"""Work that is done in order for each person, and for many persons at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable

import structlog

log = structlog.get_logger(__name__)

AFTER_ERROR_SECONDS = 1.0
"""How long a lane rests after an error nobody foresaw, the database being away for example."""

Step = Callable[[str], Awaitable["float | None"]]
"""Does the next piece of work of a key; gives the seconds until the one after it, or None when there is none."""


class Lanes:
    """One lane a key, in which steps follow each other; ``at_once`` steps at most run at the same time.

    A lane ends when its step finds nothing to do; ``wake`` opens it again. A lane that waits holds no place.
    """

    def __init__(self, step: Step, at_once: int) -> None:
        self._step = step
        self._places = asyncio.Semaphore(at_once)
        self._lanes: dict[str, asyncio.Task[None]] = {}
        self._woken: dict[str, asyncio.Event] = {}
        self._is_closed = False

    def wake(self, keys: Iterable[str]) -> None:
        """Let the lanes of these keys look for work, now; closed lanes stay closed."""
        for key in () if self._is_closed else keys:
            self._woken.setdefault(key, asyncio.Event()).set()
            if key not in self._lanes:
                self._lanes[key] = asyncio.create_task(self._run(key))

    async def close(self) -> None:
        """Stop all lanes where they are, for good."""
        self._is_closed = True
        lanes = list(self._lanes.values())
        for lane in lanes:
            lane.cancel()
        await asyncio.gather(*lanes, return_exceptions=True)

    async def _run(self, key: str) -> None:
        woken = self._woken[key]
        try:
            pause: float | None = 0.0
            while pause is not None:
                woken.clear()
                async with self._places:
                    pause = await self._safe_step(key)
                if pause is None and woken.is_set():
                    pause = 0.0
                elif pause:
                    await _either(woken.wait(), pause)
        finally:
            del self._lanes[key], self._woken[key]

    async def _safe_step(self, key: str) -> float | None:
        try:
            return await self._step(key)
        except Exception as error:
            # The texts of errors may hold what a person wrote.
            log.error("lane_failed", step=self._step.__qualname__, error=type(error).__name__)
            return AFTER_ERROR_SECONDS


async def _either(event: Awaitable[object], seconds: float) -> None:
    try:
        await asyncio.wait_for(event, seconds)
    except asyncio.TimeoutError:
        return
