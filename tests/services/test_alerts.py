"""One e-mail tells somebody to look after the leads, not one a lead."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy.engine import Engine

from customer_profiler.adapters.db.unit_of_work import SqlUnitOfWork
from customer_profiler.core.delivery import DeliveryFailed, LeadDelivery, Trouble
from customer_profiler.core.lead import Lead
from customer_profiler.services.alerts import Alerts, Limits
from tests.services.conftest import Clock, Person

HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)


@pytest.fixture
def mails() -> list[tuple[str, str]]:
    return []


@pytest.fixture
def alerts(engine: Engine, clock: Clock, mails: list[tuple[str, str]]) -> Alerts:
    limits = {"crm": Limits(down=10 * MINUTE, promise=MINUTE)}
    return Alerts(lambda: SqlUnitOfWork(engine), clock, limits, lambda *mail: mails.append(mail), DAY)


Die = Callable[[int], None]


@pytest.fixture
def die(advised: Person, engine: Engine, clock: Clock) -> Die:
    """Makes so many dead letters."""
    numbers = iter(range(1000))

    def died(count: int) -> None:
        run = advised.run
        assert run is not None
        for _ in range(count):
            id_ = f"L-{next(numbers)}"
            with SqlUnitOfWork(engine) as unit:
                unit.leads.add(Lead(id_, run.id, run.profile_id, "hatch", clock(), "", {}), ["crm"])
                delivery: LeadDelivery
                [delivery] = unit.deliveries.claim("crm", "a" * 32, 1, clock(), clock() + MINUTE)
                failed = delivery.as_failed(DeliveryFailed(Trouble.INVALID_VALUE), clock(), DAY, 0.5)
                assert unit.deliveries.settle(failed, "a" * 32, clock())
                unit.commit()

    return died


def owed(person: Person, engine: Engine, at: datetime) -> None:
    run = person.run
    assert run is not None
    with SqlUnitOfWork(engine) as unit:
        unit.leads.add(Lead("L-late", run.id, run.profile_id, "hatch", at, "", {}), ["crm"])
        unit.commit()


def test_without_a_reason_nobody_is_told(alerts: Alerts, mails: list[tuple[str, str]]) -> None:
    assert alerts.look({"crm": 0.0}) == set()
    assert mails == []


def test_many_dead_letters_are_one_mail(alerts: Alerts, die: Die, mails: list[tuple[str, str]]) -> None:
    die(30)
    assert alerts.look({}) == {("dead_letters", "crm")}
    alerts.look({})

    [(subject, text)] = mails
    assert subject == "Customer Profiler: crm: leads need you"
    assert "dead letters: 30" in text
    assert "profiler outbox list --target crm" in text


def test_more_of_them_are_told_an_hour_later_at_the_earliest(
    alerts: Alerts, die: Die, clock: Clock, mails: list[tuple[str, str]]
) -> None:
    die(1)
    alerts.look({})
    clock.pass_(minutes=5)
    die(1)
    alerts.look({})
    assert len(mails) == 1

    clock.pass_(hours=1)
    alerts.look({})
    assert len(mails) == 2


def test_what_stays_is_told_again_only_after_a_day(
    alerts: Alerts, die: Die, clock: Clock, mails: list[tuple[str, str]]
) -> None:
    die(1)
    for _ in range(25):
        alerts.look({})
        clock.pass_(hours=1)

    assert len(mails) == 2


def test_a_target_that_is_down_longer_than_allowed_is_told(alerts: Alerts, mails: list[tuple[str, str]]) -> None:
    alerts.look({"crm": 599.0})
    assert mails == []

    assert alerts.look({"crm": 601.0}) == {("target_down", "crm")}
    assert [subject for subject, _ in mails] == ["Customer Profiler: crm: is down"]


def test_a_lead_that_is_older_than_promised_is_told(
    alerts: Alerts, advised: Person, engine: Engine, clock: Clock, mails: list[tuple[str, str]]
) -> None:
    owed(advised, engine, clock())
    alerts.look({})
    assert mails == []

    clock.pass_(minutes=5)
    alerts.look({})
    [(subject, text)] = mails
    assert subject == "Customer Profiler: crm: leads are late"
    assert "5 minutes" in text


def test_reasons_of_the_same_moment_are_one_mail(
    alerts: Alerts, die: Die, advised: Person, engine: Engine, clock: Clock, mails: list[tuple[str, str]]
) -> None:
    die(1)
    owed(advised, engine, clock() - HOUR)
    alerts.look({"crm": 3600.0})

    [(subject, _)] = mails
    assert all(part in subject for part in ("leads need you", "is down", "leads are late"))


def test_what_is_over_and_comes_again_is_told_again(alerts: Alerts, clock: Clock, mails: list[tuple[str, str]]) -> None:
    for down in (601.0, 0.0, 601.0):
        alerts.look({"crm": down})
        clock.pass_(minutes=2)
    assert len(mails) == 2


def test_two_workers_tell_once(
    engine: Engine, clock: Clock, alerts: Alerts, die: Die, mails: list[tuple[str, str]]
) -> None:
    limits = {"crm": Limits(down=10 * MINUTE, promise=MINUTE)}
    other = Alerts(lambda: SqlUnitOfWork(engine), clock, limits, lambda *mail: mails.append(mail), DAY)
    die(1)
    alerts.look({})
    other.look({})

    assert len(mails) == 1


def test_a_mail_that_was_not_taken_is_sent_again(engine: Engine, clock: Clock, die: Die) -> None:
    taken: list[str] = []

    def send(subject: str, text: str) -> None:
        taken.append(subject)
        if len(taken) == 1:
            raise OSError("the mail server is down")

    limits = {"crm": Limits(down=10 * MINUTE, promise=MINUTE)}
    alerts = Alerts(lambda: SqlUnitOfWork(engine), clock, limits, send, DAY)
    die(1)
    with pytest.raises(OSError, match="mail server"):
        alerts.look({})
    alerts.look({})
    alerts.look({})

    assert len(taken) == 2
