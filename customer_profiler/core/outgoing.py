"""Messages on their way to a person, and when they may go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from customer_profiler.core.events import Status

WINDOW = timedelta(hours=24)
"""How long after a person's last message free-form messages are allowed (Meta, Send messages, 2025, both channels)."""

KEPT_DAYS = 30
"""Days that messages are kept: the longest the platforms try to deliver them (Meta, Send messages, 2025)."""

MOST_ATTEMPTS_AFTER_TAKEN = 3
"""How often a message is sent that the platform took and could not deliver."""

WINDOW_CLOSED = "window_closed"
"""The reason of a message that came too late for the window."""


NO_CONSENT = "no_consent"
"""The reason of a template message to somebody who has withdrawn the consent meanwhile."""


class Delivery(str, Enum):
    """Where a message stands."""

    WAITING = "waiting"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


_PROGRESS = (Delivery.WAITING, Delivery.SENT, Delivery.DELIVERED, Delivery.READ)


@dataclass(frozen=True)
class OutgoingMessage:
    """One message to one person on one channel.

    ``id`` is ours (32 hexadecimal digits) and goes along, so that the platform's later word finds the message even
    when its answer was lost; ``platform_id`` is the platform's. ``body`` lacks the recipient, who is looked up when it
    is sent. ``rest`` holds the options that "More ..." shows. ``reason`` says why it waits or failed; ``lost`` counts
    the ``attempts`` of which nobody knows what became. Times are aware
    UTC.
    """

    id: str
    channel: str
    profile_id: str
    body: Mapping[str, object]
    created_at: datetime
    due_at: datetime
    is_template: bool = False
    has_image: bool = False
    rest: Mapping[str, object] | None = None
    status: Delivery = Delivery.WAITING
    reason: str = ""
    platform_id: str = ""
    attempts: int = 0
    lost: int = 0
    sent_at: datetime | None = None
    delivered_at: datetime | None = None
    read_at: datetime | None = None

    def as_sent(self, platform_id: str, at: datetime) -> OutgoingMessage:
        """Give the message after the platform took it."""
        attempts = self.attempts + 1
        sent = replace(self, platform_id=platform_id, attempts=attempts)
        # The platform's later word on it may have come first.
        return replace(sent, status=Delivery.SENT, reason="", sent_at=at) if self.status is Delivery.WAITING else sent

    def as_put_off(self, until: datetime, reason: str, is_lost: bool = False) -> OutgoingMessage:
        """Give the message after an attempt that may be repeated later."""
        lost = self.lost + 1 if is_lost else self.lost
        return replace(self, due_at=until, reason=reason, attempts=self.attempts + 1, lost=lost)

    def again(self, body: Mapping[str, object], at: datetime) -> OutgoingMessage:
        """Give the message to be sent once more with this body, after the platform took and could not deliver it."""
        return replace(self, body=body, status=Delivery.WAITING, due_at=at)

    def as_failed(self, reason: str) -> OutgoingMessage:
        """Give the message after an attempt that must not be repeated."""
        return replace(self, status=Delivery.FAILED, reason=reason, attempts=self.attempts + 1)

    def after(self, status: Status, at: datetime) -> OutgoingMessage:
        """Give the message after the platform's word on it; words that come late or again change nothing.

        Order is not promised: "read" may come before "delivered", or without it.
        """
        if self.status is Delivery.WAITING and self.platform_id in status.platform_ids:
            # A late word on the try that has failed.
            return self
        reached = Delivery(status.state)
        platform_id = self.platform_id or next(iter(status.platform_ids), "")
        told = replace(self, platform_id=platform_id)
        if reached is Delivery.FAILED:
            final = (Delivery.DELIVERED, Delivery.READ, Delivery.FAILED)
            return told if self.status in final else replace(told, status=reached, reason=f"refused:{status.code}")
        if self.status is Delivery.FAILED or _PROGRESS.index(reached) <= _PROGRESS.index(self.status):
            return told
        return replace(
            told,
            status=reached,
            reason="",
            sent_at=self.sent_at or at,
            delivered_at=(self.delivered_at or at) if reached in (Delivery.DELIVERED, Delivery.READ) else None,
            read_at=at if reached is Delivery.READ else None,
        )


def window_is_open(last_inbound_at: datetime | None, now: datetime) -> bool:
    """Tell whether free-form messages are allowed to someone who last wrote then."""
    return last_inbound_at is not None and now < last_inbound_at + WINDOW
