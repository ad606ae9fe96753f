"""What all channels do with the buttons of a message: number them, compare them, show them page by page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from customer_profiler.channels.limits import Limit, length
from customer_profiler.channels.rendering import ListWords
from customer_profiler.core.messages import Button, Message

MORE = "more:"
"""The payload of "More ..." is this and the id of the message that has the rest."""

PARAGRAPH = "\n\n"


def numbered(message: Message) -> Message:
    """Give a message that lists the whole labels in its text and has their numbers as the titles of its buttons."""
    lines = "\n".join(f"{place}. {label(button)}" for place, button in enumerate(message.buttons, start=1))
    buttons = (
        Button(str(place), button.payload, label(button)) for place, button in enumerate(message.buttons, start=1)
    )
    return Message(PARAGRAPH.join(filter(str.strip, (message.text, lines))), tuple(buttons))


def by_number(message: Message, words: ListWords) -> str:
    """Give a message as text alone, which is answered by typing a number."""
    return PARAGRAPH.join((numbered(message).text, words.by_number))


def label(button: Button) -> str:
    """Give the title on one line."""
    return " ".join(button.title.split())


def are_distinct(titles: Iterable[str]) -> bool:
    """Tell whether people can tell the titles apart, whatever their case."""
    seen = [title.casefold() for title in titles]
    return len(set(seen)) == len(seen)


def can_be_tapped(buttons: Sequence[Button], limit: Limit) -> bool:
    """Tell whether every payload keeps the limit, is another than the others, and comes back as it was sent."""
    payloads = [button.payload for button in buttons]
    sound = all(payload and payload == payload.strip() and length(payload) <= limit.maximum for payload in payloads)
    return sound and len(set(payloads)) == len(payloads)


def paged(buttons: Sequence[Button], limit: Limit) -> tuple[Sequence[Button], Sequence[Button]]:
    """Give the buttons to show and the rest; where there is a rest, one place is left for "More ..."."""
    if len(buttons) <= limit.maximum:
        return buttons, ()
    return buttons[: limit.maximum - 1], buttons[limit.maximum - 1 :]
