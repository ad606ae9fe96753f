"""What anybody may post to the webhooks: forged, broken, huge, repeated, shuffled, for somebody else."""

from __future__ import annotations

import json
import random
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from customer_profiler.channels.facebook.parse import parse as parse_facebook
from customer_profiler.channels.meta.answer import MOST_ATTEMPTS
from customer_profiler.channels.meta.connector import LARGEST_BODY
from customer_profiler.channels.whatsapp.parse import parse as parse_whatsapp
from customer_profiler.core.inbox import InboxEvent, InboxStatus
from tests.e2e.conftest import VERIFY_TOKEN, Assistant, eventually
from tests.e2e.graph import Graph
from tests.e2e.stored import is_done
from tests.e2e.webhooks import CHANNELS, Writer, batch, encoded, post, post_raw, signature, signed

PARSERS = {"whatsapp": parse_whatsapp, "facebook": parse_facebook}

on_both_channels = pytest.mark.parametrize("channel", CHANNELS)


def answered(bot: Assistant, graph: Graph, channel: str, writer: Writer) -> list[str]:
    """The texts of what a writer has got once everything written so far is answered."""
    last = Writer(channel)
    post(bot, channel, last.says("hello"))
    eventually(lambda: graph.messages(last.address))
    eventually(lambda: is_done(bot))
    return [call.text for call in graph.messages(writer.address)]


# --- who may post


@on_both_channels
@pytest.mark.parametrize("forgery", ["another secret", "no header", "sha1 only", "another body", "empty", "not ASCII"])
def test_what_meta_did_not_sign_is_refused_and_has_no_effect(
    bot: Assistant, graph: Graph, channel: str, forgery: str
) -> None:
    writer = Writer(channel)
    raw = encoded(batch(channel, writer.says("hello")))
    headers = {
        "another secret": {"X-Hub-Signature-256": signature(raw, "somebody else's")},
        "no header": {},
        "sha1 only": {"X-Hub-Signature": signature(raw, algorithm="sha1")},
        "another body": signed(raw + b" "),
        "empty": {"X-Hub-Signature-256": ""},
        "not ASCII": {"X-Hub-Signature-256": "sha256=é"},
    }
    assert post_raw(bot, channel, raw, headers[forgery]).status_code == 403
    assert answered(bot, graph, channel, writer) == []


@on_both_channels
def test_the_subscription_is_confirmed_to_whoever_knows_the_verify_token_only(bot: Assistant, channel: str) -> None:
    address = f"http://127.0.0.1:{bot.port}/webhooks/{channel}/webhook"
    asked = {"hub.mode": "subscribe", "hub.challenge": "12345"}
    right = requests.get(address, {**asked, "hub.verify_token": VERIFY_TOKEN}, timeout=10)
    assert (right.status_code, right.text) == (200, "12345")
    for wrong in ({"hub.verify_token": "wrong"}, {}, {"hub.verify_token": VERIFY_TOKEN, "hub.mode": "unsubscribe"}):
        assert requests.get(address, {**asked, **wrong}, timeout=10).status_code == 403


# --- what may be posted


@on_both_channels
@pytest.mark.parametrize("length", [0, 1, 20, 200, -1])
def test_a_body_cut_short_is_refused_although_it_is_signed(bot: Assistant, channel: str, length: int) -> None:
    raw = encoded(batch(channel, Writer(channel).says("hello")))[:length]
    assert 400 <= post_raw(bot, channel, raw).status_code < 500


@on_both_channels
def test_a_body_of_three_megabytes_is_taken_and_a_larger_one_is_not(bot: Assistant, graph: Graph, channel: str) -> None:
    writer = Writer(channel)
    raw = encoded(batch(channel, writer.says("hello")))
    assert post_raw(bot, channel, raw.ljust(LARGEST_BODY)).status_code == 200
    other = Writer(channel)
    raw = encoded(batch(channel, other.says("hello")))
    assert post_raw(bot, channel, raw.ljust(4 * 1024 * 1024)).status_code == 413
    assert answered(bot, graph, channel, other) == []
    assert len(graph.messages(writer.address)) == 1


@pytest.mark.parametrize(("channel", "count"), [("whatsapp", 200), ("facebook", 20)])
def test_the_most_that_one_webhook_can_hold_is_answered_message_by_message(
    bot: Assistant, graph: Graph, channel: str, count: int
) -> None:
    """Meta puts up to 1,000 events into a webhook: here five messages each of 200 people, on Messenger of fewer."""
    people = [Writer(channel) for _ in range(count)]
    said = ("thanks", "bye", "thanks", "bye", "thanks")
    post(bot, channel, *(person.says(text) for text in said for person in people))
    eventually(lambda: is_done(bot), 300)
    got = {person.address: [call.text for call in graph.messages(person.address)] for person in people}
    assert {len(texts) for texts in got.values()} == {5}
    assert {("welcome" in texts[0], "welcome" in texts[1]) for texts in got.values()} == {(True, False)}


