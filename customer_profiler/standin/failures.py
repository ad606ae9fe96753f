"""Failures a test asks for: the next calls go wrong as scripted, so that one sees what the bot makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from customer_profiler.standin.errors import GraphError

CALLS = ("messages", "actions", "profile", "any")


@dataclass
class Failure:
    """What happens to the next ``count`` calls of a channel (any, when empty) that are of the kind ``calls``.

    ``code`` answers with Meta's own error of that code; ``status`` with ``body`` or ``html`` answers just that; a
    ``status`` of 0 cuts the connection. ``delay_seconds`` come before any of it, and alone they only make the answer
    slow. ``then="store"`` lets the message through although the answer is a failure. ``failed_code`` answers 200 and
    reports the message as failed afterwards.
    """

    channel: str = ""
    calls: str = "messages"
    count: int = 1
    code: int | None = None
    subcode: int | None = None
    status: int | None = None
    body: Any = None
    html: str = ""
    retry_after: str = ""
    delay_seconds: float = 0.0
    then: str = ""
    failed_code: int = 0

    @property
    def is_answer(self) -> bool:
        """Tell whether the bot gets something else than it would."""
        return self.code is not None or self.status is not None


class Failures:
    """The failures still to come, first come first."""

    def __init__(self) -> None:
        self.waiting: list[Failure] = []

    def add(self, scripted: Mapping[str, Any]) -> Failure:
        """Read one failure and put it at the end."""
        unknown = set(scripted) - {field.name for field in fields(Failure)}
        if unknown:
            raise GraphError(100, f"A failure has no {', '.join(sorted(unknown))}.")
        failure = Failure(**{**scripted, "retry_after": str(scripted.get("retry_after") or "")})
        if failure.calls not in CALLS or failure.then not in ("", "store"):
            raise GraphError(100, f"calls must be one of {', '.join(CALLS)}; then must be store or left out.")
        self.waiting.append(failure)
        return failure

    def take(self, channel: str, calls: str) -> Failure | None:
        """Give what a call of this kind meets, and count it."""
        for failure in self.waiting:
            if failure.channel in ("", channel) and failure.calls in ("any", calls):
                failure.count -= 1
                if failure.count <= 0:
                    self.waiting.remove(failure)
                return failure
        return None
