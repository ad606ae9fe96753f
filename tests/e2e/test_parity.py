"""The same answers lead to the same questions, products and reasons on every channel, through everything that runs."""

from __future__ import annotations

import random
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from customer_profiler.adapters.content.loader import load_all
from customer_profiler.core.profiler import Profiler
from customer_profiler.core.walk import all_answers, walk
from tests.e2e.conftest import PROJECT, Assistant
from tests.e2e.people import guest
from tests.phone import Received, StandIn

DEMOS = load_all(PROJECT / "content")
ANOTHER = "Show another"
AT_ONCE = 4


@dataclass(frozen=True)
class Screen:
    """What one turn shows: its lines wherever they stand, what can be tapped, the pictures."""

    lines: frozenset[str]
    taps: tuple[str, ...]
    pictures: tuple[str, ...]


def screen(texts: list[str], taps: list[str], pictures: list[str]) -> Screen:
    lines = (line.strip() for text in texts for line in text.split("\n"))
    return Screen(
        frozenset(filter(None, lines)), tuple(taps), tuple(Path(urlsplit(each).path).name for each in pictures)
    )


def combinations(profiler: Profiler, count: int) -> list[Mapping[str, str]]:
    return random.Random(1).sample(all_answers(profiler), count)


def titles(profiler: Profiler, answers: Mapping[str, str]) -> list[str]:
    """What is tapped to give these answers and see both products."""
    answered = walk(profiler, answers).answered
    return [*(asked.option(option).label["en"] for asked, option in answered), ANOTHER]


def over_rest(assistant: Assistant, profiler: Profiler, answers: Mapping[str, str], sender: str) -> list[Screen]:
    customer = assistant.customer(sender)

    def seen() -> Screen:
        pictures = [message["image"] for message in customer.cards]
        return screen([message.get("text", "") for message in customer.heard], list(customer.buttons), pictures)

    customer.say(f'/start_profiler{{"profiler":"{profiler.id}"}}')
    screens = [seen()]
    for title in titles(profiler, answers):
        customer.tap(title)
        screens.append(seen())
    return screens


def on_channel(phone: StandIn, channel: str, profiler: Profiler, answers: Mapping[str, str]) -> list[Screen]:
    person = guest(phone, channel)
    screens = [shown(person.opens(referral=f"start:{profiler.id}", within=120))]
    for title in titles(profiler, answers):
        screens.append(shown(person.taps(title, quiet=0.6, within=120)))
    return screens


def shown(answers: list[Received]) -> Screen:
    texts = [text for answer in answers for text in (answer.header, answer.text)]
    return screen(texts, answers[-1].titles, [answer.image for answer in answers if answer.image])


def test_a_sample_of_answers_is_walked_alike_on_all_channels(meta: Assistant, phone: StandIn) -> None:
    walks = [(profiler, answers) for profiler in DEMOS.values() for answers in combinations(profiler, 6)]

    def screens(place: int) -> list[list[Screen]]:
        profiler, answers = walks[place]
        return [
            over_rest(meta, profiler, answers, f"parity {place}"),
            on_channel(phone, "whatsapp", profiler, answers),
            on_channel(phone, "facebook", profiler, answers),
        ]

    with ThreadPoolExecutor(AT_ONCE) as threads:
        for rest, whatsapp, messenger in threads.map(screens, range(len(walks))):
            assert whatsapp == rest
            assert messenger == rest
