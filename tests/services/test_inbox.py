"""Every event is stored once, taken in order, and what needs no conversation is done at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy.engine import Engine

from customer_profiler.adapters.db.engine import create_engine
from customer_profiler.adapters.db.repositories import SqlProfiles
from customer_profiler.adapters.db.unit_of_work import SqlUnitOfWork
from customer_profiler.core.errors import StoreUnavailable
from customer_profiler.core.events import Event, Moved, Nothing, Preference, Said, Status
from customer_profiler.core.inbox import InboxEvent, InboxStatus
from customer_profiler.core.outgoing import MOST_ATTEMPTS_AFTER_TAKEN, Delivery, OutgoingMessage
from customer_profiler.core.profile import BSUID, PHONE, Identity, Profile
from customer_profiler.services.inbox import OPTED_OUT, SECOND_TRY_AFTER, Inbox, listed, replay, written_at
from customer_profiler.services.session import Services
from tests.messaging import ANA, BEA, a_message, an_event, message_of, stored, wrote
from tests.services.conftest import Clock


@pytest.fixture(name="inbox")
def _inbox(services: Services) -> Inbox:
    return Inbox(services, "whatsapp")


def events(services: Services) -> Sequence[InboxEvent]:
    """Everything stored, in the order of arrival."""
    return listed(services, True, 1000)


def taken(inbox: Inbox, profile_id: str) -> tuple[InboxEvent, Profile]:
    found = inbox.take(profile_id)
    assert found is not None, "nothing waits"
    return found


def answered(inbox: Inbox, profile_id: str, error: str = "") -> InboxEvent:
    """Take the person's next event and finish it without a word."""
    event, _ = taken(inbox, profile_id)
    inbox.finish(event, [], error)
    return event


def consented(services: Services, profile_id: str) -> bool:
    with services.open_unit() as unit:
        return unit.consents.in_force(profile_id)


def agreed(services: Services, profile_id: str) -> None:
    with services.open_unit() as unit:
        unit.consents.grant(profile_id, "chat:whatsapp", services.tools.now())
        unit.commit()


def found(services: Services, identity: Identity) -> str | None:
    with services.open_unit() as unit:
        return unit.profiles.find(identity)


# --- accepting


def test_an_event_of_a_person_waits_for_an_answer(inbox: Inbox, services: Services, clock: Clock) -> None:
    event = an_event(Said("hello"), at=clock() - timedelta(seconds=3))
    [profile_id] = inbox.accept([event])

    [kept] = events(services)
    assert kept == InboxEvent(
        "whatsapp", event.id, profile_id, event.batch, InboxStatus.WAITING, event.at, clock(), number=kept.number
    )
    assert inbox.senders() == [profile_id]


def test_an_event_is_stored_once(inbox: Inbox, services: Services) -> None:
    event = an_event()

    assert len(inbox.accept([event])) == 1
    assert inbox.accept([event]) == []
    assert len(events(services)) == 1


def test_an_event_that_comes_twice_in_a_batch_is_stored_once(inbox: Inbox, services: Services) -> None:
    event = an_event()

    assert len(inbox.accept([event, event])) == 1
    assert len(events(services)) == 1


def test_an_event_that_was_answered_is_not_answered_again(inbox: Inbox) -> None:
    event = an_event()
    [profile_id] = inbox.accept([event])
    answered(inbox, profile_id)

    assert inbox.accept([event]) == []
    assert inbox.take(profile_id) is None


def test_other_channels_may_use_the_same_id(inbox: Inbox, services: Services) -> None:
    inbox.accept([an_event(id="1")])

    assert len(Inbox(services, "facebook").accept([an_event(id="1")])) == 1


def test_a_person_who_writes_twice_in_a_batch_waits_once(inbox: Inbox) -> None:
    assert len(inbox.accept([an_event(), an_event(), an_event(person=BEA)])) == 2


def test_an_empty_batch_asks_for_nothing(inbox: Inbox) -> None:
    assert inbox.accept([]) == []


