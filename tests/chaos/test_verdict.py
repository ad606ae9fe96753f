"""A judge who finds nothing proves nothing: each thing that must not be is found."""

from __future__ import annotations

import asyncio
import csv
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from customer_profiler.core.lead import FIELDS, as_text
from customer_profiler.core.messages import payload
from tests.chaos.customer import Acquaintance, Customer, email_of
from tests.chaos.plan import draw
from tests.chaos.store import Call
from tests.chaos.stored import Stored
from tests.chaos.talk import Talk, client
from tests.chaos.targets import Targets
from tests.chaos.verdict import Happening, Verdict, Wrong

LEAD = "L-22222-33333"
PLAN = replace(draw(1, "sqlite", 300), refused=frozenset({17}))


def body(revision: int, number: int = 1) -> dict[str, Any]:
    email = email_of(number, "new." if revision > 1 else "")
    return {**dict.fromkeys(FIELDS), "lead_id": LEAD, "revision": revision, "email": email, "product": "spark"}


@dataclass
class World:
    """A lead that was corrected once, and is where it should be."""

    targets: Targets
    customer: Customer
    leads: list[dict[str, Any]] = field(default_factory=list)
    deliveries: list[dict[str, Any]] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    revisions: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)
    happened: list[Happening] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.leads = [{"id": LEAD, "sender": "ana", "revision": 2, "withdrawn_at": None, "body": body(2)}]
        keys = [(target, revision) for target in self.targets.names for revision in (1, 2)]
        self.deliveries = [{"lead_id": LEAD, "target": t, "revision": n, "status": "delivered"} for t, n in keys]
        for records in self.targets.records.values():
            records.held[LEAD] = body(2)
        for revision in (1, 2):
            self.targets.journal.take(Call(float(revision), "POST", LEAD, f"{LEAD}:{revision}", body(revision)))
        self.rows = [body(1), body(2)]
        self.revisions = {(LEAD, 1): body(1), (LEAD, 2): body(2)}

    def problems(self) -> list[Wrong]:
        with self.targets.file.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(FIELDS))
            writer.writeheader()
            writer.writerows({name: as_text(value) for name, value in row.items()} for row in self.rows)
        stored = Stored(self.leads, self.revisions, self.deliveries)
        found = Verdict(PLAN, stored, self.targets, [self.customer], self.happened)
        return [problem.wrong for problem in found.problems]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    targets = Targets(PLAN, tmp_path)
    known = Acquaintance(1, "ana", payload("confirm_lead", run="r", product="spark"), "")

    async def customer() -> Customer:
        async with client() as http:
            return Customer(known, ("correct",), Talk(http, "", "ana", Random(1)))

    found = asyncio.run(customer())
    found.reference, found.email, found.steps = LEAD, email_of(1, "new."), 2
    yield World(targets, found)
    asyncio.run(targets.end())


def test_all_is_well(world: World) -> None:
    assert world.problems() == []


def test_a_customer_who_was_not_answered(world: World) -> None:
    world.customer.steps = 1
    assert world.problems() == [Wrong.LOST]


def test_a_customer_without_a_lead(world: World) -> None:
    world.leads[0]["sender"] = "somebody else"
    assert world.problems() == [Wrong.LOST]


def test_a_customer_with_two_leads(world: World) -> None:
    world.leads.append({**world.leads[0], "id": "L-44444-55555"})
    assert Wrong.DOUBLED in world.problems()


def test_a_change_that_was_acknowledged_and_not_stored(world: World) -> None:
    world.customer.product = "terra"
    assert world.problems() == [Wrong.STALE]


def test_a_revision_that_is_not_owed(world: World) -> None:
    del world.deliveries[0]
    assert world.problems() == [Wrong.LOST]


@pytest.mark.parametrize("status", ["waiting", "dead", "cancelled"])
def test_a_delivery_that_waits_or_died_without_a_refusal(world: World, status: str) -> None:
    world.deliveries[1] |= {"status": status, "trouble": "fault"}
    assert world.problems() == [Wrong.LOST]


def test_a_lead_that_was_refused_for_ever_is_a_dead_letter_with_its_reason(world: World) -> None:
    refused = body(1, number=17)
    world.leads[0] |= {"revision": 1, "body": refused}
    world.customer.email, world.rows = refused["email"], [refused]
    world.revisions = {(LEAD, 1): refused}
    world.deliveries = [row for row in world.deliveries if row["revision"] == 1]
    world.targets.records["away"].held[LEAD] = refused
    world.targets.journal.calls = [Call(1.0, "POST", LEAD, LEAD, refused)]
    del world.targets.records["stormy"].held[LEAD]
    [owed] = [row for row in world.deliveries if row["target"] == "stormy"]
    owed |= {"status": "dead", "trouble": "invalid_value"}
    assert world.problems() == []
    owed["trouble"] = "fault"
    assert world.problems() == [Wrong.LOST]


def test_a_record_that_is_missing_or_old(world: World) -> None:
    del world.targets.records["away"].held[LEAD]
    world.targets.records["stormy"].held[LEAD] = body(1)
    assert world.problems() == [Wrong.STALE, Wrong.LOST]


def test_a_record_of_no_lead(world: World) -> None:
    world.targets.records["away"].held["L-44444-55555"] = body(1)
    assert world.problems() == [Wrong.DOUBLED]


def test_a_call_that_came_twice(world: World) -> None:
    world.targets.journal.take(Call(9.0, "POST", LEAD, f"{LEAD}:2", body(2)))
    assert world.problems() == [Wrong.DOUBLED]


def test_a_call_that_came_twice_because_a_worker_died_between(world: World) -> None:
    world.targets.journal.take(Call(9.0, "POST", LEAD, f"{LEAD}:2", body(2)))
    world.happened.append(Happening(5.0, "worker"))
    assert world.problems() == []


def test_calls_in_the_wrong_order(world: World) -> None:
    world.targets.journal.calls.reverse()
    assert world.problems() == [Wrong.STALE]


def test_rows_that_are_missing_double_or_old(world: World) -> None:
    world.rows = [body(1), body(2), body(2)]
    assert world.problems() == [Wrong.DOUBLED]
    world.rows = [body(1)]
    assert Wrong.LOST in world.problems()
    world.rows = [body(1), {**body(2), "product": "terra"}]
    assert world.problems() == [Wrong.STALE]
