"""Webhooks as a test writes them itself: whatever Meta, or somebody who is not Meta, may post to the bot."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import requests

from customer_profiler.settings import STANDIN_PAGE_ID, STANDIN_PHONE_NUMBER_ID
from tests.e2e.conftest import APP_SECRET, Assistant

CHANNELS = ("whatsapp", "facebook")

Json = dict[str, Any]

_numbers = count(int(time.time() * 1000) % 10**9 * 1000)
"""Nobody of an earlier test has the same number, and no event the same id."""


@dataclass(frozen=True)
class Writer:
    """Somebody who writes on a channel; each method gives one item of a batch."""

    channel: str
    address: str = field(default_factory=lambda: f"34{next(_numbers)}")

    def says(self, text: str, **known: Any) -> Json:
        if self.channel == "whatsapp":
            return self._item({"type": "text", "text": {"body": text}}, **known)
        return self._item({"message": {"mid": new_id("m"), "text": text}}, **known)

    def taps(self, payload: str, title: str = "Tapped", **known: Any) -> Json:
        """Tap a reply button or quick reply of the bot's."""
        if self.channel == "whatsapp":
            reply = {"type": "button_reply", "button_reply": {"id": payload, "title": title}}
            return self._item({"type": "interactive", "interactive": reply}, **known)
        message = {"mid": new_id("m"), "text": title, "quick_reply": {"payload": payload}}
        return self._item({"message": message}, **known)

    def answers(self, question: str, option: str) -> Json:
        payload = {"question": question, "option": option}
        return self.taps(f"/answer{json.dumps(payload, separators=(',', ':'))}")

    def starts(self, profiler: str = "cars") -> Json:
        return self.taps(f"start:{profiler}:test")

    def sends(self, kind: str, content: Json, **known: Any) -> Json:
        """Send something else than words, as WhatsApp has it."""
        return self._item({"type": kind, kind: content}, **known)

    def hears_of(self, our_id: str) -> Json:
        """Give the platform's word that a message of the bot has gone to this person."""
        if self.channel == "whatsapp":
            state = {"id": new_id("wamid"), "status": "sent", "timestamp": str(int(time.time()))}
            return {**state, "recipient_id": self.address, "biz_opaque_callback_data": our_id}
        parties = {"sender": {"id": STANDIN_PAGE_ID}, "recipient": {"id": self.address}}
        echo = {"mid": new_id("m"), "is_echo": True, "metadata": our_id, "text": "(the question)"}
        return {**parties, "timestamp": int(time.time() * 1000), "message": echo}

    def _item(self, content: Json, at: float | None = None, **known: Any) -> Json:
        at = time.time() if at is None else at
        if self.channel == "whatsapp":
            return {"from": self.address, "id": new_id("wamid"), "timestamp": str(int(at)), **content, **known}
        parties = {"sender": {"id": self.address}, "recipient": {"id": STANDIN_PAGE_ID}}
        return {**parties, "timestamp": int(at * 1000), **content, **known}


def new_id(prefix: str) -> str:
    return f"{prefix}.{next(_numbers)}"


def batch(channel: str, *items: Json, own_id: str = "", kind: str = "messages") -> Json:
    """Give one webhook of these items; ``own_id`` is the number or page that it is for."""
    if channel == "facebook":
        own_id = own_id or STANDIN_PAGE_ID
        return {"object": "page", "entry": [{"id": own_id, "time": int(time.time() * 1000), "messaging": list(items)}]}
    metadata = {"display_phone_number": "15550001111", "phone_number_id": own_id or STANDIN_PHONE_NUMBER_ID}
    value = {"messaging_product": "whatsapp", "metadata": metadata, kind: list(items)}
    change = {"field": "messages", "value": value}
    return {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}


def encoded(body: object) -> bytes:
    return json.dumps(body).encode()


def signature(raw: bytes, secret: str = APP_SECRET, algorithm: str = "sha256") -> str:
    return f"{algorithm}={hmac.new(secret.encode(), raw, getattr(hashlib, algorithm)).hexdigest()}"


def signed(raw: bytes) -> Mapping[str, str]:
    """Give the header by which Meta proves that it wrote these bytes."""
    return {"X-Hub-Signature-256": signature(raw)}


def post_raw(
    assistant: Assistant, channel: str, raw: bytes, headers: Mapping[str, str] | None = None
) -> requests.Response:
    """Post bytes, signed unless other headers are given."""
    address = f"http://127.0.0.1:{assistant.port}/webhooks/{channel}/webhook"
    given = signed(raw) if headers is None else headers
    return requests.post(address, data=raw, headers={"Content-Type": "application/json", **given}, timeout=60)


def post(assistant: Assistant, channel: str, *items: Json, kind: str = "messages") -> None:
    """Post one webhook of these items, which the bot must take; ``kind`` is WhatsApp's, ``statuses`` say."""
    answer = post_raw(assistant, channel, encoded(batch(channel, *items, kind=kind)))
    assert answer.status_code == 200, answer.text
