"""What people do about deliveries of leads: look, let them be tried again, say that they are not owed any more."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from customer_profiler.core.delivery import DeliveryStatus, LeadDelivery, Trouble
from customer_profiler.core.lead import Lead
from customer_profiler.services.ports import UnitOfWork
from customer_profiler.services.session import Services

OPEN = (DeliveryStatus.WAITING, DeliveryStatus.DEAD)
"""What somebody may want to look at."""

AT_MOST = 100_000
"""Dead letters that one wish concerns."""


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
    return _mend(services, reference, lambda unit, number: unit.deliveries.retry(number, services.tools.now()))


def cancel(services: Services, reference: str) -> Sequence[LeadDelivery]:
    """Say that what waits or is dead of a lead, or one delivery, is not owed any more; give those concerned."""
    return _mend(services, reference, lambda unit, number: unit.deliveries.cancel(number, services.tools.now()))


def retry_all(services: Services, target: str, trouble: Trouble | None) -> int:
    """Let all dead letters of a target, or those of one trouble, be tried again; give how many."""
    with services.open_unit() as unit:
        dead = unit.deliveries.listed((DeliveryStatus.DEAD,), target, AT_MOST)
        wanted = [each for each in dead if trouble is None or each.trouble is trouble]
        count = sum(unit.deliveries.retry(each.number, services.tools.now()) for each in wanted)
        unit.commit()
    return count


def _mend(services: Services, reference: str, change: Callable[[UnitOfWork, int], bool]) -> Sequence[LeadDelivery]:
    with services.open_unit() as unit:
        done = [each for each in _meant(unit, reference) if change(unit, each.number)]
        unit.commit()
    return done


def _meant(unit: UnitOfWork, reference: str) -> Sequence[LeadDelivery]:
    if not reference.isdecimal():
        return unit.deliveries.of_lead(reference.upper())
    found = unit.deliveries.get(int(reference))
    return [found] if found else []
