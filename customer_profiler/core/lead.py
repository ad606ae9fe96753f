"""A request for a quotation: what the client's sales people and the CRM receive."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""No 0, 1, I or O: a reference is read aloud on the telephone."""


FIELDS: Mapping[str, str] = {
    "lead_id": "the reference the customer was told, such as L-7KQ2M-X94TB",
    "revision": "1 when the lead is made, one more with every change by the customer",
    "status": "open, or withdrawn",
    "created_at": "when the customer asked, ISO 8601 UTC",
    "changed_at": "when the customer changed it last, ISO 8601 UTC",
    "name": "the customer's name",
    "first_name": "the name without its last word",
    "last_name": "the last word of the name, or the whole name when it is one word",
    "email": "the customer's e-mail address",
    "phone": "the customer's telephone number, E.164",
    "product": "id of the product a quotation is asked for",
    "product_title": "its title in the content's first language",
    "products": "ids of all products the customer asked for in this run, the newest last",
    "price": "its list price, a decimal number as text",
    "currency": "ISO 4217",
    "price_basis": "what the price is: the list price of that version of the content",
    "score": "points of the product, empty for a near match",
    "reasons": "list of {when, points}",
    "reasons_in_words": "the answers that spoke for the product, as the customer read them",
    "profiler": "id of the profiler",
    "profiler_title": "its title",
    "profiler_version": "hash of the content that the run was pinned to",
    "run_id": "id of the run",
    "answers": "map of question id to option id",
    "answers_in_words": "map of question id to {question, answer}; as a text one line each",
    "channel": "whatsapp, facebook or rest",
    "language": "language of the conversation",
    "source": "what brought the customer here: menu, an ad, a template message ...",
    "campaign": "the campaign in the source, when there is one",
    "consent_text": "what the customer agreed to",
    "consent_at": "when, ISO 8601 UTC",
    "profile_id": "id of the customer's profile",
    "profile_url": "address of the profile in the console",
}
"""The fields a mapping in ``crm.yml`` can name, with their meaning. ``answers.<question>`` names one answer's option,
``answers_in_words.<question>`` its label."""


def new_reference() -> str:
    """Make a lead id such as ``L-7KQ2M-X94TB``: short enough to say, 50 random bits."""
    letters = [secrets.choice(_ALPHABET) for _ in range(10)]
    return f"L-{''.join(letters[:5])}-{''.join(letters[5:])}"


@dataclass(frozen=True)
class Lead:
    """A lead and the state of its delivery.

    ``body`` holds the ``FIELDS`` of its newest ``revision``; every revision is kept and never changes, so that every
    retry sends the same. ``status`` is ``pending`` while something of it is owed, ``dead`` when something of it needs
    a person, else ``delivered``. ``attempts`` and ``last_error`` are those of all its deliveries. Times are aware UTC.
    """

    id: str
    run_id: str
    profile_id: str
    product: str
    created_at: datetime
    consent_text: str
    body: Mapping[str, object] = field(default_factory=dict)
    revision: int = 1
    withdrawn_at: datetime | None = None
    status: str = "pending"
    attempts: int = 0
    last_error: str = ""


def as_text(value: object) -> str:
    """Give a field's value as one text, for targets whose fields hold nothing else.

    Lists and maps become lines: ``Question: Answer``, ``condition (points)``, or the entries.
    """
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return "\n".join(_line(key, entry) for key, entry in value.items())
    if isinstance(value, list | tuple):
        return "\n".join(_entry(entry) for entry in value)
    return str(value)


def value_of(values: Mapping[str, object], name: str) -> object:
    """Give the value of one of ``FIELDS``, or of one answer by a dotted name; None when there is none."""
    whole, dot, part = name.partition(".")
    value = values.get(whole)
    if not dot:
        return value
    found = value.get(part) if isinstance(value, Mapping) else None
    return found.get("answer") if isinstance(found, Mapping) else found


def is_field(name: str) -> bool:
    """Tell whether a mapping can name this: one of ``FIELDS``, or one answer."""
    whole, dot, part = name.partition(".")
    return whole in ("answers", "answers_in_words") and bool(part) if dot else name in FIELDS


def _line(key: str, entry: object) -> str:
    if isinstance(entry, Mapping):
        return f"{entry.get('question', key)}: {entry.get('answer', '')}"
    return f"{key}: {entry}"


def _entry(entry: object) -> str:
    if isinstance(entry, Mapping) and "when" in entry:
        return f"{entry['when']} ({entry.get('points')})"
    return str(entry)