def test_a_batch_of_a_thousand_events_is_stored(inbox: Inbox, services: Services) -> None:
    batch = [an_event(Nothing("echo"), person=None) for _ in range(1000)]
    inbox.accept(batch)
    inbox.accept(batch)

    assert len(events(services)) == 1000


@pytest.fixture(name="patient")
def _patient(services: Services, engine: Engine) -> Iterator[Services]:
    """The same services, on connections that wait for others as the product's do."""
    waiting = create_engine(str(engine.url))
    yield Services(services.tools, lambda: SqlUnitOfWork(waiting))
    waiting.dispose()


def test_a_batch_accepted_five_times_at_once_is_stored_once(patient: Services) -> None:
    batch = [an_event(), an_event(person=BEA), an_event()]
    everybody = threading.Barrier(5)

    def accept(_: int) -> list[str]:
        everybody.wait()
        return Inbox(patient, "whatsapp").accept(batch)

    with ThreadPoolExecutor(5) as pool:
        waiting = list(pool.map(accept, range(5)))
    assert sorted(map(len, waiting)) == [0, 0, 0, 0, 2]
    assert [event.id for event in events(patient)] == [event.id for event in batch]


def test_nothing_is_accepted_while_the_database_is_away(inbox: Inbox, services: Services, engine: Engine) -> None:
    other = create_engine(str(engine.url))
    with other.begin(), pytest.raises(StoreUnavailable):
        inbox.accept([an_event()])
    other.dispose()

    assert events(services) == []


@pytest.mark.parametrize(
    "bad",
    [
        an_event(person=None),
        an_event(Status("exploded", message_id="1" * 32)),
    ],
    ids=["no sender", "unknown state"],
)
def test_an_event_that_cannot_be_handled_is_set_aside_and_hides_no_other(
    inbox: Inbox, services: Services, bad: Event
) -> None:
    stored(services, a_message(wrote(services), id="1" * 32))
    good = an_event()
    [profile_id] = inbox.accept([bad, good])

    assert [(each.id, each.status) for each in events(services)] == [
        (bad.id, InboxStatus.FAILED),
        (good.id, InboxStatus.WAITING),
    ]
    assert taken(inbox, profile_id)[0].id == good.id


