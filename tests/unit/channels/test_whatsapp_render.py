"""What customers see in WhatsApp."""

from __future__ import annotations

from typing import Any

import pytest

from customer_profiler.channels.bidi import FSI, PDI
from customer_profiler.channels.whatsapp.render import render
from customer_profiler.core.messages import Button, Message
from tests.unit.channels.samples import PICTURE, WORDS, buttons, new_ids, rendered

LONG_LABEL = "Weekend trips with a lot of luggage"


def sent(*messages: Message) -> list[dict[str, Any]]:
    return [dict(each.body) for each in rendered("whatsapp", *messages)]


def only(*messages: Message) -> dict[str, Any]:
    [body] = sent(*messages)
    return body


def texts(*messages: Message) -> list[str]:
    """The text of every message: body, caption, or the text above the buttons."""
    return [text_of(body) for body in sent(*messages)]


def text_of(body: dict[str, Any]) -> str:
    content = body[body["type"]]
    return str(content["body"]["text"] if "action" in content else content.get("body") or content.get("caption", ""))


def action(body: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = body["interactive"]["action"]
    return found


def replies(body: dict[str, Any]) -> list[tuple[str, str]]:
    """Title and id of the reply buttons."""
    return [(button["reply"]["title"], button["reply"]["id"]) for button in action(body)["buttons"]]


def rows(body: dict[str, Any]) -> list[tuple[str, str]]:
    """Title and description of the rows of a list."""
    [section] = action(body)["sections"]
    return [(row["title"], row.get("description", "")) for row in section["rows"]]


def ids(body: dict[str, Any]) -> list[str]:
    [section] = action(body)["sections"]
    return [row["id"] for row in section["rows"]]


# --- texts


def test_a_text_is_the_whole_call_but_for_its_recipient() -> None:
    assert only(Message("Hello")) == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "type": "text",
        "text": {"body": "Hello"},
    }


def test_texts_that_follow_each_other_are_one_message() -> None:
    assert texts(Message("Hello"), Message(" "), Message("How are you?")) == ["Hello\n\nHow are you?"]


def test_texts_that_do_not_fit_one_message_stay_as_they_are() -> None:
    assert texts(Message("a" * 3000), Message("b" * 2000), Message("c")) == ["a" * 3000, "b" * 2000 + "\n\nc"]


def test_a_text_over_4096_is_split_between_paragraphs() -> None:
    assert texts(Message("a" * 4000 + "\n\n" + "b" * 200)) == ["a" * 4000, "b" * 200]


def test_nothing_to_say_is_no_message() -> None:
    assert sent(Message(" \n"), Message("")) == []


# --- options


def test_up_to_three_short_labels_are_reply_buttons() -> None:
    body = only(Message("Which?", buttons("One", "Two", "x" * 20)))

    assert body["interactive"]["type"] == "button"
    assert replies(body) == [("One", "p1"), ("Two", "p2"), ("x" * 20, "p3")]


def test_four_to_ten_labels_are_a_list_with_descriptions() -> None:
    options = [Button(f"Label {n}", f"p{n}", f"About {n}") for n in range(10)]

    body = only(Message("Which?", tuple(options)))

    assert body["interactive"]["type"] == "list"
    assert action(body)["button"] == WORDS.choose
    assert rows(body) == [(f"Label {n}", f"About {n}") for n in range(10)]


def test_a_label_of_21_to_24_makes_a_list() -> None:
    assert rows(only(Message("Which?", buttons("x" * 24, "Two")))) == [("x" * 24, ""), ("Two", "")]


def test_a_label_over_24_stands_whole_in_the_description() -> None:
    options = (Button(LONG_LABEL, "p1", "Suitcases and bikes"), Button("Two", "p2", "About two"))

    assert rows(only(Message("Which?", options))) == [("Weekend trips with a…", LONG_LABEL), ("Two", "About two")]


