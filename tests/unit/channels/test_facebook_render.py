"""What customers see in Messenger."""

from __future__ import annotations

from typing import Any

import pytest

from customer_profiler.channels.bidi import FSI, PDI
from customer_profiler.channels.facebook.render import render
from customer_profiler.core.messages import Button, Message
from tests.unit.channels.samples import PICTURE, WORDS, buttons, new_ids, rendered

LONG_LABEL = "Weekends with luggage"


def sent(*messages: Message) -> list[dict[str, Any]]:
    """The ``message`` of every call."""
    return [message_of(each.body) for each in rendered("facebook", *messages)]


def message_of(body: Any) -> dict[str, Any]:
    assert set(body) == {"message"}, "the caller adds the rest"
    return dict(body["message"])


def only(*messages: Message) -> dict[str, Any]:
    [message] = sent(*messages)
    return message


def texts(*messages: Message) -> list[str]:
    return [message["text"] for message in sent(*messages)]


def replies(message: dict[str, Any]) -> list[tuple[str, str]]:
    """Title and payload of the quick replies."""
    return [(reply["title"], reply["payload"]) for reply in message["quick_replies"]]


def element(message: dict[str, Any]) -> dict[str, Any]:
    [found] = message["attachment"]["payload"]["elements"]
    return dict(found)


# --- texts


def test_a_text_carries_its_id_as_metadata() -> None:
    assert only(Message("Hello")) == {"text": "Hello", "metadata": "1".zfill(32)}


def test_texts_that_follow_each_other_are_one_message() -> None:
    assert texts(Message("Hello"), Message("How are you?")) == ["Hello\n\nHow are you?"]


def test_a_text_of_2000_is_split() -> None:
    assert texts(Message("a" * 1999)) == ["a" * 1999]
    assert texts(Message("a" * 1000 + "\n\n" + "b" * 998)) == ["a" * 1000, "b" * 998]


# --- options


def test_up_to_13_short_labels_are_quick_replies() -> None:
    message = only(Message("Hello"), Message("Which?", buttons(*(f"Label {n}" for n in range(12)), "x" * 20)))

    assert message["text"] == "Hello\n\nWhich?"
    assert len(replies(message)) == 13
    assert message["quick_replies"][0] == {"content_type": "text", "title": "Label 0", "payload": "p1"}


def test_more_than_13_options_come_in_pages() -> None:
    question = Message("Which?", buttons(*(f"Label {n}" for n in range(1, 18))))

    [first] = rendered("facebook", question)

    assert replies(message_of(first.body))[-2:] == [("Label 12", "p12"), (WORDS.more, "more:" + "1".zfill(32))]
    assert first.rest == Message("Which?", question.buttons[12:])
    assert replies(only(first.rest))[0] == ("Label 13", "p13")


@pytest.mark.parametrize("labels", [(LONG_LABEL, "Two"), ("Yes", "YES"), ("", "Two")])
def test_labels_that_do_not_fit_are_numbered(labels: tuple[str, str]) -> None:
    message = only(Message("Which?", buttons(*labels)))

    assert message["text"] == f"Which?\n\n1. {labels[0]}\n2. {labels[1]}"
    assert replies(message) == [("1", "p1"), ("2", "p2")]


def test_numbers_count_over_all_pages() -> None:
    labels = [f"{LONG_LABEL} {n}" for n in range(1, 18)]

    [first] = rendered("facebook", Message("Which?", buttons(*labels)))
    assert first.rest is not None
    second = only(first.rest)

    assert [title for title, _ in replies(message_of(first.body))] == [*map(str, range(1, 13)), WORDS.more]
    assert [title for title, _ in replies(second)] == ["13", "14", "15", "16", "17"]
    assert f"17. {labels[-1]}" in second["text"]


def test_the_end_of_a_long_text_carries_the_quick_replies() -> None:
    first, last = sent(Message("a" * 1500 + "\n\n" + "b" * 1500, buttons("One")))

    assert (first["text"], last["text"]) == ("a" * 1500, "b" * 1500)
    assert "quick_replies" not in first
    assert replies(last) == [("One", "p1")]


