"""Inbox, outbox, consents and identities are kept alike on SQLite and PostgreSQL, also when two processes write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import Engine

from customer_profiler.adapters.db import tables as t
from customer_profiler.adapters.db.unit_of_work import SqlUnitOfWork
from customer_profiler.core.errors import StoreRefused, StoreUnavailable
from customer_profiler.core.events import Status
from customer_profiler.core.inbox import InboxEvent, InboxStatus
from customer_profiler.core.outgoing import Delivery, OutgoingMessage
from customer_profiler.core.profile import BSUID, PHONE, PSID, Address, Identity
from tests.integration.conftest import AT, Race
from tests.messaging import ANA, BEA, a_message

LATER = AT + timedelta(hours=1)
SOONER = AT - timedelta(hours=1)

ANA_ID = Identity(BSUID, "ES.1")
SHORT, LONG = Identity(PHONE, "541112345678"), Identity(PHONE, "5491112345678")

BATCH = {"object": "whatsapp_business_account", "entry": [{"text": "مریم 'O\"Neill' 🙂", "n": [1, 2.5, None, True]}]}


def met(engine: Engine, *identities: Identity, at: datetime = AT, inbound_at: datetime | None = None) -> str:
    with SqlUnitOfWork(engine) as unit:
        profile_id = unit.profiles.met(identities or [ANA], at, inbound_at)
        unit.commit()
    return profile_id


def found(engine: Engine, identity: Identity) -> str | None:
    with SqlUnitOfWork(engine) as unit:
        return unit.profiles.find(identity)


def addresses(engine: Engine, profile_id: str, channel: str = "whatsapp") -> Sequence[Address]:
    with SqlUnitOfWork(engine) as unit:
        return unit.profiles.addresses(profile_id, channel)


def count(engine: Engine, table: object) -> int:
    with engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def an_event(profile_id: str | None, id: str = "wamid.1", **fields: object) -> InboxEvent:
    given = {"batch": BATCH, "status": InboxStatus.WAITING, "sent_at": AT, "received_at": AT, **fields}
    return InboxEvent("whatsapp", id, profile_id, **given)  # type: ignore[arg-type]


def accepted(engine: Engine, *events: InboxEvent) -> list[bool]:
    with SqlUnitOfWork(engine) as unit:
        are_new = [unit.inbox.add(event) for event in events]
        unit.commit()
    return are_new


def listed(engine: Engine, *statuses: InboxStatus, limit: int = 100) -> Sequence[InboxEvent]:
    with SqlUnitOfWork(engine) as unit:
        return unit.inbox.listed(statuses or list(InboxStatus), limit)


def said(engine: Engine, *messages: OutgoingMessage) -> None:
    with SqlUnitOfWork(engine) as unit:
        unit.outgoing.add(messages)
        unit.commit()


# --- people: met


def test_somebody_new_is_met_once_under_all_names(engine: Engine) -> None:
    profile_id = met(engine, ANA_ID, ANA)

    assert met(engine, ANA) == met(engine, ANA_ID) == met(engine, ANA, ANA_ID) == profile_id
    assert count(engine, t.profile) == 1
    assert count(engine, t.identity) == 2


def test_a_new_name_of_somebody_known_points_to_the_same_profile(engine: Engine) -> None:
    profile_id = met(engine, ANA)

    assert met(engine, ANA_ID, ANA) == profile_id
    assert found(engine, ANA_ID) == profile_id


@pytest.mark.parametrize(("wrote", "when"), [(ANA, AT), (ANA_ID, AT), (ANA, SOONER)])
def test_two_names_that_turn_out_to_be_one_person_point_to_who_wrote_last(
    engine: Engine, wrote: Identity, when: datetime
) -> None:
    """Somebody whom staff noted down has not written at all, however late that was."""
    profiles = {who: met(engine, who, at=LATER) for who in (ANA, ANA_ID)}
    met(engine, wrote, at=SOONER, inbound_at=when)

    assert met(engine, ANA, ANA_ID, at=LATER) == profiles[wrote]
    assert found(engine, ANA) == found(engine, ANA_ID) == profiles[wrote]


def test_what_is_on_its_way_follows_to_the_profile_of_who_wrote_last(engine: Engine) -> None:
    former, profile_id = met(engine, ANA, inbound_at=AT), met(engine, ANA_ID, inbound_at=LATER)
    message, elsewhere = a_message(former), a_message(former, channel="facebook")
    said(engine, message, elsewhere)
    accepted(engine, an_event(former))
    with SqlUnitOfWork(engine) as unit:
        unit.consents.grant(former, "fair", AT)
        unit.profiles.met([ANA, ANA_ID], LATER)
        unit.commit()

    with SqlUnitOfWork(engine) as unit:
        assert unit.outgoing.next("whatsapp", profile_id, LATER) == replace(message, profile_id=profile_id)
        assert unit.outgoing.next("facebook", former, LATER) == elsewhere
        assert unit.inbox.take("whatsapp", profile_id)
        assert unit.consents.in_force(profile_id)
        assert not unit.consents.in_force(former)


def test_the_two_spellings_of_a_number_are_one_person(engine: Engine) -> None:
    assert met(engine, SHORT) == met(engine, LONG)
    assert found(engine, SHORT) == found(engine, LONG)
    assert count(engine, t.identity) == 1


def test_spellings_are_a_matter_of_numbers_only(engine: Engine) -> None:
    assert met(engine, Identity(PSID, SHORT.value)) != met(engine, Identity(PSID, LONG.value))


def test_nobody_is_found_under_a_name_that_nobody_has(engine: Engine) -> None:
    met(engine, ANA)

    assert found(engine, BEA) is None
    assert found(engine, Identity(PSID, ANA.value)) is None


# --- people: addresses


def test_meeting_without_a_message_opens_no_window(engine: Engine) -> None:
    assert addresses(engine, met(engine, ANA)) == [Address(ANA, None)]


def test_the_time_of_the_last_message_only_moves_forward(engine: Engine) -> None:
    for inbound_at in (AT, LATER, SOONER, None):
        profile_id = met(engine, ANA, inbound_at=inbound_at)

    assert addresses(engine, profile_id) == [Address(ANA, LATER)]


def test_the_address_that_wrote_last_comes_first(engine: Engine) -> None:
    met(engine, ANA, ANA_ID)
    met(engine, ANA, inbound_at=AT)
    profile_id = met(engine, ANA_ID, inbound_at=LATER)

    assert addresses(engine, profile_id) == [Address(ANA_ID, LATER), Address(ANA, AT)]


@pytest.mark.parametrize("inbound_at", [AT, None])
def test_the_number_comes_first_among_equals(engine: Engine, inbound_at: datetime | None) -> None:
    profile_id = met(engine, ANA_ID, ANA, inbound_at=inbound_at)

    assert [address.identity for address in addresses(engine, profile_id)] == [ANA, ANA_ID]


def test_addresses_are_those_of_the_channel(engine: Engine) -> None:
    on_messenger = Identity(PSID, "7")
    profile_id = met(engine, ANA, on_messenger)

    assert [address.identity for address in addresses(engine, profile_id, "facebook")] == [on_messenger]
    assert addresses(engine, profile_id, "rest") == []


# --- people: a changed name


def moved(engine: Engine, old: Identity, new: Identity) -> str | None:
    with SqlUnitOfWork(engine) as unit:
        profile_id = unit.profiles.move(old, new)
        unit.commit()
    return profile_id


def test_a_person_moves_to_a_new_number_with_the_window(engine: Engine) -> None:
    profile_id = met(engine, ANA, inbound_at=AT)

    assert moved(engine, ANA, BEA) == profile_id
    assert found(engine, ANA) is None
    assert addresses(engine, profile_id) == [Address(BEA, AT)]


def test_nobody_moves_from_a_number_that_nobody_has(engine: Engine) -> None:
    assert moved(engine, ANA, BEA) is None
    assert count(engine, t.identity) == 0


def test_who_moves_to_a_number_that_somebody_had_takes_it_over(engine: Engine) -> None:
    profile_id, former = met(engine, ANA, inbound_at=AT), met(engine, BEA, inbound_at=LATER)

    assert moved(engine, ANA, BEA) == profile_id
    assert found(engine, ANA) is None
    assert addresses(engine, profile_id) == [Address(BEA, AT)]
    assert addresses(engine, former) == []


def test_who_moves_to_the_other_spelling_stays(engine: Engine) -> None:
    profile_id = met(engine, SHORT)

    assert moved(engine, SHORT, LONG) == profile_id
    assert [address.identity for address in addresses(engine, profile_id)] == [LONG]


def test_moving_twice_does_no_harm(engine: Engine) -> None:
    profile_id = met(engine, ANA)
    moved(engine, ANA, BEA)

    assert moved(engine, ANA, BEA) is None
    assert found(engine, BEA) == profile_id


# --- the inbox


def test_an_event_comes_back_as_stored(engine: Engine) -> None:
    event = an_event(
        met(engine), status=InboxStatus.FAILED, attempts=3, error="🙂 'no'\nmore", finished_at=LATER,
        sent_at=SOONER + timedelta(microseconds=1),
    )  # fmt: skip
    accepted(engine, event)

    [kept] = listed(engine)
    assert kept == replace(event, number=kept.number)
    assert kept.number > 0


def test_an_event_is_added_once_and_the_transaction_goes_on(engine: Engine) -> None:
    event = an_event(met(engine))

    assert accepted(engine, event, event, replace(event, id="wamid.2")) == [True, False, True]
    assert [each.id for each in listed(engine)] == ["wamid.1", "wamid.2"]


def test_the_ids_that_are_stored_are_told_however_many_are_asked(engine: Engine) -> None:
    accepted(engine, an_event(None, "a"), an_event(None, "b"))
    with SqlUnitOfWork(engine) as unit:
        asked = [f"{number}" for number in range(2000)]
        assert unit.inbox.known("whatsapp", ["a", *asked, "b"]) == {"a", "b"}
        assert unit.inbox.known("facebook", ["a"]) == set()
        assert unit.inbox.known("whatsapp", []) == set()


def test_the_oldest_waiting_event_of_a_person_is_taken_and_counted(engine: Engine) -> None:
    ana, bea = met(engine, ANA), met(engine, BEA)
    accepted(
        engine,
        an_event(ana, "late", sent_at=LATER),
        an_event(ana, "done", sent_at=SOONER, status=InboxStatus.DONE),
        an_event(ana, "failed", sent_at=SOONER, status=InboxStatus.FAILED),
        an_event(bea, "hers", sent_at=SOONER),
        an_event(ana, "first"),
        an_event(ana, "second"),
    )
    with SqlUnitOfWork(engine) as unit:
        taken = unit.inbox.take("whatsapp", ana)
        assert taken is not None
        assert (taken.id, taken.attempts) == ("first", 1)
        assert unit.inbox.take("facebook", ana) is None
        unit.commit()

    assert [each.attempts for each in listed(engine)] == [0, 0, 0, 0, 1, 0]


def test_a_finished_event_tells_when_and_why(engine: Engine) -> None:
    accepted(engine, an_event(met(engine)))
    [event] = listed(engine)
    with SqlUnitOfWork(engine) as unit:
        unit.inbox.finish(event.number, InboxStatus.FAILED, LATER, "silence")
        unit.commit()

    assert listed(engine) == [replace(event, status=InboxStatus.FAILED, finished_at=LATER, error="silence")]


def test_a_failed_event_is_found_by_its_number(engine: Engine) -> None:
    accepted(engine, an_event(met(engine), status=InboxStatus.FAILED), an_event(None, "wamid.2"))
    failed, waiting = listed(engine)

    with SqlUnitOfWork(engine) as unit:
        assert unit.inbox.failed(failed.number) == failed
        assert unit.inbox.failed(waiting.number) is None
        assert unit.inbox.failed(999) is None


def test_an_event_that_was_dropped_can_be_added_again(engine: Engine) -> None:
    event = an_event(met(engine), status=InboxStatus.FAILED)
    accepted(engine, event)
    [failed] = listed(engine)
    with SqlUnitOfWork(engine) as unit:
        unit.inbox.drop(failed.number)
        assert unit.inbox.add(event)
        unit.commit()

    assert len(listed(engine)) == 1


def test_a_try_that_failed_is_noted_while_the_event_waits_on(engine: Engine) -> None:
    accepted(engine, an_event(met(engine)))
    [event] = listed(engine)
    with SqlUnitOfWork(engine) as unit:
        unit.inbox.note(event.number, "silence")
        unit.commit()

    assert listed(engine) == [replace(event, error="silence")]


def test_what_came_to_an_end_before_is_forgotten(engine: Engine) -> None:
    accepted(
        engine,
        an_event(None, "old", status=InboxStatus.DONE, received_at=SOONER),
        an_event(None, "new", status=InboxStatus.DONE, received_at=AT),
        an_event(None, "failed", status=InboxStatus.FAILED, received_at=SOONER),
        an_event(met(engine), "waiting", received_at=SOONER),
    )
    with SqlUnitOfWork(engine) as unit:
        assert unit.inbox.forget(InboxStatus.DONE, AT) == 1
        unit.commit()
    assert [each.id for each in listed(engine)] == ["new", "failed", "waiting"]

    with SqlUnitOfWork(engine) as unit:
        assert unit.inbox.forget(InboxStatus.FAILED, AT) == 1
        unit.commit()
    assert [each.id for each in listed(engine)] == ["new", "waiting"]


def test_a_nested_part_that_fails_leaves_the_rest(engine: Engine) -> None:
    profile_id = met(engine)
    with SqlUnitOfWork(engine) as unit:
        unit.inbox.add(an_event(profile_id, "before"))
        with pytest.raises(LookupError), unit.nested():
            unit.inbox.add(an_event(profile_id, "within"))
            raise LookupError
        unit.inbox.add(an_event(profile_id, "after"))
        unit.commit()

    assert [each.id for each in listed(engine)] == ["before", "after"]


def test_a_nested_part_that_cannot_be_stored_leaves_the_rest(engine: Engine) -> None:
    profile_id = met(engine)
    with SqlUnitOfWork(engine) as unit:
        with pytest.raises(StoreRefused), unit.nested():
            unit.consents.grant("nobody", "?" * 9, AT)
        unit.inbox.add(an_event(profile_id))
        unit.commit()

    assert len(listed(engine)) == 1


def test_an_event_of_nobody_we_know_is_not_stored(engine: Engine) -> None:
    assert accepted(engine, an_event("nobody")) == [False]


# --- the outbox


def test_a_message_comes_back_as_stored(engine: Engine) -> None:
    message = a_message(
        met(engine), AT, body=BATCH, rest=BATCH, is_template=True, has_image=True, status=Delivery.READ,
        reason="🙂", platform_id="wamid.1", attempts=2, lost=1, sent_at=AT, delivered_at=LATER, read_at=LATER,
    )  # fmt: skip
    said(engine, message)

    with SqlUnitOfWork(engine) as unit:
        assert unit.outgoing.get(message.id) == message
        assert unit.outgoing.get("f" * 32) is None


def test_what_became_of_a_message_is_saved_and_no_other_changed(engine: Engine) -> None:
    message, other = a_message(ana := met(engine), AT), a_message(ana, AT)
    said(engine, message, other)
    changed = replace(
        message, body={}, status=Delivery.FAILED, reason="refused:1", platform_id="wamid.1", attempts=3, lost=2,
        due_at=LATER, sent_at=AT, delivered_at=LATER, read_at=LATER,
    )  # fmt: skip
    with SqlUnitOfWork(engine) as unit:
        unit.outgoing.save(changed)
        unit.commit()

    with SqlUnitOfWork(engine) as unit:
        assert unit.outgoing.get(message.id) == changed
        assert unit.outgoing.get(other.id) == other


def test_a_message_of_the_same_id_is_refused(engine: Engine) -> None:
    message = a_message(met(engine), AT)
    said(engine, message)

    with pytest.raises(StoreUnavailable):
        said(engine, message)


def test_adding_no_messages_does_no_harm(engine: Engine) -> None:
    said(engine)

    assert count(engine, t.outgoing_message) == 0


def test_the_next_message_is_the_first_that_waits(engine: Engine) -> None:
    ana, bea = met(engine, ANA), met(engine, BEA)
    of_bea, done, elsewhere = a_message(bea, AT), a_message(ana, AT).as_failed("?"), a_message(ana, channel="facebook")
    first, second = a_message(ana, AT, due_at=LATER), a_message(ana, AT)
    said(engine, of_bea, done, elsewhere, first, second)

    with SqlUnitOfWork(engine) as unit:
        assert unit.outgoing.next("whatsapp", ana, AT) == first
        assert unit.outgoing.next("whatsapp", "nobody", AT) is None


def test_templates_that_are_put_off_come_last_in_their_order(engine: Engine) -> None:
    ana = met(engine)
    put_off, too = a_message(ana, due_at=LATER, is_template=True), a_message(ana, due_at=LATER, is_template=True)
    answer = a_message(ana, due_at=LATER)
    said(engine, put_off, too, answer)

    with SqlUnitOfWork(engine) as unit:
        assert unit.outgoing.next("whatsapp", ana, AT) == answer
        assert unit.outgoing.next("whatsapp", ana, LATER) == put_off
        unit.outgoing.save(answer.as_failed("?"))
        assert unit.outgoing.next("whatsapp", ana, AT) == put_off


def test_who_has_messages_due_is_told_longest_first(engine: Engine) -> None:
    ana, bea = met(engine, ANA), met(engine, BEA)
    said(engine, a_message(ana, AT).as_failed("?"), a_message(bea, AT), a_message(ana, AT), a_message(bea, AT))
    said(engine, a_message(met(engine, ANA_ID), AT, due_at=LATER))

    with SqlUnitOfWork(engine) as unit:
        assert unit.outgoing.recipients("whatsapp", AT) == [bea, ana]
        assert len(unit.outgoing.recipients("whatsapp", LATER)) == 3
        assert unit.outgoing.recipients("facebook", LATER) == []


def test_old_messages_are_forgotten_unless_they_wait(engine: Engine) -> None:
    ana = met(engine)
    waiting, young = a_message(ana, SOONER), a_message(ana, AT).as_sent("1", AT)
    said(engine, waiting, a_message(ana, SOONER).as_failed("?"), a_message(ana, SOONER).as_sent("2", AT), young)
    with SqlUnitOfWork(engine) as unit:
        assert unit.outgoing.forget(AT) == 2
        unit.commit()

    with SqlUnitOfWork(engine) as unit:
        assert unit.outgoing.listed(list(Delivery), 10) == [waiting, young]


def test_a_status_means_the_messages_it_names(engine: Engine) -> None:
    ana, bea = met(engine, ANA), met(engine, BEA)
    one, two = (a_message(ana).as_sent(f"wamid.{number}", AT) for number in (1, 2))
    later, waiting = a_message(ana).as_sent("wamid.3", LATER), a_message(ana)
    of_bea = a_message(bea).as_sent("wamid.4", AT)
    said(engine, one, two, later, waiting, of_bea)
    with SqlUnitOfWork(engine) as unit:

        def meant(status: Status, channel: str = "whatsapp", who: str | None = ana) -> Sequence[OutgoingMessage]:
            return unit.outgoing.meant_by(channel, who, status)

        assert meant(Status("read", ("wamid.2", "wamid.1", "wamid.9"))) == [one, two]
        assert meant(Status("read", ("wamid.1",), waiting.id)) == [waiting]
        assert meant(Status("read", tuple(map(str, range(2000))))) == []
        assert meant(Status("read", up_to=AT)) == [one, two]
        assert meant(Status("read", up_to=AT), who=None) == []
        assert meant(Status("read")) == []
        assert meant(Status("read", ("wamid.1",)), channel="facebook") == []


def test_the_newest_messages_are_listed_oldest_first(engine: Engine) -> None:
    ana = met(engine)
    waiting, failed, sent = a_message(ana), a_message(ana).as_failed("?"), a_message(ana).as_sent("1", AT)
    said(engine, waiting, failed, sent)

    with SqlUnitOfWork(engine) as unit:
        assert unit.outgoing.listed(list(Delivery), 2) == [failed, sent]
        assert unit.outgoing.listed([Delivery.WAITING], 2) == [waiting]
        assert unit.outgoing.listed([], 2) == []


# --- consents


def test_a_consent_is_in_force_until_it_is_withdrawn(engine: Engine) -> None:
    ana, bea = met(engine, ANA), met(engine, BEA)
    with SqlUnitOfWork(engine) as unit:
        assert not unit.consents.in_force(ana)
        unit.consents.grant(ana, "chat:whatsapp", AT)
        assert unit.consents.in_force(ana)
        assert not unit.consents.in_force(bea)
        assert unit.consents.withdraw(ana, LATER)
        assert not unit.consents.withdraw(ana, LATER)
        assert not unit.consents.in_force(ana)


def test_consents_are_kept_as_evidence(engine: Engine) -> None:
    ana = met(engine)
    with SqlUnitOfWork(engine) as unit:
        for source in ("fair", "chat:whatsapp"):
            unit.consents.grant(ana, source, AT)
        unit.consents.withdraw(ana, LATER)
        unit.consents.grant(ana, "web", LATER)
        unit.commit()

    given = t.marketing_consent.c
    with engine.connect() as connection:
        rows = connection.execute(select(given.source, given.granted_at, given.withdrawn_at).order_by(given.id)).all()
    assert [tuple(row) for row in rows] == [("fair", AT, LATER), ("web", LATER, None)]


# --- two processes


def test_a_batch_that_two_processes_accept_at_once_is_stored_once(race: Race, url: str, engine: Engine) -> None:
    for batch in range(10):
        new = race("accept", [url, f"{batch}"], [url, f"{batch}"])
        assert sorted(new) == ["0", "5"]

    assert count(engine, t.inbox_event) == 100
    assert count(engine, t.profile) == count(engine, t.identity) == 5


def test_batches_that_two_processes_accept_at_once_are_all_stored(race: Race, url: str, engine: Engine) -> None:
    for batch in range(10):
        assert race("accept", [url, f"{batch}a"], [url, f"{batch}b"]) == ["5", "5"]

    assert count(engine, t.inbox_event) == 200
    assert count(engine, t.profile) == 5
