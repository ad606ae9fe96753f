"""From the person to the bot: what people do becomes messages on their screen and webhooks for the bot."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from customer_profiler.standin import samples
from customer_profiler.standin.errors import GraphError
from customer_profiler.standin.exchange import Exchange, new_id
from customer_profiler.standin.message import Button, Message
from customer_profiler.standin.messenger import webhooks as messenger
from customer_profiler.standin.person import Person, business_scoped_id, digits
from customer_profiler.standin.whatsapp import webhooks as whatsapp

KINDS = (*samples.MIME_TYPES, "location", "contacts", "unsupported")
"""What a person can send besides words."""

ALIASES = {"photo": "image", "voice": "audio", "file": "document", "place": "location", "contact": "contacts"}
"""Everyday words for some of them."""

GET_STARTED = "GET_STARTED"
"""The payload of "Get started" while the bot has not set one."""

_LOCATION_ANSWER = "location"


@dataclass(frozen=True)
class _Deed:
    """Something a person did: the message it leaves on the screen, and the webhook."""

    message: Message
    event: Mapping[str, Any]


class Deeds:
    """What people can do. Each deed gives the message that then stands on the person's screen."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def write(self, person: Person, text: str, referral: str = "") -> Message:
        """Type a text and send it; ``referral`` is the advertisement it came from, on WhatsApp."""
        if not text.strip():
            raise GraphError(100, "There is nothing to send.")
        person.from_ad = person.from_ad or bool(referral)
        id = new_id(person.channel)
        if person.channel == "whatsapp":
            event = whatsapp.wrote(person, id, text, referral)
        else:
            event = messenger.wrote(person, id, text)
        return self._do(person, _Deed(_said(id, "text", text), event))

    def tap(self, person: Person, wanted: str, message_id: str = "") -> Message:
        """Tap the button of that title or payload, on that message or else the latest that has it."""
        message, button = self._find(person, wanted, message_id)
        if button.kind == _LOCATION_ANSWER:
            return self.send(person, "location")
        if button.kind in ("user_phone_number", "user_email"):
            known = f"+{person.number or '12025550100'}" if button.kind == "user_phone_number" else _email(person)
            button = Button("quick_reply", known, known)
        if not button.payload or button.kind in ("phone", "copy", "url"):
            raise GraphError(100, f"A tap on {button.title!r} stays on the phone; the bot hears nothing of it.")
        id = new_id(person.channel)
        if person.channel == "whatsapp":
            event = whatsapp.tapped(person, id, message, button)
        else:
            event = messenger.tapped(person, id, button)
        message.tapped = True
        self._exchange.update(person, message)
        said = _said(id, "tap", button.title)
        said.quoted = message.id if person.channel == "whatsapp" else ""
        return self._do(person, _Deed(said, event))

    def send(self, person: Person, kind: str, text: str = "") -> Message:
        """Send a photo, voice message, sticker, film, file, place or contact; ``text`` is a caption on WhatsApp."""
        kind = ALIASES.get(kind, kind)
        if kind not in KINDS:
            raise GraphError(100, f"kind must be one of {', '.join((*ALIASES, *KINDS))}, not {kind!r}")
        id = new_id(person.channel)
        said = _said(id, kind, text if person.channel == "whatsapp" else "")
        media: dict[str, Any] = {}
        address = ""
        if kind in samples.MIME_TYPES:
            on_whatsapp = person.channel == "whatsapp"
            kept = self._exchange.pictures.keep(samples.sample(kind), samples.MIME_TYPES[kind], on_whatsapp)
            address = f"{self._exchange.options.url}/phone/media/{kept.id}"
            media = {"id": kept.id, "mime_type": kept.mime_type, "sha256": kept.sha256, "url": address}
            said.picture = f"/phone/pictures/{kept.id}" if kind == "image" else ""
        if person.channel == "whatsapp":
            return self._do(person, _Deed(said, whatsapp.sent(person, id, kind, media, text)))
        return self._do(person, _Deed(said, messenger.sent(person, id, kind, address)))

    def react(self, person: Person, emoji: str, message_id: str = "") -> Message:
        """Put an emoji on a message of the bot, by default the latest; an empty one takes it back."""
        message = person.message(message_id) if message_id else _latest(person, lambda message: message.by == "bot")
        if message is None:
            raise GraphError(100, "There is no message to react to.")
        message.reaction = emoji
        if person.channel == "whatsapp":
            event = whatsapp.reacted(person, new_id("whatsapp"), message, emoji)
        else:
            event = messenger.reacted(person, message, emoji)
        self._post(person, event)
        self._exchange.update(person, message)
        return message

    def open(self, person: Person, referral: str = "", ad: bool = False, text: str = "") -> Message:
        """Come in through a link, an advertisement, or on Messenger the "Get started" button.

        On WhatsApp a link only puts the text there that is then sent; an advertisement sends its origin along.
        """
        if person.channel == "whatsapp":
            return self.write(person, text or ("Hello!" if ad else referral), referral if ad else "")
        source = "ADS" if ad else "SHORTLINK"
        id = new_id("facebook")
        if person.wrote_at is not None and referral:
            event = messenger.referred(person, referral, source)
            return self._do(person, _Deed(_said(id, "referral", referral), event))
        payload = str((self._exchange.messenger_profile.get("get_started") or {}).get("payload") or GET_STARTED)
        event = messenger.started(person, id, payload, referral, source)
        return self._do(person, _Deed(_said(id, "tap", "Get Started"), event))

    def choose(self, person: Person, title: str, payload: str) -> Message:
        """Tap an entry of Messenger's own menu or ice breakers, which stand on no message."""
        if person.channel == "whatsapp":
            return self.write(person, title)
        id = new_id("facebook")
        event = messenger.tapped(person, id, Button("postback", title, payload))
        return self._do(person, _Deed(_said(id, "tap", title), event))

    def change(self, person: Person, changes: Mapping[str, Any]) -> None:
        """Change a person: number, reachable, reads, marketing, hidden, locale, name, hours_later."""
        known = ("number", "reachable", "reads", "marketing", "hidden", "locale", "name", "hours_later")
        unknown = set(changes) - set(known)
        if unknown:
            raise GraphError(100, f"A person has no {', '.join(sorted(unknown))} to change.")
        for name in ("reachable", "reads", "hidden", "locale", "name"):
            if name in changes:
                setattr(person, name, changes[name])
        if person.hidden and not person.user_id:
            person.user_id = business_scoped_id()
        if person.wrote_at is not None:
            person.wrote_at -= float(changes.get("hours_later", 0)) * 3600
        if "number" in changes:
            self._change_number(person, digits(str(changes["number"])))
        if changes.get("marketing", person.marketing) != person.marketing:
            person.marketing = bool(changes["marketing"])
            self._exchange.bot.post(person.channel, whatsapp.marketing(person), person.id)
        self._exchange.tell_person(person)

    def _change_number(self, person: Person, number: str) -> None:
        """Take another number; the business-scoped id changes with it."""
        old, person.number = person.number, number
        person.user_id = business_scoped_id() if person.user_id else ""
        self._exchange.bot.post("whatsapp", whatsapp.changed_number(person, new_id("whatsapp"), old), person.id)

    def _do(self, person: Person, deed: _Deed) -> Message:
        message = deed.message
        message.raw = deed.event
        self._exchange.show(person, message)

        def taken() -> None:
            """The bot has answered 200: a second tick."""
            if message.state == "waiting":
                message.state = "delivered"
            self._exchange.update(person, message)

        self._post(person, deed.event, taken)
        return message

    def _post(self, person: Person, event: Mapping[str, Any], taken: Callable[[], None] | None = None) -> None:
        person.wrote_at = time.time()
        self._exchange.throughput[person.channel].take()
        self._exchange.bot.post(person.channel, event, person.id, "messages", taken)
        self._exchange.tell_person(person)

    def _find(self, person: Person, wanted: str, message_id: str) -> tuple[Message, Button]:
        messages = [person.message(message_id)] if message_id else reversed(person.messages)
        for message in messages:
            button = message.button(wanted) if message is not None and message.by == "bot" else None
            if message is not None and button is not None:
                return message, button
        raise GraphError(100, f"No message of the bot has a button {wanted!r}.")


def _said(id: str, kind: str, text: str) -> Message:
    return Message(id, "person", kind, time.time(), text, state="waiting")


def _latest(person: Person, fits: Callable[[Message], bool]) -> Message | None:
    return next((message for message in reversed(person.messages) if fits(message)), None)


def _email(person: Person) -> str:
    return f"{person.name.split()[0].lower()}@example.com"
