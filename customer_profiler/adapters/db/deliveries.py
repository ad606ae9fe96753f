"""What is owed to the targets of leads: leased to workers, settled, seen and mended by people.

A lease is the worker's name beside a delivery: what is leased is nobody else's, whatever anybody's clock says. It ends
when the worker settles or gives it back, or when others end it because that worker is dead or silent. With each lease
the attempts count one up: whoever settles must name that count, so that a try of a lease that has ended finds no row,
even when its own worker has leased the delivery again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, exists, func, insert, literal, select, text, update
from sqlalchemy.engine import Connection

from customer_profiler.adapters.db import tables as t
from customer_profiler.core.delivery import DeliveryFailed, DeliveryStatus, LeadDelivery, LeadMessage, Lease, Trouble

CHANNEL = "profiler_leads"
"""The PostgreSQL notification that something new is owed."""

_COLUMNS = [getattr(t.lead_delivery.c, field.name) for field in fields(LeadDelivery)]
_CHANGING = ("status", "attempts", "due_at", "lease", "trouble", "detail", "remote_id", "settled_at")
_MENDABLE = (DeliveryStatus.WAITING.value, DeliveryStatus.DEAD.value, DeliveryStatus.CANCELLED.value)


def owe(connection: Connection, lead_id: str, revision: int, targets: Iterable[str], at: datetime) -> None:
    """Store that the targets are owed a revision of a lead, behind earlier ones that wait, and wake the workers."""
    _owe(connection, lead_id, revision, targets, {"created_at": at}, at)


def _owe(
    connection: Connection, lead_id: str, revision: int, targets: Iterable[str], since: dict[str, Any], at: datetime
) -> None:
    rows = [{**_new(connection, lead_id, revision, target, at), **since} for target in targets]
    if rows:
        connection.execute(insert(t.lead_delivery), rows)
        notify(connection)


def notify(connection: Connection) -> None:
    """Wake the workers when the transaction commits; on SQLite they see the commit itself."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_notify(CHANNEL, "")))


