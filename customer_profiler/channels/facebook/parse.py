"""Reads webhook batches of the Messenger Platform into events.

The shapes are those of Meta's webhook event references (September 2024 to June 2026). What is not known asks for
nothing; what the page itself said, this bot or anyone else, comes back as an echo and is never taken for a customer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from customer_profiler.channels.reading import (
    as_list,
    as_map,
    digest,
    event_id,
    id_of,
    is_our_id,
    moment,
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
    Nothing,
    Opened,
    Preference,
    Said,
    Sent,
    Started,
    Status,
)
from customer_profiler.core.profile import PSID, Identity

Node = Mapping[str, object]

_PER_SECOND = 1000
"""Times are in milliseconds throughout."""

_LISTS = ("messaging", "standby", "changes")
"""The lists of events that an entry can hold."""

_GET_STARTED = re.compile(r"<?get_?started(_payload)?>?", re.IGNORECASE)
"""The payloads that pages give the button "Get started"."""

_Read = tuple[str, Meaning]
"""What an item is read into: the event's id and what it means."""


def parse(body: object, own_id: str) -> list[Event]:
    """Read a batch, any decoded JSON, into its events; ``own_id`` is the page id they are meant for."""
    batch = as_map(storable(body))
    return [event for entry in as_list(batch.get("entry")) for event in _of_entry(batch, entry, own_id)]


def _of_entry(batch: Node, entry: object, own_id: str) -> Iterator[Event]:
    node = as_map(entry)
    found = [(key, item) for key in _LISTS for item in as_list(node.get(key))]
    frame = picked(batch, "object")
    if not found:
        nothing = Nothing("malformed")
        yield Event(event_id(entry), time_of({}, node, _PER_SECOND), nothing, (), {**frame, "entry": [entry]})
    for key, item in found:
        batch_of_one = {**frame, "entry": [{**picked(node, "id", "time"), key: [item]}]}
        id_, meaning, person = _of_item(key, item, own_id, id_of(node, "id"))
        yield Event(id_, time_of(as_map(item), node, _PER_SECOND), meaning, person, batch_of_one)


def _of_item(key: str, item: object, own_id: str, page_id: str) -> tuple[str, Meaning, tuple[Identity, ...]]:
    node = as_map(item)
    if not node:
        return event_id(item), Nothing("malformed"), ()
    if page_id != own_id:
        return event_id(item), Nothing("another page"), ()
    if key == "standby":
        # The same event may come once more when the thread is ours.
        return event_id(item, "standby", digest(item)), Nothing("standby"), ()
    if key == "changes":
        field = text_of(node, "field")
        return event_id(item), Nothing(f"field {field[:60]}" if field else "malformed"), ()
    return _of_messaging(node, own_id)


def _of_messaging(item: Node, own_id: str) -> tuple[str, Meaning, tuple[Identity, ...]]:
    message = as_map(item.get("message"))
    if message.get("is_echo") or id_of(as_map(item.get("sender")), "id") == own_id:
        return *_echo(message, item), _person(item, "recipient")
    person = _person(item, "sender")
    key = next((key for key in _READERS if as_map(item.get(key))), "")
    id_, meaning = _READERS[key](item) if key else (event_id(item), _ignored(item))
    if not person and isinstance(meaning, (*FROM_CUSTOMER, Preference)):
        meaning = Nothing("no sender")
    return id_, meaning, person


def _person(item: Node, side: str) -> tuple[Identity, ...]:
    value = id_of(as_map(item.get(side)), "id")
    return (Identity(PSID, value),) if value else ()


def _ignored(item: Node) -> Meaning:
    if any(key in item for key in _READERS):
        return Nothing("malformed")
    key = next((key for key in _IGNORED if key in item), "unknown type")
    return Nothing(key.replace("_", " "))


_IGNORED = (
    "message_edit",
    "reaction",
    "app_roles",
    "pass_thread_control",
    "take_thread_control",
    "request_thread_control",
    "account_linking",
    "policy_enforcement",
)


# --- what a person said or tapped


def _message(item: Node) -> _Read:
    message = as_map(item.get("message"))
    return event_id(item, id_of(message, "mid")), _spoken(item, message)


def _spoken(item: Node, message: Node) -> Meaning:
    text = text_of(message, "text")
    attachments = [as_map(attachment) for attachment in as_list(message.get("attachments"))]
    started, source = _referral(item, message)
    if started:
        return started
    quick_reply = as_map(message.get("quick_reply"))
    if quick_reply:
        payload = text_of(quick_reply, "payload")
        return _button(payload, source) or said(text, payload, source=source)
    # The preview of a link in the text is no reason to pass over the text.
    if text.strip() and all(text_of(attachment, "type") == "fallback" for attachment in attachments):
        return Said(text, source)
    if attachments or not source:
        return Sent(_kind(attachments))
    return Opened(source)


