"""Outcomes in the database: once each, also when two processes bring them at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.engine import Engine

from customer_profiler.adapters.db import tables as t
from customer_profiler.adapters.db.reports import BATCH_ROWS, SqlReports
from customer_profiler.adapters.db.unit_of_work import SqlUnitOfWork
from customer_profiler.core.outcome import Outcome, OutcomeKind
from customer_profiler.services.outcomes import WEBHOOK, Report, take
from tests.outcomes import AT, MAY_1, MAY_2, an_outcome, kept, store_leads


@pytest.fixture(name="patient")
def _patient(url: str, connect: Callable[..., Engine]) -> Engine:
    """An engine that waits for other writers as the product's does."""
    return connect(url)


def services_on(engine: Engine) -> Any:
    return SimpleNamespace(tools=SimpleNamespace(now=lambda: AT), open_unit=lambda: SqlUnitOfWork(engine))


def add(engine: Engine, outcome: Outcome, profile_id: str = "ana") -> bool:
    with SqlUnitOfWork(engine) as unit:
        is_new = unit.outcomes.add(outcome, profile_id, WEBHOOK, AT)
        unit.commit()
    return is_new


# --- the repository


def test_an_outcome_is_given_back_as_it_was(engine: Engine) -> None:
    store_leads(engine, "L-1")
    outcome = an_outcome("L-1", reason="مریم 🙂\nsaid so", happened_at=MAY_1 + timedelta(microseconds=1))

    assert add(engine, outcome)
    with SqlUnitOfWork(engine) as unit:
        assert unit.outcomes.of_profile("ana") == [outcome]
        assert unit.outcomes.of_profile("bea") == []


def test_a_repeat_leaves_the_rest_of_the_transaction_as_it_is(engine: Engine) -> None:
    store_leads(engine, "L-1", "L-2")
    add(engine, an_outcome("L-1"))
    with SqlUnitOfWork(engine) as unit:
        added = [unit.outcomes.add(an_outcome(lead), "ana", WEBHOOK, AT) for lead in ("L-2", "L-1", "L-2")]
        unit.commit()

    assert added == [True, False, False]
    assert [lead for lead, _, _ in kept(engine)] == ["L-1", "L-2"]


def test_a_reason_with_what_no_database_can_hold_is_kept_without_it(engine: Engine) -> None:
    store_leads(engine, "L-1")
    add(engine, an_outcome("L-1", reason="a\x00b\ud800c"))

    assert kept(engine) == [("L-1", "lost", "ab?c")]


def test_the_people_of_leads_are_those_of_leads_that_exist(engine: Engine) -> None:
    store_leads(engine, "L-1", "L-2", profile_id="ana")
    store_leads(engine, "L-3", profile_id="bea")
    wanted = ["L-3", *(f"X-{number}" for number in range(1_200)), "L-1", "L-1", "x" * 100, "ünknown 🙂"]

    with SqlUnitOfWork(engine) as unit:
        assert unit.outcomes.people(wanted) == {"L-3": "bea", "L-1": "ana"}
        assert unit.outcomes.people([]) == {}


# --- races


def test_who_brings_an_outcome_while_another_is_storing_it_waits_and_finds_it_there(patient: Engine) -> None:
    store_leads(patient, "L-1")
    with ThreadPoolExecutor(1) as pool, SqlUnitOfWork(patient) as unit:
        assert unit.outcomes.add(an_outcome("L-1"), "ana", WEBHOOK, AT)
        other = pool.submit(add, patient, an_outcome("L-1"))
        with pytest.raises(NotYet):
            other.result(0.2)
        unit.commit()
        assert other.result(5) is False

    assert len(kept(patient)) == 1


def test_who_waited_in_vain_stores_it(patient: Engine) -> None:
    store_leads(patient, "L-1")
    with ThreadPoolExecutor(1) as pool:
        with SqlUnitOfWork(patient) as unit:
            assert unit.outcomes.add(an_outcome("L-1"), "ana", WEBHOOK, AT)
            other = pool.submit(add, patient, an_outcome("L-1"))
            with pytest.raises(NotYet):
                other.result(0.2)
        assert other.result(5) is True

    assert len(kept(patient)) == 1


def test_the_same_outcomes_brought_by_many_at_once_in_any_order_are_stored_once(patient: Engine) -> None:
    ids = [f"L-{number}" for number in range(40)]
    store_leads(patient, *ids)
    everybody = threading.Barrier(4)

    def bring(order: Sequence[str]) -> Report:
        everybody.wait()
        kinds = (OutcomeKind.WON, OutcomeKind.LOST)
        return take(services_on(patient), [an_outcome(lead, kind=kind) for lead in order for kind in kinds], WEBHOOK)

    for _ in range(3):
        with ThreadPoolExecutor(4) as pool:
            reports = list(pool.map(bring, [ids, ids[::-1], ids[20:] + ids[:20], ids]))
        assert all(report.stored + report.repeated == 80 for report in reports)
        assert len(kept(patient)) == 80
    assert sum(report.stored for report in reports) == 0


# --- the export


def fill(engine: Engine, count: int) -> None:
    rows = [
        {
            "lead_id": "L-1", "profile_id": "ana", "outcome": "lost", "reason": "", "source": "import",
            "happened_at": MAY_1 + timedelta(seconds=number), "received_at": AT + timedelta(seconds=number // 10),
        }
        for number in range(count)
    ]  # fmt: skip
    with engine.begin() as connection:
        connection.execute(insert(t.outcome), rows)


@pytest.mark.parametrize("count", [0, 1, BATCH_ROWS, 2 * BATCH_ROWS + 1])
def test_every_outcome_is_exported_once_in_the_order_of_storing(engine: Engine, count: int) -> None:
    store_leads(engine, "L-1")
    if count:
        fill(engine, count)

    moments = [row["happened_at"] for row in SqlReports(engine).outcomes(None)]
    assert moments == [MAY_1 + timedelta(seconds=number) for number in range(count)]


def test_an_export_since_a_moment_has_what_was_received_since_then(engine: Engine) -> None:
    store_leads(engine, "L-1")
    fill(engine, 2_500)

    assert sum(1 for _ in SqlReports(engine).outcomes(AT + timedelta(seconds=30))) == 2_200
    assert sum(1 for _ in SqlReports(engine).outcomes(MAY_2)) == 2_500