class SqlDeliveries:
    """Deliveries."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def is_behind(self) -> bool:
        """See ``services.ports.Deliveries``."""
        unowed = select(t.lead_revision.c.lead_id).where(t.lead_revision.c.owed_at.is_(None)).limit(1)
        return self._connection.execute(unowed).first() is not None

    def catch_up(self, targets: Sequence[str], at: datetime, limit: int) -> int:
        """See ``services.ports.Deliveries``."""
        columns = t.lead_revision.c
        # Two workers that start at once must not both owe the same lead.
        unowed = select(columns.lead_id, columns.revision, columns.created_at).where(columns.owed_at.is_(None))
        unowed = unowed.order_by(columns.created_at, columns.revision).limit(limit).with_for_update()
        found = self._connection.execute(unowed).all()
        for lead_id, revision, created_at in found:
            this = and_(columns.lead_id == lead_id, columns.revision == revision)
            self._connection.execute(update(t.lead_revision).where(this).values(owed_at=at))
            since = {"created_at": created_at, "patient_from": at}
            _owe(self._connection, lead_id, revision, targets, since, at)
            self._connection.execute(update(t.lead).where(t.lead.c.id == lead_id).values(status="pending"))
        return len(found)

    def next_due(self, targets: Sequence[str]) -> datetime | None:
        """See ``services.ports.Deliveries``."""
        columns = t.lead_delivery.c
        firsts = [
            select(columns.due_at)
            .where(_is_waiting(), columns.target == target, columns.lease == "")
            .order_by(columns.due_at)
            .limit(1)
            for target in targets
        ]
        dues = [self._connection.execute(first).scalar_one_or_none() for first in firsts]
        return min((due for due in dues if due is not None), default=None)

    def claim(self, target: str, worker: str, limit: int, now: datetime, until: datetime) -> Sequence[LeadDelivery]:
        """See ``services.ports.Deliveries``."""
        columns, other = t.lead_delivery.c, t.lead_delivery.alias()
        is_first = other.c.revision < columns.revision
        in_the_way = (
            exists()
            .where(other.c.lead_id == columns.lead_id, other.c.target == target, other.c.status == "waiting")
            .where(is_first | (other.c.lease != ""))
        )
        due = select(*_COLUMNS).where(_is_waiting(), columns.target == target, columns.due_at <= now)
        due = due.where(columns.lease == "", ~in_the_way)
        due = due.order_by(columns.due_at, columns.number).limit(limit).with_for_update(skip_locked=True)
        found = [_delivery(row) for row in self._connection.execute(due).mappings()]
        if found:
            leased = update(t.lead_delivery).where(columns.number.in_([each.number for each in found]))
            values = {"lease": worker, "due_at": until, "put_off_at": now, "tried_at": now}
            self._connection.execute(leased.values(attempts=columns.attempts + 1, **values))
        return [replace(each, lease=worker, due_at=until, tried_at=now, attempts=each.attempts + 1) for each in found]

    def message(self, delivery: LeadDelivery) -> LeadMessage:
        """See ``services.ports.Deliveries``."""
        revision = select(t.lead_revision.c.body).where(
            t.lead_revision.c.lead_id == delivery.lead_id, t.lead_revision.c.revision == delivery.revision
        )
        columns = t.lead_delivery.c
        taken = (
            select(columns.remote_id)
            .where(columns.lead_id == delivery.lead_id, columns.target == delivery.target)
            .where(columns.status == DeliveryStatus.DELIVERED.value, columns.revision < delivery.revision)
            .order_by(columns.revision.desc())
        )
        known = self._connection.execute(taken).scalars().all()
        return LeadMessage(
            lead_id=delivery.lead_id,
            revision=delivery.revision,
            values=self._connection.execute(revision).scalar_one(),
            is_known=bool(known),
            remote_id=next(filter(None, known), ""),
            attempt=delivery.attempts,
        )

    def settle(self, delivery: LeadDelivery, worker: str, now: datetime) -> bool:
        """See ``services.ports.Deliveries``."""
        columns = t.lead_delivery.c
        mine = and_(columns.number == delivery.number, columns.lease == worker, columns.attempts == delivery.attempts)
        values = {name: getattr(delivery, name) for name in _CHANGING}
        values |= {"status": delivery.status.value, "trouble": delivery.trouble.value if delivery.trouble else ""}
        if not self._connection.execute(update(t.lead_delivery).where(mine).values(**values, put_off_at=now)).rowcount:
            return False
        if delivery.status is DeliveryStatus.DELIVERED:
            self._supersede(delivery, now)
        self._move_followers(delivery, now)
        self._count(delivery.lead_id)
        return True

    def repeat_newer(self, delivery: LeadDelivery, now: datetime) -> bool:
        """See ``services.ports.Deliveries``."""
        columns = t.lead_delivery.c
        newer = and_(_same_lead(delivery), columns.revision > delivery.revision)
        # One that is on its way may have come before: the end of its lease makes its worker try it once more.
        came = (columns.status == DeliveryStatus.DELIVERED.value) | (columns.lease != "")
        newest = select(columns.number).where(newer, came).order_by(columns.revision.desc()).limit(1).with_for_update()
        number = self._connection.execute(newest).scalar_one_or_none()
        if number is None:
            return False
        values = {"lease": "", "due_at": now, "put_off_at": now, "patient_from": now, "settled_at": None}
        return self._mend(columns.number == number, number, status=DeliveryStatus.WAITING.value, **values)

    def leases(self) -> Sequence[Lease]:
        """See ``services.ports.Deliveries``."""
        columns = t.lead_delivery.c
        held = select(columns.number, columns.attempts, columns.lease).where(_is_leased())
        return [Lease(*row) for row in self._connection.execute(held)]

    def end_leases(self, leases: Collection[Lease], now: datetime) -> int:
        """See ``services.ports.Deliveries``."""
        columns = t.lead_delivery.c
        count = 0
        for lease in leases:
            this = and_(columns.number == lease.number, columns.attempts == lease.attempts)
            this = and_(this, columns.lease == lease.worker)
            ended = update(t.lead_delivery).where(this).values(lease="", due_at=now, put_off_at=now)
            count += int(self._connection.execute(ended).rowcount)
        return count

    def orphans(self, targets: Sequence[str], before: datetime, limit: int) -> Sequence[LeadDelivery]:
        """See ``services.ports.Deliveries``."""
        columns = t.lead_delivery.c
        unknown = set(self._awaited()) - set(targets)
        if not unknown:
            return []
        theirs = and_(_is_waiting(), columns.target.in_(unknown), columns.due_at < before, columns.lease == "")
        found = select(*_COLUMNS).where(theirs).order_by(columns.number).limit(limit).with_for_update(skip_locked=True)
        return [_delivery(row) for row in self._connection.execute(found).mappings()]

    def set_aside(self, delivery: LeadDelivery, failure: DeliveryFailed, now: datetime) -> None:
        """See ``services.ports.Deliveries``."""
        dead = {"status": DeliveryStatus.DEAD.value, "settled_at": now, "trouble": failure.trouble.value}
        this = t.lead_delivery.c.number == delivery.number
        self._mend(this, delivery.number, **dead, detail=failure.detail)

    def hasten(self, target: str, now: datetime) -> int:
        """See ``services.ports.Deliveries``."""
        columns = t.lead_delivery.c
        waiting = and_(_is_waiting(), columns.target == target, columns.due_at > now, columns.lease == "")
        done = self._connection.execute(
            update(t.lead_delivery).where(waiting).values(due_at=now, put_off_at=now)
        ).rowcount
        return int(done)

    def is_ahead_of_clock(self, targets: Sequence[str], now: datetime, tolerance: timedelta) -> bool:
        """See ``services.ports.Deliveries``."""
        one = select(t.lead_delivery.c.number).where(_from_the_future(targets, now, tolerance)).limit(1)
        return self._connection.execute(one).first() is not None

    def mend_clock(self, targets: Sequence[str], now: datetime, tolerance: timedelta) -> int:
        """See ``services.ports.Deliveries``."""
        ahead = update(t.lead_delivery).where(_from_the_future(targets, now, tolerance))
        return int(self._connection.execute(ahead.values(due_at=now, put_off_at=now)).rowcount)

    def get(self, number: int) -> LeadDelivery | None:
        """See ``services.ports.Deliveries``."""
        return next(iter(self._all(t.lead_delivery.c.number == number)), None)

    def of_lead(self, lead_id: str) -> Sequence[LeadDelivery]:
        """See ``services.ports.Deliveries``."""
        return self._all(t.lead_delivery.c.lead_id == lead_id)

    def listed(self, statuses: Sequence[DeliveryStatus], target: str = "", limit: int = 50) -> Sequence[LeadDelivery]:
        """See ``services.ports.Deliveries``."""
        columns = t.lead_delivery.c
        rows = select(*_COLUMNS).where(columns.status.in_([status.value for status in statuses]))
        rows = rows.where(columns.target == target) if target else rows
        newest = self._connection.execute(rows.order_by(columns.number.desc()).limit(limit)).mappings().all()
        return [_delivery(row) for row in reversed(newest)]

    def retry(self, number: int, now: datetime) -> bool:
        """See ``services.ports.Deliveries``."""
        columns, later = t.lead_delivery.c, t.lead_delivery.alias()
        overtaken = exists().where(
            later.c.lead_id == columns.lead_id,
            later.c.target == columns.target,
            later.c.revision > columns.revision,
            later.c.status == DeliveryStatus.DELIVERED.value,
        )
        this = and_(columns.number == number, columns.lease == "", columns.status.in_(_MENDABLE), ~overtaken)
        # Its patience begins anew: whoever asks for another try wants more than one.
        values = {"status": DeliveryStatus.WAITING.value, "due_at": now, "put_off_at": now, "patient_from": now}
        self._await_claims(number)
        return self._mend(this, number, **values, settled_at=None)

    def cancel(self, number: int, now: datetime) -> bool:
        """See ``services.ports.Deliveries``."""
        columns = t.lead_delivery.c
        this = and_(columns.number == number, columns.lease == "", columns.status.in_(_MENDABLE[:2]))
        self._await_claims(number)
        return self._mend(this, number, status=DeliveryStatus.CANCELLED.value, settled_at=now)

    def depths(self) -> Sequence[tuple[str, str, int]]:
        """See ``services.ports.Deliveries``."""
        columns = t.lead_delivery.c
        shown = ("waiting", "dead")
        counted = [
            select(columns.target, literal(status), func.count())
            .where(text(f"lead_delivery.status = '{status}'"))
            .group_by(columns.target)
            for status in shown
        ]
        return [tuple(row) for query in counted for row in self._connection.execute(query)]

    def oldest(self, target: str) -> datetime | None:
        """See ``services.ports.Deliveries``."""
        columns = t.lead_delivery.c
        first = select(columns.created_at).where(_is_waiting(), columns.target == target).order_by(columns.created_at)
        moment: datetime | None = self._connection.execute(first.limit(1)).scalar_one_or_none()
        return moment

    def deaths(self) -> Mapping[str, tuple[int, datetime]]:
        """See ``services.ports.Deliveries``."""
        columns = t.lead_delivery.c
        dead = select(columns.target, func.count(), func.max(columns.settled_at))
        dead = dead.where(text("lead_delivery.status = 'dead'")).group_by(columns.target)
        return {target: (count, newest) for target, count, newest in self._connection.execute(dead)}

    def dead(self, target: str, trouble: Trouble | None = None) -> Sequence[int]:
        """See ``services.ports.Deliveries``."""
        columns = t.lead_delivery.c
        numbers = select(columns.number).where(text("lead_delivery.status = 'dead'"), columns.target == target)
        numbers = numbers.where(columns.trouble == trouble.value) if trouble else numbers
        return list(self._connection.execute(numbers.order_by(columns.number)).scalars())

    def _awaited(self) -> Iterator[str]:
        """Give the targets for which anything waits."""
        target = t.lead_delivery.c.target
        # From one name to the next in the index, instead of reading all that waits.
        name = self._connection.execute(select(func.min(target)).where(_is_waiting())).scalar_one()
        while name is not None:
            yield name
            following = select(func.min(target)).where(_is_waiting(), target > name)
            name = self._connection.execute(following).scalar_one()

    def _await_claims(self, number: int) -> None:
        """Wait for workers that lease another revision of the same lead at this moment, so that its lease is seen."""
        columns, this = t.lead_delivery.c, t.lead_delivery.alias()
        same = exists().where(
            this.c.number == number, this.c.lead_id == columns.lead_id, this.c.target == columns.target
        )
        locked = select(columns.number).where(same).order_by(columns.number).with_for_update(of=t.lead_delivery)
        self._connection.execute(locked)

    def _mend(self, this: Any, number: int, **values: Any) -> bool:
        if not self._connection.execute(update(t.lead_delivery).where(this).values(**values)).rowcount:
            return False
        mended = self.get(number)
        assert mended is not None, "it was changed in this very transaction"
        self._move_followers(mended, mended.due_at)
        self._count(mended.lead_id)
        notify(self._connection)
        return True

    def _supersede(self, delivery: LeadDelivery, now: datetime) -> None:
        """Close earlier revisions that were not delivered: this one holds all that they said."""
        columns = t.lead_delivery.c
        earlier = and_(_same_lead(delivery), columns.revision < delivery.revision, columns.lease == "")
        stuck = and_(earlier, columns.status.in_([DeliveryStatus.DEAD.value, DeliveryStatus.WAITING.value]))
        values = {"status": DeliveryStatus.SUPERSEDED.value, "settled_at": now}
        self._connection.execute(update(t.lead_delivery).where(stuck).values(**values))

    def _move_followers(self, delivery: LeadDelivery, now: datetime) -> None:
        """Let later revisions become due with the one they wait for, so that no worker looks at them in vain."""
        columns = t.lead_delivery.c
        due = delivery.due_at if delivery.status is DeliveryStatus.WAITING else now
        later = and_(_same_lead(delivery), _is_waiting(), columns.revision > delivery.revision, columns.lease == "")
        followers = update(t.lead_delivery).where(later)
        if self._connection.execute(followers.values(due_at=due, put_off_at=now)).rowcount:
            notify(self._connection)

    def _count(self, lead_id: str) -> None:
        """Bring a lead's status, attempts and last error in line with its deliveries."""
        # Its deliveries to two targets may be settled at once: the second must see what the first did.
        self._connection.execute(select(t.lead.c.id).where(t.lead.c.id == lead_id).with_for_update())
        deliveries = self.of_lead(lead_id)
        found = {each.status for each in deliveries}
        failed = [each for each in deliveries if each.trouble and each.status is not DeliveryStatus.SUPERSEDED]
        last = max(failed, key=lambda each: each.tried_at or each.created_at, default=None)
        # Not in the target's own words: leads are exported, and these may hold a customer's.
        error = f"{last.target}: {last.trouble.value}" if last and last.trouble else ""
        values = {"status": _status(found), "attempts": sum(each.attempts for each in deliveries), "last_error": error}
        self._connection.execute(update(t.lead).where(t.lead.c.id == lead_id).values(**values))

    def _all(self, condition: Any) -> list[LeadDelivery]:
        columns = t.lead_delivery.c
        these = select(*_COLUMNS).where(condition).order_by(columns.revision, columns.number)
        return [_delivery(row) for row in self._connection.execute(these).mappings()]


