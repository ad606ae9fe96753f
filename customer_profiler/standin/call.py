"""One call of the Graph API while it is answered."""

from __future__ import annotations

import json
import time
from typing import Any

from aiohttp import web

from customer_profiler.standin.errors import GraphError
from customer_profiler.standin.failures import Failure
from customer_profiler.standin.person import Person


class Call:
    """The request; ``record`` is what the journal keeps, ``failure`` what was scripted for it."""

    def __init__(self, request: web.Request, raw: bytes, channel: str) -> None:
        self.request = request
        self.channel = channel
        self.raw = raw
        self.failure: Failure | None = None
        self.record: dict[str, Any] = {
            "at": time.time(),
            "channel": channel,
            "person": "",
            "method": request.method,
            "path": request.path,
            "request": self.json_or_text(),
            "status": 0,
            "response": None,
            "warnings": [],
            "seconds": 0.0,
        }

    def body(self) -> object:
        """Give the JSON of the call, or refuse it."""
        try:
            return json.loads(self.raw)
        except ValueError:
            raise GraphError(100, "The body is not well-formed JSON.") from None

    def json_or_text(self) -> object:
        """Give the body for people to read."""
        if self.request.content_type.startswith("multipart/"):
            return f"({self.request.content_length} bytes of {self.request.content_type})"
        try:
            return json.loads(self.raw) if self.raw else None
        except ValueError:
            return self.raw.decode("utf-8", "replace")

    def concerns(self, person: Person) -> None:
        """Write down whom the call is for."""
        self.record["person"] = person.id
        person.touched_at = time.monotonic()

    @property
    def kind(self) -> str:
        """What failures tell apart: ``messages``, ``actions`` (typing, read receipts) or ``profile``."""
        if not self.request.path.endswith("/messages"):
            return "profile"
        body = self.record["request"]
        is_action = isinstance(body, dict) and ("sender_action" in body or body.get("status") == "read")
        return "actions" if is_action else "messages"
