"""Customers who talk to an assistant over its REST channel, several at a time."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import uuid4

import aiohttp

from bench.conversation import Replies, check_end, script
from bench.errors import BenchError

TURN_SECONDS = 60
"""A turn that takes longer counts as failed."""

_numbers: Iterator[int] = itertools.count(1)


@dataclass(frozen=True)
class Load:
    """What a load was: its wall time, and the seconds each turn took."""

    seconds: float
    latencies: tuple[float, ...]

    @property
    def turns(self) -> int:
        """How many messages were answered."""
        return len(self.latencies)


def apply_load(url: str, customers: int, conversations: int) -> Load:
    """Let so many customers at a time hold so many conversations each; raise ``BenchError`` if one goes wrong."""
    return asyncio.run(_apply_load(url, customers, conversations))


async def _apply_load(url: str, customers: int, conversations: int) -> Load:
    timeout = aiohttp.ClientTimeout(total=TURN_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout) as http:
        started = time.perf_counter()
        latencies = await asyncio.gather(*(_keep_talking(http, url, conversations) for _ in range(customers)))
        seconds = time.perf_counter() - started
    return Load(seconds, tuple(itertools.chain.from_iterable(latencies)))


async def _keep_talking(http: aiohttp.ClientSession, url: str, conversations: int) -> Sequence[float]:
    return [seconds for _ in range(conversations) for seconds in await _converse(http, url)]


async def _converse(http: aiohttp.ClientSession, url: str) -> Sequence[float]:
    """Hold one conversation as a new customer; give the seconds of each turn."""
    sender = f"bench-{uuid4().hex}"
    replies: Replies = ()
    latencies: list[float] = []
    for step in script(next(_numbers)):
        message = step.write(replies)
        started = time.perf_counter()
        replies = await send(http, url, sender, message)
        latencies.append(time.perf_counter() - started)
    check_end(replies)
    return latencies


async def send(http: aiohttp.ClientSession, url: str, sender: str, message: str) -> Replies:
    """Send a message; give what is answered, or raise ``BenchError``."""
    try:
        async with http.post(url, json={"sender": sender, "message": message}) as response:
            response.raise_for_status()
            replies: Replies = await response.json()
            return replies
    except (aiohttp.ClientError, asyncio.TimeoutError) as error:
        raise BenchError(f"{url} did not answer {message!r}: {error or type(error).__name__}") from error