@pytest.mark.parametrize("payload", ["x" * 1001, " a", "", "b"])
def test_payloads_that_would_not_come_back_leave_numbers_to_type(payload: str) -> None:
    message = only(Message("Which?", (Button("One", payload), Button("Two", "b"))))

    assert message["text"] == f"Which?\n\n1. One\n2. Two\n\n{WORDS.by_number}"
    assert "quick_replies" not in message


def test_buttons_without_a_text_get_one() -> None:
    assert texts(Message("", buttons("One"))) == [WORDS.choose]


# --- cards


TEXT = "Terra, the compact SUV\nSits high.\n19.900 €"


def test_a_card_is_one_element() -> None:
    [card] = rendered("facebook", Message(TEXT, buttons("Quote", "Another"), PICTURE))

    assert card.has_image
    assert element(message_of(card.body)) == {
        "title": "Terra, the compact SUV",
        "subtitle": "Sits high.\n19.900 €",
        "image_url": PICTURE,
        "buttons": [
            {"type": "postback", "title": "Quote", "payload": "p1"},
            {"type": "postback", "title": "Another", "payload": "p2"},
        ],
    }


def test_lines_that_do_not_fit_a_card_are_said_before_it_under_its_name() -> None:
    reason = f"Because you chose {'x' * 60}."

    first, card = sent(Message("Best:"), Message(f"{TEXT}\n{reason}\nIn stock", buttons("Quote"), PICTURE))

    assert first["text"] == f"Best:\n\n{TEXT.splitlines()[0]}\n{reason}"
    assert element(card)["subtitle"] == "Sits high.\n19.900 €\nIn stock"


def test_an_address_is_said_before_the_card_where_it_can_be_tapped() -> None:
    first, card = sent(Message("Terra\nhttps://example.com/terra", image=PICTURE))

    assert first["text"] == "Terra\nhttps://example.com/terra"
    assert element(card) == {"title": "Terra", "image_url": PICTURE}


def test_a_long_title_is_said_whole_before_its_beginning() -> None:
    title = "Terra, " + "the compact " * 7 + "SUV"

    first, card = sent(Message(f"{title}\nSits high.", buttons("Quote"), PICTURE))

    assert first["text"] == title
    assert element(card)["title"] == "Terra, " + "the compact " * 5 + "the compact…"
    assert element(card)["subtitle"] == "Sits high."


@pytest.mark.parametrize("labels", [("A", "B", "C", "D"), ("x" * 21,), ("Yes", "yes")])
def test_buttons_that_do_not_fit_a_card_follow_it(labels: tuple[str, ...]) -> None:
    card, options = sent(Message(TEXT, buttons(*labels), PICTURE))

    assert "buttons" not in element(card)
    assert options["text"].startswith(WORDS.choose)
    assert [payload for _, payload in replies(options)] == [f"p{n}" for n in range(1, len(labels) + 1)]


def test_a_card_whose_picture_cannot_be_fetched_goes_without() -> None:
    [card] = rendered("facebook", Message(TEXT, buttons("Quote"), "images/terra.png"))

    assert "image_url" not in element(message_of(card.body))
    assert not card.has_image


def test_a_card_that_would_be_a_title_only_is_a_text() -> None:
    assert only(Message("Terra", image="images/terra.png"))["text"] == "Terra"


def test_a_card_without_a_word_has_a_title() -> None:
    assert element(only(Message("", image=PICTURE)))["title"] == WORDS.choose


# --- ids and writing


def test_every_message_has_an_id_in_the_order_of_sending() -> None:
    found = render([Message("a" * 1500), Message("b" * 1500), Message(TEXT, image=PICTURE)], WORDS, new_ids())

    assert [int(message_id, 16) for message_id, _ in found] == [1, 2, 3]
    assert all(message_of(each.body)["metadata"] == message_id for message_id, each in found)


def test_right_to_left_text_keeps_its_prices_in_place() -> None:
    card = element(only(Message("سيارة Terra\nالسعر 29.900 € فقط", buttons("سيارة Terra"), PICTURE)))

    assert card["title"] == f"سيارة {FSI}Terra{PDI}"
    assert card["subtitle"] == f"السعر {FSI}29.900 €{PDI} فقط"
    assert card["buttons"][0]["title"] == f"سيارة {FSI}Terra{PDI}"
