"""What the Cloud API refuses, one row a rule."""

from __future__ import annotations

from typing import Any

import pytest

from customer_profiler.standin.errors import GraphError
from customer_profiler.standin.whatsapp.checks import check_call, check_message, check_read

Json = dict[str, Any]


def call(**content: Any) -> Json:
    return {"messaging_product": "whatsapp", "to": "+12025550100", **content}


def text(body: Any = "hello", **more: Any) -> Json:
    return call(type="text", text={"body": body, **more})


def image(**content: Any) -> Json:
    return call(type="image", image=content)


def interactive(kind: str, action: Any, **more: Any) -> Json:
    body = more.pop("body", {"text": "Choose"})
    return call(type="interactive", interactive={"type": kind, "body": body, "action": action, **more})


def buttons(*replies: Any, **more: Any) -> Json:
    return interactive("button", {"buttons": [{"type": "reply", "reply": reply} for reply in replies]}, **more)


def reply(title: str = "Yes", id: str = "yes") -> Json:
    return {"id": id, "title": title}


def rows(count: int, **more: Any) -> list[Json]:
    return [{"id": f"r{number}", "title": f"Row {number}", **more} for number in range(count)]


def sections(*lists: list[Json], titled: bool = True, **more: Any) -> Json:
    items = [{"rows": items, **({"title": f"S{place}"} if titled else {})} for place, items in enumerate(lists)]
    return interactive("list", {"button": "Options", "sections": items}, **more)


def link(**parameters: Any) -> Json:
    return interactive("cta_url", {"name": "cta_url", "parameters": parameters})


def card(place: int, titles: list[str] | None = None, **more: Any) -> Json:
    header = {"type": "image", "image": {"link": "https://h/x.png"}}
    action: Json = {"name": "cta_url", "parameters": {"display_text": "Open", "url": "https://h/"}}
    if titles is not None:
        action = {
            "buttons": [{"type": "quick_reply", "quick_reply": {"id": f"{place}{t}", "title": t}} for t in titles]
        }
    return {"card_index": place, "type": "cta_url", "header": header, "action": action, **more}


def carousel(*cards: Json, **more: Any) -> Json:
    return interactive("carousel", {"cards": list(cards)}, **more)


def refused(body: Any) -> GraphError:
    with pytest.raises(GraphError) as caught:
        check_message(check_call(body))
    return caught.value


TAKEN = {
    "text": text("x" * 4096),
    "text with preview": text(preview_url=True),
    "text without type": {"messaging_product": "whatsapp", "to": "1", "text": {"body": "x"}},
    "to a business-scoped id": {
        "messaging_product": "whatsapp",
        "recipient": "US.1",
        "type": "text",
        "text": {"body": "x"},
    },
    "quoted": {**text(), "context": {"message_id": "wamid.1"}},
    "with our own mark": {**text(), "biz_opaque_callback_data": "x" * 512},
    "image": image(link="https://h/x.png", caption="x" * 1024),
    "three buttons": buttons(*(reply("t" * 19 + str(n), f"{n}" * 256) for n in range(3))),
    "picture header": buttons(reply(), header={"type": "image", "image": {"link": "https://h/x.png"}}),
    "text header and footer": buttons(reply(), header={"type": "text", "text": "x" * 60}, footer={"text": "x" * 60}),
    "ten rows": sections(rows(10)),
    "ten rows in two sections": sections(rows(5), [{**row, "id": f"s{row['id']}"} for row in rows(5)]),
    "one section without title": sections(rows(1), titled=False),
    "full row": sections([{"id": "i" * 200, "title": "t" * 24, "description": "d" * 72}]),
    "link button": link(display_text="x" * 20, url="https://h/"),
    "carousel of links": carousel(card(0), card(1)),
    "carousel of quick replies": carousel(*(card(n, ["Choose", "More"]) for n in range(10))),
    "location request": interactive("location_request_message", {"name": "send_location"}),
    "location": call(type="location", location={"latitude": 40.4, "longitude": -3.7}),
    "reaction": call(type="reaction", reaction={"message_id": "wamid.1", "emoji": "👍"}),
    "reaction taken back": call(type="reaction", reaction={"message_id": "wamid.1", "emoji": ""}),
    "contact": call(type="contacts", contacts=[{"name": {"formatted_name": "Ana"}}]),
    "document": call(type="document", document={"link": "https://h/x.pdf", "filename": "x.pdf", "caption": "c"}),
}

