"""Reads webhook batches of the WhatsApp Cloud API into events.

The shapes are those of Meta's webhook references (messages, statuses, user_preferences, system; October 2025 to
August 2026). A batch holds up to 1000 of them, and new kinds appear without notice: what is not known asks for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from customer_profiler.channels.reading import (
    as_list,
    as_map,
    event_id,
    id_of,
    picked,
    read_button,
    read_start,
    said,
    storable,
    text_of,
    time_of,
)
from customer_profiler.core.events import (
    FROM_CUSTOMER,
    Event,
    Meaning,
    Moved,
    Nothing,
    Preference,
    Sent,
    Started,
    Status,
)
from customer_profiler.core.profile import BSUID, PHONE, Identity

Node = Mapping[str, object]

_Read = tuple[str, Meaning, tuple[Identity, ...]]
"""What an item is read into: the event's id, what it means and whom it concerns."""

_LISTS = {"messages": ("messages", "statuses", "errors"), "user_preferences": ("user_preferences",)}
"""The fields we know, and the lists of events their values hold."""

_BUSINESS_SCOPED = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]+")


def parse(body: object, own_id: str) -> list[Event]:
    """Read a batch, any decoded JSON, into its events; ``own_id`` is the phone number id they are meant for."""
    batch = as_map(storable(body))
    return [event for entry in as_list(batch.get("entry")) for event in _of_entry(batch, entry, own_id)]


@dataclass(frozen=True)
class _Place:
    """Where in a batch an event was found."""

    body: Node
    entry: Node
    change: Node

    @property
    def value(self) -> Node:
        """What has changed: the object that holds the lists of events."""
        return as_map(self.change.get("value"))

    def batch(self, change: object) -> Node:
        """Write a batch with this change only."""
        return {**picked(self.body, "object"), "entry": [{**picked(self.entry, "id", "time"), "changes": [change]}]}

    def batch_of(self, key: str, item: object, contact: Node) -> Node:
        """Write a batch with this item only, and the contact it is from."""
        value = picked(self.value, "messaging_product", "metadata")
        contacts = {"contacts": [contact]} if contact else {}
        return self.batch({**picked(self.change, "field"), "value": {**value, **contacts, key: [item]}})

    def event(self, item: object, reason: str, batch: Node) -> Event:
        """Give the event of something that asks for nothing."""
        return Event(event_id(item), time_of(as_map(item), self.entry, 1), Nothing(reason), (), batch)


def _of_entry(batch: Node, entry: object, own_id: str) -> Iterator[Event]:
    changes = as_list(as_map(entry).get("changes"))
    if not changes:
        yield _Place(batch, as_map(entry), {}).event(entry, "malformed", {**picked(batch, "object"), "entry": [entry]})
    for change in changes:
        yield from _of_change(_Place(batch, as_map(entry), as_map(change)), change, own_id)


def _of_change(place: _Place, change: object, own_id: str) -> Iterator[Event]:
    field = text_of(place.change, "field")
    if field not in _LISTS:
        yield place.event(change, f"field {field[:60]}" if field else "malformed", place.batch(change))
        return
    found = [(key, item) for key in _LISTS[field] for item in as_list(place.value.get(key))]
    if not found:
        yield place.event(change, "malformed", place.batch(change))
    contacts = _Contacts([as_map(contact) for contact in as_list(place.value.get("contacts"))])
    is_ours = id_of(as_map(place.value.get("metadata")), "phone_number_id") == own_id
    for key, item in found:
        yield _of_item(place, key, item, contacts, is_ours)


def _of_item(place: _Place, key: str, item: object, contacts: _Contacts, is_ours: bool) -> Event:
    node = as_map(item)
    contact = contacts.of(node) if key in _FROM_CONTACTS else {}
    batch = place.batch_of(key, item, contact)
    if not node:
        return place.event(item, "malformed", batch)
    id_, meaning, identities = _READERS[key](node, contact)
    if not is_ours:
        meaning, identities = Nothing("another number"), ()
    elif not identities and isinstance(meaning, (*FROM_CUSTOMER, Preference)):
        meaning = Nothing("no sender")
    return Event(id_, time_of(node, place.entry, 1), meaning, identities, batch)


# --- who


def _phone(node: Node, key: str) -> str:
    """Give the digits of a number; a business-scoped id that stands in its place is none, whatever its digits."""
    value = id_of(node, key)
    return "" if _BUSINESS_SCOPED.fullmatch(value) else re.sub(r"[^0-9]", "", value)


def _identities(user_id: str, phone: str) -> tuple[Identity, ...]:
    """Name a person; the business-scoped id outlasts a number that the person may hide."""
    named = ((BSUID, user_id), (PHONE, phone))
    return tuple(Identity(scheme, value) for scheme, value in named if value)


class _Contacts:
    """The contacts of a value, to be found by what names them."""

    def __init__(self, contacts: Sequence[Node]) -> None:
        self._only = contacts[0] if len(contacts) == 1 else {}
        self._by_identity = {identity: contact for contact in contacts for identity in self._identities(contact)}

    def of(self, item: Node) -> Node:
        """Find who sent an item: who has its id or number, else the only contact unless it is someone else."""
        sender = _identities(
            id_of(item, "from_user_id") or id_of(item, "user_id"), _phone(item, "from") or _phone(item, "wa_id")
        )
        for identity in sender:
            if identity in self._by_identity:
                return self._by_identity[identity]
        schemes = {identity.scheme for identity in self._identities(self._only)}
        return {} if schemes & {identity.scheme for identity in sender} else self._only

    @staticmethod
    def _identities(contact: Node) -> tuple[Identity, ...]:
        return _identities(id_of(contact, "user_id"), _phone(contact, "wa_id"))