def _kind(attachments: Sequence[Node]) -> str:
    """Give what was sent: a sticker may come with its picture, anything with what we cannot read."""
    kinds = [_kind_of(attachment) for attachment in attachments]
    if "sticker" in kinds:
        return "sticker"
    return next((kind for kind in kinds if kind != "unsupported"), "unsupported")


def _kind_of(attachment: Node) -> str:
    if as_map(attachment.get("payload")).get("sticker_id"):
        return "sticker"
    return _ATTACHMENTS.get(text_of(attachment, "type"), "unsupported")


_ATTACHMENTS = {
    "image": "photo",
    "video": "video",
    "reel": "video",
    "ig_reel": "video",
    "audio": "voice",
    "file": "file",
    "sticker": "sticker",
    "location": "location",
}


def _postback(item: Node) -> _Read:
    postback = as_map(item.get("postback"))
    title, payload = text_of(postback, "title"), text_of(postback, "payload")
    identity = [as_map(item.get("sender")).get("id"), item.get("timestamp"), postback.get("payload")]
    id_ = event_id(identity, id_of(postback, "mid"))
    started, source = _referral(item, postback)
    meaning = started or _button(payload, source)
    if meaning:
        return id_, meaning
    is_wordless = not title.strip() and not payload.strip()
    if is_wordless or _GET_STARTED.fullmatch(payload):
        return id_, Opened(source)
    return id_, said(title, payload, source=source)


def _button(payload: str, source: str) -> Meaning | None:
    meaning = read_button(payload)
    return replace(meaning, source=meaning.source or source) if isinstance(meaning, Started) else meaning


def _opened(item: Node) -> _Read:
    started, source = _referral(item, item)
    return event_id(item), started or Opened(source)


def _referral(item: Node, part: Node) -> tuple[Started | None, str]:
    """Read the link or ad that brought the person here: a profiler to start, or else its name."""
    referral = as_map(part.get("referral", item.get("referral")))
    ref, ad = text_of(referral, "ref"), id_of(referral, "ad_id")
    started = read_start(ref)
    if started:
        return replace(started, source=started.source or "link"), ""
    return None, ref if ref.strip() else f"ad:{ad}" if ad else ""


def _optin(item: Node) -> _Read:
    """Read a permission for marketing messages; only its changes say what the person wants."""
    state = text_of(as_map(item.get("optin")), "notification_messages_status").upper()
    is_marketing = text_of(as_map(item.get("optin")), "type") == "notification_messages"
    wants = {"STOP": False, "RESUME": True}.get(re.split(r"[ _]", state)[0]) if is_marketing else None
    return event_id(item), Nothing("optin") if wants is None else Preference(wants)


# --- what became of our messages


def _echo(message: Node, item: Node) -> _Read:
    mid, metadata = id_of(message, "mid"), text_of(message, "metadata")
    # In the other direction the same id may be that of a message.
    id_ = event_id(item, "echo", mid)
    return id_, Status("sent", (mid,) if mid else (), metadata) if is_our_id(metadata) else Nothing("echo")


def _delivery(item: Node) -> _Read:
    delivery = as_map(item.get("delivery"))
    mids = tuple(mid for mid in as_list(delivery.get("mids")) if isinstance(mid, str) and mid.strip())
    if mids:
        return _receipt_id(item, "delivery", digest(mids)), Status("delivered", mids)
    return _up_to(item, "delivery", "delivered")


def _read(item: Node) -> _Read:
    return _up_to(item, "read", "read")


def _up_to(item: Node, key: str, state: str) -> _Read:
    watermark = moment(as_map(item.get(key)).get("watermark"), _PER_SECOND)
    meaning = Status(state, up_to=watermark) if watermark else Nothing("malformed")
    return _receipt_id(item, key), meaning


def _receipt_id(item: Node, key: str, *mids: str) -> str:
    person = id_of(as_map(item.get("sender")), "id")
    return event_id(item, key, person, id_of(as_map(item.get(key)), "watermark"), *mids)


_READERS: Mapping[str, Callable[[Node], _Read]] = {
    "message": _message,
    "postback": _postback,
    "optin": _optin,
    "delivery": _delivery,
    "read": _read,
    "referral": _opened,
}
"""How to read an event by the key that tells its kind."""
