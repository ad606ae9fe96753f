"""Whole conversations on WhatsApp and Messenger, and what the platform was sent in them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.conftest import Assistant
from tests.e2e.people import Guest, calls_for, guest, is_attention, last_run, messages_to, our_id, texts, titles
from tests.e2e.webhooks import CHANNELS
from tests.phone import StandIn

ANSWERS = ("Family life", "A family of five", "Hybrid", "€20,000 to €30,000", "Comfort")
WORDS = ("2", "٢", "la primera", "de 20.000 a 30.000", "comodidad")


@pytest.fixture(scope="module", params=CHANNELS)
def ana(request: pytest.FixtureRequest, meta: Assistant, phone: StandIn) -> Iterator[Guest]:
    """Somebody who has said hello, tapped through all questions and asked to see the second product."""
    person = guest(phone, request.param, name="Ana Ruiz")
    assert "Find your next car" in titles(person.writes("hello"))
    assert "Before we start" in texts(person.taps("Find your next car"))
    for place, answer in enumerate(ANSWERS[:-1], start=2):
        assert f"({place}/5)" in texts(person.taps(answer))
    assert "Because you chose" in texts(person.taps(ANSWERS[-1], least=2))
    yield person


@pytest.fixture(scope="module")
def second_product(ana: Guest) -> Guest:
    ana.taps("Show another", least=1 if ana.known["channel"] == "whatsapp" else 2)
    return ana


def test_each_product_is_one_message_with_picture_words_and_buttons(meta: Assistant, second_product: Guest) -> None:
    cards = [call["request"] for call in messages_to(second_product) if ".png" in str(call["request"])]
    shown = [_shown(card) for card in cards]
    assert all(picture.startswith(f"http://127.0.0.1:{meta.port}/") and words for picture, words, _ in shown)
    assert len({picture for picture, _, _ in shown}) == len(shown) == 2
    assert [buttons for _, _, buttons in shown] == [
        ["Ask for a quote", "Show another"],
        ["Ask for a quote", "The first again", "Neither suits me"],
    ]
    assert [bool(message.titles) for message in second_product.received if message.image] == [True] * 2


def _shown(card: dict[str, object]) -> tuple[str, str, list[str]]:
    """Picture, words and buttons of a card as the platform takes it."""
    message: dict[str, object] = card
    if "interactive" in card:
        body = message["interactive"]
        buttons = [button["reply"]["title"] for button in body["action"]["buttons"]]
        return body["header"]["image"]["link"], body["body"]["text"], buttons
    [element] = message["message"]["attachment"]["payload"]["elements"]
    return element["image_url"], element["title"], [button["title"] for button in element["buttons"]]


def test_nothing_the_platform_was_sent_was_refused_or_warned_of_or_sent_twice(second_product: Guest) -> None:
    calls = calls_for(second_product)
    assert {call["status"] for call in calls} == {200}
    assert not [warning for call in calls for warning in call["warnings"]]
    ids = [our_id(call) for call in messages_to(second_product)]
    assert len(set(ids)) == len(ids) == len(second_product.received)
    assert {message.state for message in second_product.received} <= {"delivered", "read"}


def test_questions_and_products_appear_in_the_order_in_which_they_were_said(second_product: Guest) -> None:
    shown = [texts([message]) for message in second_product.received]
    asked = [text.partition("/5)")[0][-1] for text in shown if "/5)" in text]
    assert asked == ["1", "2", "3", "4", "5"]
    assert second_product.last.image


def test_every_message_is_marked_read_and_typing_shows_before_the_answer(ana: Guest) -> None:
    kinds = [is_attention(call) for call in calls_for(ana)]
    assert kinds[0] and not kinds[-1]
    written = [message for message in ana.messages if message["by"] == "person"]
    assert {message["state"] for message in written} == {"read"}
    first = [str(call["request"]) for call in calls_for(ana)[:2] if is_attention(call)]
    assert "read" in first[0] or "mark_seen" in first[0]
    assert "typing" in first[-1]


def test_taps_in_english_end_in_a_lead(meta: Assistant, second_product: Guest) -> None:
    ana, channel = second_product, second_product.known["channel"]
    assert "What is your name?" in texts(ana.taps("Ask for a quote"))
    assert "e-mail" in texts(ana.writes("Ana Ruiz"))
    summary = texts(ana.writes("ana@example.com"))
    if channel == "whatsapp":
        assert f"Telephone: +{ana.number}" in summary, "who writes from a number is not asked for it"
    else:
        assert "telephone" in summary
        assert "Name: Ana Ruiz" in texts(ana.taps("Skip"))
    closing = texts(ana.taps("Yes, send it"))
    run = last_run(meta, channel)
    assert run["lead_id"] and run["lead_id"] in closing
    assert (run["name"], run["email"], run["language"]) == ("Ana Ruiz", "ana@example.com", "en")
    assert [run[f"level_{level}_answer"] for level in range(1, 6)] == ["family", "five", "hybrid", "mid", "comfort"]
    assert run["chosen_product"] == run["product_2"]


@pytest.mark.parametrize("channel", CHANNELS)
def test_typed_words_in_spanish_end_in_a_lead(meta: Assistant, phone: StandIn, channel: str) -> None:
    luis = guest(phone, channel, name="Luis Núñez", locale="es_ES")
    assert "Tu próximo coche" in titles(luis.writes("hola"))
    assert "Antes de empezar" in texts(luis.writes("tu próximo coche"))
    for place, words in enumerate(WORDS[:-1], start=2):
        assert f"({place}/5)" in texts(luis.writes(words))
    assert "Porque elegiste" in texts(luis.writes(WORDS[-1], least=2))
    luis.writes("quiero un presupuesto")
    luis.writes("Luis Núñez")
    luis.writes("luis@example.es")
    if channel == "facebook":
        luis.writes("+34 612 34 56 78")
    closing = texts(luis.writes("sí"))
    run = last_run(meta, channel)
    assert run["lead_id"] and run["lead_id"] in closing
    assert (run["language"], run["level_2_answer"], run["level_3_answer"]) == ("es", "country", "electric")
    assert run["phone"] == ("+34612345678" if channel == "facebook" else f"+{luis.number}")
