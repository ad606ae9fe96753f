"""The bot as Meta sees it: an address that is verified once and then sent signed webhooks until it says 200."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import secrets
import time
from collections import defaultdict
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

import aiohttp

from customer_profiler.standin.journal import Journal, Record
from customer_profiler.standin.options import Options

LONGEST_PAUSE_SECONDS = 300.0

_VERIFY_EVERY_SECONDS = 1.0


class Bot:
    """``state`` says for each channel: ``waiting``, ``verified``, ``refused`` or ``unreachable``."""

    def __init__(self, options: Options, journal: Journal) -> None:
        self._options = options
        self._journal = journal
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._lanes: defaultdict[tuple[str, str], asyncio.Lock] = defaultdict(asyncio.Lock)
        self.state = {"whatsapp": "waiting", "facebook": "waiting"}

    async def start(self) -> None:
        """Begin to verify the webhooks."""
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=self._options.post_timeout_seconds))
        for channel in self.state:
            self._spawn(self._verify(channel), "verification")

    async def stop(self) -> None:
        """Give up whatever is under way."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    def post(
        self,
        channel: str,
        body: Mapping[str, Any],
        person: str = "",
        lane: str = "messages",
        taken: Callable[[], None] | None = None,
    ) -> asyncio.Task[None]:
        """Send a webhook in the background, again and again until it is taken, and then call ``taken``.

        What has the same person and lane is tried first in the order it was posted; a retry waits for nobody.
        """
        record = {"channel": channel, "person": person, "at": time.time(), "body": body, "attempts": [], "done": False}
        self._journal.add("webhook", record)
        return self._spawn(self._deliver(record, encode(body), lane, taken), "webhook")

    def forget(self) -> None:
        """Stop retrying."""
        for task in list(self._tasks):
            if task.get_name() == "webhook":
                task.cancel()

    async def _deliver(self, record: Record, raw: bytes, lane: str, taken: Callable[[], None] | None) -> None:
        async with self._lanes[record["person"], lane]:
            await self._attempt(record, raw)
        pause = self._options.retry_seconds
        while not record["done"]:
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
            await self._attempt(record, raw)
        if taken is not None:
            taken()

    async def _attempt(self, record: Record, raw: bytes) -> None:
        attempt = {"at": time.time(), "status": 0, "error": ""}
        started = time.monotonic()
        headers = {
            "Content-Type": "application/json",
            "X-Hub-Signature-256": signature(self._options.app_secret, raw),
            "User-Agent": "facebookexternalua",
        }
        assert self._session is not None
        try:
            async with self._session.post(self._address(record["channel"]), data=raw, headers=headers) as answer:
                attempt["status"] = answer.status
        except (aiohttp.ClientError, asyncio.TimeoutError) as error:
            attempt["error"] = str(error) or type(error).__name__
        attempt["seconds"] = round(time.monotonic() - started, 3)
        record["attempts"].append(attempt)
        record["done"] = attempt["status"] == 200
        self._journal.tell("webhook", record)
        if not attempt["status"]:
            self._set_state(record["channel"], "unreachable")

    async def _verify(self, channel: str) -> None:
        """Ask once a second until the bot answers, as somebody at Meta's page would press the button, and ask again
        when it has gone.
        """
        challenge = str(secrets.randbelow(10**10))
        question = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": self._options.verify_token}
        assert self._session is not None
        while True:
            if self.state[channel] != "verified":
                try:
                    async with self._session.get(self._address(channel), params=question) as answer:
                        same = answer.status == 200 and (await answer.text()) == challenge
                        self._set_state(channel, "verified" if same else "refused")
                except (aiohttp.ClientError, asyncio.TimeoutError):
                    self._set_state(channel, "unreachable")
            await asyncio.sleep(_VERIFY_EVERY_SECONDS)

    def _set_state(self, channel: str, state: str) -> None:
        if self.state[channel] != state:
            self.state[channel] = state
            self._journal.tell("bot", {"url": self._options.bot_url, **self.state})

    def _address(self, channel: str) -> str:
        return f"{self._options.bot_url}/webhooks/{channel}/webhook"

    def _spawn(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def encode(body: Mapping[str, Any]) -> bytes:
    """Write a body as Meta does: ASCII with escaped slashes, so that a signature over anything else fails."""
    return json.dumps(body).replace("/", "\\/").encode("ascii")


def signature(app_secret: str, raw: bytes) -> str:
    """Give the value of ``X-Hub-Signature-256`` for these bytes."""
    return "sha256=" + hmac.new(app_secret.encode(), raw, hashlib.sha256).hexdigest()
