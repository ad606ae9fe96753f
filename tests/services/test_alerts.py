"""One e-mail tells somebody to look after the leads, not one a lead."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy.engine import Engine

from customer_profiler.adapters.db.engine import reading
from customer_profiler.adapters.db.unit_of_work import SqlUnitOfWork
from customer_profiler.core.alert import Alert
from customer_profiler.core.delivery import DeliveryFailed, LeadDelivery, Trouble
from customer_profiler.core.lead import Lead
from customer_profiler.services.alerts import Alerts, Limits
from tests.services.conftest import Clock, Person

HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)

Send = Callable[[str, str], None]
Hire = Callable[..., Alerts]


@pytest.fixture
def mails() -> list[tuple[str, str]]:
    return []


@pytest.fixture
def hire(engine: Engine, clock: Clock) -> Hire:
    """Makes another worker's alerts, which go out as told; ``meanwhile`` happens between its reading and writing."""

    def hired(send: Send, meanwhile: Callable[[], object] = lambda: None) -> Alerts:
        def open_unit() -> SqlUnitOfWork:
            meanwhile()
            return SqlUnitOfWork(engine)

        limits = {"crm": Limits(down=10 * MINUTE, promise=MINUTE)}
        read_only = reading(engine)
        return Alerts(open_unit, lambda: SqlUnitOfWork(read_only), clock, limits, send, DAY)

    return hired


@pytest.fixture
def alerts(hire: Hire, mails: list[tuple[str, str]]) -> Alerts:
    return hire(lambda *mail: mails.append(mail))


Die = Callable[..., None]


@pytest.fixture
def die(advised: Person, engine: Engine, clock: Clock) -> Die:
    """Makes so many dead letters of a target."""
    numbers = iter(range(1000))

    def died(count: int, target: str = "crm") -> None:
        run = advised.run
        assert run is not None
        for _ in range(count):
            id_ = f"L-{next(numbers)}"
            with SqlUnitOfWork(engine) as unit:
                unit.leads.add(Lead(id_, run.id, run.profile_id, "hatch", clock(), "", {}), [target])
                delivery: LeadDelivery
                [delivery] = unit.deliveries.claim(target, "a" * 32, 1, clock(), clock() + MINUTE)
                failed = delivery.as_failed(DeliveryFailed(Trouble.INVALID_VALUE), clock(), DAY, 0.5)
                assert unit.deliveries.settle(failed, "a" * 32, clock())
                unit.commit()

    return died


def owed(person: Person, engine: Engine, at: datetime, target: str = "crm") -> None:
    run = person.run
    assert run is not None
    with SqlUnitOfWork(engine) as unit:
        unit.leads.add(Lead("L-late", run.id, run.profile_id, "hatch", at, "", {}), [target])
        unit.commit()


def watch(alerts: Alerts, **down: float) -> set[tuple[str, str]]:
    """Look and tell, as a worker does every five seconds; ``down`` are seconds by target."""
    found = alerts.look(down)
    alerts.tell()
    return found


def raised(engine: Engine) -> Sequence[Alert]:
    with SqlUnitOfWork(engine) as unit:
        return unit.alerts.raised()


def refuse(subject: str, text: str) -> None:
    raise DeliveryFailed(Trouble.UNREACHABLE)


# --- reasons


def test_without_a_reason_nobody_is_told(alerts: Alerts, mails: list[tuple[str, str]]) -> None:
    assert watch(alerts, crm=0.0) == set()
    assert mails == []


def test_many_dead_letters_are_one_mail(alerts: Alerts, die: Die, mails: list[tuple[str, str]]) -> None:
    die(30)
    assert watch(alerts) == {("dead_letters", "crm")}
    watch(alerts)

    [(subject, text)] = mails
    assert subject == "Customer Profiler: crm: leads need you"
    assert "dead letters: 30" in text
    assert "profiler outbox list --target crm" in text


def test_a_target_that_is_down_longer_than_allowed_is_told(alerts: Alerts, mails: list[tuple[str, str]]) -> None:
    watch(alerts, crm=599.0)
    assert mails == []

    assert watch(alerts, crm=601.0) == {("target_down", "crm")}
    assert [subject for subject, _ in mails] == ["Customer Profiler: crm: is down"]


def test_a_lead_that_is_older_than_promised_is_told(
    alerts: Alerts, advised: Person, engine: Engine, clock: Clock, mails: list[tuple[str, str]]
) -> None:
    owed(advised, engine, clock())
    watch(alerts)
    assert mails == []

    clock.pass_(minutes=5)
    watch(alerts)
    [(subject, text)] = mails
    assert subject == "Customer Profiler: crm: leads are late"
    assert "5 minutes" in text


def test_reasons_of_the_same_moment_are_one_mail(
    alerts: Alerts, die: Die, advised: Person, engine: Engine, clock: Clock, mails: list[tuple[str, str]]
) -> None:
    die(1)
    owed(advised, engine, clock() - HOUR)
    watch(alerts, crm=3600.0)

    [(subject, _)] = mails
    assert all(part in subject for part in ("leads need you", "is down", "leads are late"))


def test_dead_letters_of_a_target_that_crm_yml_does_not_name_are_told(
    alerts: Alerts, die: Die, mails: list[tuple[str, str]]
) -> None:
    die(2, "former")

    assert watch(alerts) == {("dead_letters", "former")}
    assert [subject for subject, _ in mails] == ["Customer Profiler: former: leads need you"]


def test_a_target_that_crm_yml_does_not_name_is_neither_down_nor_late(
    alerts: Alerts, die: Die, advised: Person, engine: Engine, clock: Clock
) -> None:
    die(1, "former")
    owed(advised, engine, clock() - DAY, "former")

    assert watch(alerts, former=3600.0) == {("dead_letters", "former")}


