"""Repositories of the messaging channels: accepted events, messages on their way, consents to marketing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from customer_profiler.adapters.db import tables as t
from customer_profiler.core.events import Status
from customer_profiler.core.inbox import InboxEvent, InboxStatus
from customer_profiler.core.outgoing import Delivery, OutgoingMessage

_OUR_DELAY = timedelta(seconds=2)
"""A message counts as sent when the platform's answer is here, a little after the platform's own time of it."""

_IDS_AT_A_TIME = 500
"""SQLite takes at most 999 values in one statement."""


class SqlInboxEvents:
    """Events accepted from messaging platforms."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def known(self, channel: str, ids: Sequence[str]) -> set[str]:
        """See ``services.ports.InboxEvents``."""
        found: set[str] = set()
        for begin in range(0, len(ids), _IDS_AT_A_TIME):
            these = t.inbox_event.c.id.in_(ids[begin : begin + _IDS_AT_A_TIME])
            stored = select(t.inbox_event.c.id).where(t.inbox_event.c.channel == channel, these)
            found.update(self._connection.execute(stored).scalars())
        return found

    def add(self, event: InboxEvent) -> bool:
        """See ``services.ports.InboxEvents``."""
        values = {name: getattr(event, name) for name in _EVENT_FIELDS} | {"status": event.status.value}
        try:
            with self._connection.begin_nested():
                self._connection.execute(insert(t.inbox_event).values(**values))
        except IntegrityError:
            # Another process took the same delivery of the same event.
            return False
        return True

    def take(self, channel: str, profile_id: str) -> InboxEvent | None:
        """See ``services.ports.InboxEvents``."""
        oldest = (
            select(t.inbox_event)
            .where(_is_waiting(t.inbox_event), t.inbox_event.c.channel == channel)
            .where(t.inbox_event.c.profile_id == profile_id)
            .order_by(t.inbox_event.c.sent_at, t.inbox_event.c.number)
            .limit(1)
        )
        row = self._connection.execute(oldest).mappings().one_or_none()
        if row is None:
            return None
        event = _event(row)
        begun = update(t.inbox_event).where(t.inbox_event.c.number == event.number)
        self._connection.execute(begun.values(attempts=event.attempts + 1))
        return replace(event, attempts=event.attempts + 1)

    def senders(self, channel: str) -> Sequence[str]:
        """See ``services.ports.InboxEvents``."""
        return _owners(self._connection, t.inbox_event, channel)

    def finish(self, number: int, status: InboxStatus, at: datetime, error: str = "") -> None:
        """See ``services.ports.InboxEvents``."""
        this = update(t.inbox_event).where(t.inbox_event.c.number == number)
        self._connection.execute(this.values(status=status.value, finished_at=at, error=error))

    def listed(self, statuses: Sequence[InboxStatus], limit: int) -> Sequence[InboxEvent]:
        """See ``services.ports.InboxEvents``."""
        rows = _newest(self._connection, t.inbox_event, [status.value for status in statuses], limit)
        return [_event(row) for row in reversed(rows)]

    def failed(self, number: int) -> InboxEvent | None:
        """See ``services.ports.InboxEvents``."""
        this = (t.inbox_event.c.number == number) & (t.inbox_event.c.status == InboxStatus.FAILED.value)
        row = self._connection.execute(select(t.inbox_event).where(this)).mappings().one_or_none()
        return None if row is None else _event(row)

    def drop(self, number: int) -> None:
        """See ``services.ports.InboxEvents``."""
        self._connection.execute(delete(t.inbox_event).where(t.inbox_event.c.number == number))

    def note(self, number: int, error: str) -> None:
        """See ``services.ports.InboxEvents``."""
        self._connection.execute(update(t.inbox_event).where(t.inbox_event.c.number == number).values(error=error))

    def forget(self, status: InboxStatus, before: datetime) -> int:
        """See ``services.ports.InboxEvents``."""
        old = (t.inbox_event.c.received_at < before) & (t.inbox_event.c.status == status.value)
        return int(self._connection.execute(delete(t.inbox_event).where(old)).rowcount)


