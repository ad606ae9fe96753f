"""Messages to render, and how to look at what came out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from itertools import count
from typing import Any

from customer_profiler.channels.facebook.render import render as render_facebook
from customer_profiler.channels.limits import violations
from customer_profiler.channels.rendering import ListWords, Rendered
from customer_profiler.channels.whatsapp.render import render as render_whatsapp
from customer_profiler.core.messages import Button, Message

WORDS = ListWords(choose="Choose", more="More ...", by_number="Please type a number.")
PICTURE = "https://bot.example.com/pictures/cars/terra.png"

RENDER = {"whatsapp": render_whatsapp, "facebook": render_facebook}


def new_ids() -> Callable[[], str]:
    """Ids as the connectors make them, but predictable: 1, 2, 3 ... in 32 hexadecimal digits."""
    numbers = count(1)
    return lambda: f"{next(numbers):032x}"


def rendered(channel: str, *messages: Message) -> list[Rendered]:
    """What a turn becomes on a channel; never anything that the platform would refuse."""
    found = RENDER[channel](messages, WORDS, new_ids())
    assert [problem for _, each in found for problem in violations(channel, each.body)] == []
    return [each for _, each in found]


def buttons(*titles: str) -> tuple[Button, ...]:
    """Buttons with the payloads p1, p2, p3 ..."""
    return tuple(Button(title, f"p{place}") for place, title in enumerate(titles, start=1))


def strings(value: Any, keys: Collection[str]) -> Iterator[str]:
    """Every text of a rendered body that stands under one of the keys, however deep."""
    for key, each in value.items() if isinstance(value, dict) else (("", each) for each in value):
        if isinstance(each, dict | list):
            yield from strings(each, keys)
        elif key in keys:
            yield each
