"""What people do about deliveries of leads: look, let them be tried again, say that they are not owed any more."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime

from customer_profiler.core.delivery import DeliveryStatus, LeadDelivery, Trouble
from customer_profiler.core.lead import Lead
from customer_profiler.services.ports import Deliveries, UnitOfWork
from customer_profiler.services.session import Services

OPEN = (DeliveryStatus.WAITING, DeliveryStatus.DEAD)
"""What somebody may want to look at."""

_Change = Callable[[Deliveries, int, datetime], bool]
"""Changes the delivery of a number; False when there is nothing to be done about it."""


def listed(services: Services, every: bool, target: str, limit: int) -> Sequence[LeadDelivery]:
    """Give the deliveries that wait or are dead, or with ``every`` all; the newest ``limit``, oldest first."""
    with services.open_unit() as unit:
        return unit.deliveries.listed(tuple(DeliveryStatus) if every else OPEN, target, limit)


def shown(services: Services, reference: str) -> tuple[Lead | None, Sequence[LeadDelivery]]:
    """Give a lead with its deliveries; ``reference`` is the lead's id or the number of a delivery."""
    with services.open_unit() as unit:
        deliveries = _meant(unit, reference)
        lead = unit.leads.get(deliveries[0].lead_id if deliveries else reference)
    return lead, deliveries


def retry(services: Services, reference: str) -> Sequence[LeadDelivery]:
    """Let what waits or is dead of a lead, or one delivery, be tried at once; give those that will be."""
    return _mend(services, reference, _retry)


def cancel(services: Services, reference: str) -> Sequence[LeadDelivery]:
    """Say that what waits or is dead of a lead, or one delivery, is not owed any more; give those concerned."""
    return _mend(services, reference, lambda deliveries, number, now: deliveries.cancel(number, now))


def retry_all(services: Services, target: str, trouble: Trouble | None) -> int:
    """Let all dead letters of a target, or those of one trouble, be tried again; give how many.

    What dies while this goes on, again or for the first time, stays dead, so that it comes to an end.
    """
    with services.open_unit() as unit:
        numbers = unit.deliveries.dead(target, trouble)
    return sum(_is_changed(services, number, _retry) for number in numbers)


def _mend(services: Services, reference: str, change: _Change) -> Sequence[LeadDelivery]:
    with services.open_unit() as unit:
        meant = _meant(unit, reference)
    return [each for each in meant if _is_changed(services, each.number, change)]


def _is_changed(services: Services, number: int, change: _Change) -> bool:
    """Change one delivery in a transaction of its own, then leave the database to others for as long as that took."""
    # Workers lock a delivery, then its lead. Several deliveries in one transaction could lock a lead before the second
    # delivery, and each would wait for the other.
    with services.open_unit() as unit:
        begun = time.monotonic()
        is_done = change(unit.deliveries, number, services.tools.now())
        unit.commit()
    # Who waits for SQLite's lock asks for it every now and then. Without a pause customers hardly ever met it free, and
    # waited for seconds while thousands of dead letters were retried.
    time.sleep(time.monotonic() - begun)
    return is_done


def _retry(deliveries: Deliveries, number: int, now: datetime) -> bool:
    return deliveries.retry(number, now)


def _meant(unit: UnitOfWork, reference: str) -> Sequence[LeadDelivery]:
    if not reference.isdecimal():
        return unit.deliveries.of_lead(reference.upper())
    found = unit.deliveries.get(int(reference))
    return [found] if found else []
