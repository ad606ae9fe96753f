"""Sends what the outbox holds: in order for each person, no faster than the platform takes it."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections import OrderedDict
from collections.abc import Iterable
from datetime import timedelta
from functools import partial

import structlog
from aiolimiter import AsyncLimiter

from customer_profiler.channels.lanes import Lanes
from customer_profiler.channels.meta.client import Client
from customer_profiler.channels.meta.graph import Refusal, Verdict
from customer_profiler.core.errors import StoreUnavailable
from customer_profiler.core.outgoing import Delivery, OutgoingMessage
from customer_profiler.services.outbox import Due, Outbox

log = structlog.get_logger(__name__)

AT_ONCE = 50
"""Calls under way at the same time."""

PAIR_BURST, PAIR_SECONDS = 45, 6.0
"""WhatsApp takes a message in 6 s to one person, and 45 at once borrowed from later (Meta, Throughput, Nov 2025)."""

PAIRS_KEPT = 10_000
"""Persons whose rate is remembered; who wrote longest ago is forgotten first."""

LONGEST_PAUSE_SECONDS = 600.0
LATER = timedelta(hours=24)
STOP_SECONDS = 60.0
"""How long a channel rests before it is tried again with one message."""

IMAGE_SECONDS = 5.0
"""How long a message waits for the picture before it to be delivered: platforms fetch pictures, texts overtake them."""

IMAGE_LOOK_SECONDS = 0.2

LEFTOVER_SECONDS = 5.0
"""Between two looks for messages that wait. After a start it is also how long what may have been sent before the end
of the last process is left alone: the platform's word on it may come first."""


class Sender:
    """The sending half of a channel."""

    def __init__(self, outbox: Outbox, client: Client) -> None:
        self._outbox = outbox
        self._client = client
        self._lanes = Lanes(self._step, AT_ONCE)
        self._rate = AsyncLimiter(client.messages_per_second, 1)
        self._pairs: OrderedDict[str, AsyncLimiter] = OrderedDict()
        self._images: dict[str, tuple[str, float]] = {}
        self._resumes_at = 0.0

    def wake(self, profile_ids: Iterable[str]) -> None:
        """Send what is due to these persons."""
        self._lanes.wake(profile_ids)

    async def take_up(self) -> None:
        """Look again and again for messages that wait: left by an earlier process, or put there by another."""
        while True:
            await asyncio.sleep(LEFTOVER_SECONDS)
            with contextlib.suppress(StoreUnavailable):
                self.wake(await asyncio.to_thread(self._outbox.recipients))

    async def close(self) -> None:
        """Stop sending; what is not sent stays in the outbox."""
        await self._lanes.close()

    async def _step(self, profile_id: str) -> float | None:
        rest = self._resumes_at - time.monotonic()
        if rest > 0:
            return rest
        due = await asyncio.to_thread(self._outbox.next, profile_id)
        if due is None:
            return None
        early = (due.message.due_at - self._outbox.now()).total_seconds()
        if early > 0:
            return early
        if await self._must_wait_for_image(profile_id):
            return IMAGE_LOOK_SECONDS
        await self._pair(profile_id).acquire()
        await self._rate.acquire()
        await self._send(due)
        return 0.0

    async def _send(self, due: Due) -> None:
        message = due.message
        if not due.addresses:
            await asyncio.to_thread(self._outbox.change, message.id, lambda m: m.has_failed("no_address"))
            return
        try:
            platform_id = await self._client.send(due.addresses[0].identity, message.id, message.body)
        except Refusal as refusal:
            # `except` forgets its name at its end, and the thread may be later.
            after = partial(self._after, refusal)
            await asyncio.to_thread(self._outbox.change, message.id, after)
            return
        now = self._outbox.now()
        await asyncio.to_thread(self._outbox.change, message.id, lambda m: m.was_sent(platform_id, now))
        if message.has_image:
            self._images[message.profile_id] = (message.id, time.monotonic() + IMAGE_SECONDS)

    def _after(self, refusal: Refusal, message: OutgoingMessage) -> OutgoingMessage:
        """Decide what becomes of a message that was refused."""
        now, made = self._outbox.now(), message.attempts + 1
        if message.status is not Delivery.WAITING:
            # The answer was lost, but the platform has told of the message meanwhile.
            return message
        log.warning("message_refused", channel=self._client.channel, reason=refusal.reason, attempt=made)
        if refusal.verdict is Verdict.STOP:
            self._resumes_at = time.monotonic() + STOP_SECONDS
            log.error("channel_stopped", channel=self._client.channel, reason=refusal.reason, seconds=STOP_SECONDS)
            return message.is_put_off(now + timedelta(seconds=STOP_SECONDS), refusal.reason)
        if refusal.verdict is Verdict.LATER:
            return message.is_put_off(now + LATER, refusal.reason)
        if refusal.verdict is Verdict.NEVER or 0 < refusal.attempts <= made:
            return message.has_failed(refusal.reason)
        return message.is_put_off(now + timedelta(seconds=pause_seconds(refusal, made)), refusal.reason)

    async def _must_wait_for_image(self, profile_id: str) -> bool:
        """Tell whether the picture sent last to the person is still on its way."""
        message_id, until = self._images.get(profile_id, ("", 0.0))
        if message_id and time.monotonic() < until:
            message = await asyncio.to_thread(self._outbox.get, message_id)
            if message is not None and message.status is Delivery.SENT:
                return True
        self._images.pop(profile_id, None)
        return False

    def _pair(self, profile_id: str) -> AsyncLimiter:
        limiter = self._pairs.pop(profile_id, None) or AsyncLimiter(PAIR_BURST, PAIR_BURST * PAIR_SECONDS)
        self._pairs[profile_id] = limiter
        if len(self._pairs) > PAIRS_KEPT:
            self._pairs.popitem(last=False)
        return limiter


def pause_seconds(refusal: Refusal, attempt: int) -> float:
    """Give the pause after the ``attempt``-th try: growing, spread, never shorter than the platform asks.

    The pair limit of WhatsApp wants 4^X seconds, X = 0, 1, 2 ...; a call whose outcome is unknown is repeated
    as slowly, because the repetition may double the message.
    """
    base = 4.0 if refusal.verdict is Verdict.SLOW_PAIR or refusal.attempts else 2.0
    grown = min(base ** (attempt - 1), LONGEST_PAUSE_SECONDS)
    return max(refusal.retry_after, grown * random.uniform(1.0, 1.2))  # noqa: S311 - spreads load, guards nothing
