"""What became of leads is taken once into the history of their profile; what belongs to no lead is told."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine

from customer_profiler.adapters.db import tables as t
from customer_profiler.adapters.db.engine import create_engine
from customer_profiler.core.errors import StoreUnavailable
from customer_profiler.core.outcome import Outcome, OutcomeKind
from customer_profiler.services.outcomes import IMPORT, WEBHOOK, Report, take
from customer_profiler.services.session import Services
from tests.outcomes import MAY_1, MAY_2, an_outcome, kept, store_leads
from tests.services.conftest import Clock


@pytest.fixture(autouse=True)
def _leads(engine: Engine) -> None:
    store_leads(engine, "L-1", "L-2", profile_id="ana")
    store_leads(engine, "L-3", profile_id="bea")


def history(services: Services, profile_id: str) -> list[Outcome]:
    with services.open_unit() as unit:
        return list(unit.outcomes.of_profile(profile_id))


def test_an_outcome_is_stored_in_the_history_of_the_leads_profile(services: Services) -> None:
    outcome = an_outcome("L-1")

    assert take(services, [outcome], WEBHOOK) == Report(stored=1)
    assert history(services, "ana") == [outcome]
    assert history(services, "bea") == []


def test_the_history_has_all_leads_of_a_person_in_the_order_in_which_things_happened(services: Services) -> None:
    returned = an_outcome("L-2", kind=OutcomeKind.RETURNED, happened_at=MAY_1)
    won = an_outcome("L-1", kind=OutcomeKind.WON, happened_at=MAY_2)
    take(services, [won, returned, an_outcome("L-3")], IMPORT)

    assert history(services, "ana") == [returned, won]


def test_when_it_came_and_from_where_is_kept(services: Services, engine: Engine, clock: Clock) -> None:
    take(services, [an_outcome("L-1")], WEBHOOK)
    take(services, [an_outcome("L-2")], IMPORT)

    with engine.connect() as connection:
        rows = connection.execute(select(t.outcome).order_by(t.outcome.c.id)).all()
    assert [(row.source, row.received_at, row.happened_at) for row in rows] == [
        ("webhook", clock.time, MAY_1),
        ("import", clock.time, MAY_1),
    ]


def test_a_repeat_does_nothing_whatever_its_reason(services: Services, engine: Engine) -> None:
    take(services, [an_outcome("L-1", reason="too dear")], WEBHOOK)

    assert take(services, [an_outcome("L-1", reason="another")], IMPORT) == Report(repeated=1)
    assert kept(engine) == [("L-1", "lost", "too dear")]


def test_a_repeat_among_those_taken_together_counts_as_one(services: Services, engine: Engine) -> None:
    assert take(services, [an_outcome("L-1"), an_outcome("L-1")], WEBHOOK) == Report(stored=1, repeated=1)
    assert len(kept(engine)) == 1


def test_of_two_that_differ_in_their_reason_only_the_first_counts(services: Services, engine: Engine) -> None:
    take(services, [an_outcome("L-1", reason="first"), an_outcome("L-1", reason="a second")], WEBHOOK)

    assert kept(engine) == [("L-1", "lost", "first")]


@pytest.mark.parametrize(
    "other", [an_outcome("L-1", happened_at=MAY_2), an_outcome("L-1", kind=OutcomeKind.WON), an_outcome("L-2")]
)
def test_another_moment_kind_or_lead_is_another_outcome(services: Services, other: Outcome) -> None:
    take(services, [an_outcome("L-1")], WEBHOOK)

    assert take(services, [other], WEBHOOK) == Report(stored=1)


def test_unknown_leads_are_told_each_once_in_the_order_given_and_never_stored(
    services: Services, engine: Engine
) -> None:
    given = [an_outcome(lead_id) for lead_id in ("L-9", "L-1", "L-8", "L-9", "l-1")]

    assert take(services, given, WEBHOOK) == Report(stored=1, unknown=("L-9", "L-8", "l-1"))
    assert [lead_id for lead_id, _, _ in kept(engine)] == ["L-1"]


def test_nothing_is_nothing(services: Services) -> None:
    assert take(services, [], WEBHOOK) == Report()


def test_many_are_taken_at_once(services: Services) -> None:
    """More than a statement of SQLite can name."""
    given = [an_outcome(f"L-{number}") for number in range(2_500)]

    report = take(services, given, IMPORT)
    assert (report.stored, report.repeated, len(report.unknown)) == (3, 0, 2_497)


def test_while_the_database_is_away_nothing_is_stored(services: Services, engine: Engine) -> None:
    other = create_engine(str(engine.url))
    with other.begin(), pytest.raises(StoreUnavailable):
        take(services, [an_outcome("L-1")], WEBHOOK)
    other.dispose()

    assert kept(engine) == []
    assert take(services, [an_outcome("L-1")], WEBHOOK) == Report(stored=1)