def test_an_event_set_aside_leaves_no_trace_of_what_was_begun(
    inbox: Inbox, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise LookupError

    monkeypatch.setattr(SqlProfiles, "_point", fail)
    inbox.accept([an_event()])

    assert [(each.status, each.error, each.profile_id) for each in events(services)] == [
        (InboxStatus.FAILED, "LookupError", None)
    ]
    assert found(services, ANA) is None


# --- taking


def test_events_are_taken_in_the_order_the_platform_tells(inbox: Inbox, clock: Clock) -> None:
    first, second, third = (an_event(at=clock() - timedelta(seconds=ago)) for ago in (30, 20, 10))
    [profile_id] = inbox.accept([third, first])
    inbox.accept([second])

    assert [answered(inbox, profile_id).id for _ in range(3)] == [first.id, second.id, third.id]
    assert inbox.take(profile_id) is None


def test_events_of_the_same_second_are_taken_in_the_order_of_arrival(inbox: Inbox) -> None:
    batch = [an_event() for _ in range(3)]
    [profile_id] = inbox.accept(batch)

    assert [answered(inbox, profile_id).id for _ in batch] == [event.id for event in batch]


def test_an_event_is_taken_again_until_it_is_finished_and_each_time_counts(inbox: Inbox) -> None:
    [profile_id] = inbox.accept([an_event()])

    assert [taken(inbox, profile_id)[0].attempts for _ in range(3)] == [1, 2, 3]


def test_everybody_has_events_of_their_own(inbox: Inbox) -> None:
    of_ana, of_bea = an_event(), an_event(person=BEA)
    ana, bea = inbox.accept([of_ana, of_bea])

    assert taken(inbox, bea)[0].id == of_bea.id
    assert taken(inbox, ana)[0].id == of_ana.id


def test_who_waits_longest_comes_first(inbox: Inbox) -> None:
    ana, bea = inbox.accept([an_event(), an_event(person=BEA), an_event()])

    assert inbox.senders() == [ana, bea]
    answered(inbox, ana)
    assert inbox.senders() == [bea, ana]


def test_a_finished_event_is_stored_together_with_its_answer(inbox: Inbox, services: Services, clock: Clock) -> None:
    [profile_id] = inbox.accept([an_event()])
    event, _ = taken(inbox, profile_id)
    clock.pass_(seconds=2)
    answer = a_message(profile_id, at=clock())
    inbox.finish(event, [answer])

    [kept] = events(services)
    assert (kept.status, kept.finished_at, kept.error) == (InboxStatus.DONE, clock(), "")
    assert message_of(services, answer) == answer


def test_an_event_finished_with_an_error_is_set_aside_with_it(inbox: Inbox, services: Services) -> None:
    [profile_id] = inbox.accept([an_event()])
    answered(inbox, profile_id, "silence")

    assert [(each.status, each.error) for each in events(services)] == [(InboxStatus.FAILED, "silence")]
    assert inbox.senders() == []


def test_a_try_that_failed_is_noted_while_the_event_waits_on(inbox: Inbox) -> None:
    [profile_id] = inbox.accept([an_event()])
    event, _ = taken(inbox, profile_id)
    inbox.note(event, "silence")

    again, _ = taken(inbox, profile_id)
    assert (again.status, again.error, again.attempts) == (InboxStatus.WAITING, "silence", 2)


# --- the person


def test_the_number_of_a_new_person_becomes_the_telephone_number(inbox: Inbox) -> None:
    [profile_id] = inbox.accept([an_event(person=Identity(PHONE, "34612345678"))])

    assert taken(inbox, profile_id)[1].phone == "+34612345678"


@pytest.mark.parametrize("person", [Identity(PHONE, "123"), Identity(BSUID, "ES.34612345678")])
def test_what_is_no_number_is_not_taken_for_one(inbox: Inbox, person: Identity) -> None:
    [profile_id] = inbox.accept([an_event(person=person)])

    assert taken(inbox, profile_id)[1].phone == ""


def test_a_telephone_number_that_was_given_stays(inbox: Inbox, services: Services) -> None:
    [profile_id] = inbox.accept([an_event(person=Identity(PHONE, "34612345678"))])
    with services.open_unit() as unit:
        unit.profiles.save(replace(unit.profiles.seen(profile_id, services.tools.now()), phone="+34699999999"))
        unit.commit()

    assert taken(inbox, profile_id)[1].phone == "+34699999999"


def test_who_tells_number_and_business_scoped_id_is_found_by_both(inbox: Inbox, services: Services) -> None:
    both = replace(an_event(), identities=(Identity(BSUID, "ES.1"), ANA))
    [profile_id] = inbox.accept([both])

    assert found(services, ANA) == found(services, Identity(BSUID, "ES.1")) == profile_id
    assert inbox.accept([an_event(person=Identity(BSUID, "ES.1"))]) == [profile_id]


def test_a_number_is_known_in_its_other_spelling(inbox: Inbox) -> None:
    assert inbox.accept([an_event(person=Identity(PHONE, "5491112345678"))]) == inbox.accept(
        [an_event(person=Identity(PHONE, "541112345678"))]
    )


def test_who_changes_the_number_is_the_same_person(inbox: Inbox, services: Services) -> None:
    [profile_id] = inbox.accept([an_event()])
    assert inbox.accept([an_event(Moved(ANA, BEA))]) == []

    assert found(services, ANA) is None
    assert inbox.accept([an_event(person=BEA)]) == [profile_id]


def test_a_change_of_a_number_that_nobody_has_asks_for_nothing(inbox: Inbox, services: Services) -> None:
    inbox.accept([an_event(Moved(ANA, BEA))])

    assert found(services, BEA) is None
    assert [each.status for each in events(services)] == [InboxStatus.DONE]


# --- consent


def test_who_forbids_offers_in_whatsapp_has_no_consent_any_more(inbox: Inbox, services: Services) -> None:
    agreed(services, profile_id := wrote(services))
    assert inbox.accept([an_event(Preference(wants=False))]) == []

    assert not consented(services, profile_id)


def test_who_allows_offers_in_whatsapp_has_not_agreed_to_ours(inbox: Inbox, services: Services) -> None:
    inbox.accept([an_event(Preference(wants=True))])

    assert not consented(services, wrote(services))


def test_who_stopped_offers_has_no_consent_any_more(inbox: Inbox, services: Services) -> None:
    agreed(services, profile_id := wrote(services))
    agreed(services, other := wrote(services, BEA))
    stored(services, message := a_message(profile_id, is_template=True))
    inbox.accept([an_event(Status("failed", ("wamid.9",), message.id, OPTED_OUT))])

    assert not consented(services, profile_id)
    assert consented(services, other)
    assert message_of(services, message).reason == "refused:131050"


@pytest.mark.parametrize("status", [Status("failed", code=131026), Status("read", code=OPTED_OUT)])
def test_any_other_word_on_a_message_leaves_the_consent(inbox: Inbox, services: Services, status: Status) -> None:
    agreed(services, profile_id := wrote(services))
    stored(services, message := a_message(profile_id))
    inbox.accept([an_event(replace(status, message_id=message.id))])

    assert consented(services, profile_id)


# --- statuses


@pytest.fixture(name="sent")
def _sent(services: Services, clock: Clock) -> OutgoingMessage:
    """A message that the platform took a minute ago."""
    sent = a_message(wrote(services)).as_sent("wamid.1", clock() - timedelta(minutes=1))
    stored(services, sent)
    return sent


def told(inbox: Inbox, services: Services, message: OutgoingMessage, *statuses: Status) -> OutgoingMessage:
    """Let the platform tell something; give the message as it stands then."""
    for status in statuses:
        assert inbox.accept([an_event(status)]) == []
    return message_of(services, message)


def test_statuses_move_a_message_forward_only(inbox: Inbox, services: Services, sent: OutgoingMessage) -> None:
    words = [Status(state, ("wamid.1",)) for state in ("read", "delivered", "sent", "failed")]

    assert told(inbox, services, sent, *words).status is Delivery.READ


def test_a_status_finds_a_message_whose_answer_was_lost_by_our_id(
    inbox: Inbox, services: Services, clock: Clock
) -> None:
    stored(services, lost := a_message(wrote(services)))
    message = told(inbox, services, lost, Status("delivered", ("wamid.7",), lost.id))

    assert (message.status, message.platform_id, message.sent_at) == (Delivery.DELIVERED, "wamid.7", clock())


def test_a_message_that_failed_keeps_the_reason(inbox: Inbox, services: Services, sent: OutgoingMessage) -> None:
    message = told(inbox, services, sent, Status("failed", ("wamid.1",), code=131049))

    assert (message.status, message.reason) == (Delivery.FAILED, "refused:131049")


@pytest.mark.parametrize(
    "status",
    [
        Status("read", ("wamid.9",)),
        Status("read", (), "f" * 32),
        Status("read"),
        Status("read", ("wamid.1",), "f" * 32),
    ],
)
def test_a_status_of_a_message_that_is_not_ours_changes_nothing(
    inbox: Inbox, services: Services, sent: OutgoingMessage, status: Status
) -> None:
    assert told(inbox, services, sent, status) == sent


def again_without_header(code: int, body: Mapping[str, object]) -> Mapping[str, object] | None:
    """As if 131053 spoke of a header."""
    return {"type": "text"} if code == 131053 else None


def test_a_message_taken_that_failed_gets_a_second_try_when_there_is_one(
    services: Services, sent: OutgoingMessage, clock: Clock
) -> None:
    inbox = Inbox(services, "whatsapp", again_without_header)
    message = told(inbox, services, sent, Status("failed", ("wamid.1",), code=131053))

    assert (message.status, message.body, message.platform_id) == (Delivery.WAITING, {"type": "text"}, "wamid.1")
    assert message.due_at == clock() + SECOND_TRY_AFTER


@pytest.mark.parametrize(("code", "attempts"), [(131026, 1), (131053, MOST_ATTEMPTS_AFTER_TAKEN)])
def test_otherwise_and_after_a_few_tries_it_has_failed(services: Services, code: int, attempts: int) -> None:
    message = replace(a_message(wrote(services)).as_sent("wamid.1", services.tools.now()), attempts=attempts)
    stored(services, message)
    inbox = Inbox(services, "whatsapp", again_without_header)

    assert told(inbox, services, message, Status("failed", ("wamid.1",), code=code)).status is Delivery.FAILED


def test_a_status_on_another_channel_changes_nothing(services: Services, sent: OutgoingMessage) -> None:
    assert told(Inbox(services, "facebook"), services, sent, Status("read", ("wamid.1",))) == sent


def test_a_read_mark_is_for_all_messages_sent_until_then(
    inbox: Inbox, services: Services, sent: OutgoingMessage, clock: Clock
) -> None:
    delivered = a_message(sent.profile_id).as_sent("wamid.2", clock()).after(Status("delivered"), clock())
    later = a_message(sent.profile_id).as_sent("wamid.3", clock() + timedelta(seconds=3))
    waiting, failed = a_message(sent.profile_id), a_message(sent.profile_id).as_failed("timeout")
    of_bea = a_message(wrote(services, BEA)).as_sent("wamid.4", clock())
    stored(services, delivered, later, waiting, failed, of_bea)
    inbox.accept([an_event(Status("read", up_to=clock()))])

    messages = (sent, delivered, later, waiting, failed, of_bea)
    assert [message_of(services, each).status for each in messages] == [
        Delivery.READ, Delivery.READ, Delivery.SENT, Delivery.WAITING, Delivery.FAILED, Delivery.SENT,
    ]  # fmt: skip


def test_a_read_mark_of_somebody_unknown_changes_nothing(
    inbox: Inbox, services: Services, sent: OutgoingMessage, clock: Clock
) -> None:
    inbox.accept([an_event(Status("read", up_to=clock()), person=BEA)])

    assert message_of(services, sent) == sent
    assert found(services, BEA) is None


# --- when a person wrote


NOW = datetime(2026, 5, 4, 10, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("ago", "counts"),
    [
        (timedelta(0), timedelta(0)),
        (timedelta(seconds=3), timedelta(seconds=3)),
        (timedelta(days=7, hours=23), timedelta(days=7, hours=23)),
        (timedelta(days=8), timedelta(0)),
        (timedelta(days=9000), timedelta(0)),
        (-timedelta(hours=5), timedelta(0)),
    ],
)
def test_the_platform_is_believed_about_the_time_unless_it_cannot_be(ago: timedelta, counts: timedelta) -> None:
    assert NOW - written_at(an_event(at=NOW - ago), NOW) == counts


def last_wrote(services: Services, profile_id: str) -> datetime | None:
    with services.open_unit() as unit:
        [address] = unit.profiles.addresses(profile_id, "whatsapp")
    return address.last_inbound_at


def test_an_event_that_comes_late_opens_the_window_from_when_it_was_written(
    inbox: Inbox, services: Services, clock: Clock
) -> None:
    [profile_id] = inbox.accept([an_event(at=clock() - timedelta(hours=30))])

    assert last_wrote(services, profile_id) == clock() - timedelta(hours=30)


def test_an_older_event_does_not_shorten_the_window(inbox: Inbox, services: Services, clock: Clock) -> None:
    [profile_id] = inbox.accept([an_event(at=clock()), an_event(at=clock() - timedelta(hours=2))])

    assert last_wrote(services, profile_id) == clock()


@pytest.mark.parametrize("meaning", [Status("read", ("wamid.1",)), Preference(wants=False), Nothing("reaction")])
def test_only_what_a_person_writes_opens_the_window(inbox: Inbox, services: Services, meaning: object) -> None:
    agreed(services, profile_id := met_without_writing(services))
    inbox.accept([an_event(meaning)])  # type: ignore[arg-type]

    assert last_wrote(services, profile_id) is None


def met_without_writing(services: Services) -> str:
    """Somebody whom staff noted down."""
    with services.open_unit() as unit:
        profile_id = unit.profiles.met([ANA], services.tools.now())
        unit.commit()
    return profile_id


# --- keeping house, staff


def test_old_events_are_forgotten_unless_they_failed_or_wait(inbox: Inbox, services: Services, clock: Clock) -> None:
    failed, done, waiting = (an_event(at=clock() - timedelta(seconds=ago)) for ago in (3, 2, 1))
    [profile_id] = inbox.accept([failed, done, waiting])
    answered(inbox, profile_id, "silence")
    answered(inbox, profile_id)
    clock.pass_(days=8, seconds=1)
    inbox.accept([young := an_event(Nothing("echo"))])

    assert inbox.forget_old() == 1
    assert [each.id for each in events(services)] == [failed.id, waiting.id, young.id]


def test_failed_events_are_kept_for_a_month(inbox: Inbox, services: Services, clock: Clock) -> None:
    [profile_id] = inbox.accept([an_event()])
    answered(inbox, profile_id, "silence")
    clock.pass_(days=30)
    assert inbox.forget_old() == 0

    clock.pass_(seconds=1)
    assert inbox.forget_old() == 1


def test_events_are_kept_as_long_as_the_platform_may_repeat_them(inbox: Inbox, clock: Clock) -> None:
    event = an_event(Nothing("echo"))
    inbox.accept([event])
    clock.pass_(days=7)

    assert inbox.forget_old() == 0


def test_a_failed_event_can_be_replayed(inbox: Inbox, services: Services) -> None:
    said = an_event()
    [profile_id] = inbox.accept([said])
    failed = answered(inbox, profile_id, "silence")

    assert replay(services, [failed.number], lambda event: [said]) == []
    event, _ = taken(inbox, profile_id)
    assert (event.id, event.attempts, event.error, event.finished_at) == (failed.id, 1, "", None)


def test_a_failed_event_that_cannot_be_read_stays(inbox: Inbox, services: Services) -> None:
    [profile_id] = inbox.accept([an_event()])
    failed = answered(inbox, profile_id, "silence")

    assert replay(services, [failed.number], lambda event: []) == [failed.number]
    assert [each.status for each in events(services)] == [InboxStatus.FAILED]


def test_nothing_but_failed_events_can_be_replayed(inbox: Inbox, services: Services) -> None:
    [profile_id] = inbox.accept([an_event(), an_event()])
    done = answered(inbox, profile_id)
    waiting, _ = taken(inbox, profile_id)

    numbers = [done.number, waiting.number, 999]

    assert replay(services, numbers, lambda event: [an_event()]) == numbers
    assert [each.status for each in events(services)] == [InboxStatus.DONE, InboxStatus.WAITING]


def test_staff_see_what_waits_and_failed_and_the_rest_on_demand(inbox: Inbox, services: Services) -> None:
    [profile_id] = inbox.accept([an_event() for _ in range(3)])
    failed, done = answered(inbox, profile_id, "silence"), answered(inbox, profile_id)
    waiting, _ = taken(inbox, profile_id)

    assert [each.number for each in listed(services, False, 10)] == [failed.number, waiting.number]
    assert [each.number for each in listed(services, True, 10)] == [failed.number, done.number, waiting.number]
    assert [each.number for each in listed(services, True, 2)] == [done.number, waiting.number]
