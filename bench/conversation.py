"""What a customer of the measurement does, the same with both assistants: answer five questions, become a lead.

Both are driven by the buttons they show, so that the script knows no option, no product and no run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bench.errors import BenchError

Replies = Sequence[dict[str, Any]]
"""What Rasa's REST channel answers to one message."""

OPENING = '/start_profiler{"profiler":"cars"}'
"""The first message of a conversation; the first question's buttons are its answer."""

CLOSING = "Your reference: "
"""Stands in the last message of a conversation that ended well, followed by the reference."""


class Step(Protocol):
    """One turn of a customer."""

    def write(self, replies: Replies) -> str:
        """Give the message to send after these replies."""


@dataclass(frozen=True)
class Say:
    """Types a text."""

    text: str

    def write(self, replies: Replies) -> str:
        """See ``Step.write``."""
        return self.text


@dataclass(frozen=True)
class Tap:
    """Taps the first button of an intent."""

    intent: str

    def write(self, replies: Replies) -> str:
        """See ``Step.write``."""
        return find_button(replies, self.intent)["payload"]


@dataclass(frozen=True)
class TypeLabel:
    """Types what stands on the first button of an intent."""

    intent: str

    def write(self, replies: Replies) -> str:
        """See ``Step.write``."""
        return find_button(replies, self.intent)["title"]


def script(number: int) -> tuple[Step, ...]:
    """Give the eleven turns of a customer; the number makes contact details that nobody else has."""
    return (
        Say(OPENING),
        Tap("answer"),
        Tap("answer"),
        TypeLabel("answer"),
        Tap("answer"),
        Tap("answer"),
        Tap("choose_product"),
        Say("Ada Lovelace"),
        Say(f"ada.{number}@example.com"),
        Say(f"+34 612 {number // 1000 % 1000:03} {number % 1000:03}"),
        Tap("confirm_lead"),
    )


def find_button(replies: Replies, intent: str) -> dict[str, str]:
    """Give the first button whose payload carries the intent; raise ``BenchError`` when there is none."""
    for reply in replies:
        for button in reply.get("buttons") or ():
            if button["payload"].removeprefix("/").partition("{")[0] == intent:
                return {"title": button["title"], "payload": button["payload"]}
    raise BenchError(f"no button /{intent} in the reply: {texts(replies)}")


def check_end(replies: Replies) -> None:
    """Raise ``BenchError`` unless the replies close a conversation with a reference."""
    if not texts(replies).partition(CLOSING)[2].strip():
        raise BenchError(f"the conversation ended without a reference: {texts(replies)}")


def texts(replies: Replies) -> str:
    """Give the texts of the replies as one."""
    return "\n".join(str(reply.get("text") or "") for reply in replies)
