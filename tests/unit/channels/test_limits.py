"""The table of the platforms' limits, and the check of rendered messages against it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from customer_profiler.channels.limits import LIMITS, Limit, Messenger, WhatsApp, is_web_address, length, violations

LINK = "https://bot.example.com/a.png"


def whatsapp(kind: str, **content: Any) -> dict[str, Any]:
    return {"messaging_product": "whatsapp", "recipient_type": "individual", "type": kind, kind: content}


def reply_buttons(*buttons: tuple[str, str], text: str = "Choose", **more: Any) -> dict[str, Any]:
    replies = [{"type": "reply", "reply": {"id": id, "title": title}} for id, title in buttons]
    return whatsapp("interactive", type="button", body={"text": text}, action={"buttons": replies}, **more)


def rows(*given: dict[str, str], button: str = "Open", title: str = "All", **more: Any) -> dict[str, Any]:
    action = {"button": button, "sections": [{"title": title, "rows": list(given)}]}
    return whatsapp("interactive", type="list", body={"text": "Choose"}, action=action, **more)


def row(id: str = "a", title: str = "A", **more: str) -> dict[str, str]:
    return {"id": id, "title": title, **more}


def text(said: str, *replies: tuple[str, str], **more: Any) -> dict[str, Any]:
    quick = [{"content_type": "text", "title": title, "payload": payload} for payload, title in replies]
    return {"message": {"text": said, **({"quick_replies": quick} if quick else {}), **more}}


def card(**element: Any) -> dict[str, Any]:
    payload = {"template_type": "generic", "elements": [element]}
    return {"message": {"attachment": {"type": "template", "payload": payload}}}


def postbacks(*buttons: tuple[str, str]) -> list[dict[str, str]]:
    return [{"type": "postback", "payload": payload, "title": title} for payload, title in buttons]


FOUR = tuple((f"id{n}", f"Title {n}") for n in range(4))
ELEVEN = [row(f"id{n}", f"Title {n}") for n in range(11)]
FOURTEEN = tuple((f"id{n}", f"Title {n}") for n in range(14))


def test_every_limit_says_where_it_comes_from_and_when() -> None:
    assert len(LIMITS) > 20
    for limit in LIMITS:
        assert limit.source
        assert re.fullmatch(r"20\d\d-\d\d", limit.dated)
        assert 0 < limit.minimum <= limit.maximum
    assert len({(limit.platform, limit.part) for limit in LIMITS}) == len(LIMITS)


@pytest.mark.parametrize(
    ("limit", "maximum"),
    [
        (WhatsApp.TEXT, 4096),
        (WhatsApp.CAPTION, 1024),
        (WhatsApp.BODY, 1024),
        (WhatsApp.BUTTONS, 3),
        (WhatsApp.BUTTON_TITLE, 20),
        (WhatsApp.BUTTON_ID, 256),
        (WhatsApp.ROWS, 10),
        (WhatsApp.ROW_TITLE, 24),
        (WhatsApp.ROW_DESCRIPTION, 72),
        (WhatsApp.ROW_ID, 200),
        (Messenger.TEXT, 1999),
        (Messenger.QUICK_REPLIES, 13),
        (Messenger.QUICK_REPLY_TITLE, 20),
        (Messenger.QUICK_REPLY_PAYLOAD, 1000),
        (Messenger.TITLE, 80),
        (Messenger.SUBTITLE, 80),
        (Messenger.BUTTONS, 3),
    ],
)
def test_where_sources_disagree_the_value_that_satisfies_all_counts(limit: Limit, maximum: int) -> None:
    assert limit.maximum == maximum


@pytest.mark.parametrize(("said", "units"), [("", 0), ("abc", 3), ("ñ", 1), ("سعر", 3), ("🚗", 2), ("👨‍👩‍👧", 8)])
def test_lengths_are_counted_in_utf_16_units(said: str, units: int) -> None:
    assert length(said) == units


@pytest.mark.parametrize(
    ("address", "is_one"),
    [
        (LINK, True),
        ("http://localhost:5005/a.png", True),
        ("", False),
        ("images/a.png", False),
        ("//host/a.png", False),
        ("ftp://host/a.png", False),
        ("https://", False),
        ("https://host/a b.png", False),
        ("https://[host/a.png", False),
    ],
)
def test_a_picture_is_fetched_from_an_absolute_web_address(address: str, is_one: bool) -> None:
    assert is_web_address(address) is is_one


@pytest.mark.parametrize(
    ("channel", "body"),
    [
        ("whatsapp", whatsapp("text", body="x" * 4096)),
        ("whatsapp", whatsapp("image", link=LINK)),
        ("whatsapp", whatsapp("image", link=LINK, caption="x" * 1024)),
        ("whatsapp", reply_buttons(("x" * 256, "x" * 20), text="x" * 1024)),
        ("whatsapp", reply_buttons(*FOUR[:3], header={"type": "image", "image": {"link": LINK}})),
        ("whatsapp", rows(*ELEVEN[:10], button="x" * 20, title="x" * 24)),
        ("whatsapp", rows(row("x" * 200, "x" * 24, description="x" * 72))),
        ("facebook", text("x" * 1999, *FOURTEEN[:13], metadata="x" * 1000)),
        ("facebook", text("Hi", ("x" * 1000, "x" * 20))),
        ("facebook", card(title="x" * 80, subtitle="x" * 80)),
        ("facebook", card(title="A", image_url=LINK, buttons=postbacks(*FOUR[:2], ("x" * 1000, "x" * 20)))),
    ],
)
def test_what_just_fits_is_no_violation(channel: str, body: dict[str, Any]) -> None:
    assert violations(channel, body) == []


@pytest.mark.parametrize(
    ("body", "violation"),
    [
        (whatsapp("text", body="x" * 4097), "text body: 4097 UTF-16 units, allowed are 1 to 4096"),
        (whatsapp("text", body="🚗" * 2049), "text body: 4098 UTF-16 units"),
        (whatsapp("text", body=" \n"), "text body: blank"),
        (whatsapp("text"), "text body: blank"),
        (whatsapp("image", link=LINK, caption="x" * 1025), "image caption: 1025"),
        (whatsapp("image", link=LINK, caption=""), "image caption: blank"),
        (whatsapp("image", link="images/a.png"), "“images/a.png” is no absolute http address"),
        (whatsapp("video", link=LINK), "type “video” is none of ours"),
        ({**whatsapp("text", body="Hi"), "recipient_type": ""}, "messaging_product or recipient_type is wrong"),
        ({**whatsapp("text", body="Hi"), "type": "image"}, "there is no content of type “image”"),
        (whatsapp("text", body="x" * 1_000_001), "request: "),
        (reply_buttons(("a", "A"), text=" "), "interactive body: blank"),
        (reply_buttons(("a", "A"), text="x" * 1025), "interactive body: 1025"),
        (reply_buttons(), "reply buttons: 0 items, allowed are 1 to 3"),
        (reply_buttons(*FOUR), "reply buttons: 4 items"),
        (reply_buttons(("a", "x" * 21)), "reply button title: 21"),
        (reply_buttons(("a", "")), "reply button title: blank"),
        (reply_buttons(("a", "Yes"), ("b", "YES")), "reply button title: not unique"),
        (reply_buttons(("a", "A"), ("a", "B")), "reply button id: not unique"),
        (reply_buttons(("a ", "A")), "reply button id: blanks around “a ”"),
        (reply_buttons(("x" * 257, "A")), "reply button id: 257"),
        (reply_buttons(("a", "A"), header={"type": "image", "image": {"link": "a.png"}}), "is no absolute"),
        (whatsapp("interactive", type="flow", body={"text": "Hi"}, action={}), "interactive type “flow” is none of"),
        (rows(), "list rows in all sections: 0 items"),
        (rows(*ELEVEN), "list rows in all sections: 11 items"),
        (rows(row(title="x" * 25)), "list row title: 25"),
        (rows(row("a", "A"), row("b", "a")), "list row title: not unique"),
        (rows(row("a", "A"), row("a", "B")), "list row id: not unique"),
        (rows(row("x" * 201)), "list row id: 201"),
        (rows(row(description="x" * 73)), "list row description: 73"),
        (rows(row(description="")), "list row description: blank"),
        (rows(row(), button="x" * 21), "button that opens a list: 21"),
        (rows(row(), title="x" * 25), "list section title: 25"),
        (rows(row(), header={"type": "image", "image": {"link": LINK}}), "the header of a list cannot be a picture"),
    ],
)
def test_what_whatsapp_would_refuse_is_named(body: dict[str, Any], violation: str) -> None:
    assert any(violation in found for found in violations("whatsapp", body))


@pytest.mark.parametrize(
    ("body", "violation"),
    [
        (text("x" * 2000), "text: 2000 UTF-16 units"),
        (text(""), "text: blank"),
        (text("Hi", metadata="x" * 1001), "metadata: 1001"),
        (text("Hi", *FOURTEEN), "quick replies: 14 items"),
        ({"message": {"text": "Hi", "quick_replies": []}}, "quick replies: 0 items"),
        (text("Hi", ("a", "x" * 21)), "quick reply title: 21"),
        (text("Hi", ("a", "A"), ("b", "a")), "quick reply title: not unique"),
        (text("Hi", ("x" * 1001, "A")), "quick reply payload: 1001"),
        (text("Hi", ("", "A")), "quick reply payload: blank"),
        ({"message": {}}, "either a text or an attachment"),
        ({"message": {**text("Hi")["message"], **card(title="A", subtitle="B")["message"]}}, "either a text or"),
        (
            {"message": {"attachment": {"type": "image", "payload": {"template_type": "", "elements": []}}}},
            "no generic",
        ),
        (
            {"message": {"attachment": {"type": "template", "payload": {"template_type": "generic", "elements": []}}}},
            "elements of a generic template: 0 items",
        ),
        (
            {"message": {"text": "Hi", "quick_replies": [{**row(), "content_type": "x", "payload": "a"}]}},
            "of type text",
        ),
        (card(title="x" * 81, subtitle="A"), "element title: 81"),
        (card(title="A", subtitle="x" * 81), "element subtitle: 81"),
        (card(title="A"), "an element has nothing but a title"),
        (card(title="A", image_url="a.png"), "is no absolute http address"),
        (card(title="A", buttons=postbacks(*FOUR)), "buttons of an element: 4 items"),
        (card(title="A", buttons=postbacks(("a", "x" * 21))), "button title: 21"),
        (card(title="A", buttons=postbacks(("x" * 1001, "A"))), "button payload: 1001"),
    ],
)
def test_what_messenger_would_refuse_is_named(body: dict[str, Any], violation: str) -> None:
    assert any(violation in found for found in violations("facebook", body))
