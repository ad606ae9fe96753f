"""Delivering what is owed for leads: lease, try, settle; the worker calls this from several threads."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from customer_profiler.core.delivery import DeliveryFailed, LeadDelivery, LeadMessage, Lease, Queue, Receipt, Trouble
from customer_profiler.services.ports import UnitOfWork

TRY = timedelta(seconds=90)
"""After it a try makes no further call: some targets take up to nine for a lead."""

LEASE = timedelta(minutes=3)
"""After it a worker gives up a try of its own that does not come to an end. Longer than a try with its last call, of
which the longest, an SFTP session with its log-in, is cut off after 110 seconds."""

SILENCE = timedelta(minutes=10)
"""After it a lease that nobody touches is ended: its worker did not give up, nor die so that anybody could tell."""

ORPHANED = timedelta(minutes=10)
"""How long something may be due to a target that ``crm.yml`` does not name: it may be read anew in the meantime."""

ORPHANS_AT_A_TIME = 100
"""Set aside in one transaction, so that others do not wait long."""

CATCH_UP_AT_A_TIME = 500
"""Leads owed in one transaction, so that others do not wait long."""

CLOCK_TOLERANCE = timedelta(minutes=1)
"""By how much the clocks of two machines may differ before one of them is taken to have run back."""


@dataclass(frozen=True)
class Attempt:
    """A try of a delivery: what became of it, and how the target failed, if it did."""

    delivery: LeadDelivery
    failure: DeliveryFailed | None = None


class LeadDeliveries:
    """The deliveries as one worker sees them. Each call is one transaction and may raise ``StoreUnavailable``.

    ``worker`` is the worker's id (32 hexadecimal digits); ``open_unit`` opens a transaction, ``open_reading`` one that
    only reads; ``now`` gives aware UTC; ``jitter`` a number from 0 to 1.
    """

    def __init__(
        self,
        worker: str,
        open_unit: Callable[[], UnitOfWork],
        open_reading: Callable[[], UnitOfWork],
        now: Callable[[], datetime],
        jitter: Callable[[], float],
    ) -> None:
        self.worker = worker
        self._open_unit = open_unit
        self._open_reading = open_reading
        self.now = now
        self._jitter = jitter

    def catch_up(self, targets: Sequence[str]) -> int:
        """Owe the leads made while there was no target; give how many revisions."""
        total = 0
        with self._open_reading() as unit:
            is_behind = unit.deliveries.is_behind()
        while targets and is_behind:
            with self._open_unit() as unit:
                count = unit.deliveries.catch_up(targets, self.now(), CATCH_UP_AT_A_TIME)
                unit.commit()
            total += count
            if count < CATCH_UP_AT_A_TIME:
                break
        return total

    def seconds_until_due(self, target: str) -> float | None:
        """Give in how many seconds something is due for a target, 0 when it is, None when nothing waits."""
        with self._open_reading() as unit:
            due = unit.deliveries.next_due([target])
        return None if due is None else max((due - self.now()).total_seconds(), 0.0)

    def claim(self, target: str, limit: int) -> Sequence[LeadDelivery]:
        """Lease what is longest due for a target."""
        now = self.now()
        with self._open_unit() as unit:
            claimed = unit.deliveries.claim(target, self.worker, limit, now, now + LEASE)
            unit.commit()
        return claimed

    def attempt(
        self, delivery: LeadDelivery, deliver: Callable[[LeadMessage], Receipt], patience: timedelta
    ) -> Attempt:
        """Let a target have what is leased; give what became of it, which ``settle`` stores."""
        with self._open_reading() as unit:
            message = unit.deliveries.message(delivery)
        try:
            receipt = deliver(message)
        except DeliveryFailed as failure:
            return self._failed(delivery, failure, patience)
        except Exception as error:  # a defect of an adapter must neither end the worker nor lose the lead
            return self._failed(delivery, DeliveryFailed(Trouble.FAULT, _place(error)), patience)
        return Attempt(delivery.as_delivered(receipt.remote_id or message.remote_id, self.now()))

    def settle(self, attempt: Attempt) -> bool:
        """Store what became of a delivery; False when the lease had ended: another worker has the last word."""
        with self._open_unit() as unit:
            is_ours = unit.deliveries.settle(attempt.delivery, self.worker, self.now())
            unit.commit()
        return is_ours

    def _failed(self, delivery: LeadDelivery, failure: DeliveryFailed, patience: timedelta) -> Attempt:
        return Attempt(delivery.as_failed(failure, self.now(), patience, self._jitter()), failure)

    def hasten(self, target: str) -> int:
        """Make due what waits for a target that is well again; give how many."""
        with self._open_unit() as unit:
            count = unit.deliveries.hasten(target, self.now())
            unit.commit()
        return count

    def mend_clock(self, targets: Sequence[str]) -> int:
        """Make due what a clock that ran ahead has put off; give how many."""
        with self._open_reading() as unit:
            is_ahead = unit.deliveries.is_ahead_of_clock(targets, self.now(), CLOCK_TOLERANCE)
        if not is_ahead:
            return 0
        with self._open_unit() as unit:
            count = unit.deliveries.mend_clock(targets, self.now(), CLOCK_TOLERANCE)
            unit.commit()
        return count

    def queues(self, targets: Sequence[str]) -> Sequence[Queue]:
        """Give what is owed to each target, and to others that something is owed to."""
        with self._open_reading() as unit:
            counts = {(target, status): count for target, status, count in unit.deliveries.depths()}
            others = sorted({target for target, _ in counts} - set(targets))
            oldest = {target: unit.deliveries.oldest(target) for target in (*targets, *others)}
        return [Queue(t, counts.get((t, "waiting"), 0), counts.get((t, "dead"), 0), oldest[t]) for t in oldest]

    def leases(self) -> Sequence[Lease]:
        """Give all leases there are."""
        with self._open_reading() as unit:
            return unit.deliveries.leases()

    def end_leases(self, leases: Collection[Lease]) -> int:
        """End leases; give how many were in force."""
        with self._open_unit() as unit:
            count = unit.deliveries.end_leases(leases, self.now())
            unit.commit()
        return count

    def repeat_newer(self, delivery: LeadDelivery) -> bool:
        """Deliver the newest revision again after an older one came late, which has overwritten it."""
        with self._open_unit() as unit:
            is_owed = unit.deliveries.repeat_newer(delivery, self.now())
            unit.commit()
        return is_owed

    def set_orphans_aside(self, targets: Sequence[str]) -> int:
        """Make dead letters of what has long been due to targets other than these; give how many."""
        with self._open_reading() as unit:
            before = self.now() - ORPHANED
            is_any = unit.deliveries.orphans(targets, before, 1)
        total = 0
        while is_any:
            with self._open_unit() as unit:
                found = unit.deliveries.orphans(targets, before, ORPHANS_AT_A_TIME)
                for orphan in found:
                    failure = DeliveryFailed(Trouble.MISCONFIGURED, f"crm.yml names no target “{orphan.target}”")
                    unit.deliveries.set_aside(orphan, failure, self.now())
                unit.commit()
            total += len(found)
            is_any = found
        return total


def _place(error: Exception) -> str:
    """Give the kind and the place of a defect without its text, which may hold a customer's words."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {Path(last.filename).name}, line {last.lineno}"
