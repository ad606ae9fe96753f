"""Talking over the REST channel with an assistant that may be killed at any moment."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import aiohttp

from customer_profiler.core.messages import read_payload

Replies = Sequence[Mapping[str, Any]]
"""What Rasa's REST channel answers to one message."""

TURN_SECONDS = 180
PAUSE_SECONDS = 6.0
"""Before something is said again, more or less."""

_REFERENCE = re.compile(r"\bL-[2-9A-Z]{5}-[2-9A-Z]{5}\b")


@dataclass
class Talk:
    """One sender's conversation; ``said`` and ``heard`` are the last of its ``turns``."""

    http: aiohttp.ClientSession
    address: str
    sender: str
    chance: Random
    said: str = ""
    heard: str = ""
    turns: int = 0

    async def say(self, message: str) -> Replies:
        """Give the answer to a message; when the assistant is away, one that says so."""
        self.said = message
        self.turns += 1
        try:
            replies = await self._post(message)
        except (aiohttp.ClientError, asyncio.TimeoutError, ValueError) as error:
            replies = [{"text": f"no answer: {error or type(error).__name__}"}]
            await self._pause()
        self.heard = texts(replies)
        return replies

    async def _post(self, message: str) -> Replies:
        body = {"sender": self.sender, "message": message}
        async with self.http.post(f"{self.address}/webhooks/rest/webhook", json=body) as response:
            response.raise_for_status()
            replies: Replies = await response.json()
        if not any(reply.get("buttons") for reply in replies):
            # An apology has none.
            await self._pause()
        return replies

    async def _pause(self) -> None:
        await asyncio.sleep(PAUSE_SECONDS * self.chance.uniform(0.5, 1.5))


def client() -> aiohttp.ClientSession:
    """Give what any number of people can talk through at once."""
    connector = aiohttp.TCPConnector(limit=0)
    return aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=TURN_SECONDS))


def reference(replies: Replies) -> str:
    """Find the reference of a lead; empty when there is none."""
    found = _REFERENCE.search(texts(replies))
    return found[0] if found else ""


def button(replies: Replies, intent: str, text: str = "", **entities: str) -> str:
    """Find the payload of an intent's first button with these entities, in an answer with a text; empty if none."""
    return next(iter(buttons(replies, intent, **entities)), "") if text in texts(replies) else ""


def buttons(replies: Replies, intent: str, **entities: str) -> Sequence[str]:
    """Find the payloads of all buttons of an intent with these entities."""
    payloads = [str(shown["payload"]) for reply in replies for shown in reply.get("buttons") or ()]
    read = [(found, *read_payload(found)) for found in payloads]
    return [found for found, name, carried in read if name == intent and entities.items() <= carried.items()]


def texts(replies: Replies) -> str:
    """Give the texts of an answer as one."""
    return "\n".join(str(reply.get("text") or "") for reply in replies)
