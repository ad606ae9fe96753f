"""What the platforms take: one table of their limits, and a check of rendered messages against it.

No other module holds a number of a platform. Where Meta's sources disagree the value that satisfies all of them
stands here. Lengths are counted in UTF-16 units: Meta names no unit, and this is the stricter of the usual readings.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

CHARACTERS, ITEMS, BYTES = "UTF-16 units", "items", "bytes"
"""The units of limits."""


@dataclass(frozen=True)
class Limit:
    """One row of the table: ``part`` of a message of ``platform`` holds ``minimum`` to ``maximum`` of ``unit``.

    ``source`` says who states it, ``dated`` (year and month) when the text that was read was written.
    """

    platform: str
    part: str
    maximum: int
    unit: str
    source: str
    dated: str
    minimum: int = 1


_DOCS = ("Meta: WhatsApp Cloud API, page of the message type, v24.0", "2025-12")
_TEMPLATES = ("Meta: Template components, limits at creation", "2025-11")
_SEND_API = ("Meta: Messenger Platform, Send API reference and message pages, v25.0", "2026-06")


class WhatsApp:
    """The limits of the WhatsApp Cloud API."""

    TEXT = Limit("whatsapp", "text body", 4096, CHARACTERS, *_DOCS)
    CAPTION = Limit("whatsapp", "image caption", 1024, CHARACTERS, *_DOCS)
    BODY = Limit(
        "whatsapp", "interactive body", 1024, CHARACTERS, "OpenAPI v23.0; Meta's page on lists says 4096", "2025-11"
    )
    BUTTONS = Limit("whatsapp", "reply buttons", 3, ITEMS, *_DOCS)
    BUTTON_TITLE = Limit("whatsapp", "reply button title", 20, CHARACTERS, *_DOCS)
    BUTTON_ID = Limit("whatsapp", "reply button id", 256, CHARACTERS, *_DOCS)
    LIST_BUTTON = Limit("whatsapp", "button that opens a list", 20, CHARACTERS, *_DOCS)
    SECTIONS = Limit("whatsapp", "list sections", 10, ITEMS, *_DOCS)
    SECTION_TITLE = Limit("whatsapp", "list section title", 24, CHARACTERS, *_DOCS)
    ROWS = Limit("whatsapp", "list rows in all sections", 10, ITEMS, *_DOCS)
    ROW_TITLE = Limit("whatsapp", "list row title", 24, CHARACTERS, *_DOCS)
    ROW_DESCRIPTION = Limit("whatsapp", "list row description", 72, CHARACTERS, *_DOCS)
    ROW_ID = Limit("whatsapp", "list row id", 200, CHARACTERS, *_DOCS)
    IMAGE = Limit("whatsapp", "image file", 5_000_000, BYTES, *_DOCS)
    TEMPLATE_NAME = Limit("whatsapp", "template name", 512, CHARACTERS, *_TEMPLATES)
    TEMPLATE_HEADER = Limit("whatsapp", "template header", 60, CHARACTERS, *_TEMPLATES)
    TEMPLATE_BODY = Limit("whatsapp", "template body", 1024, CHARACTERS, *_TEMPLATES)
    TEMPLATE_FOOTER = Limit("whatsapp", "template footer", 60, CHARACTERS, *_TEMPLATES)
    TEMPLATE_BUTTONS = Limit("whatsapp", "template buttons", 10, ITEMS, *_TEMPLATES)
    TEMPLATE_LABEL = Limit("whatsapp", "template button label", 25, CHARACTERS, *_TEMPLATES)
    TEMPLATE_LINKS = Limit("whatsapp", "template buttons that open a page", 2, ITEMS, *_TEMPLATES)
    TEMPLATE_URL = Limit("whatsapp", "template button address", 2000, CHARACTERS, *_TEMPLATES)
    TEMPLATE_PAYLOAD = Limit(
        "whatsapp", "template button payload", 128, CHARACTERS, "often quoted; pywa 4.4.0 says 256", "2026-08"
    )
    REQUEST = Limit(
        "whatsapp", "request", 1_000_000, BYTES, "WhatsApp/WhatsApp-Flows-Tools#43: accepted, never sent", "2025-08"
    )


class Messenger:
    """The limits of the Messenger Platform."""

    TEXT = Limit("facebook", "text", 1999, CHARACTERS, *_SEND_API)
    QUICK_REPLIES = Limit("facebook", "quick replies", 13, ITEMS, *_SEND_API)
    QUICK_REPLY_TITLE = Limit("facebook", "quick reply title", 20, CHARACTERS, *_SEND_API)
    QUICK_REPLY_PAYLOAD = Limit("facebook", "quick reply payload", 1000, CHARACTERS, *_SEND_API)
    ELEMENTS = Limit("facebook", "elements of a generic template", 10, ITEMS, *_SEND_API)
    TITLE = Limit("facebook", "element title", 80, CHARACTERS, *_SEND_API)
    SUBTITLE = Limit("facebook", "element subtitle", 80, CHARACTERS, *_SEND_API)
    BUTTONS = Limit("facebook", "buttons of an element", 3, ITEMS, *_SEND_API)
    BUTTON_TITLE = Limit("facebook", "button title", 20, CHARACTERS, *_SEND_API)
    BUTTON_PAYLOAD = Limit("facebook", "button payload", 1000, CHARACTERS, *_SEND_API)
    METADATA = Limit("facebook", "metadata", 1000, CHARACTERS, *_SEND_API)
    IMAGE = Limit("facebook", "image file given by address", 8_000_000, BYTES, *_SEND_API)


LIMITS: tuple[Limit, ...] = tuple(
    value for platform in (WhatsApp, Messenger) for value in vars(platform).values() if isinstance(value, Limit)
)
"""The whole table."""

IMAGE_TYPES = ("image/jpeg", "image/png")
"""The kinds of picture that both platforms show (Meta: Media, 2025-12; WhatsApp refuses WebP with error 131053)."""


def length(text: str) -> int:
    """Give the length of a text in UTF-16 units: an emoji outside the first plane counts as two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def is_web_address(address: str) -> bool:
    """Tell whether a platform can fetch a picture there: an absolute http or https address."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not any(map(str.isspace, address))


def violations(channel: str, body: Mapping[str, Any]) -> list[str]:
    """Name everything in a rendered body that the platform would refuse; none for a good one.

    ``channel`` is ``whatsapp`` or ``facebook``; ``body`` has no recipient yet.
    """
    return list(_whatsapp(body) if channel == "whatsapp" else _messenger(body))


def _whatsapp(body: Mapping[str, Any]) -> Iterator[str]:
    yield from _size(WhatsApp.REQUEST, len(json.dumps(body, ensure_ascii=False).encode()))
    kind = body.get("type", "")
    content = body.get(kind)
    if body.get("messaging_product") != "whatsapp" or body.get("recipient_type") != "individual":
        yield "messaging_product or recipient_type is wrong"
    if not isinstance(content, Mapping):
        yield f"there is no content of type “{kind}”"
    elif kind == "text":
        yield from _text(WhatsApp.TEXT, content.get("body"))
    elif kind == "image":
        yield from _link(content.get("link"))
        yield from _optional(WhatsApp.CAPTION, content, "caption")
    elif kind == "interactive":
        yield from _interactive(content)
    else:
        yield f"type “{kind}” is none of ours"


def _interactive(content: Mapping[str, Any]) -> Iterator[str]:
    yield from _text(WhatsApp.BODY, content["body"].get("text"))
    action, header = content["action"], content.get("header")
    if content["type"] == "button":
        yield from _reply_buttons([button["reply"] for button in action["buttons"]])
        if header is not None:
            yield from _link(header["image"]["link"])
    elif content["type"] == "list":
        yield from _list(action)
        if header is not None:
            yield "the header of a list cannot be a picture"
    else:
        yield f"interactive type “{content['type']}” is none of ours"


def _reply_buttons(buttons: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield from _size(WhatsApp.BUTTONS, len(buttons))
    yield from _labels(WhatsApp.BUTTON_TITLE, [button["title"] for button in buttons])
    yield from _ids(WhatsApp.BUTTON_ID, [button["id"] for button in buttons])


def _list(action: Mapping[str, Any]) -> Iterator[str]:
    sections = action["sections"]
    rows = [row for section in sections for row in section["rows"]]
    yield from _text(WhatsApp.LIST_BUTTON, action.get("button"))
    yield from _size(WhatsApp.SECTIONS, len(sections))
    yield from _labels(WhatsApp.SECTION_TITLE, [section.get("title") for section in sections])
    yield from _size(WhatsApp.ROWS, len(rows))
    yield from _labels(WhatsApp.ROW_TITLE, [row["title"] for row in rows])
    yield from _ids(WhatsApp.ROW_ID, [row["id"] for row in rows])
    for row in rows:
        yield from _optional(WhatsApp.ROW_DESCRIPTION, row, "description")


def _messenger(body: Mapping[str, Any]) -> Iterator[str]:
    message = body["message"]
    if ("text" in message) == ("attachment" in message):
        yield "a message has either a text or an attachment"
    yield from _optional(Messenger.METADATA, message, "metadata")
    if "text" in message:
        yield from _text(Messenger.TEXT, message["text"])
    if "attachment" in message:
        yield from _template(message["attachment"])
    if "quick_replies" in message:
        yield from _quick_replies(message["quick_replies"])


def _quick_replies(replies: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield from _size(Messenger.QUICK_REPLIES, len(replies))
    yield from _labels(Messenger.QUICK_REPLY_TITLE, [reply["title"] for reply in replies])
    yield from _texts(Messenger.QUICK_REPLY_PAYLOAD, [reply["payload"] for reply in replies])
    if any(reply["content_type"] != "text" for reply in replies):
        yield "a quick reply is not of type text"


def _template(attachment: Mapping[str, Any]) -> Iterator[str]:
    payload = attachment["payload"]
    if (attachment["type"], payload["template_type"]) != ("template", "generic"):
        yield "the attachment is no generic template"
    elements = payload["elements"]
    yield from _size(Messenger.ELEMENTS, len(elements))
    for element in elements:
        yield from _element(element)


def _element(element: Mapping[str, Any]) -> Iterator[str]:
    yield from _text(Messenger.TITLE, element.get("title"))
    yield from _optional(Messenger.SUBTITLE, element, "subtitle")
    if len(element) == 1:
        yield "an element has nothing but a title"
    if "image_url" in element:
        yield from _link(element["image_url"])
    if "buttons" in element:
        buttons = element["buttons"]
        yield from _size(Messenger.BUTTONS, len(buttons))
        yield from _labels(Messenger.BUTTON_TITLE, [button["title"] for button in buttons])
        yield from _texts(Messenger.BUTTON_PAYLOAD, [button["payload"] for button in buttons])


def _size(limit: Limit, size: int) -> Iterator[str]:
    if not limit.minimum <= size <= limit.maximum:
        yield f"{limit.part}: {size} {limit.unit}, allowed are {limit.minimum} to {limit.maximum}"


def _text(limit: Limit, text: object) -> Iterator[str]:
    if not isinstance(text, str) or not text.strip():
        yield f"{limit.part}: blank"
    else:
        yield from _size(limit, length(text))


def _optional(limit: Limit, holder: Mapping[str, Any], key: str) -> Iterator[str]:
    if key in holder:
        yield from _text(limit, holder[key])


def _texts(limit: Limit, texts: Iterable[object]) -> Iterator[str]:
    for text in texts:
        yield from _text(limit, text)


def _labels(limit: Limit, labels: Sequence[object]) -> Iterator[str]:
    yield from _texts(limit, labels)
    yield from _repeated(limit, (str(label).casefold() for label in labels))


def _ids(limit: Limit, ids: Sequence[str]) -> Iterator[str]:
    yield from _texts(limit, ids)
    for each in ids:
        if each != each.strip():
            yield f"{limit.part}: blanks around “{each}”"
    yield from _repeated(limit, ids)


def _repeated(limit: Limit, values: Iterable[str]) -> Iterator[str]:
    seen = list(values)
    if len(set(seen)) < len(seen):
        yield f"{limit.part}: not unique"


def _link(address: object) -> Iterator[str]:
    if not is_web_address(str(address)):
        yield f"“{address}” is no absolute http address"
