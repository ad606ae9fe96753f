"""The webhooks Messenger sends: what a person did, and what became of a message (v25.0 shapes)."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from customer_profiler.standin import STANDIN_APP_ID, STANDIN_PAGE_ID
from customer_profiler.standin.message import Button, Message
from customer_profiler.standin.person import Person

Event = dict[str, Any]

_TYPES = {"document": "file"}


def envelope(event: Mapping[str, Any]) -> Event:
    """Wrap an event as Meta posts it."""
    return {"object": "page", "entry": [{"id": STANDIN_PAGE_ID, "time": _now(), "messaging": [event]}]}


def wrote(person: Person, id: str, text: str) -> Event:
    """A typed text."""
    return _event(person, {"message": {"mid": id, "text": text}})


def tapped(person: Person, id: str, button: Button) -> Event:
    """A tap on a button or quick reply of ours."""
    if button.kind == "postback":
        return _event(person, {"postback": {"mid": id, "title": button.title, "payload": button.payload}})
    return _event(person, {"message": {"mid": id, "text": button.title, "quick_reply": {"payload": button.payload}}})


def sent(person: Person, id: str, kind: str, address: str) -> Event:
    """A photo, voice message, sticker, place or file."""
    if kind == "location":
        attachment: Event = {
            "type": "fallback",
            "title": "Puerta del Sol",
            "url": "https://maps.example/puerta-del-sol",
        }
    elif kind == "sticker":
        attachment = {"type": "sticker", "payload": {"url": address, "sticker_id": 369239263222822}}
    else:
        attachment = {"type": _TYPES.get(kind, kind), "payload": {"url": address}}
    return _event(person, {"message": {"mid": id, "attachments": [attachment]}})


def reacted(person: Person, message: Message, emoji: str) -> Event:
    """A reaction to a message; an empty one takes it back."""
    reaction = {"mid": message.id, "action": "react" if emoji else "unreact"}
    if emoji:
        reaction |= {"reaction": "other", "emoji": emoji}
    return _event(person, {"reaction": reaction})


def started(person: Person, id: str, payload: str, referral: str = "", source: str = "SHORTLINK") -> Event:
    """A tap on "Get started"; with the reference of the link or advertisement that led here."""
    postback: Event = {"mid": id, "title": "Get Started", "payload": payload}
    if referral:
        postback["referral"] = _referral(referral, source)
    return _event(person, {"postback": postback})


def referred(person: Person, referral: str, source: str = "SHORTLINK") -> Event:
    """A link or advertisement that led somebody back who has a conversation already."""
    return _event(person, {"referral": _referral(referral, source)})


def delivered(person: Person, message: Message) -> Event:
    """The word that everything up to now has arrived."""
    return _event(person, {"delivery": {"mids": [message.id], "watermark": _now()}})


def read(person: Person) -> Event:
    """The word that everything up to now has been read."""
    return _event(person, {"read": {"watermark": _now()}})


def echo(person: Person, message: Message) -> Event:
    """Our own message coming back."""
    content = message.raw["message"]
    echoed: Event = {"mid": message.id, "is_echo": True, "app_id": int(STANDIN_APP_ID)}
    echoed |= {key: content[key] for key in ("text", "metadata") if key in content}
    if "attachment" in content:
        echoed["attachments"] = [content["attachment"]]
    parties = {"sender": {"id": STANDIN_PAGE_ID}, "recipient": {"id": person.user_id}}
    return envelope({**parties, "timestamp": _now(), "message": echoed})


def _referral(reference: str, source: str) -> Event:
    referral: Event = {"ref": reference, "source": source, "type": "OPEN_THREAD"}
    if source == "ADS":
        referral |= {"ad_id": "120200000000000000", "ads_context_data": {"ad_title": "Find the one that fits you"}}
    return referral


def _event(person: Person, content: Mapping[str, Any]) -> Event:
    parties = {"sender": {"id": person.user_id}, "recipient": {"id": STANDIN_PAGE_ID}}
    return envelope({**parties, "timestamp": _now(), **content})


def _now() -> int:
    return int(time.time() * 1000)
