"""People mend deliveries one by one or all at once, while customers and workers use the same database."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from sqlalchemy.engine import Engine

from customer_profiler.adapters.db.unit_of_work import SqlUnitOfWork
from customer_profiler.core.delivery import DeliveryFailed, DeliveryStatus, LeadDelivery, Trouble
from customer_profiler.core.lead import Lead
from customer_profiler.services import mending
from customer_profiler.services.session import Services
from tests.services.conftest import Clock, Person

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
WORKER = "a" * 32

Owe = Callable[..., None]
Fail = Callable[..., None]
Meanwhile = Callable[[Callable[[], None]], None]


@pytest.fixture
def owe(advised: Person, engine: Engine, clock: Clock) -> Owe:
    """Makes a lead owed to targets."""

    def owed(id_: str, *targets: str) -> None:
        run = advised.run
        assert run is not None
        with SqlUnitOfWork(engine) as unit:
            unit.leads.add(Lead(id_, run.id, run.profile_id, "hatch", clock(), "", {}), targets)
            unit.commit()

    return owed


@pytest.fixture
def fail(engine: Engine, clock: Clock) -> Fail:
    """Lets all that is due to a target become dead letters."""

    def failed(target: str = "crm", trouble: Trouble = Trouble.INVALID_VALUE) -> None:
        with SqlUnitOfWork(engine) as unit:
            for delivery in unit.deliveries.claim(target, WORKER, 100, clock(), clock() + MINUTE):
                dead = delivery.as_failed(DeliveryFailed(trouble), clock(), DAY, 0.5)
                assert unit.deliveries.settle(dead, WORKER, clock())
            unit.commit()

    return failed


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Meanwhile:
    """Does something in the pauses between two transactions."""

    def done(deed: Callable[[], None]) -> None:
        monkeypatch.setattr(time, "sleep", lambda _: deed())

    return done


def deliveries(services: Services) -> Sequence[LeadDelivery]:
    return mending.listed(services, True, "", 100)


def statuses(services: Services) -> list[str]:
    return [each.status.value for each in deliveries(services)]


@pytest.fixture
def dead(owe: Owe, fail: Fail) -> int:
    """Five dead letters of the CRM, and one of the mailbox."""
    for number in range(5):
        owe(f"L-{number}", "crm")
    owe("L-mail", "mail")
    fail("crm")
    fail("mail")
    return 5


def test_all_dead_letters_of_a_target_are_tried_again(services: Services, dead: int) -> None:
    assert mending.retry_all(services, "crm", None) == dead

    assert statuses(services) == [*["waiting"] * dead, "dead"]


def test_those_of_another_trouble_stay_dead(services: Services, dead: int, owe: Owe, fail: Fail) -> None:
    owe("L-locked", "crm")
    fail("crm", Trouble.UNAUTHORIZED)

    assert mending.retry_all(services, "crm", Trouble.UNAUTHORIZED) == 1
    assert statuses(services) == [*["dead"] * (dead + 1), "waiting"]


def test_between_two_dead_letters_others_can_use_the_database(
    services: Services, dead: int, engine: Engine, clock: Clock, meanwhile: Meanwhile
) -> None:
    waiting = []

    def customer() -> None:
        with SqlUnitOfWork(engine) as unit:
            waiting.append(sum(count for _, status, count in unit.deliveries.depths() if status == "waiting"))
            unit.commit()

    meanwhile(customer)
    mending.retry_all(services, "crm", None)

    assert waiting == [1, 2, 3, 4, 5], "each is seen to be tried again before the next one is"


def test_what_dies_again_meanwhile_is_not_met_twice(
    services: Services, dead: int, fail: Fail, meanwhile: Meanwhile
) -> None:
    meanwhile(fail)

    assert mending.retry_all(services, "crm", None) == dead
    assert [each.attempts for each in deliveries(services)] == [*[2] * dead, 1]


def test_what_somebody_else_mended_meanwhile_is_not_counted(
    services: Services, dead: int, engine: Engine, clock: Clock, meanwhile: Meanwhile
) -> None:
    last = next(each for each in reversed(deliveries(services)) if each.target == "crm")

    def take_the_last() -> None:
        with SqlUnitOfWork(engine) as unit:
            # Due for longest, so that it is the one that is leased.
            if unit.deliveries.retry(last.number, clock() - DAY):
                unit.deliveries.claim("crm", WORKER, 1, clock(), clock() + MINUTE)
            unit.commit()

    meanwhile(take_the_last)

    assert mending.retry_all(services, "crm", None) == dead - 1


@pytest.mark.parametrize(
    ("mend", "status"), [(mending.retry, DeliveryStatus.WAITING), (mending.cancel, DeliveryStatus.CANCELLED)]
)
def test_a_lead_owed_to_two_targets_is_mended_in_a_transaction_a_target(
    services: Services,
    owe: Owe,
    fail: Fail,
    meanwhile: Meanwhile,
    mend: Callable[[Services, str], Sequence[LeadDelivery]],
    status: DeliveryStatus,
) -> None:
    """A worker that settles one of them could wait for the lead, and we for the delivery."""
    seen: list[list[str]] = []
    owe("L-BOTH", "crm", "mail")
    fail("crm")
    fail("mail")
    meanwhile(lambda: seen.append(statuses(services)))

    assert len(mend(services, "L-BOTH")) == 2
    assert seen == [[status.value, "dead"], [status.value, status.value]]


def test_a_number_means_one_delivery_of_the_lead(services: Services, owe: Owe, fail: Fail) -> None:
    owe("L-BOTH", "crm", "mail")
    fail("crm")
    fail("mail")
    [_, second] = deliveries(services)

    assert [each.target for each in mending.retry(services, str(second.number))] == ["mail"]
    assert statuses(services) == ["dead", "waiting"]
