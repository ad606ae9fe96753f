"""The same answers lead to the same questions, products and reasons on every channel (R37).

People walk through the real use cases on a real database; what they see is what the channel's renderer made of it, and
what they tap comes back through the channel's parser.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from customer_profiler.adapters.content.loader import load_all
from customer_profiler.channels.facebook.parse import parse as parse_facebook
from customer_profiler.channels.facebook.render import render as render_facebook
from customer_profiler.channels.rendering import ListWords
from customer_profiler.channels.whatsapp.parse import parse as parse_whatsapp
from customer_profiler.channels.whatsapp.render import render as render_whatsapp
from customer_profiler.core.events import Tapped
from customer_profiler.core.messages import Message, Turn
from customer_profiler.core.walk import all_answers, walk
from customer_profiler.services import recommendations
from customer_profiler.services.session import Services
from tests.services.conftest import PHRASES, Person, visit

DEMOS = load_all(Path(__file__).parents[2] / "content")
WORDS = ListWords.of(PHRASES["en"])
CARS_WALKED = 500
OWN_ID, PERSON = "1", "34600000001"

_numbers = count(1)


@dataclass(frozen=True)
class Screen:
    """What one turn shows: all its words, what can be tapped, and the pictures."""

    text: str
    taps: tuple[str, ...]
    pictures: tuple[str, ...]


@dataclass(frozen=True)
class Channel:
    """How a channel shows a turn, and what becomes of a tap."""

    show: Callable[[Sequence[Message]], Screen]
    tap: Callable[[str], str]


def show_rest(messages: Sequence[Message]) -> Screen:
    text = "\n".join(message.text for message in messages)
    taps = tuple(button.payload for message in messages for button in message.buttons)
    return Screen(text, taps, tuple(message.image for message in messages if message.image))


def show_whatsapp(messages: Sequence[Message]) -> Screen:
    bodies: list[Any] = [each.body for _, each in render_whatsapp(messages, WORDS, lambda: uuid4().hex)]
    interactive = [body["interactive"] for body in bodies if "interactive" in body]
    texts = [body["text"]["body"] for body in bodies if "text" in body] + [each["body"]["text"] for each in interactive]
    replies = [button["reply"]["id"] for each in interactive for button in each["action"].get("buttons", [])]
    sections = [section for each in interactive for section in each["action"].get("sections", [])]
    rows = [row["id"] for section in sections for row in section["rows"]]
    pictures = tuple(each["header"]["image"]["link"] for each in interactive if "header" in each)
    return Screen("\n".join(texts), (*replies, *rows), pictures)


def show_facebook(messages: Sequence[Message]) -> Screen:
    bodies: list[Any] = [each.body["message"] for _, each in render_facebook(messages, WORDS, lambda: uuid4().hex)]
    cards = [card for body in bodies if "attachment" in body for card in body["attachment"]["payload"]["elements"]]
    texts = [body["text"] for body in bodies if "text" in body]
    texts += [f"{card['title']}\n{card.get('subtitle', '')}" for card in cards]
    chips = [chip["payload"] for body in bodies for chip in body.get("quick_replies", [])]
    buttons = [button["payload"] for card in cards for button in card.get("buttons", [])]
    pictures = tuple(card["image_url"] for card in cards if "image_url" in card)
    return Screen("\n".join(texts), (*chips, *buttons), pictures)


def tap_whatsapp(payload: str) -> str:
    reply = {"type": "list_reply", "list_reply": {"id": payload, "title": "x"}}
    message = {"from": PERSON, "id": f"wamid.{next(_numbers)}", "type": "interactive", "interactive": reply}
    value = {"metadata": {"phone_number_id": OWN_ID}, "messages": [message]}
    return meant(parse_whatsapp({"entry": [{"changes": [{"field": "messages", "value": value}]}]}, OWN_ID))


def tap_facebook(payload: str) -> str:
    message = {"mid": f"m_{next(_numbers)}", "text": "x", "quick_reply": {"payload": payload}}
    event = {"sender": {"id": PERSON}, "recipient": {"id": OWN_ID}, "message": message}
    return meant(parse_facebook({"object": "page", "entry": [{"id": OWN_ID, "messaging": [event]}]}, OWN_ID))


def meant(events: Sequence[Any]) -> str:
    [event] = events
    assert isinstance(event.meaning, Tapped)
    return event.meaning.payload


CHANNELS = {
    "rest": Channel(show_rest, lambda payload: payload),
    "whatsapp": Channel(show_whatsapp, tap_whatsapp),
    "facebook": Channel(show_facebook, tap_facebook),
}


def screens(services: Services, channel: str, profiler: str, answers: Mapping[str, str]) -> Iterator[Screen]:
    """Walk one combination of answers; give every screen from the first question to the second product."""
    how = CHANNELS[channel]
    person = Person(services, visit(services, uuid4().hex, channel))
    person.start(profiler)
    for asked, option in walk(DEMOS[profiler], answers).answered:
        screen = how.show([person.asked()])
        yield screen
        wanted = f'"question":"{asked.id}","option":"{option}"'
        [payload] = [each for each in screen.taps if wanted in each]
        person.tap(how.tap(payload))
    for shown in (recommendations.show, recommendations.show_alternative):
        turn: Turn = person.turn(shown)
        yield how.show(turn.messages)


def combinations(profiler: str) -> list[Mapping[str, str]]:
    every = list(all_answers(DEMOS[profiler]))
    return every if profiler == "tablets" else random.Random(37).sample(every, CARS_WALKED)


def without_run(payload: str) -> str:
    """A payload without the id of the run, which is everybody's own."""
    head, mark, tail = payload.partition('"run":"')
    return head + mark + tail[32:]


@pytest.mark.parametrize("profiler", DEMOS)
def test_every_channel_asks_and_recommends_the_same(profiler: str, serve: Callable[..., Services]) -> None:
    services = serve(*DEMOS.values())
    walked = 0
    for answers in combinations(profiler):
        expected = list(screens(services, "rest", profiler, answers))
        for channel in ("whatsapp", "facebook"):
            for ours, theirs in zip(expected, screens(services, channel, profiler, answers), strict=True):
                assert list(map(without_run, theirs.taps)) == list(map(without_run, ours.taps))
                assert theirs.pictures == ours.pictures
                missing = [line for line in ours.text.splitlines() if line not in theirs.text]
                assert missing == [], f"{channel} does not say it for {dict(answers)}"
        walked += 1
    assert walked == {"tablets": 400, "cars": CARS_WALKED}[profiler]
