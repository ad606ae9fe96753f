"""What buttons, lists, links, carousels and location requests of a call must look like."""

from __future__ import annotations

from collections.abc import Callable

from customer_profiler.standin.fields import Fields, all_different
from customer_profiler.standin.whatsapp.media import check_media

BODY_MOST = 1024
LINE_MOST = 60
BUTTONS_MOST = 3
BUTTON_ID_MOST = 256
BUTTON_TITLE_MOST = 20
ROWS_MOST = 10
ROW_ID_MOST = 200
ROW_TITLE_MOST = 24
ROW_DESCRIPTION_MOST = 72
CARDS_LEAST = 2
CARDS_MOST = 10
CARD_BODY_MOST = 160
CARD_BREAKS_MOST = 2
CARD_BUTTONS_MOST = 3

INVALID = 131009


def check_interactive(message: Fields) -> None:
    """Check an interactive message of any type the stand-in plays; catalogues and flows it does not."""
    kind = message.choice("type", _TYPES)
    parts = ("type", "body", "action") if kind in _BARE else ("type", "header", "body", "footer", "action")
    message.only(*parts).child("body").only("text").text("text", BODY_MOST)
    if message.has("header"):
        _check_header(message.child("header"), ("text",) if kind == "list" else ("text", "image", "video", "document"))
    if message.has("footer"):
        message.child("footer").only("text").text("text", LINE_MOST)
    _TYPES[kind](message.child("action"))


def _check_header(header: Fields, kinds: tuple[str, ...]) -> None:
    kind = header.choice("type", kinds)
    header.only("type", kind)
    if kind == "text":
        header.text("text", LINE_MOST)
    else:
        check_media(kind)(header.child(kind))


def _check_buttons(action: Fields) -> None:
    replies = []
    for button in action.only("buttons").children("buttons", BUTTONS_MOST):
        button.only("type", "reply").choice("type", ("reply",))
        replies.append(button.child("reply").only("id", "title"))
    _check_replies(replies, BUTTON_ID_MOST)


def _check_replies(replies: list[Fields], id_most: int) -> None:
    for reply in replies:
        reply.text("title", BUTTON_TITLE_MOST)
        if reply.text("id", id_most) != reply.text("id").strip():
            raise reply.invalid("id", "must not begin or end with blanks")
    all_different([reply.text("id") for reply in replies], "Button ids", INVALID)
    all_different([reply.text("title") for reply in replies], "Button titles", INVALID)


def _check_list(action: Fields) -> None:
    action.only("button", "sections").text("button", BUTTON_TITLE_MOST)
    sections = action.children("sections", 10)
    rows: list[Fields] = []
    for section in sections:
        section.only("title", "rows")
        section.optional("title", ROW_TITLE_MOST)
        if len(sections) > 1:
            section.text("title", ROW_TITLE_MOST)
        rows += section.children("rows", ROWS_MOST)
    if len(rows) > ROWS_MOST:
        raise action.invalid("sections", f"have {len(rows)} rows in total; at most {ROWS_MOST} are allowed")
    for row in rows:
        row.only("id", "title", "description").text("title", ROW_TITLE_MOST)
        row.text("id", ROW_ID_MOST)
        row.optional("description", ROW_DESCRIPTION_MOST)
    all_different([row.text("id") for row in rows], "Row ids", INVALID)


def _check_link(action: Fields) -> None:
    action.only("name", "parameters").choice("name", ("cta_url",))
    parameters = action.child("parameters").only("display_text", "url")
    parameters.text("display_text", BUTTON_TITLE_MOST)
    parameters.link("url")


def _check_carousel(action: Fields) -> None:
    cards = action.only("cards").children("cards", CARDS_MOST, CARDS_LEAST)
    shapes = [_check_card(card, place) for place, card in enumerate(cards)]
    if len(set(shapes)) > 1:
        raise action.invalid("cards", "must all have the same kind of header and the same kind and number of buttons")
    ids = [
        button.child("quick_reply").text("id")
        for card in cards
        if card.child("action").has("buttons")
        for button in card.child("action").children("buttons", CARD_BUTTONS_MOST)
    ]
    all_different(ids, "Button ids", INVALID)


def _check_card(card: Fields, place: int) -> tuple[str, int]:
    card.only("card_index", "type", "header", "body", "action").choice("type", ("cta_url",))
    if card.number("card_index") != place:
        raise card.invalid("card_index", f"must be {place}")
    header = card.child("header")
    kind = header.choice("type", ("image", "video"))
    header.only("type", kind).child(kind).only("link").link("link")
    if card.has("body"):
        text = card.child("body").only("text").text("text", CARD_BODY_MOST)
        if text.count("\n") > CARD_BREAKS_MOST:
            raise card.invalid("body.text", f"may have at most {CARD_BREAKS_MOST} line breaks")
    action = card.child("action")
    if not action.has("buttons"):
        _check_link(action)
        return kind, 0
    buttons = action.only("buttons").children("buttons", CARD_BUTTONS_MOST)
    for button in buttons:
        button.only("type", "quick_reply").choice("type", ("quick_reply",))
    _check_replies([button.child("quick_reply").only("id", "title") for button in buttons], BUTTON_TITLE_MOST)
    return kind, len(buttons)


def _check_location_request(action: Fields) -> None:
    action.only("name").choice("name", ("send_location",))


_TYPES: dict[str, Callable[[Fields], None]] = {
    "button": _check_buttons,
    "list": _check_list,
    "cta_url": _check_link,
    "carousel": _check_carousel,
    "location_request_message": _check_location_request,
}
_BARE = ("carousel", "location_request_message")
