"""A template message is stored before it is sent, and only for people who have agreed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from customer_profiler.core.errors import NoConsent
from customer_profiler.core.outgoing import Delivery
from customer_profiler.services import consents, runs, templates
from customer_profiler.services.outbox import Outbox
from customer_profiler.services.session import Services
from tests.builders import identity
from tests.services.conftest import Clock, Person, visit

ANA = identity("whatsapp", "34612345678")
BODY = {"type": "template"}


def waiting(services: Services) -> list[str]:
    return list(Outbox(services, "whatsapp").recipients())


def test_who_has_agreed_gets_a_message_that_no_other_process_sends_for_ten_minutes(
    services: Services, clock: Clock
) -> None:
    consents.opt_in(services, ANA, "web form")
    message = templates.put_out(services, ANA, BODY)

    due = Outbox(services, "whatsapp").next(message.profile_id)
    assert due is not None
    assert due.message == message
    assert (message.channel, message.body, message.is_template) == ("whatsapp", BODY, True)
    assert message.status is Delivery.WAITING
    assert message.due_at == clock() + timedelta(minutes=10)
    assert [address.identity for address in due.addresses] == [ANA]


def test_a_template_needs_no_open_window(services: Services, clock: Clock) -> None:
    consents.opt_in(services, ANA, "web form")
    message = templates.put_out(services, ANA, BODY)
    clock.pass_(days=3)

    due = Outbox(services, "whatsapp").next(message.profile_id)
    assert due is not None and due.message.id == message.id


def test_a_number_nobody_knows_has_not_agreed(services: Services) -> None:
    with pytest.raises(NoConsent):
        templates.put_out(services, ANA, BODY)

    assert waiting(services) == []


def test_a_person_who_has_written_has_not_agreed_by_that(services: Services) -> None:
    Person(services, visit(services, ANA.value, "whatsapp")).start()

    with pytest.raises(NoConsent):
        templates.put_out(services, ANA, BODY)


def test_who_said_stop_has_not_agreed_any_more(services: Services) -> None:
    consents.opt_in(services, ANA, "web form")
    templates.check_consent(services, ANA)
    Person(services, visit(services, ANA.value, "whatsapp")).turn(runs.stop)

    for refused in (lambda: templates.put_out(services, ANA, BODY), lambda: templates.check_consent(services, ANA)):
        with pytest.raises(NoConsent):
            refused()
    assert waiting(services) == []


def test_a_check_alone_stores_nothing(services: Services) -> None:
    consents.opt_in(services, ANA, "web form")
    templates.check_consent(services, ANA)

    assert waiting(services) == []
