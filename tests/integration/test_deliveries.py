"""What is owed for leads is leased, settled and mended alike on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine

from customer_profiler.adapters.db import tables as t
from customer_profiler.adapters.db.unit_of_work import SqlUnitOfWork
from customer_profiler.core.delivery import DeliveryFailed, DeliveryStatus, LeadDelivery, Trouble
from customer_profiler.core.lead import Lead
from tests.integration.conftest import AT, begun

SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
ANA, BOB = "a" * 32, "b" * 32
TARGETS = ("crm",)


def a_lead(engine: Engine, id: str = "L-22222-22222", targets: tuple[str, ...] = TARGETS, at: Any = AT) -> Lead:
    """Store a lead of a run of its own."""
    run = begun(engine, sender=id, id=f"run-{id}")
    lead = Lead(id, run.id, run.profile_id, "hatch", at, "I agree.", {"lead_id": id, "email": "ana@example.com"})
    with SqlUnitOfWork(engine) as unit:
        unit.leads.add(lead, targets)
        unit.commit()
    return lead


def changed(
    engine: Engine, lead: Lead, at: Any = AT + SECOND, targets: tuple[str, ...] = TARGETS, **body: object
) -> Lead:
    """Store the next revision of a lead."""
    new = replace(lead, revision=lead.revision + 1, body={**lead.body, **body})
    with SqlUnitOfWork(engine) as unit:
        unit.leads.change(new, targets, at)
        unit.commit()
    return new


def claimed(
    engine: Engine, worker: str = ANA, now: Any = AT, limit: int = 10, target: str = "crm"
) -> list[LeadDelivery]:
    with SqlUnitOfWork(engine) as unit:
        found = unit.deliveries.claim(target, worker, limit, now, now + MINUTE)
        unit.commit()
    return list(found)


def settled(engine: Engine, delivery: LeadDelivery, worker: str = ANA, now: Any = AT) -> bool:
    with SqlUnitOfWork(engine) as unit:
        is_ours = unit.deliveries.settle(delivery, worker, now)
        unit.commit()
    return is_ours


def delivered(engine: Engine, delivery: LeadDelivery, remote_id: str = "7") -> bool:
    return settled(engine, delivery.as_delivered(remote_id, AT))


def failed(engine: Engine, delivery: LeadDelivery, trouble: Trouble, said: str = "no") -> bool:
    return settled(engine, delivery.as_failed(DeliveryFailed(trouble, said), AT, DAY, 0.5))


def look(engine: Engine, read: Callable[[SqlUnitOfWork], Any]) -> Any:
    with SqlUnitOfWork(engine) as unit:
        return read(unit)


def do(engine: Engine, change: Callable[[SqlUnitOfWork], Any]) -> Any:
    with SqlUnitOfWork(engine) as unit:
        done = change(unit)
        unit.commit()
    return done


def stored(engine: Engine, lead: Lead) -> Lead:
    found: Lead = look(engine, lambda unit: unit.leads.get(lead.id))
    return found


# --- owing


def test_a_lead_and_what_is_owed_for_it_are_stored_together(engine: Engine) -> None:
    lead = a_lead(engine, targets=("crm", "mail"))

    owed = look(engine, lambda unit: unit.deliveries.of_lead(lead.id))
    assert [(each.target, each.revision, each.status) for each in owed] == [
        ("crm", 1, DeliveryStatus.WAITING),
        ("mail", 1, DeliveryStatus.WAITING),
    ]


def test_a_lead_that_is_not_committed_is_not_owed(engine: Engine) -> None:
    run = begun(engine)
    with SqlUnitOfWork(engine) as unit:
        unit.leads.add(Lead("L-22222-22222", run.id, run.profile_id, "hatch", AT, "", {}), TARGETS)

    assert claimed(engine) == []


def test_a_lead_made_without_a_target_is_owed_with_its_next_revision(engine: Engine) -> None:
    lead = changed(engine, a_lead(engine, targets=()))

    # A revision holds all of a lead: the first need not follow.
    assert do(engine, lambda unit: unit.deliveries.catch_up(["crm"], AT, 100)) == 0
    assert [each.revision for each in look(engine, lambda unit: unit.deliveries.of_lead(lead.id))] == [2]


def test_catching_up_owes_every_revision_and_does_so_once(engine: Engine) -> None:
    lead = changed(engine, a_lead(engine, targets=()), targets=())
    assert look(engine, lambda unit: unit.deliveries.is_behind())
    assert do(engine, lambda unit: unit.deliveries.catch_up(["crm"], AT, 100)) == 2
    assert do(engine, lambda unit: unit.deliveries.catch_up(["crm"], AT, 100)) == 0

    assert not look(engine, lambda unit: unit.deliveries.is_behind())
    assert [each.revision for each in look(engine, lambda unit: unit.deliveries.of_lead(lead.id))] == [1, 2]


def test_a_change_that_is_owed_later_makes_the_lead_pending_again(engine: Engine) -> None:
    lead = a_lead(engine)
    delivered(engine, *claimed(engine))
    changed(engine, lead, targets=())
    do(engine, lambda unit: unit.deliveries.catch_up(["crm"], AT, 100))

    assert stored(engine, lead).status == "pending"
    assert [each.revision for each in claimed(engine)] == [2]


def test_what_is_owed_later_is_as_old_as_the_lead_and_patience_begins_anew(engine: Engine) -> None:
    a_lead(engine, targets=(), at=AT - DAY)
    do(engine, lambda unit: unit.deliveries.catch_up(["crm"], AT, 100))

    [owed] = claimed(engine)
    assert (owed.created_at, owed.patient_from) == (AT - DAY, AT)


# --- leasing


def test_what_is_leased_is_nobody_elses(engine: Engine) -> None:
    a_lead(engine)

    assert [each.attempts for each in claimed(engine, ANA)] == [1]
    assert claimed(engine, BOB) == []


def test_the_longest_due_is_leased_first(engine: Engine) -> None:
    newer, older = a_lead(engine, "L-33333-33333", at=AT), a_lead(engine, "L-22222-22222", at=AT - MINUTE)

    assert [each.lead_id for each in claimed(engine, limit=1)] == [older.id]
    assert [each.lead_id for each in claimed(engine, limit=9)] == [newer.id]


def test_no_clock_takes_a_lease_from_its_holder(engine: Engine) -> None:
    changed(engine, a_lead(engine))
    claimed(engine, ANA)

    assert do(engine, lambda unit: unit.deliveries.mend_clock(["crm"], AT - DAY, MINUTE)) == 1
    assert claimed(engine, BOB, AT + DAY) == []


def test_a_lease_that_was_released_can_be_taken_and_the_former_holder_has_no_say(engine: Engine) -> None:
    a_lead(engine)
    [former] = claimed(engine, ANA)
    do(engine, lambda unit: unit.deliveries.end_leases([former.as_leased], AT))
    [latter] = claimed(engine, BOB)

    assert latter.attempts == 2
    assert not settled(engine, former.as_delivered("7", AT), ANA)
    assert settled(engine, latter.as_delivered("7", AT), BOB)


def test_the_leases_of_a_dead_worker_can_be_freed(engine: Engine) -> None:
    a_lead(engine)
    [held] = claimed(engine, ANA)

    assert look(engine, lambda unit: unit.deliveries.leases()) == [held.as_leased]
    assert do(engine, lambda unit: unit.deliveries.end_leases([held.as_leased], AT)) == 1
    assert len(claimed(engine, BOB)) == 1


def test_a_lease_is_ended_alone_and_once(engine: Engine) -> None:
    a_lead(engine, "L-22222-22222")
    second = a_lead(engine, "L-33333-33333")
    [_, ended] = claimed(engine, ANA)

    assert do(engine, lambda unit: unit.deliveries.end_leases([ended.as_leased], AT)) == 1
    assert do(engine, lambda unit: unit.deliveries.end_leases([ended.as_leased], AT)) == 0
    assert [each.lead_id for each in claimed(engine, BOB)] == [second.id]


def test_a_try_given_up_has_no_say_in_the_next_one_of_the_same_worker(engine: Engine) -> None:
    changed(engine, a_lead(engine))
    [former] = claimed(engine, ANA)
    do(engine, lambda unit: unit.deliveries.end_leases([former.as_leased], AT))
    [latter] = claimed(engine, ANA)

    assert not settled(engine, former.as_delivered("7", AT), ANA)
    assert do(engine, lambda unit: unit.deliveries.end_leases([former.as_leased], AT)) == 0
    assert claimed(engine, ANA) == []
    assert settled(engine, latter.as_delivered("7", AT), ANA)


def test_the_newest_revision_is_owed_again_after_an_older_one_came_late(engine: Engine) -> None:
    lead = changed(engine, a_lead(engine))
    [first] = claimed(engine)
    assert settled(engine, first.as_delivered("7", AT))
    [second] = claimed(engine)
    assert settled(engine, second.as_delivered("7", AT))

    assert do(engine, lambda unit: unit.deliveries.repeat_newer(first, AT))
    assert stored(engine, lead).status == "pending"
    assert [each.revision for each in claimed(engine)] == [2]


def test_a_newer_revision_on_its_way_is_tried_once_more_after_an_older_one_came_late(engine: Engine) -> None:
    changed(engine, a_lead(engine))
    [first] = claimed(engine)
    assert settled(engine, first.as_delivered("7", AT))
    [second] = claimed(engine)

    assert do(engine, lambda unit: unit.deliveries.repeat_newer(first, AT))
    assert not settled(engine, second.as_delivered("7", AT))
    assert [each.attempts for each in claimed(engine)] == [2]


def test_nothing_is_owed_again_when_nothing_newer_was_delivered(engine: Engine) -> None:
    changed(engine, a_lead(engine))
    [first] = claimed(engine)
    assert settled(engine, first.as_delivered("7", AT))

    assert not do(engine, lambda unit: unit.deliveries.repeat_newer(first, AT))


# --- targets that crm.yml does not name any more


def test_what_waits_for_an_unknown_target_is_found_and_set_aside(engine: Engine) -> None:
    lead = a_lead(engine, targets=("crm", "gone", "lost"))
    found = do(engine, lambda unit: unit.deliveries.orphans(["crm"], AT + MINUTE, 10))
    assert [orphan.target for orphan in found] == ["gone", "lost"]

    failure = DeliveryFailed(Trouble.MISCONFIGURED, "unknown")
    do(engine, lambda unit: unit.deliveries.set_aside(found[0], failure, AT))
    assert (stored(engine, lead).status, stored(engine, lead).last_error) == ("dead", "gone: misconfigured")
    left = do(engine, lambda unit: unit.deliveries.orphans(["crm"], AT + MINUTE, 10))
    assert [orphan.target for orphan in left] == ["lost"]


def test_what_is_due_just_now_to_an_unknown_target_may_still_be_known_by_another_worker(engine: Engine) -> None:
    a_lead(engine, targets=("new",))

    assert do(engine, lambda unit: unit.deliveries.orphans(["crm"], AT, 10)) == []


def test_a_later_revision_waits_for_the_earlier(engine: Engine) -> None:
    changed(engine, a_lead(engine))
    [first] = claimed(engine, now=AT + MINUTE)
    assert first.revision == 1
    assert claimed(engine, BOB, now=AT + MINUTE) == []

    delivered(engine, first)
    assert [each.revision for each in claimed(engine, now=AT + MINUTE)] == [2]


def test_a_later_revision_is_put_off_with_the_earlier(engine: Engine) -> None:
    changed(engine, a_lead(engine))
    [first] = claimed(engine)
    failed(engine, first, Trouble.BUSY)

    first, second = look(engine, lambda unit: unit.deliveries.of_lead(first.lead_id))
    assert second.due_at == first.due_at > AT


# --- settling


def test_the_target_gets_the_revision_as_it_was_stored(engine: Engine) -> None:
    lead = changed(engine, a_lead(engine), email="new@example.com")
    [first] = claimed(engine, now=AT + MINUTE)

    message = look(engine, lambda unit: unit.deliveries.message(first))
    assert (message.values["email"], message.is_known, message.key) == ("ana@example.com", False, lead.id)


def test_a_later_revision_knows_the_targets_own_id(engine: Engine) -> None:
    changed(engine, a_lead(engine), email="new@example.com")
    delivered(engine, claimed(engine, now=AT + MINUTE)[0], remote_id="opportunity/7")
    [second] = claimed(engine, now=AT + MINUTE)

    message = look(engine, lambda unit: unit.deliveries.message(second))
    assert (message.values["email"], message.is_known, message.remote_id) == ("new@example.com", True, "opportunity/7")


def test_a_lead_is_pending_until_all_targets_have_it(engine: Engine) -> None:
    lead = a_lead(engine, targets=("crm", "mail"))
    delivered(engine, claimed(engine)[0])
    assert stored(engine, lead).status == "pending"

    delivered(engine, claimed(engine, target="mail")[0])
    assert stored(engine, lead).status == "delivered"


def test_a_passing_trouble_puts_off_and_is_told(engine: Engine) -> None:
    lead = a_lead(engine)
    failed(engine, claimed(engine)[0], Trouble.BUSY, "slow down")

    found = stored(engine, lead)
    assert (found.status, found.attempts, found.last_error) == ("pending", 1, "crm: busy")
    assert claimed(engine, now=AT) == []
    assert len(claimed(engine, now=AT + MINUTE)) == 1


def test_a_permanent_trouble_makes_a_dead_letter(engine: Engine) -> None:
    lead = a_lead(engine)
    failed(engine, claimed(engine)[0], Trouble.INVALID_VALUE, "no such e-mail")

    assert stored(engine, lead).status == "dead"
    assert look(engine, lambda unit: unit.deliveries.deaths()["crm"]) == (1, AT)
    assert claimed(engine, now=AT + DAY) == []


def test_a_later_revision_that_arrives_closes_the_dead_one_before_it(engine: Engine) -> None:
    lead = changed(engine, a_lead(engine))
    failed(engine, claimed(engine, now=AT + MINUTE)[0], Trouble.INVALID_VALUE)
    delivered(engine, claimed(engine, now=AT + MINUTE)[0])

    first, _ = look(engine, lambda unit: unit.deliveries.of_lead(lead.id))
    assert first.status is DeliveryStatus.SUPERSEDED
    assert stored(engine, lead).status == "delivered"


# --- mending


@pytest.fixture
def dead(engine: Engine) -> LeadDelivery:
    """A dead letter."""
    a_lead(engine)
    [delivery] = claimed(engine)
    failed(engine, delivery, Trouble.INVALID_VALUE)
    return delivery


def test_a_dead_letter_can_be_tried_again(engine: Engine, dead: LeadDelivery) -> None:
    assert do(engine, lambda unit: unit.deliveries.retry(dead.number, AT))

    [again] = claimed(engine)
    assert (again.number, again.attempts) == (dead.number, 2)


def test_a_dead_letter_can_be_cancelled_and_tried_again_after_all(engine: Engine, dead: LeadDelivery) -> None:
    assert do(engine, lambda unit: unit.deliveries.cancel(dead.number, AT))
    assert not do(engine, lambda unit: unit.deliveries.cancel(dead.number, AT))
    assert claimed(engine) == []

    assert do(engine, lambda unit: unit.deliveries.retry(dead.number, AT))
    assert len(claimed(engine)) == 1


def test_what_was_delivered_or_is_being_tried_cannot_be_mended(engine: Engine) -> None:
    a_lead(engine)
    [delivery] = claimed(engine)
    for change in ("retry", "cancel"):
        assert not do(engine, lambda unit, change=change: getattr(unit.deliveries, change)(delivery.number, AT))
    delivered(engine, delivery)
    for change in ("retry", "cancel"):
        assert not do(engine, lambda unit, change=change: getattr(unit.deliveries, change)(delivery.number, AT))


def test_what_waits_goes_at_once_when_the_target_is_well_again(engine: Engine) -> None:
    a_lead(engine)
    failed(engine, claimed(engine)[0], Trouble.UNREACHABLE)

    assert do(engine, lambda unit: unit.deliveries.hasten("crm", AT)) == 1
    assert len(claimed(engine, now=AT)) == 1


def test_a_clock_that_ran_ahead_makes_no_lead_wait(engine: Engine) -> None:
    a_lead(engine, at=AT + DAY)
    assert claimed(engine, now=AT) == []

    assert do(engine, lambda unit: unit.deliveries.mend_clock(["crm"], AT, MINUTE)) == 1
    assert len(claimed(engine, now=AT)) == 1


def test_what_was_put_off_on_purpose_stays_so(engine: Engine) -> None:
    a_lead(engine)
    failed(engine, claimed(engine)[0], Trouble.BUSY)

    assert do(engine, lambda unit: unit.deliveries.mend_clock(["crm"], AT, MINUTE)) == 0


# --- seeing


def test_the_queue_can_be_measured(engine: Engine, dead: LeadDelivery) -> None:
    a_lead(engine, "L-33333-33333", at=AT - MINUTE)
    a_lead(engine, "L-44444-44444")

    assert sorted(look(engine, lambda unit: unit.deliveries.depths())) == [("crm", "dead", 1), ("crm", "waiting", 2)]
    assert look(engine, lambda unit: unit.deliveries.oldest("crm")) == AT - MINUTE
    assert look(engine, lambda unit: unit.deliveries.next_due(["crm"])) == AT - MINUTE


def test_deliveries_are_listed_by_status_and_target(engine: Engine, dead: LeadDelivery) -> None:
    a_lead(engine, "L-33333-33333", targets=("mail",))

    listed = look(engine, lambda unit: unit.deliveries.listed([DeliveryStatus.DEAD, DeliveryStatus.WAITING]))
    assert [each.target for each in listed] == ["crm", "mail"]
    listed = look(engine, lambda unit: unit.deliveries.listed(list(DeliveryStatus), "mail"))
    assert [each.lead_id for each in listed] == ["L-33333-33333"]


def test_every_revision_is_kept(engine: Engine) -> None:
    lead = changed(engine, a_lead(engine), email="new@example.com")
    with engine.connect() as connection:
        bodies = connection.execute(select(t.lead_revision.c.body).order_by(t.lead_revision.c.revision)).scalars().all()

    assert [body["email"] for body in bodies] == ["ana@example.com", "new@example.com"]
    assert stored(engine, lead).body["email"] == "new@example.com"