def test_a_description_over_72_ends_visibly() -> None:
    options = (Button("x" * 24, "p1", "word " * 20), Button("Two", "p2"))

    [(_, description), _] = rows(only(Message("Which?", options)))
    assert description == "word " * 13 + "word…"


@pytest.mark.parametrize(
    "labels",
    [
        ("x" * 73, "Two"),
        ("Yes", "yes"),
        ("Weekend trips with a lot of bikes", LONG_LABEL),
    ],
    ids=["over 72", "equal but for case", "equal when shortened"],
)
def test_labels_that_cannot_be_told_apart_are_numbered(labels: tuple[str, str]) -> None:
    body = only(Message("Which?", buttons(*labels)))

    assert text_of(body) == f"Which?\n\n1. {labels[0]}\n2. {labels[1]}"
    assert replies(body) == [("1", "p1"), ("2", "p2")]


def test_more_than_three_numbered_options_are_a_list_of_numbers() -> None:
    labels = [f"{n} {'x' * 300}" for n in range(5)]

    *_, last = sent(Message("Which?", buttons(*labels)))

    assert [title for title, _ in rows(last)] == ["1", "2", "3", "4", "5"]


def test_more_than_ten_options_come_in_pages() -> None:
    question = Message("Which?", buttons(*(f"Label {n}" for n in range(1, 18))))

    [first] = rendered("whatsapp", question)
    body = dict(first.body)

    assert [title for title, _ in rows(body)] == [*(f"Label {n}" for n in range(1, 10)), WORDS.more]
    assert ids(body)[-1] == "more:" + "1".zfill(32)
    assert first.rest == Message("Which?", question.buttons[9:])
    assert [title for title, _ in rows(only(first.rest))] == [f"Label {n}" for n in range(10, 18)]


def test_numbers_count_over_all_pages() -> None:
    labels = [f"{n} {'x' * 80}" for n in range(1, 18)]

    first = rendered("whatsapp", Message("Which?", buttons(*labels)))[-1]
    assert first.rest is not None
    second = rendered("whatsapp", first.rest)[-1]

    assert [title for title, _ in rows(dict(first.body))] == [*map(str, range(1, 10)), WORDS.more]
    assert [title for title, _ in rows(dict(second.body))] == [*map(str, range(10, 18))]
    assert f"17. {labels[-1]}" in "\n".join(texts(Message("Which?", buttons(*labels))))


def test_a_label_like_the_word_for_more_is_numbered() -> None:
    options = buttons(*(f"Label {n}" for n in range(10)), WORDS.more.upper())

    assert rows(only(Message("Which?", options)))[0] == ("1", "Label 0")


@pytest.mark.parametrize(
    ("payloads", "kind"),
    [
        (("x" * 256, "b"), "button"),
        (("x" * 200, "b", "c", "d"), "list"),
        (("x" * 257, "b"), "text"),
        (("x" * 201, "b", "c", "d"), "text"),
        ((" a", "b"), "text"),
        (("", "b"), "text"),
        (("a", "a"), "text"),
    ],
)
def test_payloads_that_would_not_come_back_leave_numbers_to_type(payloads: tuple[str, ...], kind: str) -> None:
    options = [Button(f"Label {place}", payload) for place, payload in enumerate(payloads, start=1)]

    body = only(Message("Which?", tuple(options)))

    assert (body["interactive"]["type"] if "interactive" in body else body["type"]) == kind
    if kind == "text":
        assert text_of(body).startswith("Which?\n\n1. Label 1\n2. Label 2")
        assert text_of(body).endswith(WORDS.by_number)


def test_buttons_without_a_text_get_one() -> None:
    assert texts(Message(" ", buttons("One"))) == [WORDS.choose]


def test_a_label_is_shown_on_one_line() -> None:
    assert replies(only(Message("Which?", buttons(" One\n more ")))) == [("One more", "p1")]


# --- texts before options


def test_texts_go_into_the_message_with_the_buttons_that_follows() -> None:
    assert texts(Message("Hello"), Message("Our purpose."), Message("Which?", buttons("One"))) == [
        "Hello\n\nOur purpose.\n\nWhich?"
    ]


