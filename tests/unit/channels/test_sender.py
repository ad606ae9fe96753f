"""Messages go out in order, no faster than the platform takes them, and each refusal has its own consequence."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine import Engine

from customer_profiler.adapters.db.engine import create_engine
from customer_profiler.channels.meta import sender as sender_module
from customer_profiler.channels.meta.graph import FEW_ATTEMPTS, Refusal, Verdict
from customer_profiler.channels.meta.sender import (
    LATER,
    LONGEST_PAUSE_SECONDS,
    STOP_SECONDS,
    Sender,
    after_refusal,
    pause_seconds,
)
from customer_profiler.core.errors import StoreUnavailable
from customer_profiler.core.events import Status
from customer_profiler.core.outgoing import WINDOW_CLOSED, Delivery, OutgoingMessage
from customer_profiler.core.profile import PHONE, Identity
from customer_profiler.services.inbox import OPTED_OUT
from customer_profiler.services.outbox import Outbox
from customer_profiler.services.session import Services
from tests.messaging import ANA, AT, BEA, Call, FakeClient, a_message, eventually, message_of, remains, wrote
from tests.services.conftest import Clock

pytestmark = pytest.mark.anyio

DAVID = Identity(PHONE, "34600000003")
TIMEOUT = Refusal(Verdict.RETRY, "timeout", attempts=FEW_ATTEMPTS)

Set = Callable[..., None]


@pytest.fixture(name="outbox")
def _outbox(services: Services) -> Outbox:
    return Outbox(services, "whatsapp")


@pytest.fixture(name="platform")
def _platform() -> FakeClient:
    return FakeClient()


@pytest.fixture(name="sender")
async def _sender(outbox: Outbox, platform: FakeClient) -> AsyncIterator[Sender]:
    sender = Sender(outbox, platform)
    yield sender
    await sender.close()


@pytest.fixture(name="ana")
def _ana(services: Services) -> str:
    return wrote(services)


@pytest.fixture(name="bea")
def _bea(services: Services) -> str:
    return wrote(services, BEA)


@pytest.fixture(name="patient")
def _patient(monkeypatch: pytest.MonkeyPatch) -> Set:
    """Sets constants of the sender for one test."""

    def set_(**constants: float) -> None:
        for name, value in constants.items():
            monkeypatch.setattr(sender_module, name, value)

    return set_


def agree(services: Services, profile_id: str) -> None:
    with services.open_unit() as unit:
        unit.consents.grant(profile_id, "chat:whatsapp", services.tools.now())
        unit.commit()


async def sent(sender: Sender, outbox: Outbox, *messages: OutgoingMessage) -> None:
    """Put messages into the outbox and let them be sent."""
    outbox.add(messages)
    sender.wake(dict.fromkeys(message.profile_id for message in messages))


async def has(services: Services, message: OutgoingMessage, *statuses: Delivery) -> OutgoingMessage:
    """Wait until a message stands so."""
    await eventually(lambda: message_of(services, message).status in statuses)
    return message_of(services, message)


async def was_tried(services: Services, message: OutgoingMessage, times: int = 1) -> OutgoingMessage:
    await eventually(lambda: message_of(services, message).attempts >= times)
    return message_of(services, message)


def again_at_its_time(sender: Sender, services: Services, clock: Clock, message: OutgoingMessage) -> None:
    """Let the time come at which a message is to be repeated."""
    clock.time = message_of(services, message).due_at
    sender.wake([message.profile_id])


# --- sending


async def test_a_message_is_sent_to_the_person_under_our_id(
    sender: Sender, outbox: Outbox, platform: FakeClient, services: Services, ana: str, clock: Clock
) -> None:
    await sent(sender, outbox, message := a_message(ana))
    kept = await has(services, message, Delivery.SENT)

    assert platform.calls == [Call(ANA, message.id, message.body)]
    assert kept == message.as_sent("wamid.out.1", clock())


async def test_a_persons_messages_are_sent_in_order(
    sender: Sender, outbox: Outbox, platform: FakeClient, services: Services, ana: str
) -> None:
    messages = [a_message(ana) for _ in range(5)]
    await sent(sender, outbox, *messages)
    await has(services, messages[-1], Delivery.SENT)

    assert [call.message_id for call in platform.calls] == [message.id for message in messages]


async def test_the_next_message_waits_until_the_platform_has_taken_the_one_before(
    sender: Sender, outbox: Outbox, platform: FakeClient, ana: str
) -> None:
    platform.answers.clear()
    await sent(sender, outbox, a_message(ana), a_message(ana))

    await eventually(lambda: platform.calls)
    await remains(lambda: len(platform.calls) == 1)


async def test_many_people_are_written_to_at_the_same_time(
    sender: Sender, outbox: Outbox, platform: FakeClient, ana: str, bea: str
) -> None:
    platform.answers.clear()
    await sent(sender, outbox, a_message(ana), a_message(bea))

    await eventually(lambda: {call.recipient for call in platform.calls} == {ANA, BEA})


async def test_a_message_is_not_sent_before_its_time(
    sender: Sender, outbox: Outbox, platform: FakeClient, services: Services, ana: str, clock: Clock
) -> None:
    await sent(sender, outbox, message := a_message(ana, due_at=clock() + timedelta(hours=1)))
    await remains(lambda: not platform.calls)

    again_at_its_time(sender, services, clock, message)
    await has(services, message, Delivery.SENT)


async def test_after_the_window_has_closed_nothing_is_sent(
    sender: Sender, outbox: Outbox, platform: FakeClient, services: Services, ana: str, clock: Clock
) -> None:
    clock.pass_(hours=24)
    await sent(sender, outbox, message := a_message(ana))

    assert (await has(services, message, Delivery.FAILED)).reason == WINDOW_CLOSED
    assert platform.calls == []


async def test_who_has_no_address_on_the_channel_is_not_written_to(
    sender: Sender, outbox: Outbox, platform: FakeClient, services: Services
) -> None:
    agree(services, elsewhere := wrote(services, Identity("messenger_psid", "7")))
    await sent(sender, outbox, message := a_message(elsewhere, is_template=True))

    assert (await has(services, message, Delivery.FAILED)).reason == "no_address"
    assert platform.calls == []


async def test_closing_leaves_a_message_whose_outcome_is_open_in_the_outbox(
    sender: Sender, outbox: Outbox, platform: FakeClient, services: Services, ana: str
) -> None:
    platform.answers.clear()
    await sent(sender, outbox, message := a_message(ana))
    await eventually(lambda: platform.calls)
    await sender.close()

    assert message_of(services, message) == message


# --- refusals


@pytest.mark.parametrize(
    ("refusal", "earliest", "latest"),
    [
        (131000, 1.0, 1.2),
        (131056, 1.0, 1.2),
        (TIMEOUT, 1.0, 1.2),
        (Refusal(Verdict.RETRY, "http:503", retry_after=30.0), 30.0, 30.0),
        (131049, LATER.total_seconds(), LATER.total_seconds()),
        (190, STOP_SECONDS, STOP_SECONDS),
    ],
)
async def test_a_refusal_that_may_pass_puts_the_message_off(
    sender: Sender, outbox: Outbox, platform: FakeClient, services: Services, ana: str, clock: Clock,
    refusal: Refusal | int, earliest: float, latest: float,
) -> None:  # fmt: skip
    platform.refuses(refusal)
    await sent(sender, outbox, message := a_message(ana))
    kept = await was_tried(services, message)

    assert kept.status is Delivery.WAITING
    assert earliest <= (kept.due_at - clock()).total_seconds() <= latest
    assert kept.reason == (f"refused:{refusal}" if isinstance(refusal, int) else refusal.reason)


async def test_a_refusal_that_will_not_pass_ends_the_message_and_no_other(
    sender: Sender, outbox: Outbox, platform: FakeClient, services: Services, ana: str
) -> None:
    platform.refuses(131026)
    await sent(sender, outbox, refused := a_message(ana), other := a_message(ana))
    await has(services, other, Delivery.SENT)

    assert message_of(services, refused) == refused.as_failed("refused:131026")
    assert [call.message_id for call in platform.calls] == [refused.id, other.id]


@pytest.mark.parametrize(("refusal", "tries"), [(TIMEOUT, FEW_ATTEMPTS), (1, 2)])
async def test_what_may_have_arrived_is_repeated_a_few_times_only(
    sender: Sender, outbox: Outbox, platform: FakeClient, services: Services, ana: str, clock: Clock,
    refusal: Refusal | int, tries: int,
) -> None:  # fmt: skip
    platform.refuses(*[refusal] * 10)
    await sent(sender, outbox, message := a_message(ana))
    for attempt in range(1, tries):
        assert (await was_tried(services, message, attempt)).status is Delivery.WAITING
        again_at_its_time(sender, services, clock, message)

    assert (await has(services, message, Delivery.FAILED)).attempts == tries
    assert len(platform.calls) == tries


def test_only_calls_whose_outcome_is_open_are_counted() -> None:
    message = a_message("ana")
    for refusal in [Refusal(Verdict.RETRY, "refused:131000")] * 20 + [TIMEOUT] * (FEW_ATTEMPTS - 1):
        message = after_refusal(refusal, AT, message)
        assert message.status is Delivery.WAITING

    assert after_refusal(TIMEOUT, AT, message).status is Delivery.FAILED


async def test_what_did_not_arrive_is_repeated_as_long_as_the_window_is_open(
    sender: Sender, outbox: Outbox, platform: FakeClient, services: Services, ana: str, clock: Clock
) -> None:
    platform.refuses(*[Refusal(Verdict.RETRY, "unreachable")] * 20)
    await sent(sender, outbox, message := a_message(ana))
    for attempt in range(1, 20):
        await was_tried(services, message, attempt)
        again_at_its_time(sender, services, clock, message)
    assert (await was_tried(services, message, 20)).status is Delivery.WAITING

    await remains(lambda: len(platform.calls) == 20)
    clock.pass_(hours=24)
    sender.wake([ana])
    assert (await has(services, message, Delivery.FAILED)).reason == WINDOW_CLOSED


async def test_a_message_put_off_is_not_overtaken(
    sender: Sender, outbox: Outbox, platform: FakeClient, services: Services, ana: str, clock: Clock
) -> None:
    platform.refuses(131000)
    await sent(sender, outbox, first := a_message(ana), second := a_message(ana))
    await was_tried(services, first)
    await remains(lambda: len(platform.calls) == 1)

    again_at_its_time(sender, services, clock, first)
    await has(services, second, Delivery.SENT)
    assert [call.message_id for call in platform.calls] == [first.id, first.id, second.id]


async def test_a_template_withheld_for_a_day_does_not_withhold_answers(
    sender: Sender, outbox: Outbox, platform: FakeClient, services: Services, ana: str
) -> None:
    agree(services, ana)
    platform.refuses(131049)
    await sent(sender, outbox, template := a_message(ana, is_template=True))
    await was_tried(services, template)

    await sent(sender, outbox, answer := a_message(ana))
    await has(services, answer, Delivery.SENT)
    assert message_of(services, template).status is Delivery.WAITING


async def test_a_refusal_because_the_person_opted_out_ends_the_consent(
    sender: Sender, outbox: Outbox, platform: FakeClient, services: Services, ana: str
) -> None:
    agree(services, ana)
    platform.refuses(OPTED_OUT)
    await sent(sender, outbox, message := a_message(ana, is_template=True))

    assert (await has(services, message, Delivery.FAILED)).reason == "refused:131050"
    with services.open_unit() as unit:
        assert not unit.consents.in_force(ana)


async def test_a_lost_answer_is_no_reason_to_send_again_when_the_platform_has_told(
    sender: Sender, outbox: Outbox, platform: FakeClient, services: Services, ana: str, clock: Clock
) -> None:
    platform.answers.clear()
    platform.refuses(TIMEOUT)
    await sent(sender, outbox, lost := a_message(ana), following := a_message(ana))
    await eventually(lambda: platform.calls)
    outbox.change(lost.id, lambda m: m.after(Status("sent", ("wamid.7",), m.id), clock()))
    platform.answers.set()

    await has(services, following, Delivery.SENT)
    assert [call.message_id for call in platform.calls] == [lost.id, following.id]
    assert message_of(services, lost).platform_id == "wamid.7"


async def test_what_was_sent_is_not_sent_again_because_the_database_is_away(
    sender: Sender, outbox: Outbox, platform: FakeClient, services: Services, ana: str, engine: Engine, patient: Set
) -> None:
    patient(AFTER_ERROR_SECONDS=0.01)
    platform.answers.clear()
    await sent(sender, outbox, message := a_message(ana))
    await eventually(lambda: platform.calls)
    other = create_engine(str(engine.url))
    with other.begin():
        platform.answers.set()
        await asyncio.sleep(0.15)
    other.dispose()

    await has(services, message, Delivery.SENT)
    assert len(platform.calls) == 1


async def test_logs_tell_no_number_and_no_words(
    sender: Sender, outbox: Outbox, platform: FakeClient, services: Services, ana: str,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    platform.refuses(131000)
    await sent(sender, outbox, message := a_message(ana))
    await was_tried(services, message)

    out = capsys.readouterr().out
    assert "refused:131000" in out
    assert ANA.value not in out
    assert "Hello" not in out


# --- a channel that is stopped


async def test_a_channel_that_is_stopped_rests_for_everybody(
    sender: Sender, outbox: Outbox, platform: FakeClient, services: Services, ana: str, bea: str, clock: Clock
) -> None:
    platform.refuses(190)
    await sent(sender, outbox, first := a_message(ana))
    await was_tried(services, first)
    clock.pass_(seconds=STOP_SECONDS)

    await sent(sender, outbox, a_message(bea), a_message(ana))
    await remains(lambda: len(platform.calls) == 1)


async def test_after_the_rest_one_message_tries_for_all(
    sender: Sender, outbox: Outbox, platform: FakeClient, services: Services, ana: str, bea: str, clock: Clock,
    patient: Set,
) -> None:  # fmt: skip
    patient(STOP_SECONDS=0.05)
    platform.refuses(190)
    await sent(sender, outbox, first := a_message(ana))
    await was_tried(services, first)
    clock.pass_(seconds=1)
    platform.answers.clear()
    patient(STOP_SECONDS=60.0)
    everybody = [bea, wrote(services, DAVID)]
    await sent(sender, outbox, *[message := a_message(who) for who in everybody])

    await eventually(lambda: len(platform.calls) == 2)
    await remains(lambda: len(platform.calls) == 2)
    platform.answers.set()
    await eventually(lambda: not sender._resumes_at)
    sender.wake([ana, *everybody])
    await has(services, message, Delivery.SENT)
    await has(services, first, Delivery.SENT)


async def test_a_try_that_is_stopped_too_lets_the_channel_rest_again(
    sender: Sender, outbox: Outbox, platform: FakeClient, services: Services, ana: str, bea: str, clock: Clock,
    patient: Set,
) -> None:  # fmt: skip
    patient(STOP_SECONDS=0.05)
    platform.refuses(190, 190)
    await sent(sender, outbox, first := a_message(ana))
    await was_tried(services, first)
    await sent(sender, outbox, second := a_message(bea))
    assert (await was_tried(services, second)).reason == "refused:190"

    clock.pass_(seconds=1)
    for message in (first, second):
        sender.wake([message.profile_id])
        await has(services, message, Delivery.SENT)


async def test_a_try_refused_for_one_person_shows_that_the_channel_works(
    sender: Sender, outbox: Outbox, platform: FakeClient, services: Services, ana: str, bea: str, patient: Set
) -> None:
    patient(STOP_SECONDS=0.02)
    platform.refuses(190, 131026)
    await sent(sender, outbox, stopped := a_message(ana))
    await was_tried(services, stopped)
    patient(STOP_SECONDS=60.0)
    await sent(sender, outbox, refused := a_message(bea), following := a_message(bea))

    await has(services, following, Delivery.SENT)
    assert message_of(services, refused).status is Delivery.FAILED


# --- pictures


def delivered(outbox: Outbox, message: OutgoingMessage, state: str = "delivered") -> None:
    """Let the platform tell what became of a message."""
    outbox.change(message.id, lambda m: m.after(Status(state, message_id=m.id), outbox.now()))


@pytest.mark.parametrize("state", ["delivered", "read", "failed"])
async def test_what_follows_a_picture_waits_until_the_picture_has_arrived_or_failed(
    sender: Sender, outbox: Outbox, platform: FakeClient, services: Services, ana: str, patient: Set, state: str
) -> None:
    patient(IMAGE_LOOK_SECONDS=0.005)
    await sent(sender, outbox, picture := a_message(ana, has_image=True), text := a_message(ana))
    await has(services, picture, Delivery.SENT)
    await remains(lambda: len(platform.calls) == 1)

    delivered(outbox, picture, state)
    await has(services, text, Delivery.SENT)


async def test_a_picture_is_not_waited_for_for_ever(
    sender: Sender, outbox: Outbox, services: Services, ana: str, patient: Set
) -> None:
    patient(IMAGE_LOOK_SECONDS=0.005, IMAGE_SECONDS=0.03)
    await sent(sender, outbox, a_message(ana, has_image=True), text := a_message(ana))

    await has(services, text, Delivery.SENT)


async def test_nobody_waits_for_anothers_picture(
    sender: Sender, outbox: Outbox, services: Services, ana: str, bea: str
) -> None:
    await sent(sender, outbox, picture := a_message(ana, has_image=True))
    await has(services, picture, Delivery.SENT)

    await sent(sender, outbox, text := a_message(bea))
    await has(services, text, Delivery.SENT)


async def test_pictures_of_the_past_are_forgotten(
    sender: Sender, outbox: Outbox, services: Services, ana: str, bea: str, patient: Set
) -> None:
    patient(IMAGE_SECONDS=0.0)
    for who in (ana, bea):
        await sent(sender, outbox, picture := a_message(who, has_image=True))
        await has(services, picture, Delivery.SENT)

    await eventually(lambda: list(sender._images) == [bea])


# --- what an earlier process left


@pytest.fixture(name="left_over")
def _left_over(outbox: Outbox, ana: str, clock: Clock) -> OutgoingMessage:
    """A message that may have been sent before the last process ended."""
    message = a_message(ana, at=clock() - timedelta(seconds=1))
    outbox.add([message])
    return message


async def test_what_was_left_over_is_sent_only_after_a_pause_and_in_its_order(
    outbox: Outbox, platform: FakeClient, services: Services, left_over: OutgoingMessage, patient: Set
) -> None:
    patient(LEFTOVER_SECONDS=0.05)
    sender = Sender(outbox, platform)
    await sent(sender, outbox, new := a_message(left_over.profile_id))
    await remains(lambda: not platform.calls)

    await has(services, new, Delivery.SENT)
    assert [call.message_id for call in platform.calls] == [left_over.id, new.id]
    await sender.close()


async def test_what_the_platform_tells_in_the_pause_is_not_sent_again(
    outbox: Outbox, platform: FakeClient, services: Services, left_over: OutgoingMessage, patient: Set
) -> None:
    patient(LEFTOVER_SECONDS=0.03)
    sender = Sender(outbox, platform)
    sender.wake([left_over.profile_id])
    delivered(outbox, left_over, "sent")

    await remains(lambda: not platform.calls, 0.06)
    await sender.close()


async def test_the_pause_is_for_what_is_left_over_only(
    sender: Sender, outbox: Outbox, services: Services, left_over: OutgoingMessage, bea: str
) -> None:
    sender.wake([left_over.profile_id])
    await sent(sender, outbox, new := a_message(bea))

    await has(services, new, Delivery.SENT)
    assert message_of(services, left_over).attempts == 0


async def test_messages_that_nobody_told_of_are_found(
    sender: Sender, outbox: Outbox, services: Services, ana: str, patient: Set
) -> None:
    patient(LOOK_SECONDS=0.01)
    looking = asyncio.create_task(sender.take_up())
    await asyncio.sleep(0.02)
    outbox.add([message := a_message(ana)])

    await has(services, message, Delivery.SENT)
    looking.cancel()


async def test_looking_goes_on_when_the_database_was_away(
    sender: Sender, outbox: Outbox, services: Services, ana: str, patient: Set, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient(LOOK_SECONDS=0.005)
    troubles = [StoreUnavailable("locked")] * 2

    def recipients() -> list[str]:
        if troubles:
            raise troubles.pop()
        return [ana]

    monkeypatch.setattr(outbox, "recipients", recipients)
    outbox.add([message := a_message(ana)])
    looking = asyncio.create_task(sender.take_up())

    await has(services, message, Delivery.SENT)
    looking.cancel()


# --- rates


async def test_no_more_is_sent_in_a_second_than_the_platform_takes(
    outbox: Outbox, services: Services, ana: str, bea: str
) -> None:
    sender = Sender(outbox, FakeClient(messages_per_second=20.0))
    messages = [a_message(who) for who in (ana, bea) * 13]
    began = time.monotonic()
    await sent(sender, outbox, *messages)
    for message in messages[-2:]:
        await has(services, message, Delivery.SENT)

    # Twenty at once, then one every twentieth of a second.
    assert time.monotonic() - began >= 6 / 20 - 0.05
    await sender.close()


async def test_nobody_gets_more_than_the_platform_takes_for_one_person(
    sender: Sender, outbox: Outbox, platform: FakeClient, services: Services, ana: str, bea: str, patient: Set
) -> None:
    patient(PAIR_BURST=3, PAIR_SECONDS=0.1)
    began = time.monotonic()
    await sent(sender, outbox, *[a_message(ana) for _ in range(4)], last := a_message(ana))
    await eventually(lambda: len(platform.calls) == 3)
    await sent(sender, outbox, other := a_message(bea))
    await has(services, other, Delivery.SENT)
    assert len(platform.calls) <= 5

    await has(services, last, Delivery.SENT)
    assert time.monotonic() - began >= 0.2 - 0.01


async def test_the_rates_of_who_wrote_longest_ago_are_forgotten(
    sender: Sender, outbox: Outbox, services: Services, ana: str, bea: str, patient: Set
) -> None:
    patient(PAIRS_KEPT=2)
    for who in (ana, bea, ana, wrote(services, DAVID)):
        await sent(sender, outbox, message := a_message(who))
        await has(services, message, Delivery.SENT)

    assert list(sender._pairs) == [ana, message.profile_id]


# --- pauses


@pytest.mark.parametrize(
    ("refusal", "pauses"),
    [
        (Refusal(Verdict.RETRY, "refused:131000"), [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600]),
        (Refusal(Verdict.SLOW_PAIR, "refused:131056"), [1, 4, 16, 64, 256, 600, 600]),
        (TIMEOUT, [1, 4, 16, 64, 256, 600]),
        (Refusal(Verdict.RETRY, "http:503", retry_after=20.0), [20, 20, 20, 20, 20, 32]),
    ],
)
def test_pauses_grow(refusal: Refusal, pauses: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random, "uniform", lambda least, most: least)

    assert [pause_seconds(refusal, attempt) for attempt in range(1, len(pauses) + 1)] == pauses


@given(
    verdict=st.sampled_from([Verdict.RETRY, Verdict.SLOW_PAIR]),
    attempt=st.integers(1, 400),
    retry_after=st.floats(0, 3600),
)
def test_a_pause_is_never_shorter_than_the_platform_asks_nor_without_end(
    verdict: Verdict, attempt: int, retry_after: float
) -> None:
    pause = pause_seconds(Refusal(verdict, "?", retry_after=retry_after), attempt)

    assert max(1.0, retry_after) <= pause <= max(1.2 * LONGEST_PAUSE_SECONDS, retry_after)
