"""Refuses what the Cloud API refuses in a body of ``POST /{phone_number_id}/messages``.

Written from Meta's pages of one message type each (Nov-Dec 2025, v24.0) and the OpenAPI file v23.0; where they
differ the smaller number holds.
"""

from __future__ import annotations

from collections.abc import Callable

from customer_profiler.standin.errors import GraphError
from customer_profiler.standin.fields import Fields
from customer_profiler.standin.whatsapp import REFUSALS
from customer_profiler.standin.whatsapp.interactive import check_interactive
from customer_profiler.standin.whatsapp.media import check_media

BODY_MOST = 4096
CALLBACK_DATA_MOST = 512
CONTACTS_MOST = 5

_FRAME = ("messaging_product", "recipient_type", "to", "recipient", "type", "context", "biz_opaque_callback_data")


def check_call(body: object) -> Fields:
    """Check what every call has; give its fields."""
    call = Fields(body, REFUSALS)
    if not call.has("messaging_product"):
        raise GraphError(100, "The parameter messaging_product is required.")
    if call.values["messaging_product"] != "whatsapp":
        raise GraphError(100, "Param messaging_product must be one of {WHATSAPP}.")
    return call


def check_read(call: Fields) -> str:
    """Check a read receipt, with or without a typing indicator; give the id of the message read."""
    call.only("messaging_product", "status", "message_id", "typing_indicator").choice("status", ("read",))
    if call.has("typing_indicator"):
        call.child("typing_indicator").only("type").choice("type", ("text",))
    return call.text("message_id")


def check_message(call: Fields) -> str:
    """Check a message; give its type."""
    kind = call.optional("type") or "text"
    if kind != "contacts" and kind not in _OBJECTS:
        raise GraphError(131051, f"The message type {kind!r} is not supported.")
    call.only(*_FRAME, kind)
    if not call.has("to") and not call.has("recipient"):
        raise GraphError(100, "The parameter to is required.")
    if call.has("recipient_type"):
        call.choice("recipient_type", ("individual",))
    if call.has("context"):
        call.child("context").only("message_id").text("message_id")
        if kind == "reaction":
            raise call.unknown("context", "is not allowed for reactions")
    call.optional("biz_opaque_callback_data", CALLBACK_DATA_MOST)
    if kind == "contacts":
        _check_contacts(call)
    else:
        _OBJECTS[kind](call.child(kind))
    return kind


def _check_text(text: Fields) -> None:
    text.only("body", "preview_url").flag("preview_url")
    text.text("body", BODY_MOST)


def _check_reaction(reaction: Fields) -> None:
    reaction.only("message_id", "emoji").text("message_id")
    if not isinstance(reaction.values.get("emoji"), str):
        raise GraphError(131008, "The parameter reaction.emoji is required; an empty one takes the reaction back.")


def _check_location(location: Fields) -> None:
    location.only("latitude", "longitude", "name", "address")
    if not -90 <= location.number("latitude") <= 90:
        raise location.invalid("latitude", "must be from -90 to 90")
    if not -180 <= location.number("longitude") <= 180:
        raise location.invalid("longitude", "must be from -180 to 180")


def _check_contacts(call: Fields) -> None:
    for contact in call.children("contacts", CONTACTS_MOST):
        contact.child("name").text("formatted_name")


def _check_template(template: Fields) -> None:
    template.only("name", "language", "components").text("name", 512)
    template.child("language").only("code", "policy").text("code")


_OBJECTS: dict[str, Callable[[Fields], None]] = {
    "text": _check_text,
    "interactive": check_interactive,
    "template": _check_template,
    "reaction": _check_reaction,
    "location": _check_location,
    **{kind: check_media(kind) for kind in ("image", "video", "audio", "document", "sticker")},
}
