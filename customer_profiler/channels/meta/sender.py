"""Sends what the outbox holds: in order for each person, no faster than the platform takes it."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial

import structlog
from aiolimiter import AsyncLimiter

from customer_profiler.channels.lanes import AFTER_ERROR_SECONDS, Lanes
from customer_profiler.channels.meta.client import Client
from customer_profiler.channels.meta.graph import Refusal, Verdict
from customer_profiler.core.errors import StoreUnavailable
from customer_profiler.core.outgoing import Delivery, OutgoingMessage
from customer_profiler.services.inbox import OPTED_OUT
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

RATE_LOOK_SECONDS = 0.1
"""How long a person's lane waits, without holding a place, when no message may go just now."""

LOOK_SECONDS = 5.0
"""Between two looks for messages that nobody told of."""

LEFTOVER_SECONDS = 5.0
"""How long after a start older messages are left alone: they may have been sent before the end of the last process,
and the platform's word on them may come first."""


class Sender:
    """The sending half of a channel."""

    def __init__(self, outbox: Outbox, client: Client) -> None:
        self._outbox = outbox
        self._client = client
        self._lanes = Lanes(self._step, AT_ONCE)
        self._rate = AsyncLimiter(client.messages_per_second / 10, 0.1)
        self._pairs: OrderedDict[str, AsyncLimiter] = OrderedDict()
        self._images: dict[str, tuple[str, float]] = {}
        self._resumes_at = 0.0
        """When the channel is tried again; 0 unless it was stopped."""
        self._started_at = outbox.now()
        self._settles_at = time.monotonic() + LEFTOVER_SECONDS

    def wake(self, profile_ids: Iterable[str]) -> None:
        """Send what is due to these persons."""
        self._lanes.wake(profile_ids)

    async def take_up(self) -> None:
        """Look again and again for messages that wait: left by an earlier process, or put there by another."""
        # Until now nobody could have told us anything: the server did not listen while it loaded its model.
        self._settles_at = time.monotonic() + LEFTOVER_SECONDS
        while True:
            with contextlib.suppress(StoreUnavailable):
                self.wake(await asyncio.to_thread(self._outbox.recipients))
            await asyncio.sleep(LOOK_SECONDS)

    async def close(self) -> None:
        """Stop sending; what is not sent stays in the outbox."""
        await self._lanes.close()

    async def _step(self, profile_id: str) -> float | None:
        if self._rest_seconds() > 0:
            return self._rest_seconds()
        due = await asyncio.to_thread(self._outbox.next, profile_id)
        if due is None:
            return None
        if not due.addresses:
            await self._note(due.message, lambda m: m.as_failed("no_address"))
            return 0.0
        early = self._early_seconds(due.message)
        if early > 0:
            return early
        if await self._must_wait_for_image(profile_id):
            return IMAGE_LOOK_SECONDS
        if self._rest_seconds() > 0:
            # Another lane met a refusal meanwhile.
            return self._rest_seconds()
        pair = self._pair(profile_id)
        if not (pair.has_capacity() and self._rate.has_capacity()):
            return RATE_LOOK_SECONDS
        await pair.acquire()
        await self._rate.acquire()
        await self._send(due)
        return 0.0

    async def _send(self, due: Due) -> None:
        message, is_probe = due.message, self._resumes_at > 0
        if is_probe:
            # The channel has rested; this one message tells whether it works, and all others rest on.
            self._resumes_at = time.monotonic() + STOP_SECONDS
        try:
            platform_id = await self._client.send(due.addresses[0].identity, message.id, message.body)
        except Refusal as refusal:
            self._rest_after(refusal, is_probe)
            tried = message.attempts + 1
            told = {"channel": self._client.channel, "message": message.id, "reason": refusal.reason}
            log.warning("message_refused", attempt=tried, **told)
            if refusal.code == OPTED_OUT:
                await asyncio.to_thread(self._outbox.opted_out, message.profile_id)
            # `except` forgets its name at its end, and the thread may be later.
            await self._note(message, partial(after_refusal, refusal, self._outbox.now()))
            return
        if is_probe:
            self._resumes_at = 0.0
        now = self._outbox.now()
        await self._note(message, lambda m: m.as_sent(platform_id, now))
        if message.has_image:
            self._expect_image(message)

    async def _note(self, message: OutgoingMessage, change: Callable[[OutgoingMessage], OutgoingMessage]) -> None:
        """Store what became of a message, however long the database is away: otherwise it would be sent again."""
        while True:
            try:
                await asyncio.to_thread(self._outbox.change, message.id, change)
                return
            except StoreUnavailable as error:
                log.error("store_unavailable", channel=self._client.channel, reason=str(error))
                await asyncio.sleep(AFTER_ERROR_SECONDS)

    def _early_seconds(self, message: OutgoingMessage) -> float:
        """Give how long it is too early for a message."""
        early = (message.due_at - self._outbox.now()).total_seconds()
        is_left_over = message.created_at < self._started_at
        return max(early, self._settles_at - time.monotonic()) if is_left_over else early

    def _rest_seconds(self) -> float:
        """Give how long the channel still rests."""
        return self._resumes_at - time.monotonic()

    def _rest_after(self, refusal: Refusal, is_probe: bool) -> None:
        if refusal.verdict is Verdict.STOP:
            self._resumes_at = time.monotonic() + STOP_SECONDS
            log.error("channel_stopped", channel=self._client.channel, reason=refusal.reason, seconds=STOP_SECONDS)
        elif is_probe:
            self._resumes_at = 0.0

    def _expect_image(self, message: OutgoingMessage) -> None:
        """Remember who is to see a picture first, and forget those whose time is over."""
        now = time.monotonic()
        self._images = {who: (id_, until) for who, (id_, until) in self._images.items() if now < until}
        self._images[message.profile_id] = (message.id, now + IMAGE_SECONDS)

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


def after_refusal(refusal: Refusal, now: datetime, message: OutgoingMessage) -> OutgoingMessage:
    """Give a message after the platform refused it."""
    made, is_lost = message.attempts + 1, refusal.attempts > 0
    if message.status is not Delivery.WAITING:
        # The answer was lost, but the platform has told of the message meanwhile.
        return message
    if refusal.verdict is Verdict.STOP:
        return message.as_put_off(now + timedelta(seconds=STOP_SECONDS), refusal.reason)
    if refusal.verdict is Verdict.LATER:
        return message.as_put_off(now + LATER, refusal.reason)
    if refusal.verdict is Verdict.NEVER or (is_lost and message.lost + 1 >= refusal.attempts):
        return message.as_failed(refusal.reason)
    return message.as_put_off(now + timedelta(seconds=pause_seconds(refusal, made)), refusal.reason, is_lost)


def pause_seconds(refusal: Refusal, attempt: int) -> float:
    """Give the pause after the ``attempt``-th try: growing, spread, never shorter than the platform asks.

    The pair limit of WhatsApp wants 4^X seconds, X = 0, 1, 2 ...; a call whose outcome is unknown is repeated
    as slowly, because the repetition may double the message.
    """
    base = 4.0 if refusal.verdict is Verdict.SLOW_PAIR or refusal.attempts else 2.0
    grown = min(base ** (attempt - 1), LONGEST_PAUSE_SECONDS)
    return max(refusal.retry_after, grown * random.uniform(1.0, 1.2))  # noqa: S311 - spreads load, guards nothing
