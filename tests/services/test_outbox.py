"""Messages wait in order for each person, and may go while the 24-hour window is open."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import pytest

from customer_profiler.core.outgoing import NO_CONSENT, WINDOW_CLOSED, Delivery, OutgoingMessage
from customer_profiler.core.profile import BSUID, Identity
from customer_profiler.services.outbox import Outbox, listed
from customer_profiler.services.session import Services
from tests.messaging import ANA, BEA, a_message, message_of, wrote
from tests.services.conftest import Clock


@pytest.fixture(name="outbox")
def _outbox(services: Services) -> Outbox:
    return Outbox(services, "whatsapp")


@pytest.fixture(name="ana")
def _ana(services: Services) -> str:
    """Somebody who has just written, and has agreed to offers."""
    agrees(services, profile_id := wrote(services))
    return profile_id


def agrees(services: Services, profile_id: str) -> None:
    with services.open_unit() as unit:
        unit.consents.grant(profile_id, "chat:whatsapp", services.tools.now())
        unit.commit()


def next_of(outbox: Outbox, profile_id: str) -> OutgoingMessage | None:
    due = outbox.next(profile_id)
    return due.message if due else None


def sent_one_after_the_other(outbox: Outbox, profile_id: str) -> Iterable[str]:
    while message := next_of(outbox, profile_id):
        outbox.change(message.id, lambda m: m.as_sent("wamid.1", outbox.now()))
        yield message.id


# --- order


def test_messages_go_in_the_order_in_which_they_were_said(outbox: Outbox, ana: str) -> None:
    one, two, three = (a_message(ana) for _ in range(3))
    outbox.add([two, one])
    outbox.add([three])

    assert list(sent_one_after_the_other(outbox, ana)) == [two.id, one.id, three.id]


def test_a_message_that_is_repeated_later_is_not_overtaken(outbox: Outbox, ana: str, clock: Clock) -> None:
    outbox.add([first := a_message(ana), a_message(ana)])
    outbox.change(first.id, lambda m: m.as_put_off(clock() + timedelta(minutes=1), "timeout"))

    assert next_of(outbox, ana) == outbox.get(first.id)


def test_a_template_that_is_put_off_lets_answers_pass(outbox: Outbox, ana: str, clock: Clock) -> None:
    tomorrow = clock() + timedelta(days=1)
    outbox.add([template := a_message(ana, is_template=True, due_at=tomorrow), answer := a_message(ana)])

    assert list(sent_one_after_the_other(outbox, ana)) == [answer.id, template.id]


def test_a_template_that_is_due_keeps_its_place(outbox: Outbox, ana: str) -> None:
    outbox.add([template := a_message(ana, is_template=True), answer := a_message(ana)])

    assert list(sent_one_after_the_other(outbox, ana)) == [template.id, answer.id]


def test_everybody_has_messages_of_their_own(outbox: Outbox, services: Services, ana: str) -> None:
    outbox.add([a_message(ana), to_bea := a_message(bea := wrote(services, BEA))])

    assert next_of(outbox, bea) == to_bea


def test_messages_of_another_channel_are_left_alone(outbox: Outbox, ana: str) -> None:
    outbox.add([a_message(ana, channel="facebook")])

    assert next_of(outbox, ana) is None
    assert outbox.recipients() == []


def test_who_waits_longest_comes_first(outbox: Outbox, services: Services, ana: str) -> None:
    bea = wrote(services, BEA)
    outbox.add([first := a_message(bea), a_message(ana), a_message(bea)])

    assert outbox.recipients() == [bea, ana]
    outbox.change(first.id, lambda m: m.as_failed("timeout"))
    assert outbox.recipients() == [ana, bea]


def test_who_has_nothing_due_is_not_told(outbox: Outbox, ana: str, clock: Clock) -> None:
    outbox.add([a_message(ana, due_at=clock() + timedelta(hours=1))])
    assert outbox.recipients() == []

    clock.pass_(hours=1)
    assert outbox.recipients() == [ana]


def test_messages_are_kept_for_a_month(outbox: Outbox, ana: str, clock: Clock) -> None:
    outbox.add([a_message(ana).as_sent("wamid.1", clock()), a_message(ana).as_failed("?"), waiting := a_message(ana)])
    clock.pass_(days=30)
    assert outbox.forget_old() == 0

    clock.pass_(seconds=1)
    assert outbox.forget_old() == 2
    assert outbox.get(waiting.id) == waiting


# --- the window


@pytest.mark.parametrize(("hours", "is_open"), [(0, True), (23.99, True), (24, False), (100, False)])
def test_a_message_may_go_for_a_day_after_the_person_wrote(
    outbox: Outbox, services: Services, ana: str, clock: Clock, hours: float, is_open: bool
) -> None:
    clock.pass_(hours=hours)
    outbox.add([message := a_message(ana)])

    assert next_of(outbox, ana) == (message if is_open else None)
    kept = message_of(services, message)
    assert (kept.status, kept.reason) == ((Delivery.WAITING, "") if is_open else (Delivery.FAILED, WINDOW_CLOSED))


def test_who_writes_again_opens_the_window_again(outbox: Outbox, services: Services, ana: str, clock: Clock) -> None:
    clock.pass_(hours=25)
    wrote(services)
    outbox.add([message := a_message(ana)])

    assert next_of(outbox, ana) == message


def test_a_template_may_go_at_any_time(outbox: Outbox, ana: str, clock: Clock) -> None:
    clock.pass_(days=30)
    outbox.add([too_late := a_message(ana), template := a_message(ana, is_template=True)])

    assert next_of(outbox, ana) == template
    assert outbox.get(too_late.id) == too_late.as_failed(WINDOW_CLOSED)


def test_somebody_who_never_wrote_gets_templates_only(outbox: Outbox, services: Services) -> None:
    with services.open_unit() as unit:
        profile_id = unit.profiles.met([ANA], services.tools.now())
        unit.commit()
    agrees(services, profile_id)
    outbox.add([a_message(profile_id), template := a_message(profile_id, is_template=True)])

    assert next_of(outbox, profile_id) == template


def test_a_template_for_somebody_who_has_agreed_no_longer_fails(outbox: Outbox, ana: str) -> None:
    outbox.add([template := a_message(ana, is_template=True), answer := a_message(ana)])
    outbox.opted_out(ana)

    assert next_of(outbox, ana) == answer
    assert outbox.get(template.id) == template.as_failed(NO_CONSENT)


def test_writing_on_another_channel_opens_no_window(outbox: Outbox, services: Services) -> None:
    person = wrote(services, Identity("messenger_psid", "7"))
    outbox.add([a_message(person)])

    assert next_of(outbox, person) is None


# --- where to


def test_a_message_goes_to_where_the_person_wrote_from_last(outbox: Outbox, services: Services, clock: Clock) -> None:
    with services.open_unit() as unit:
        profile_id = unit.profiles.met([ANA, Identity(BSUID, "ES.1")], clock(), clock() - timedelta(hours=30))
        unit.profiles.met([Identity(BSUID, "ES.1")], clock(), clock())
        unit.commit()
    outbox.add([a_message(profile_id)])

    due = outbox.next(profile_id)
    assert due is not None
    assert [address.identity for address in due.addresses] == [Identity(BSUID, "ES.1"), ANA]


# --- changes


def test_a_change_is_made_on_what_is_stored_now(outbox: Outbox, ana: str, clock: Clock) -> None:
    outbox.add([message := a_message(ana)])
    outbox.change(message.id, lambda m: m.as_sent("wamid.1", clock()))
    outbox.change(message.id, lambda m: m.as_put_off(clock(), f"was {m.status.value}"))

    changed = outbox.get(message.id)
    assert changed is not None
    assert (changed.reason, changed.attempts, changed.platform_id) == ("was sent", 2, "wamid.1")


def test_a_message_that_nobody_stored_cannot_be_changed(outbox: Outbox) -> None:
    outbox.change("f" * 32, lambda m: m.as_failed("?"))

    assert outbox.get("f" * 32) is None


def test_who_has_opted_out_on_the_platform_has_no_consent_any_more(
    outbox: Outbox, services: Services, ana: str
) -> None:
    outbox.opted_out(ana)

    with services.open_unit() as unit:
        assert not unit.consents.in_force(ana)


def test_staff_see_what_waits_and_failed_and_the_rest_on_demand(outbox: Outbox, services: Services, ana: str) -> None:
    waiting, failed, sent = a_message(ana), a_message(ana).as_failed("?"), a_message(ana).as_sent("1", outbox.now())
    outbox.add([waiting, failed, sent])

    assert listed(services, False, 10) == [waiting, failed]
    assert listed(services, True, 10) == [waiting, failed, sent]
    assert listed(services, True, 2) == [failed, sent]
