"""A request for a quotation: what the client's sales people, and later the CRM, receive."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""No 0, 1, I or O: a reference is read aloud on the telephone."""


def new_reference() -> str:
    """Make a lead id such as ``L-7KQ2M-X94TB``: short enough to say, 50 random bits."""
    letters = [secrets.choice(_ALPHABET) for _ in range(10)]
    return f"L-{''.join(letters[:5])}-{''.join(letters[5:])}"


@dataclass(frozen=True)
class Lead:
    """A lead and the state of its delivery.

    ``body`` holds the fields as sent to the CRM (design, section 10) and never changes, so that every
    retry sends the same. ``status`` is ``pending``, ``delivered`` or ``dead``.
    """

    id: str
    run_id: str
    profile_id: str
    product: str
    created_at: datetime
    consent_text: str
    body: Mapping[str, object] = field(default_factory=dict)
    status: str = "pending"
    attempts: int = 0
    last_error: str = ""