@on_both_channels
def test_the_same_webhook_five_times_at_once_is_answered_once(bot: Assistant, graph: Graph, channel: str) -> None:
    writer = Writer(channel)
    raw = encoded(batch(channel, writer.says("hello")))
    with ThreadPoolExecutor(5) as threads:
        answers = list(threads.map(lambda _: post_raw(bot, channel, raw).status_code, range(5)))
    assert answers == [200] * 5
    assert len(answered(bot, graph, channel, writer)) == 1


@on_both_channels
def test_messages_are_answered_in_the_order_in_which_they_were_written(
    bot: Assistant, graph: Graph, channel: str
) -> None:
    writer = Writer(channel)
    began = 1_760_000_000
    answers = (("use", "family"), ("seats", "five"), ("energy", "hybrid"), ("budget", "mid"))
    written = [writer.taps("start:cars", at=began), *(writer.answers(*answer) for answer in answers)]
    for place, item in enumerate(written):
        item["timestamp"] = str(began + place) if channel == "whatsapp" else (began + place) * 1000
    random.Random(1).shuffle(written)
    post(bot, channel, *written)
    texts = answered(bot, graph, channel, writer)
    assert [place for text in texts for place in range(1, 6) if f"({place}/5)" in text] == [1, 2, 3, 4, 5]


# --- what asks for nothing


@on_both_channels
def test_messages_for_another_number_or_page_have_no_effect(bot: Assistant, graph: Graph, channel: str) -> None:
    writer = Writer(channel)
    raw = encoded(batch(channel, writer.says("hello"), own_id="999"))
    assert post_raw(bot, channel, raw).status_code == 200
    assert answered(bot, graph, channel, writer) == []


def test_a_status_of_a_message_nobody_sent_is_taken_and_has_no_effect(bot: Assistant, graph: Graph) -> None:
    writer = Writer("whatsapp")
    known = {"id": "wamid.UNKNOWN", "recipient_id": writer.address, "timestamp": "1760000000"}
    for state in ("sent", "delivered", "read", "failed"):
        raw = encoded(batch("whatsapp", {**known, "status": state}, kind="statuses"))
        assert post_raw(bot, "whatsapp", raw).status_code == 200
    assert answered(bot, graph, "whatsapp", writer) == []


# --- what cannot be handled


@on_both_channels
def test_an_event_that_kills_every_turn_is_set_aside_and_can_be_replayed_and_the_next_is_answered(
    bot: Assistant, graph: Graph, channel: str
) -> None:
    writer = Writer(channel)
    bad, good = writer.says("my recommendation"), writer.says("thanks")
    begun_too_often(bot, channel, bad)
    eventually(lambda: graph.messages(writer.address))
    post(bot, channel, good)
    apology, thanks = answered(bot, graph, channel, writer)
    assert "something went wrong on our side" in apology and "welcome" in thanks
    [listed] = set_aside(bot, channel)
    assert (listed["status"], listed["attempts"]) == ("failed", MOST_ATTEMPTS + 1)
    bot.profiler("inbox", "replay", str(listed["number"]))
    eventually(lambda: len(graph.messages(writer.address)) == 3)
    assert "recommendation" in graph.messages(writer.address)[-1].text
    assert set_aside(bot, channel) == []


def begun_too_often(bot: Assistant, channel: str, item: dict[str, object]) -> None:
    """Put an event into the inbox that was begun as often as an event may be, and never ended."""
    own_id = bot.environment["WHATSAPP_PHONE_NUMBER_ID" if channel == "whatsapp" else "MESSENGER_PAGE_ID"]
    [event] = PARSERS[channel](batch(channel, item), own_id)
    with bot.services.open_unit() as unit:
        profile_id = unit.profiles.met(event.identities, event.at, event.at)
        fields = (event.batch, InboxStatus.WAITING, event.at, event.at)
        unit.inbox.add(InboxEvent(channel, event.id, profile_id, *fields, attempts=MOST_ATTEMPTS))
        unit.commit()


def set_aside(bot: Assistant, channel: str) -> list[dict[str, object]]:
    """What the command line lists of a channel."""
    return [event for event in json.loads(bot.profiler("inbox", "list", "--json")) if event["channel"] == channel]
