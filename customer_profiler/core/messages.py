"""What the bot says: messages with buttons, and the payloads that buttons carry.

A payload is Rasa's own form, ``/intent{"entity":"value"}``; one function writes it and one reads it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

TAP_ENTITIES = (
    "profiler", "question", "option", "product", "run", "reason", "field", "language", "source", "value",
)  # fmt: skip
"""The names of what a payload may carry; the entities of the domain."""


@dataclass(frozen=True)
class Button:
    """Something to tap: ``title`` is shown, ``payload`` comes back.

    ``description`` explains the title where a channel has room for it; no channel need show it.
    """

    title: str
    payload: str
    description: str = ""


@dataclass(frozen=True)
class Message:
    """One message. With ``image`` (an address) it is a card: picture, text and buttons belong together."""

    text: str
    buttons: tuple[Button, ...] = ()
    image: str = ""


def payload(intent: str, /, **entities: str) -> str:
    """Write the payload of a button: ``payload("answer", question="use", option="work")``."""
    values = json.dumps(entities, ensure_ascii=False, separators=(",", ":")) if entities else ""
    return f"/{intent}{values}"


def read_payload(text: str) -> tuple[str, Mapping[str, str]]:
    """Split a payload into intent and entities; entities that are no JSON map of texts are none."""
    intent, brace, values = text.removeprefix("/").partition("{")
    try:
        entities = json.loads(brace + values) if brace else {}
    except (ValueError, RecursionError):
        return intent, {}
    return intent, {key: str(value) for key, value in entities.items()}


QUOTED_SLASH = "\u01c0"
"""A letter that looks like a bar. It stands for a slash at the beginning of typed text, which Rasa would obey."""


def quoted(text: str) -> str:
    """Give typed text as Rasa may read it: as words, never as a payload."""
    bare = text.lstrip()
    return QUOTED_SLASH + bare[1:] if bare.startswith("/") else text


def unquoted(text: str) -> str:
    """Give what was typed before ``quoted``."""
    return f"/{text[1:]}" if text.startswith(QUOTED_SLASH) else text


class NextStep:
    """Where the conversation goes after a turn; the values of Rasa's slot ``next_step``."""

    QUESTIONS = "questions"
    LEAD = "lead"
    RECOMMENDATION = "recommendation"
    WAIT = "wait"


@dataclass(frozen=True)
class Turn:
    """The outcome of one use case.

    ``memory`` is what the dialogue remembers until the next turn; Rasa keeps it in slots of these names.
    ``passed_on`` says that a form did not take the reply, so that a rule answers it instead. ``tapped``
    is the payload of the button that a typed reply stands for: the conversation goes on as if tapped.
    """

    messages: tuple[Message, ...] = ()
    next_step: str = NextStep.WAIT
    memory: Mapping[str, object] = field(default_factory=dict)
    passed_on: bool = False
    tapped: str = ""


@dataclass(frozen=True)
class Reply:
    """What a person sent, as understood so far.

    ``text`` is empty for anything but text; ``intent`` and ``entities`` come from the tapped button or
    from the language model, and ``is_tap`` tells the two apart; ``offered`` are the buttons last shown.
    """

    text: str
    intent: str = ""
    entities: Mapping[str, str] = field(default_factory=dict)
    is_tap: bool = False
    offered: tuple[Button, ...] = ()

    def entity(self, name: str) -> str:
        """Give the entity's value, or an empty text."""
        return self.entities.get(name, "")


def as_memory(message: Message | None) -> dict[str, object] | None:
    """Write a message so that the dialogue can remember it until it is said."""
    if message is None:
        return None
    return {"text": message.text, "buttons": buttons_as_memory(message.buttons)}


def from_memory(remembered: object) -> Message | None:
    """Read a message that ``as_memory`` wrote."""
    if not isinstance(remembered, Mapping):
        return None
    return Message(str(remembered["text"]), buttons_from_memory(remembered["buttons"]))


def buttons_as_memory(buttons: tuple[Button, ...]) -> list[list[str]]:
    """Write buttons as plain lists of title, payload and, where there is one, description."""
    return [[b.title, b.payload, *([b.description] if b.description else [])] for b in buttons]


def buttons_from_memory(remembered: object) -> tuple[Button, ...]:
    """Read buttons that ``buttons_as_memory`` wrote; anything else gives none."""
    entries = remembered if isinstance(remembered, list) else []
    return tuple(Button(*map(str, entry)) for entry in entries)