REFUSED = {
    "no object": ([], 100, "JSON object"),
    "no product": ({"to": "1", "type": "text"}, 100, "messaging_product"),
    "another product": ({"messaging_product": "messenger"}, 100, "messaging_product"),
    "nobody": ({"messaging_product": "whatsapp", "type": "text", "text": {"body": "x"}}, 100, "to is required"),
    "a group": ({**text(), "recipient_type": "group"}, 131009, "recipient_type"),
    "unknown type": (call(type="poll", poll={}), 131051, "poll"),
    "unknown key": ({**text(), "extra": 1}, 100, '"extra"'),
    "unknown key inside": (text(extra=1), 100, '"extra" on param "text"'),
    "content missing": (call(type="text"), 131008, "text is required"),
    "body missing": (call(type="text", text={}), 131008, "text.body"),
    "body blank": (text(" \n"), 131008, "text.body"),
    "body a number": (text(5), 100, "text.body must be a string"),
    "body long": (text("x" * 4097), 131009, "at most 4096"),
    "emoji count twice": (text("😀" * 2049), 131009, "4098 characters"),
    "preview a text": (text(preview_url="yes"), 100, "text.preview_url"),
    "mark long": ({**text(), "biz_opaque_callback_data": "x" * 513}, 131009, "biz_opaque_callback_data"),
    "image nowhere": (image(caption="x"), 131008, "either id or link"),
    "image twice": (image(id="1", link="https://h/"), 131008, "either id or link"),
    "image elsewhere": (image(link="ftp://h/x.png"), 131009, "image.link"),
    "caption long": (image(link="https://h/", caption="x" * 1025), 131009, "image.caption"),
    "sound with caption": (call(type="audio", audio={"id": "1", "caption": "x"}), 100, '"caption"'),
    "unknown interactive": (interactive("menu", {}), 131009, "interactive.type"),
    "no interactive body": (buttons(reply(), body=None), 131008, "interactive.body"),
    "interactive body long": (buttons(reply(), body={"text": "x" * 1025}), 131009, "interactive.body.text"),
    "footer long": (buttons(reply(), footer={"text": "x" * 61}), 131009, "interactive.footer.text"),
    "header long": (buttons(reply(), header={"type": "text", "text": "x" * 61}), 131009, "interactive.header.text"),
    "no buttons": (interactive("button", {}), 131008, "interactive.action.buttons"),
    "empty buttons": (buttons(), 131009, "at least 1"),
    "four buttons": (buttons(*(reply(f"t{n}", f"i{n}") for n in range(4))), 131009, "at most 3"),
    "button title long": (buttons(reply("x" * 21)), 131009, "reply.title"),
    "button title empty": (buttons(reply("")), 131008, "reply.title"),
    "button titles alike": (buttons(reply("A", "1"), reply("A", "2")), 131009, "titles must be unique"),
    "button ids alike": (buttons(reply("A", "1"), reply("B", "1")), 131009, "ids must be unique"),
    "button id long": (buttons(reply(id="x" * 257)), 131009, "reply.id"),
    "button id with blank": (buttons(reply(id="x ")), 131009, "blanks"),
    "no list label": (interactive("list", {"sections": [{"rows": rows(1)}]}), 131008, "interactive.action.button"),
    "list label long": (interactive("list", {"button": "x" * 21, "sections": []}), 131009, "interactive.action.button"),
    "list with picture": (sections(rows(1), header={"type": "image", "image": {"id": "1"}}), 131009, "header.type"),
    "eleven rows": (sections(rows(11)), 131009, "at most 10"),
    "eleven rows in all": (sections(rows(6), rows(5)), 131009, "11 rows in total"),
    "untitled sections": (sections(rows(1), rows(1), titled=False), 131008, "sections[0].title"),
    "row title long": (sections([{"id": "1", "title": "x" * 25}]), 131009, "rows[0].title"),
    "row id long": (sections([{"id": "x" * 201, "title": "x"}]), 131009, "rows[0].id"),
    "row description long": (sections(rows(1, description="x" * 73)), 131009, "rows[0].description"),
    "row ids alike": (sections(rows(1), rows(1)), 131009, "Row ids must be unique"),
    "link text long": (link(display_text="x" * 21, url="https://h/"), 131009, "display_text"),
    "link elsewhere": (link(display_text="x", url="tel:1"), 131009, "parameters.url"),
    "one card": (carousel(card(0)), 131009, "at least 2"),
    "eleven cards": (carousel(*(card(n) for n in range(11))), 131009, "at most 10"),
    "cards out of order": (carousel(card(0), card(2)), 131009, "card_index"),
    "cards unlike": (carousel(card(0), card(1, ["Yes"])), 131009, "same kind"),
    "cards with other counts": (carousel(card(0, ["A"]), card(1, ["A", "B"])), 131009, "same kind"),
    "card text long": (carousel(card(0), card(1, body={"text": "x" * 161})), 131009, "at most 160"),
    "card with three breaks": (carousel(card(0), card(1, body={"text": "a\nb\nc\nd"})), 131009, "line breaks"),
    "card title long": (carousel(card(0, ["x" * 21]), card(1, ["x"])), 131009, "title"),
    "carousel with footer": (carousel(card(0), card(1), footer={"text": "x"}), 100, '"footer"'),
    "latitude off": (call(type="location", location={"latitude": 91, "longitude": 0}), 131009, "latitude"),
    "longitude missing": (call(type="location", location={"latitude": 0}), 131008, "longitude"),
    "reaction quoted": (
        {**call(type="reaction", reaction={"message_id": "w", "emoji": "x"}), "context": {"message_id": "w"}},
        100,
        "not allowed for reactions",
    ),
    "six contacts": (call(type="contacts", contacts=[{"name": {"formatted_name": "A"}}] * 6), 131009, "at most 5"),
    "template without language": (call(type="template", template={"name": "offer"}), 131008, "template.language"),
}


@pytest.mark.parametrize("body", TAKEN.values(), ids=TAKEN)
def test_takes(body: Json) -> None:
    check_message(check_call(body))


@pytest.mark.parametrize(("body", "code", "details"), REFUSED.values(), ids=REFUSED)
def test_refuses_with_a_code_and_the_name_of_the_field(body: Any, code: int, details: str) -> None:
    error = refused(body)
    assert (error.code, details in error.details) == (code, True), error.details


def test_takes_a_read_receipt_with_typing() -> None:
    receipt = {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.1"}
    assert check_read(check_call({**receipt, "typing_indicator": {"type": "text"}})) == "wamid.1"


@pytest.mark.parametrize(
    "change",
    [{"status": "seen"}, {"message_id": ""}, {"typing_indicator": {"type": "audio"}}, {"to": "1"}],
)
def test_refuses_a_receipt_that_is_none(change: Json) -> None:
    receipt = {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.1", **change}
    with pytest.raises(GraphError):
        check_read(check_call(receipt))