def test_texts_that_do_not_fit_beside_the_question_go_ahead() -> None:
    assert texts(Message("a" * 600), Message("b" * 600, buttons("One"))) == ["a" * 600, "b" * 600]


def test_only_the_last_paragraphs_of_a_long_text_carry_the_buttons() -> None:
    question = "\n\n".join(["a" * 600, "b" * 600, "c" * 300])

    first, last = sent(Message("Hello"), Message(question, buttons("One")))

    assert text_of(first) == "Hello\n\n" + "a" * 600
    assert text_of(last) == "b" * 600 + "\n\n" + "c" * 300
    assert replies(last) == [("One", "p1")]


# --- cards


CARD = Message("Terra\nSits high.\n19.900 €", buttons("Quote", "Another"), PICTURE)


def test_a_card_is_one_message_of_picture_text_and_buttons() -> None:
    [card] = rendered("whatsapp", CARD)

    assert card.has_image
    assert dict(card.body)["interactive"] == {
        "type": "button",
        "header": {"type": "image", "image": {"link": PICTURE}},
        "body": {"text": CARD.text},
        "action": {
            "buttons": [
                {"type": "reply", "reply": {"id": "p1", "title": "Quote"}},
                {"type": "reply", "reply": {"id": "p2", "title": "Another"}},
            ]
        },
    }


def test_texts_are_not_joined_into_cards() -> None:
    assert texts(Message("This suits you best:"), CARD) == ["This suits you best:", CARD.text]


def test_the_beginning_of_a_long_card_goes_ahead() -> None:
    card = Message("a" * 1000 + "\n\n" + "b" * 1000, CARD.buttons, PICTURE)

    first, last = sent(Message("Best:"), card)

    assert text_of(first) == "Best:\n\n" + "a" * 1000
    assert text_of(last) == "b" * 1000
    assert last["interactive"]["header"]["image"]["link"] == PICTURE


def test_a_card_without_buttons_is_a_picture_with_a_caption() -> None:
    [card] = rendered("whatsapp", Message("Terra", image=PICTURE))

    assert card.has_image
    assert card.body["image"] == {"link": PICTURE, "caption": "Terra"}


def test_a_card_without_a_word_is_a_picture() -> None:
    assert only(Message("", image=PICTURE))["image"] == {"link": PICTURE}


def test_buttons_that_do_not_fit_a_card_follow_it() -> None:
    picture, options = rendered("whatsapp", Message("Terra", buttons("A", "B", "C", "D"), PICTURE))

    assert picture.body["image"] == {"link": PICTURE, "caption": "Terra"}
    assert [picture.has_image, options.has_image] == [True, False]
    assert rows(dict(options.body)) == [("A", ""), ("B", ""), ("C", ""), ("D", "")]


@pytest.mark.parametrize("image", ["images/terra.png", "file:///terra.png", "https://"])
def test_a_card_whose_picture_cannot_be_fetched_goes_without(image: str) -> None:
    [card] = rendered("whatsapp", Message("Terra", buttons("Quote"), image))

    assert "header" not in dict(card.body)["interactive"]
    assert not card.has_image


# --- ids and writing


def test_every_message_has_an_id_in_the_order_of_sending() -> None:
    found = render([Message("a" * 4000), Message("b" * 4000), CARD, Message("c")], WORDS, new_ids())

    assert [int(message_id, 16) for message_id, _ in found] == [1, 2, 3, 4]


def test_right_to_left_text_keeps_its_prices_in_place() -> None:
    body = only(Message("السعر 29.900 € فقط", buttons("سيارة Terra", "سيارة Terra X 2.0 جد")))

    assert text_of(body) == f"السعر {FSI}29.900 €{PDI} فقط"
    assert replies(body) == [(f"سيارة {FSI}Terra{PDI}", "p1"), ("سيارة Terra X 2.0 جد", "p2")]