class SqlOutgoingMessages:
    """Messages owed to people."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, messages: Sequence[OutgoingMessage]) -> None:
        """See ``services.ports.OutgoingMessages``."""
        if messages:
            rows = [{name: getattr(m, name) for name in _FIELDS} | {"status": m.status.value} for m in messages]
            self._connection.execute(insert(t.outgoing_message), rows)

    def get(self, message_id: str) -> OutgoingMessage | None:
        """See ``services.ports.OutgoingMessages``."""
        return next(iter(self._all(t.outgoing_message.c.id == message_id)), None)

    def next(self, channel: str, profile_id: str, now: datetime) -> OutgoingMessage | None:
        """See ``services.ports.OutgoingMessages``."""
        columns = t.outgoing_message.c
        theirs = select(t.outgoing_message).where(_is_waiting(t.outgoing_message), columns.channel == channel)
        is_put_off = columns.is_template & (columns.due_at > now)
        first = theirs.where(columns.profile_id == profile_id).order_by(is_put_off, columns.number).limit(1)
        row = self._connection.execute(first).mappings().one_or_none()
        return None if row is None else _message(row)

    def recipients(self, channel: str, now: datetime) -> Sequence[str]:
        """See ``services.ports.OutgoingMessages``."""
        return _owners(self._connection, t.outgoing_message, channel, t.outgoing_message.c.due_at <= now)

    def forget(self, before: datetime) -> int:
        """See ``services.ports.OutgoingMessages``."""
        old = t.outgoing_message.c.created_at < before
        is_over = t.outgoing_message.c.status != Delivery.WAITING.value
        return int(self._connection.execute(delete(t.outgoing_message).where(old, is_over)).rowcount)

    def save(self, message: OutgoingMessage) -> None:
        """See ``services.ports.OutgoingMessages``."""
        values = {name: getattr(message, name) for name in _CHANGING} | {"status": message.status.value}
        self._connection.execute(
            update(t.outgoing_message).where(t.outgoing_message.c.id == message.id).values(**values)
        )

    def meant_by(self, channel: str, profile_id: str | None, status: Status) -> Sequence[OutgoingMessage]:
        """See ``services.ports.OutgoingMessages``."""
        columns, on_channel = t.outgoing_message.c, t.outgoing_message.c.channel == channel
        if status.message_id:
            return self._all(on_channel, columns.id == status.message_id)
        if status.platform_ids:
            return self._all(on_channel, columns.platform_id.in_(status.platform_ids[:_IDS_AT_A_TIME]))
        if status.up_to is None or profile_id is None:
            return []
        on_the_way = columns.status.in_([Delivery.SENT.value, Delivery.DELIVERED.value])
        return self._all(
            on_channel, columns.profile_id == profile_id, on_the_way, columns.sent_at <= status.up_to + _OUR_DELAY
        )

    def listed(self, statuses: Sequence[Delivery], limit: int) -> Sequence[OutgoingMessage]:
        """See ``services.ports.OutgoingMessages``."""
        rows = _newest(self._connection, t.outgoing_message, [status.value for status in statuses], limit)
        return [_message(row) for row in reversed(rows)]

    def _all(self, *conditions: Any) -> list[OutgoingMessage]:
        these = select(t.outgoing_message).where(*conditions).order_by(t.outgoing_message.c.number)
        # Whoever reads a message changes it next; the sender and a status of the platform may want to at once.
        return [_message(row) for row in self._connection.execute(these.with_for_update()).mappings()]


class SqlConsents:
    """Consents to marketing messages."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def grant(self, profile_id: str, source: str, at: datetime) -> None:
        """See ``services.ports.Consents``."""
        if not self.in_force(profile_id):
            given = insert(t.marketing_consent).values(profile_id=profile_id, source=source, granted_at=at)
            self._connection.execute(given)

    def withdraw(self, profile_id: str, at: datetime) -> bool:
        """See ``services.ports.Consents``."""
        ended = update(t.marketing_consent).where(_in_force(profile_id)).values(withdrawn_at=at)
        return bool(self._connection.execute(ended).rowcount)

    def in_force(self, profile_id: str) -> bool:
        """See ``services.ports.Consents``."""
        given = select(t.marketing_consent.c.id).where(_in_force(profile_id)).limit(1)
        return self._connection.execute(given).scalar_one_or_none() is not None


_EVENT_FIELDS = [field.name for field in fields(InboxEvent) if field.name != "number"]
_FIELDS = [field.name for field in fields(OutgoingMessage)]
_CHANGING = ("body", "reason", "platform_id", "attempts", "lost", "due_at", "sent_at", "delivered_at", "read_at")


def _in_force(profile_id: str) -> Any:
    return (t.marketing_consent.c.profile_id == profile_id) & t.marketing_consent.c.withdrawn_at.is_(None)


def _is_waiting(table: Any) -> Any:
    # Written out, so that the database can tell that its partial index holds all such rows.
    return text(f"{table.name}.status = 'waiting'")


def _owners(connection: Connection, table: Any, channel: str, *conditions: Any) -> list[str]:
    waiting = select(table.c.profile_id).where(_is_waiting(table), table.c.channel == channel, *conditions)
    waiting = waiting.where(table.c.profile_id.is_not(None)).group_by(table.c.profile_id)
    return list(connection.execute(waiting.order_by(func.min(table.c.number))).scalars())


def _newest(connection: Connection, table: Any, statuses: list[str], limit: int) -> list[Any]:
    rows = select(table).where(table.c.status.in_(statuses)).order_by(table.c.number.desc()).limit(limit)
    return connection.execute(rows).mappings().all()  # type: ignore[no-any-return]


def _event(row: Any) -> InboxEvent:
    return InboxEvent(**{**row, "status": InboxStatus(row["status"])})


def _message(row: Any) -> OutgoingMessage:
    values = {**row, "status": Delivery(row["status"])}
    del values["number"]
    return OutgoingMessage(**values)
