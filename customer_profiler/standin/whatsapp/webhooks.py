"""The webhooks WhatsApp sends: what a person did, and what became of a message (v24.0 shapes; ids as of 2026)."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from customer_profiler.standin import BUSINESS_NUMBER, STANDIN_PHONE_NUMBER_ID, WABA_ID
from customer_profiler.standin.errors import status_error
from customer_profiler.standin.message import Button, Message
from customer_profiler.standin.person import Person

Event = dict[str, Any]

AD = {
    "source_url": "https://fb.me/stand-in",
    "source_id": "120200000000000000",
    "source_type": "ad",
    "body": "Find the one that fits you",
    "headline": "Three questions, two proposals",
    "media_type": "image",
    "image_url": "https://fb.me/stand-in.png",
    "ctwa_clid": "stand-in-click",
}
"""What comes with the first message after a tap on an advertisement."""


def envelope(value: Mapping[str, Any], field: str = "messages") -> Event:
    """Wrap a value as Meta posts it."""
    metadata = {"display_phone_number": BUSINESS_NUMBER, "phone_number_id": STANDIN_PHONE_NUMBER_ID}
    whole = {"messaging_product": "whatsapp", "metadata": metadata, **value}
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": WABA_ID, "changes": [{"field": field, "value": whole}]}],
    }


def wrote(person: Person, id: str, text: str, referral: str = "") -> Event:
    """A typed text; ``referral`` names the advertisement it came from."""
    extra = {"referral": {**AD, "source_id": referral}} if referral else {}
    return _message(person, id, "text", {"body": text}, extra)


def tapped(person: Person, id: str, message: Message, button: Button) -> Event:
    """A tap on a button of ours."""
    context = {"context": {"from": BUSINESS_NUMBER, "id": message.id}}
    if button.kind == "template":
        return _message(person, id, "button", {"payload": button.payload, "text": button.title}, context)
    kind = "list_reply" if button.kind == "row" else "button_reply"
    reply = {"id": button.payload, "title": button.title}
    if button.kind == "row" and button.description:
        reply["description"] = button.description
    return _message(person, id, "interactive", {"type": kind, kind: reply}, context)


def sent(person: Person, id: str, kind: str, media: Mapping[str, Any], text: str = "") -> Event:
    """A photo, voice message, sticker, place or anything else but text."""
    if kind == "location":
        return _message(person, id, kind, {"latitude": 40.4168, "longitude": -3.7038, "name": "Puerta del Sol"})
    if kind == "contacts":
        contact = {
            "name": {"formatted_name": "Sam Field", "first_name": "Sam"},
            "phones": [{"phone": "+1 202-555-0199"}],
        }
        return _message(person, id, kind, [contact])
    if kind == "unsupported":
        return _message(person, id, kind, {"type": "poll"}, {"errors": [status_error(131051)]})
    content = dict(media)
    if kind == "audio":
        content["voice"] = True
    if kind == "sticker":
        content["animated"] = False
    if kind == "document":
        content["filename"] = "offer.pdf"
    if text and kind in ("image", "document", "video"):
        content["caption"] = text
    return _message(person, id, kind, content)


def reacted(person: Person, id: str, message: Message, emoji: str) -> Event:
    """A reaction to a message; an empty one takes it back."""
    return _message(person, id, "reaction", {"message_id": message.id, "emoji": emoji})


def changed_number(person: Person, id: str, old: str) -> Event:
    """The word that a person has another number now."""
    text = f"User {person.name} changed from {old} to {person.number}"
    system = {"body": text, "wa_id": person.number, "type": "user_changed_number"}
    message = {"from": old, "id": id, "timestamp": _now(), "type": "system", "system": system}
    return envelope({"messages": [message]})


def marketing(person: Person) -> Event:
    """The word that a person stopped or resumed marketing messages."""
    value = "resume" if person.marketing else "stop"
    preference = {
        "detail": f"User requested to {value} marketing messages",
        "category": "marketing_messages",
        "value": value,
        "timestamp": int(time.time()),
        **_ids(person, "wa_id", "user_id"),
    }
    return envelope({"contacts": [_contact(person)], "user_preferences": [preference]}, "user_preferences")


def status(person: Person, message: Message, state: str, failure: int = 0) -> Event:
    """What became of a message: ``sent``, ``delivered``, ``read`` or ``failed``."""
    value: Event = {"id": message.id, "status": state, "timestamp": _now()}
    value |= _ids(person, "recipient_id", "recipient_user_id")
    if "biz_opaque_callback_data" in message.raw:
        value["biz_opaque_callback_data"] = message.raw["biz_opaque_callback_data"]
    if failure:
        value["errors"] = [status_error(failure, message.failure)]
    elif state in ("sent", "delivered"):
        value["pricing"] = _pricing(person, message)
        if person.from_ad:
            value["conversation"] = _conversation(person, state)
    return envelope({"statuses": [value]})


def _pricing(person: Person, message: Message) -> Event:
    free = person.from_ad or person.window_is_open
    kind = "free_entry_point" if person.from_ad else "free_customer_service" if free else "regular"
    category = "marketing" if message.kind == "template" else "service"
    return {"billable": not free, "pricing_model": "PMP", "type": kind, "category": category}


def _conversation(person: Person, state: str) -> Event:
    """Left out since v24.0, except where the conversation began with an advertisement."""
    conversation: Event = {"id": f"conversation-{person.id}", "origin": {"type": "referral_conversion"}}
    if state == "sent":
        conversation["expiration_timestamp"] = str(int((person.wrote_at or time.time()) + 72 * 3600))
    return conversation


def _message(person: Person, id: str, kind: str, content: object, extra: Mapping[str, Any] | None = None) -> Event:
    message = {**_ids(person, "from", "from_user_id"), "id": id, "timestamp": _now(), "type": kind, kind: content}
    return envelope({"contacts": [_contact(person)], "messages": [{**message, **(extra or {})}]})


def _contact(person: Person) -> Event:
    profile = {"name": person.name}
    if person.hidden:
        profile["username"] = person.name.lower().replace(" ", ".")
    return {"profile": profile, **_ids(person, "wa_id", "user_id")}


def _ids(person: Person, number: str, user_id: str) -> Event:
    """Give what identifies a person: with a user name the number stays away altogether."""
    ids = {} if person.hidden else {number: person.number}
    return {**ids, **({user_id: person.user_id} if person.user_id else {})}


def _now() -> str:
    return str(int(time.time()))
