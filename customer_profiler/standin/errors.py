"""Meta's error answers: codes, HTTP statuses and bodies (Meta docs: Error codes, 12 Dec 2025; Messenger, Mar 2026)."""

from __future__ import annotations

import secrets
from typing import Any

TITLES = {
    4: "Application request limit reached",
    10: "Application does not have permission for this action",
    33: "Object does not exist",
    100: "Invalid parameter",
    105: "Too many elements",
    190: "Invalid OAuth access token.",
    200: "Permissions error",
    551: "This person isn't available right now.",
    613: "Calls to this api have exceeded the rate limit.",
    1200: "Temporary send message failure. Please try again later.",
    130429: "Rate limit hit",
    131000: "Something went wrong",
    131008: "Required parameter is missing",
    131009: "Parameter value is not valid",
    131016: "Service unavailable",
    131026: "Message undeliverable",
    131047: "Re-engagement message",
    131048: "Spam rate limit hit",
    131049: "Meta chose not to deliver",
    131050: "User has stopped marketing messages",
    131051: "Unsupported message type",
    131053: "Media upload error",
    131056: "Pair rate limit hit",
    131057: "Account in maintenance mode",
    131062: "Business-scoped user id is not accepted for this message",
    132000: "Number of parameters does not match the expected number of params",
    132001: "Template name does not exist in the translation",
    132005: "Translated text too long",
    132012: "Parameter format does not match format in the created template",
    132015: "Template is paused",
    132016: "Template is disabled",
    132018: "There is an issue with the parameters of the template",
}
"""What Meta calls each error the stand-in gives or is often told to give."""

STATUSES = {
    **dict.fromkeys((0, 190), 401),
    **dict.fromkeys((3, 131000, 131016, 131045, 131057), 500),
    **dict.fromkeys((2, 133004), 503),
    **dict.fromkeys((10, 200, 368, 131005, 131031, 130497), 403),
    132001: 404,
}
"""The HTTP status of a code; 400 for all others."""


class GraphError(Exception):
    """A call is refused; ``details`` says why in words, ``subcode`` is Messenger's second number."""

    def __init__(self, code: int, details: str, subcode: int | None = None) -> None:
        super().__init__(details)
        self.code = code
        self.details = details
        self.subcode = subcode

    @property
    def status(self) -> int:
        """The HTTP status of the answer."""
        return STATUSES.get(self.code, 400)

    def body(self, channel: str) -> dict[str, Any]:
        """The answer as that channel's API words it."""
        error: dict[str, Any] = {"message": self._message(channel), "type": "OAuthException", "code": self.code}
        if channel == "whatsapp":
            error["error_data"] = {"messaging_product": "whatsapp", "details": self.details}
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        return {"error": {**error, "fbtrace_id": secrets.token_urlsafe(12)}}

    def _message(self, channel: str) -> str:
        title = TITLES.get(self.code, "Unknown error")
        return f"(#{self.code}) {title}" if channel == "whatsapp" else f"(#{self.code}) {self.details}"


def status_error(code: int, details: str = "") -> dict[str, Any]:
    """Give the item a ``failed`` status carries."""
    title = TITLES.get(code, "Unknown error")
    return {"code": code, "title": title, "message": title, "error_data": {"details": details or title}}
