"""Turns a checked Messenger call into what stands on the screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from customer_profiler.standin.fields import length
from customer_profiler.standin.message import Button, Card
from customer_profiler.standin.messenger.checks import TITLE_SHOWN

Call = Mapping[str, Any]


def shown(call: Call) -> dict[str, Any]:
    """Give the fields of the ``Message`` a call shows."""
    message = call["message"]
    fields = (
        _attachment(message["attachment"]) if "attachment" in message else {"kind": "text", "text": message["text"]}
    )
    quick_replies = tuple(_quick_reply(reply) for reply in message.get("quick_replies") or [])
    return {**fields, "buttons": (*fields.get("buttons", ()), *quick_replies)}


def _attachment(attachment: Call) -> dict[str, Any]:
    kind, payload = attachment["type"], attachment["payload"]
    if kind == "image":
        return {"kind": "image", "image": payload.get("url") or f"media:{payload['attachment_id']}"}
    if kind != "template":
        return {"kind": kind, "footer": payload.get("url", "")}
    if payload["template_type"] == "button":
        return {"kind": "buttons", "text": payload["text"], "buttons": _buttons(payload)}
    cards = tuple(_card(element) for element in payload["elements"])
    if len(cards) > 1:
        return {"kind": "carousel", "cards": cards}
    card = cards[0]
    return {"kind": "card", "header": card.title, "text": card.text, "image": card.image, "buttons": card.buttons}


def _card(element: Call) -> Card:
    return Card(
        element["title"], element.get("subtitle") or "", element.get("image_url") or "", buttons=_buttons(element)
    )


def _buttons(holder: Call) -> tuple[Button, ...]:
    return tuple(_button(button) for button in holder.get("buttons") or [])


def _button(button: Call) -> Button:
    if button["type"] == "web_url":
        return Button("url", button["title"], url=button["url"])
    return Button("postback" if button["type"] == "postback" else "phone", button["title"], button["payload"])


def _quick_reply(reply: Call) -> Button:
    """Give the chip; Messenger cuts a long title, and offers what it knows of the person for the two other types."""
    if reply["content_type"] != "text":
        return Button(reply["content_type"], "")
    title = reply["title"]
    return Button("quick_reply", title if length(title) <= TITLE_SHOWN else f"{title[:TITLE_SHOWN]}…", reply["payload"])
