"""Who is whom when numbers appear, vanish, change hands and meet."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from customer_profiler.core.events import Moved, Said
from customer_profiler.core.outgoing import Delivery
from customer_profiler.core.profile import BSUID, PHONE, Identity
from customer_profiler.services import consents
from customer_profiler.services.inbox import Inbox
from customer_profiler.services.outbox import Outbox
from customer_profiler.services.session import Services
from tests.messaging import a_message, an_event
from tests.services.conftest import Clock

NUMBER, OTHER_NUMBER = Identity(PHONE, "34600000001"), Identity(PHONE, "34600000002")
HIDDEN = Identity(BSUID, "ES.1001")


@pytest.fixture(name="inbox")
def _inbox(services: Services) -> Inbox:
    return Inbox(services, "whatsapp")


def writes(inbox: Inbox, clock: Clock, *identities: Identity) -> str:
    """Somebody writes a minute later; gives the profile."""
    clock.pass_(minutes=1)
    said = replace(an_event(Said("hello"), at=clock() - timedelta(seconds=1)), identities=identities)
    [profile_id] = inbox.accept([said])
    return profile_id


def test_a_number_that_was_somebody_elses_brings_none_of_that_persons_profile(inbox: Inbox, clock: Clock) -> None:
    ana, bea = writes(inbox, clock, NUMBER), writes(inbox, clock, OTHER_NUMBER)
    inbox.accept([an_event(Moved(NUMBER, OTHER_NUMBER))])

    assert writes(inbox, clock, OTHER_NUMBER) == ana != bea


def test_who_takes_over_a_given_up_number_is_a_new_person(inbox: Inbox, clock: Clock) -> None:
    ana = writes(inbox, clock, NUMBER)
    inbox.accept([an_event(Moved(NUMBER, OTHER_NUMBER))])

    assert writes(inbox, clock, NUMBER) != ana


def test_a_number_that_shows_up_keeps_the_place_of_whoever_wrote_last(inbox: Inbox, clock: Clock) -> None:
    writes(inbox, clock, NUMBER)
    hidden = writes(inbox, clock, HIDDEN)

    assert writes(inbox, clock, HIDDEN, NUMBER) == hidden
    assert writes(inbox, clock, NUMBER) == hidden


def test_an_opt_in_noted_by_staff_takes_nobodys_place(inbox: Inbox, services: Services, clock: Clock) -> None:
    hidden = writes(inbox, clock, HIDDEN)
    clock.pass_(minutes=1)
    consents.opt_in(services, NUMBER, "a form")

    assert writes(inbox, clock, HIDDEN, NUMBER) == hidden
    with services.open_unit() as unit:
        assert unit.consents.in_force(hidden)


def test_what_is_on_its_way_follows_a_person_to_another_profile(inbox: Inbox, services: Services, clock: Clock) -> None:
    former = writes(inbox, clock, NUMBER)
    outbox = Outbox(services, "whatsapp")
    outbox.add([a_message(former, clock())])
    hidden = writes(inbox, clock, HIDDEN)
    writes(inbox, clock, HIDDEN, NUMBER)

    due = outbox.next(hidden)
    assert due is not None and due.message.status is Delivery.WAITING
    first = inbox.take(hidden)
    assert first is not None, "the first message of all waits for an answer there too"
    assert first[0].sent_at < clock() - timedelta(minutes=2)
    assert inbox.take(former) is None
