"""Exports walk the database in batches: every row once, in order, in constant memory."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert
from sqlalchemy.engine import Engine, make_url

from customer_profiler.adapters.db import tables as t
from customer_profiler.adapters.db.reports import BATCH_ROWS, SqlReports
from customer_profiler.adapters.db.unit_of_work import SqlUnitOfWork
from customer_profiler.core.errors import StoreUnavailable
from customer_profiler.core.lead import Lead
from customer_profiler.core.profile import REST, Identity
from customer_profiler.core.ranking import rank
from customer_profiler.core.run import RunStatus
from customer_profiler.services.exports import EXPORTS
from tests.builders import matrix_row, profiler
from tests.integration.conftest import AT, CONTENT, VERSION, begun, met

PRODUCTS = [{"product": "hatch", "score": 3, "near_match": False, "reasons": [["budget=low", 3]]}] * 2
RANKED = profiler(matrix=[matrix_row("", hatch=3, van=-1)])


TABLES = {
    "runs": (t.profile, t.run, t.answer, t.recommendation, t.lead),
    "leads": (t.profile, t.run, t.lead),
    "profiles": (t.profile, t.identity),
}
"""What has to be filled for an export."""


def fill(
    engine: Engine, what: str, rows: int, first: int = 0, moment: Callable[[int], datetime] = lambda number: AT
) -> list[str]:
    """Store so many people, each with a finished run and a lead; gives the numbers as ids are made of them.

    Only tables that matter for the export ``what`` are filled.
    """
    numbers = range(first, first + rows)
    people = [
        {"id": f"p{n:06}", "first_seen_at": moment(n), "last_seen_at": moment(n), "name": f"N {n}"} for n in numbers
    ]
    identities = [
        {"scheme": "rest_sender", "value": f"{n}", "profile_id": f"p{n:06}", "channel": "rest", "created_at": moment(n)}
        for n in numbers
    ]
    runs = [
        {
            "id": f"r{n:06}", "profile_id": f"p{n:06}", "profiler": "cars", "content_version": VERSION,
            "channel": "rest", "language": "en", "source": "menu", "status": "completed", "started_at": moment(n),
            "chosen_product": "hatch",
        }
        for n in numbers
    ]  # fmt: skip
    answers = [
        {"run_id": f"r{n:06}", "level": level, "question": f"q{level}", "option": f"o{n}", "answered_at": moment(n)}
        for n in numbers
        for level in (1, 2)
    ]
    recommendations = [
        {"run_id": f"r{n:06}", "is_newest": True, "products": PRODUCTS, "scores": {"hatch": 3}, "created_at": moment(n)}
        for n in numbers
    ]
    leads = [
        {
            "id": f"L{n:06}", "run_id": f"r{n:06}", "profile_id": f"p{n:06}", "product": "hatch",
            "consent_text": "Yes.", "body": {"name": f"N {n}", "email": "a@b.com", "phone": None}, "status": "pending",
            "created_at": moment(n),
        }
        for n in numbers
    ]  # fmt: skip
    stored = {
        t.profile: people, t.identity: identities, t.run: runs, t.answer: answers, t.recommendation: recommendations,
        t.lead: leads,
    }  # fmt: skip
    with SqlUnitOfWork(engine) as unit:
        unit.versions.add(VERSION, CONTENT, AT)
        unit.commit()
    with engine.begin() as connection:
        for table in TABLES[what] if rows else ():
            connection.execute(insert(table), stored[table])
    return [f"{n:06}" for n in numbers]


def ids(engine: Engine, what: str, since: datetime | None = None) -> list[str]:
    """The ids of an export without their first letter."""
    return [row["id"][1:] for row in getattr(SqlReports(engine), what)(since)]


every_export = pytest.mark.parametrize("what", ["runs", "leads", "profiles"])


# --- batches


@every_export
@pytest.mark.parametrize("rows", [0, 1, BATCH_ROWS - 1, BATCH_ROWS, BATCH_ROWS + 1, 2 * BATCH_ROWS])
def test_every_row_comes_once(engine: Engine, what: str, rows: int) -> None:
    assert ids(engine, what) == []
    numbers = fill(engine, what, rows)

    assert ids(engine, what) == numbers


@every_export
def test_batches_lose_and_repeat_nothing_where_many_rows_have_the_same_time(engine: Engine, what: str) -> None:
    """The batches end in the middle of rows of one time."""
    numbers = fill(engine, what, 2_500, moment=lambda number: AT + timedelta(microseconds=number % 3))

    given = ids(engine, what)
    assert given == sorted(numbers, key=lambda number: (int(number) % 3, number))


def test_rows_come_oldest_first(engine: Engine) -> None:
    numbers = fill(engine, "runs", 1_200, moment=lambda number: AT - timedelta(seconds=number))

    assert ids(engine, "runs") == numbers[::-1]


@every_export
def test_a_writer_need_not_wait_while_an_export_is_read(engine: Engine, what: str) -> None:
    fill(engine, what, BATCH_ROWS + 10)
    rows = iter(getattr(SqlReports(engine), what)(None))
    next(rows)
    met(engine, "somebody new", at=AT - timedelta(days=1))

    assert sum(1 for _ in rows) == BATCH_ROWS + 9


def test_what_arrives_during_the_export_is_given_when_it_is_newer(engine: Engine) -> None:
    fill(engine, "runs", BATCH_ROWS)
    rows = iter(SqlReports(engine).runs(None))
    next(rows)
    fill(engine, "runs", 5, first=BATCH_ROWS, moment=lambda number: AT + timedelta(hours=1))

    assert sum(1 for _ in rows) == BATCH_ROWS + 4


# --- since


@every_export
def test_since_leaves_out_what_is_older(engine: Engine, what: str) -> None:
    fill(engine, what, 10, moment=lambda number: AT + timedelta(hours=number))

    assert ids(engine, what, AT + timedelta(hours=7)) == ["000007", "000008", "000009"]
    assert ids(engine, what, AT + timedelta(hours=7, microseconds=1)) == ["000008", "000009"]
    assert ids(engine, what, AT + timedelta(days=9)) == []


@every_export
def test_since_holds_in_every_batch(engine: Engine, what: str) -> None:
    fill(engine, what, 2_500, moment=lambda number: AT + timedelta(seconds=number))

    assert len(ids(engine, what, AT + timedelta(seconds=300))) == 2_200


def test_profiles_are_those_seen_since_then(engine: Engine) -> None:
    old, new = met(engine, "ana"), met(engine, "bob")
    met(engine, "ana", at=AT + timedelta(days=3))

    given = [row["id"] for row in SqlReports(engine).profiles(AT + timedelta(days=1))]
    assert given == [old.id]
    assert new.id not in given


# --- rows


def test_a_run_has_its_person_answers_products_and_lead(engine: Engine) -> None:
    run = begun(engine, status=RunStatus.COMPLETED, chosen_product="hatch")
    with SqlUnitOfWork(engine) as unit:
        profile = unit.profiles.visited(Identity(REST, "ana"), AT)
        unit.profiles.save(replace(profile, name="Ana", email="a@example.com", phone="+34612345678"))
        unit.runs.save_answer(run.id, 1, "use", "family", AT)
        unit.runs.save_answer(run.id, 1, "use", "city", AT)
        unit.runs.save_answer(run.id, 3, "budget", "low", AT)
        unit.runs.save_recommendation(run, rank(profiler(), {}), AT)
        unit.runs.save_recommendation(run, rank(RANKED, {}), AT)
        unit.leads.add(Lead("L-1", run.id, run.profile_id, "hatch", AT, "Yes.", {"name": "Ana as sent"}), [])
        unit.commit()

    [row] = SqlReports(engine).runs(None)
    assert (row["id"], row["name"], row["email"], row["phone"]) == (run.id, "Ana", "a@example.com", "+34612345678")
    assert row["answers"] == {1: ("use", "city"), 3: ("budget", "low")}
    assert [(entry["product"], entry["score"]) for entry in row["products"]] == [("hatch", 3), ("van", -1)]
    assert (row["lead_id"], row["lead_status"], row["lead_product"]) == ("L-1", "pending", "hatch")
    assert row["lead_body"] == {"name": "Ana as sent"}
    assert row["started_at"] == AT


def test_a_run_with_two_leads_is_one_row_with_the_newest(engine: Engine) -> None:
    run = begun(engine)
    with SqlUnitOfWork(engine) as unit:
        unit.leads.add(Lead("L-2", run.id, run.profile_id, "van", AT + timedelta(minutes=1), "Yes."), [])
        unit.leads.add(Lead("L-1", run.id, run.profile_id, "hatch", AT, "Yes."), [])
        unit.commit()

    [row] = SqlReports(engine).runs(None)
    assert (row["lead_id"], row["lead_product"]) == ("L-2", "van")


def test_a_run_without_products_or_lead_is_a_row_too(engine: Engine) -> None:
    begun(engine)

    [row] = SqlReports(engine).runs(None)
    assert (row["products"], row["lead_id"], row["answers"]) == (None, None, {})


def test_the_products_of_a_run_that_was_opened_again_are_not_shown(engine: Engine) -> None:
    run = begun(engine, status=RunStatus.COMPLETED)
    with SqlUnitOfWork(engine) as unit:
        unit.runs.save_recommendation(run, rank(RANKED, {}), AT)
        unit.runs.save(replace(run, status=RunStatus.ACTIVE))
        unit.commit()

    [row] = SqlReports(engine).runs(None)
    assert row["products"] is None


def test_the_body_of_a_lead_is_what_was_stored(engine: Engine) -> None:
    run = begun(engine)
    body = {"name": "مریم 🙂", "phone": None, "reasons": [{"when": "", "points": 1}], "answers": {"use": "city"}}
    with SqlUnitOfWork(engine) as unit:
        lead = Lead("L-1", run.id, run.profile_id, "hatch", AT, "Yes.", body)
        unit.leads.add(replace(lead, status="dead", attempts=3, last_error="500"), [])
        unit.commit()

    [row] = SqlReports(engine).leads(None)
    assert row["body"] == body
    assert (row["status"], row["attempts"], row["last_error"]) == ("dead", 3, "500")


def test_a_profile_lists_its_channels_each_once(engine: Engine) -> None:
    profile = met(engine, "34612345678", "whatsapp")
    with engine.begin() as connection:
        for scheme, value, channel in [("messenger_psid", "1", "facebook"), ("messenger_psid", "2", "facebook")]:
            values = {"scheme": scheme, "value": value, "channel": channel, "profile_id": profile.id, "created_at": AT}
            connection.execute(insert(t.identity).values(**values))

    [row] = SqlReports(engine).profiles(None)
    assert row["channels"] == ["facebook", "whatsapp"]


# --- memory


@every_export
def test_memory_stays_flat(engine: Engine, what: str) -> None:
    fill(engine, what, 4_000)
    peak_of(engine, what)
    small = peak_of(engine, what)
    fill(engine, what, 16_000, first=4_000)

    assert peak_of(engine, what) <= 3 * small


def peak_of(engine: Engine, what: str) -> int:
    """The most bytes that Python held at a time while an export was read to its end."""
    gc.collect()
    tracemalloc.start()
    rows: Iterator[object] = EXPORTS[what](SqlReports(engine), None)
    assert sum(1 for _ in rows) > BATCH_ROWS
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


# --- trouble


def test_a_database_that_goes_away_in_the_middle_is_unavailable(
    postgresql_database: str, postgres_url: str, connect: Callable[..., Engine]
) -> None:
    engine = connect(postgresql_database)
    fill(engine, "runs", BATCH_ROWS + 1)
    rows = iter(SqlReports(engine).runs(None))
    next(rows)
    with connect(postgres_url).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"DROP DATABASE {make_url(postgresql_database).database} WITH (FORCE)")

    with pytest.raises(StoreUnavailable):
        list(rows)