def _status(found: set[DeliveryStatus]) -> str:
    if DeliveryStatus.DEAD in found:
        return "dead"
    if DeliveryStatus.WAITING in found:
        return "pending"
    return "delivered" if DeliveryStatus.DELIVERED in found else "dead"


def _new(connection: Connection, lead_id: str, revision: int, target: str, at: datetime) -> dict[str, Any]:
    columns = t.lead_delivery.c
    waiting = and_(_is_waiting(), columns.lead_id == lead_id, columns.target == target, columns.lease == "")
    before = connection.execute(select(func.max(columns.due_at)).where(waiting)).scalar_one() if revision > 1 else None
    return {
        "lead_id": lead_id,
        "revision": revision,
        "target": target,
        "status": DeliveryStatus.WAITING.value,
        "due_at": max(at, before or at),
        "put_off_at": at,
        "created_at": at,
    }


def _same_lead(delivery: LeadDelivery) -> Any:
    return and_(t.lead_delivery.c.lead_id == delivery.lead_id, t.lead_delivery.c.target == delivery.target)


def _is_waiting() -> Any:
    # Written out, so that the database can tell that its partial index holds all such rows.
    return text("lead_delivery.status = 'waiting'")


def _from_the_future(targets: Sequence[str], now: datetime, tolerance: timedelta) -> Any:
    columns = t.lead_delivery.c
    ahead = and_(_is_waiting(), columns.target.in_(targets), columns.due_at > now, columns.lease == "")
    return and_(ahead, columns.put_off_at > now + tolerance)


def _is_leased() -> Any:
    return text("lead_delivery.lease <> ''")


def _delivery(row: Any) -> LeadDelivery:
    trouble = Trouble(row["trouble"]) if row["trouble"] else None
    return LeadDelivery(**{**row, "status": DeliveryStatus(row["status"]), "trouble": trouble})