# --- how often


def test_more_dead_letters_are_told_an_hour_later_at_the_earliest(
    alerts: Alerts, die: Die, clock: Clock, mails: list[tuple[str, str]]
) -> None:
    die(1)
    watch(alerts)
    clock.pass_(minutes=5)
    die(1)
    watch(alerts)
    assert len(mails) == 1

    clock.pass_(hours=1)
    watch(alerts)
    assert len(mails) == 2


def test_what_stays_is_told_again_only_after_a_day(
    alerts: Alerts, die: Die, clock: Clock, mails: list[tuple[str, str]]
) -> None:
    die(1)
    for _ in range(25):
        watch(alerts)
        clock.pass_(hours=1)

    assert len(mails) == 2


def test_what_is_over_and_comes_again_is_told_again(alerts: Alerts, clock: Clock, mails: list[tuple[str, str]]) -> None:
    for down in (601.0, 0.0, 601.0):
        watch(alerts, crm=down)
        clock.pass_(minutes=2)

    assert len(mails) == 2


def test_what_a_clock_that_ran_ahead_has_told_is_told_again_when_it_was_set_right(
    alerts: Alerts, die: Die, clock: Clock, mails: list[tuple[str, str]]
) -> None:
    die(1)
    clock.pass_(days=30)
    watch(alerts)
    clock.pass_(days=-30)
    watch(alerts)

    assert len(mails) == 2


# --- the e-mail on its way


def test_looking_tells_nobody(hire: Hire, die: Die) -> None:
    die(1)

    assert hire(refuse).look({}) == {("dead_letters", "crm")}


def test_a_mail_that_was_refused_is_sent_again_a_few_minutes_later(
    alerts: Alerts, hire: Hire, clock: Clock, die: Die, mails: list[tuple[str, str]]
) -> None:
    die(1)
    with pytest.raises(DeliveryFailed):
        watch(hire(refuse))
    watch(alerts)
    assert mails == []

    clock.pass_(minutes=3)
    watch(alerts)
    watch(alerts)
    assert len(mails) == 1


def test_what_a_worker_that_crashed_was_about_to_tell_is_told_by_another(
    alerts: Alerts, hire: Hire, clock: Clock, die: Die, mails: list[tuple[str, str]]
) -> None:
    def crash(subject: str, text: str) -> None:
        raise KeyboardInterrupt

    die(1)
    with pytest.raises(KeyboardInterrupt):
        watch(hire(crash))
    clock.pass_(minutes=3)
    watch(alerts)

    assert len(mails) == 1


def test_dead_letters_that_came_while_the_mail_was_on_its_way_are_news(
    alerts: Alerts, hire: Hire, clock: Clock, die: Die, mails: list[tuple[str, str]]
) -> None:
    def slow(subject: str, text: str) -> None:
        clock.pass_(seconds=20)
        die(1)
        clock.pass_(seconds=20)

    die(1)
    watch(hire(slow))
    clock.pass_(hours=1)
    watch(alerts)

    assert len(mails) == 1


# --- several workers


def test_two_workers_tell_once(alerts: Alerts, hire: Hire, die: Die, mails: list[tuple[str, str]]) -> None:
    other = hire(lambda *mail: mails.append(mail))
    die(1)
    watch(alerts)
    watch(other)

    assert len(mails) == 1


def test_while_one_worker_tells_no_other_does(
    alerts: Alerts, hire: Hire, die: Die, mails: list[tuple[str, str]]
) -> None:
    def slow(subject: str, text: str) -> None:
        watch(alerts)

    die(1)
    watch(hire(slow))
    watch(alerts)

    assert mails == []


def test_of_two_workers_that_are_about_to_tell_one_does(
    alerts: Alerts, hire: Hire, die: Die, mails: list[tuple[str, str]]
) -> None:
    die(1)
    alerts.look({})
    hire(lambda *mail: mails.append(mail), meanwhile=alerts.tell).tell()

    assert len(mails) == 1


def test_a_target_that_only_one_worker_finds_down_is_told_once(
    alerts: Alerts, hire: Hire, clock: Clock, mails: list[tuple[str, str]]
) -> None:
    other = hire(lambda *mail: mails.append(mail))
    for _ in range(60):
        watch(alerts, crm=601.0)
        watch(other, crm=0.0)
        clock.pass_(seconds=5)

    assert len(mails) == 1


def test_what_another_worker_finds_again_at_the_moment_it_is_cleared_stays(
    alerts: Alerts, hire: Hire, engine: Engine, clock: Clock
) -> None:
    alerts.look({"crm": 601.0})
    clock.pass_(minutes=2)
    hire(refuse, meanwhile=lambda: alerts.look({"crm": 601.0})).look({})

    assert [alert.reason for alert in raised(engine)] == [("target_down", "crm")]


# --- the database


def test_a_look_that_changes_nothing_waits_for_no_writer(alerts: Alerts, die: Die, engine: Engine) -> None:
    die(1)
    watch(alerts)

    with engine.begin():
        assert watch(alerts) == {("dead_letters", "crm")}


def test_that_a_reason_stays_is_stored_every_twenty_seconds(
    alerts: Alerts, die: Die, engine: Engine, clock: Clock
) -> None:
    die(1)
    stored, began = [], clock()
    for _ in range(10):
        alerts.look({})
        [alert] = raised(engine)
        stored.append(int((alert.seen_at - began).total_seconds()))
        clock.pass_(seconds=5)

    assert stored == [0, 0, 0, 0, 20, 20, 20, 20, 40, 40]
