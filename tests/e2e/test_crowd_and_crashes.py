"""Twenty people answer at once while servers are killed at random: everybody has every answer once, and every message.

Measured on 2 cores: 8 kills within 63 s while 20 people answered, 134 messages, one of them sent twice. A message is
sent twice only when Rasa was killed between sending it and hearing that it was taken.
"""

from __future__ import annotations

import random
import threading
import time
from collections import defaultdict
from typing import Any

import requests

from customer_profiler.core.messages import read_payload
from tests.e2e.conftest import Assistant, eventually
from tests.e2e.graph import Call, Graph
from tests.e2e.stored import answers, is_done
from tests.e2e.webhooks import CHANNELS, Writer, batch, encoded, post_raw

CROWD = 10
"""People on each channel."""

VICTIMS = ("rasa", "rasa_sdk", "rasa", "rasa", "rasa_sdk", "rasa", "rasa_sdk", "rasa")
PLACES = range(1, 6)


def payloads(body: Any) -> list[str]:
    """All there is to tap in a message, on any channel."""
    if isinstance(body, dict):
        here = [body[key] for key in ("payload", "id") if isinstance(body.get(key), str)]
        return [*(text for text in here if text.startswith("/")), *payloads(list(body.values()))]
    return [text for each in body for text in payloads(each)] if isinstance(body, list) else []


class Tapper(threading.Thread):
    """Somebody who taps any option of each question; the n-th not before the n-th kill."""

    def __init__(self, bot: Assistant, graph: Graph, writer: Writer, kills: list[float], seed: int) -> None:
        super().__init__(daemon=True)
        self.bot, self.graph, self.writer, self.kills = bot, graph, writer, kills
        self.chance = random.Random(seed)
        self.given: list[tuple[str, str]] = []
        self.is_advised = False

    def run(self) -> None:
        self.send(self.writer.starts("cars"))
        place = 1
        while not self.is_advised:
            question = self.waits_for(place)
            eventually(lambda: len(self.kills) >= place, 300)  # noqa: B023 - called at once
            time.sleep(self.chance.uniform(0, 2))
            payload = self.chance.choice([each for each in payloads(question.body) if each.startswith("/answer")])
            _, entities = read_payload(payload)
            self.given.append((entities["question"], entities["option"]))
            self.send(self.writer.taps(payload))
            place = self.next_place(place)

    def send(self, item: dict[str, Any]) -> None:
        """Post as the platform does: again until it is taken."""
        raw = encoded(batch(self.writer.channel, item))
        while True:
            try:
                if post_raw(self.bot, self.writer.channel, raw).status_code == 200:
                    return
            except requests.RequestException:
                # Refused, cut off, or not answered in time.
                time.sleep(0.3)

    def waits_for(self, place: int) -> Call:
        eventually(lambda: self.found(place), 300)
        return self.found(place)[0]

    def found(self, place: int) -> list[Call]:
        return [call for call in self.graph.messages(self.writer.address) if f"({place}/5)" in call.text]

    def next_place(self, place: int) -> int:
        """Wait for what follows an answer: a question of a later level, or the products."""

        def follows() -> int:
            later = [each for each in PLACES if each > place and self.found(each)]
            self.is_advised = any("/show_alternative" in call.text for call in self.graph.messages(self.writer.address))
            return min(later, default=0) or (6 if self.is_advised else 0)

        eventually(follows, 300)
        return follows()


def test_everybody_has_every_answer_once_and_every_message(bot: Assistant, graph: Graph) -> None:
    chance, kills, rasa_kills = random.Random(1), list[float](), list[float]()
    writers = [Writer(channel) for channel in CHANNELS for _ in range(CROWD)]
    crowd = [Tapper(bot, graph, writer, kills, seed) for seed, writer in enumerate(writers)]
    for tapper in crowd:
        tapper.start()
    for victim in VICTIMS:
        time.sleep(chance.uniform(0.2, 2.5))
        bot.process(victim).kill()
        kills.append(time.time())
        rasa_kills += kills[-1:] if victim == "rasa" else []
        bot.wait_until_answering()
    for tapper in crowd:
        tapper.join(300)
    eventually(lambda: is_done(bot))

    assert [tapper.is_advised for tapper in crowd] == [True] * len(crowd)
    assert [answers(bot, tapper.writer) for tapper in crowd] == [tapper.given for tapper in crowd]
    for tapper in crowd:
        sent = copies(graph.messages(tapper.writer.address))
        asked = [place for [first, *_] in sent for place in PLACES if f"({place}/5)" in first.text]
        assert asked == sorted(set(asked)) and len(asked) == len(tapper.given)
        assert ["/show_alternative" in first.text for first, *_ in sent][-1]
        for first, *others in sent:
            # Noting that a message was sent takes some milliseconds.
            assert not others or any(first.at <= killed < first.at + 2 for killed in rasa_kills)


def copies(calls: list[Call]) -> list[list[Call]]:
    """Each message with its repetitions, in the order of the first ones."""
    found: defaultdict[str, list[Call]] = defaultdict(list)
    for call in calls:
        found[call.our_id].append(call)
    return list(found.values())
