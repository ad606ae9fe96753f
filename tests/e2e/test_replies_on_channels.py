"""What people send while a question is open on WhatsApp or Messenger, and which question it counts for."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import Assistant
from tests.e2e.people import begins, last_run, texts
from tests.e2e.webhooks import CHANNELS, Writer, post
from tests.phone import StandIn

on_both_channels = pytest.mark.parametrize("channel", CHANNELS)


@on_both_channels
def test_two_messages_at_once_are_both_answered_in_order(meta: Assistant, phone: StandIn, channel: str) -> None:
    person = begins(phone, channel)
    person.writes("family", least=0, quiet=0)
    person.writes("a family of five", least=2)
    assert [message.text[:5] for message in person.received[-2:]] == ["(2/5)", "(3/5)"]


@on_both_channels
def test_taps_as_fast_as_a_thumb_goes_are_answered_once_each(meta: Assistant, phone: StandIn, channel: str) -> None:
    person = begins(phone, channel)
    [*_, first] = person.received
    for title in ("Family life", "Daily commute", "Family life"):
        person.taps(title, first, least=0, quiet=0)
    person.waits(least=3, quiet=1)
    run = last_run(meta, channel)
    assert (run["level_1_answer"], run["level_2_answer"]) == ("family", "")
    assert "(2/5) Which of these sounds most like your family?" in texts(person.received[-1:])


@on_both_channels
def test_an_old_button_counts_for_its_own_question(meta: Assistant, phone: StandIn, channel: str) -> None:
    person = begins(phone, channel)
    first = person.last
    person.taps("Family life")
    person.taps("A family of five")
    answers = person.taps("Daily commute", first)
    assert "(2/5) Where do you drive most?" in texts(answers), "the family's seats are left behind"
    run = last_run(meta, channel)
    assert (run["level_1_answer"], run["level_2_answer"]) == ("commute", "")


@on_both_channels
def test_what_is_no_text_is_answered_and_the_question_stays(meta: Assistant, phone: StandIn, channel: str) -> None:
    person = begins(phone, channel)
    question = person.last
    contacts = ("contact",) if channel == "whatsapp" else ()
    for kind in ("photo", "voice", "video", "file", "sticker", "location", "unsupported", *contacts):
        answers = person.sends(kind)
        assert answers[-1].titles == question.titles, kind
        assert not answers[0].text.startswith("(1/5)"), f"a {kind} is spoken of"
    assert "(2/5)" in texts(person.taps("Family life"))


def test_an_order_from_a_catalogue_is_answered_and_the_question_stays(meta: Assistant, phone: StandIn) -> None:
    person = begins(phone, "whatsapp")
    question = person.last
    post(meta, "whatsapp", Writer("whatsapp", person.address).sends("order", {"catalog_id": "1", "product_items": []}))
    assert person.waits()[-1].titles == question.titles
    assert "(2/5)" in texts(person.taps("Family life"))


@on_both_channels
def test_typed_commands_of_rasa_are_only_words(meta: Assistant, phone: StandIn, channel: str) -> None:
    person = begins(phone, channel)
    question = person.last
    taps = ('/start_profiler{"profiler":"tablets"}', '/answer{"question":"use","option":"work"}')
    for typed in ("/restart", "/back", "/session_start", *taps, " /stop"):
        assert set(question.titles) <= set(person.writes(typed)[-1].titles), typed
    assert "(2/5) Which of these sounds most like your family?" in texts(person.taps("Family life"))


@on_both_channels
def test_a_reaction_is_not_answered(meta: Assistant, phone: StandIn, channel: str) -> None:
    assert begins(phone, channel).reacts("👍", least=0, quiet=1) == []
