"""What the parsers of all channels share: reading JSON of any shape, and the payloads of our buttons.

Nothing here raises, whatever a platform, or whoever has its secret, sends.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone

from customer_profiler.core.events import More, Said, Sent, Started, Tapped
from customer_profiler.core.messages import TAP_ENTITIES, payload, read_payload

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
"""The time of what has no time that can be read."""

RASA_COMMANDS = ("restart", "back", "session_start")
"""Intents by which Rasa empties or rewinds a conversation behind the back of what is stored."""

_MAX_DEPTH = 40
"""Twice as deep as any webhook of the platforms; deeper ones would exhaust the stack of whoever writes them out."""

_YEAR_3000 = 32_503_680_000
_TOO_LARGE = 1e308
_MAX_ID = 255
_MAX_SOURCE = 100

_DIGITS = re.compile(r"[0-9]{1,18}")
_START = re.compile(r"start:([a-z0-9_]+)(?::(.*))?", re.DOTALL)
_MORE = re.compile(r"more:([0-9a-f]{32})")
_OUR_ID = re.compile(r"[0-9a-f]{32}")
_INTENT = re.compile(r"[a-z_]+")


def storable(value: object, depth: int = _MAX_DEPTH) -> object:
    """Copy a JSON value so that any database and any JSON writer takes it.

    What stands too deep and numbers too large become null, NUL characters go, half surrogate pairs become question
    marks. A value that went through here stays as it is the second time.
    """
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(str(key)): storable(inner, depth - 1) for key, inner in value.items()} if depth else None
    if isinstance(value, list):
        return [storable(inner, depth - 1) for inner in value] if depth else None
    if isinstance(value, (int, float)) and not abs(value) < _TOO_LARGE:
        return None  # so does NaN, which Python reads although JSON has none
    return value


def clean(text: str) -> str:
    """Give the text without what databases cannot store."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def as_map(value: object) -> Mapping[str, object]:
    """Give the value if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_list(value: object) -> Sequence[object]:
    """Give the value if it is a JSON array, else an empty one."""
    return value if isinstance(value, list) else []


def text_of(node: Mapping[str, object], key: str) -> str:
    """Give a member that is a text, else an empty one."""
    value = node.get(key)
    return value if isinstance(value, str) else ""


_LONGEST_ID = 512
"""Characters; longer than any id of Meta's, and short enough for every database's index."""


def id_of(node: Mapping[str, object], key: str) -> str:
    """Give a member that can be the id of something, as text: not blank or endless, perhaps sent as a number."""
    value = node.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return value if isinstance(value, str) and value.strip() and len(value) <= _LONGEST_ID else ""


def picked(node: Mapping[str, object], *keys: str) -> dict[str, object]:
    """Give the members of these names, as far as there are any."""
    return {key: node[key] for key in keys if key in node}


def digest(value: object) -> str:
    """Give the hash of a storable value that depends on its content only, not on the order of its keys."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def event_id(item: object, *parts: str) -> str:
    """Join the parts that make an event unique; the item itself is its hash when there are none or one is missing."""
    if not parts or not all(parts):
        return digest(item)
    joined = ":".join(parts)
    return joined if len(joined) <= _MAX_ID else digest(joined)


def moment(value: object, per_second: int) -> datetime | None:
    """Read a Unix time, a number or its digits, in so many units a second; None if it is no time before the year 3000.

    Nobody who adds a day to what this gives leaves the calendar.
    """
    number = int(value) if isinstance(value, str) and _DIGITS.fullmatch(value) else value
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number // per_second < _YEAR_3000:
        return None
    return EPOCH + timedelta(milliseconds=number * 1000 // per_second)


def time_of(item: Mapping[str, object], entry: Mapping[str, object], per_second: int) -> datetime:
    """Give the time of an event: its own, that of its entry when it tells none, else 1970."""
    own = item.get("timestamp")
    return moment(entry.get("time") if own is None else own, per_second) or EPOCH


def is_our_id(text: str) -> bool:
    """Tell whether a text can be the id of a message of ours."""
    return bool(_OUR_ID.fullmatch(text))


def read_start(text: str) -> Started | None:
    """Read ``start:<profiler>[:<source>]``; the source is visible characters without blanks."""
    found = _START.fullmatch(text)
    if not found:
        return None
    source = found[2] or ""
    if len(source) > _MAX_SOURCE or " " in source or not source.isprintable():
        return None
    return Started(found[1], source)


def read_button(text: str) -> More | Tapped | Started | None:
    """Read the payload of a button; None if it is none of ours, so that its label is what the person said."""
    more = _MORE.fullmatch(text)
    return More(more[1]) if more else _read_tap(text) or read_start(text)


def _read_tap(text: str) -> Tapped | None:
    if not text.startswith("/"):
        return None
    intent, entities = read_payload(text)
    if not _INTENT.fullmatch(intent) or intent in RASA_COMMANDS:
        return None
    # JSON can spell characters that the text around it did not have.
    return Tapped(payload(intent, **{name: clean(value) for name, value in entities.items() if name in TAP_ENTITIES}))


def said(*labels: str, source: str = "") -> Said | Sent:
    """Give the first text that is not blank as said; a message without any is one we cannot read."""
    words = next((label for label in labels if label.strip()), "")
    return Said(words, source) if words else Sent("unsupported")