# --- messages


def _message(message: Node, contact: Node) -> _Read:
    sender = _identities(
        id_of(message, "from_user_id") or id_of(contact, "user_id"),
        _phone(message, "from") or _phone(contact, "wa_id"),
    )
    id_ = event_id(message, id_of(message, "id"))
    kind = text_of(message, "type")
    if kind == "system":
        return id_, *_system(message, sender)
    return id_, _meaning(kind, message), sender


def _meaning(kind: str, message: Node) -> Meaning:
    if kind in _SPOKEN:
        return _SPOKEN[kind](message)
    if kind in _ATTACHMENTS:
        return Sent(_ATTACHMENTS[kind])
    if kind in _IGNORED:
        return Nothing(kind.replace("_", " "))
    return Nothing("unknown type" if kind else "malformed")


def _text(message: Node) -> Meaning:
    words, source = text_of(as_map(message.get("text")), "body"), _ad(as_map(message.get("referral")))
    started = read_start(words)
    return replace(started, source=started.source or source) if started else said(words, source=source)


def _ad(referral: Node) -> str:
    """Name the ad or post that a message answers."""
    id_, kind = id_of(referral, "source_id"), text_of(referral, "source_type")
    return f"{'post' if kind == 'post' else 'ad'}:{id_}" if id_ else ""


def _interactive(message: Node) -> Meaning:
    interactive = as_map(message.get("interactive"))
    kind = text_of(interactive, "type")
    if kind in ("button_reply", "list_reply"):
        reply = as_map(interactive.get(kind))
        return read_button(text_of(reply, "id")) or said(text_of(reply, "title"))
    # Without a type the platform could not pass on what it was; forms and products are nothing we ask for.
    is_known = kind in ("", "nfm_reply", "product", "product_list")
    return Sent("unsupported") if is_known else Nothing("unknown type")


def _template_button(message: Node) -> Meaning:
    button = as_map(message.get("button"))
    label, payload = text_of(button, "text"), text_of(button, "payload")
    meaning = read_button(payload)
    if isinstance(meaning, Started):
        parts = (meaning.source or "template", id_of(as_map(message.get("context")), "id"))
        return replace(meaning, source=":".join(part for part in parts if part))
    return meaning or said(label, payload)


def _system(message: Node, sender: tuple[Identity, ...]) -> tuple[Meaning, tuple[Identity, ...]]:
    """Read what became of a person's identity, and who it was until then.

    A new number brings a new business-scoped id; the number comes first, as later messages tell both.
    """
    system = as_map(message.get("system"))
    kind = text_of(system, "type")
    if kind not in ("user_changed_number", "user_changed_user_id"):
        return Nothing("system"), sender
    phones = _phone(message, "from"), _phone(system, "wa_id") or _phone(system, "new_wa_id")
    user_ids = id_of(system, "previous_user_id") or id_of(message, "from_user_id"), id_of(system, "user_id")
    for scheme, (old, new) in ((PHONE, phones), (BSUID, user_ids)):
        if old and new and old != new:
            return Moved(Identity(scheme, old), Identity(scheme, new)), _identities(user_ids[0], phones[0])
    return Nothing("system"), sender


_SPOKEN: Mapping[str, Callable[[Node], Meaning]] = {
    "text": _text,
    "interactive": _interactive,
    "button": _template_button,
}

_ATTACHMENTS = {
    "image": "photo",
    "video": "video",
    "audio": "voice",
    "document": "file",
    "sticker": "sticker",
    "location": "location",
    "contacts": "contact",
    "order": "order",
    "unsupported": "unsupported",
}

_IGNORED = ("reaction", "request_welcome", "edit", "revoke")


# --- statuses, preferences, errors


def _status(status: Node, contact: Node) -> _Read:
    id_, state = id_of(status, "id"), text_of(status, "status")
    message_id = id_of(status, "biz_opaque_callback_data")
    recipient = _identities(id_of(status, "recipient_user_id"), _phone(status, "recipient_id"))
    # Only a message that was read can be played.
    known = {"sent": "sent", "delivered": "delivered", "read": "read", "failed": "failed", "played": "read"}.get(state)
    meaning: Meaning
    if not known:
        meaning = Nothing("unknown status")
    elif not id_ and not message_id:
        meaning = Nothing("malformed")
    else:
        meaning = Status(known, (id_,) if id_ else (), message_id, _code(status) if known == "failed" else 0)
    return event_id(status, id_, state), meaning, recipient


def _code(status: Node) -> int:
    """Give the code of the first error."""
    errors = as_list(status.get("errors"))
    digits = id_of(as_map(errors[0]), "code") if errors else ""
    return int(digits) if re.fullmatch(r"[0-9]{1,9}", digits) else 0


def _preference(preference: Node, contact: Node) -> _Read:
    wants = {"stop": False, "resume": True}.get(text_of(preference, "value"))
    is_marketing = preference.get("category", "marketing_messages") == "marketing_messages"
    person = _identities(
        id_of(preference, "user_id") or id_of(contact, "user_id"),
        _phone(preference, "wa_id") or _phone(contact, "wa_id"),
    )
    meaning = Nothing("preference") if wants is None or not is_marketing else Preference(wants)
    return event_id(preference), meaning, person


def _error(error: Node, contact: Node) -> _Read:
    return event_id(error), Nothing("error"), ()


_READERS: Mapping[str, Callable[[Node, Node], _Read]] = {
    "messages": _message,
    "statuses": _status,
    "errors": _error,
    "user_preferences": _preference,
}

_FROM_CONTACTS = ("messages", "user_preferences")
"""The lists whose items are from one of the value's contacts."""
