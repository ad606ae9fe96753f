"""Events as the inbox keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

KEPT_DAYS = 8
"""Days events are kept at least: WhatsApp repeats webhooks for up to 7 (Meta, Webhooks overview, 2 Dec 2025)."""

FAILED_KEPT_DAYS = 30
"""Days that events set aside are kept for somebody to see to them."""


class InboxStatus(str, Enum):
    """What became of an event. ``FAILED`` ones are set aside; staff see them and can replay them."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class InboxEvent:
    """One event of a channel.

    ``number`` orders by arrival and is 0 until stored; ``id`` is unique within the channel; ``profile_id`` is who
    caused it, None when nobody waits for an answer; ``batch`` is what the channel's parser reads; ``attempts``
    counts how often it was begun. Times are aware UTC.
    """

    channel: str
    id: str
    profile_id: str | None
    batch: Mapping[str, object]
    status: InboxStatus
    sent_at: datetime
    received_at: datetime
    number: int = 0
    attempts: int = 0
    error: str = ""
    finished_at: datetime | None = None
