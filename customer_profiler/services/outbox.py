"""The outbox of one channel: messages owed to people, until the platform has taken or refused them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from customer_profiler.core.outgoing import (
    KEPT_DAYS,
    NO_CONSENT,
    WINDOW_CLOSED,
    Delivery,
    OutgoingMessage,
    window_is_open,
)
from customer_profiler.core.profile import Address
from customer_profiler.services.ports import UnitOfWork
from customer_profiler.services.session import Services


@dataclass(frozen=True)
class Due:
    """A message that may be tried: to the first of the ``addresses``, not before ``message.due_at``."""

    message: OutgoingMessage
    addresses: Sequence[Address]


class Outbox:
    """The messages of one channel. Each call is one transaction and may raise ``StoreUnavailable``."""

    def __init__(self, services: Services, channel: str) -> None:
        self._services = services
        self._channel = channel

    def recipients(self) -> Sequence[str]:
        """Give the ids of the profiles that have messages due."""
        with self._services.open_unit() as unit:
            return unit.outgoing.recipients(self._channel, self.now())

    def forget_old(self) -> int:
        """Delete messages that have long been sent or failed; give how many."""
        with self._services.open_unit() as unit:
            count = unit.outgoing.forget(self.now() - timedelta(days=KEPT_DAYS))
            unit.commit()
        return count

    def add(self, messages: Sequence[OutgoingMessage]) -> None:
        """Store messages to be sent."""
        with self._services.open_unit() as unit:
            unit.outgoing.add(messages)
            unit.commit()

    def next(self, profile_id: str) -> Due | None:
        """Give the person's next message; those that may not be sent any more are put down as failed."""
        with self._services.open_unit() as unit:
            addresses = unit.profiles.addresses(profile_id, self._channel)
            found = None
            while message := unit.outgoing.next(self._channel, profile_id, self.now()):
                hindrance = self._hindrance(unit, message, addresses)
                if not hindrance:
                    found = Due(message, addresses)
                    break
                unit.outgoing.save(message.as_failed(hindrance))
            unit.commit()
        return found

    def _hindrance(self, unit: UnitOfWork, message: OutgoingMessage, addresses: Sequence[Address]) -> str:
        """Give why a message may not be sent now: templates need a consent, all others the 24-hour window."""
        if message.is_template:
            return "" if unit.consents.in_force(message.profile_id) else NO_CONSENT
        wrote = max((a.last_inbound_at for a in addresses if a.last_inbound_at), default=None)
        return "" if window_is_open(wrote, self.now()) else WINDOW_CLOSED

    def change(self, message_id: str, change: Callable[[OutgoingMessage], OutgoingMessage]) -> None:
        """Change a message as it stands now, which the platform's word may have moved on meanwhile."""
        with self._services.open_unit() as unit:
            message = unit.outgoing.get(message_id)
            if message is not None:
                unit.outgoing.save(change(message))
                unit.commit()

    def get(self, message_id: str) -> OutgoingMessage | None:
        """Give the message of that id, or None."""
        with self._services.open_unit() as unit:
            return unit.outgoing.get(message_id)

    def opted_out(self, profile_id: str) -> None:
        """End the person's consent to marketing messages, as the platform has told."""
        with self._services.open_unit() as unit:
            unit.consents.withdraw(profile_id, self.now())
            unit.commit()

    def now(self) -> datetime:
        """Give the time, aware UTC."""
        return self._services.tools.now()


def listed(services: Services, every: bool, limit: int) -> Sequence[OutgoingMessage]:
    """Give the messages that wait or failed, or with ``every`` all; the newest ``limit``, oldest first."""
    statuses = list(Delivery) if every else [Delivery.WAITING, Delivery.FAILED]
    with services.open_unit() as unit:
        return unit.outgoing.listed(statuses, limit)
