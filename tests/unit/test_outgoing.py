"""A message moves forward only, keeps what it has learnt, and may go while the window is open."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_profiler.core.events import Status
from customer_profiler.core.outgoing import WINDOW, Delivery, OutgoingMessage, window_is_open
from tests.messaging import AT, a_message

WAITING, SENT, DELIVERED, READ, FAILED = Delivery
LATER = AT + timedelta(minutes=1)
PROGRESS = (WAITING, SENT, DELIVERED, READ)

MESSAGE = a_message("ana")


def standing(status: Delivery) -> OutgoingMessage:
    """The message as the platform's own words have brought it there."""
    return {
        WAITING: MESSAGE,
        SENT: MESSAGE.as_sent("wamid.1", AT),
        DELIVERED: MESSAGE.as_sent("wamid.1", AT).after(Status("delivered"), AT),
        READ: MESSAGE.as_sent("wamid.1", AT).after(Status("read"), AT),
        FAILED: MESSAGE.as_failed("refused:131026"),
    }[status]


# --- our own attempts


def test_a_message_that_was_taken_is_sent() -> None:
    sent = MESSAGE.as_put_off(LATER, "timeout").as_sent("wamid.1", LATER)

    assert (sent.status, sent.platform_id, sent.sent_at, sent.attempts, sent.reason) == (SENT, "wamid.1", LATER, 2, "")


@pytest.mark.parametrize("status", [DELIVERED, READ])
def test_an_answer_that_comes_after_the_platforms_word_takes_nothing_back(status: Delivery) -> None:
    told = MESSAGE.after(Status(status.value, message_id=MESSAGE.id), AT)
    sent = told.as_sent("wamid.1", LATER)

    assert sent == replace(told, platform_id="wamid.1", attempts=1)


def test_an_answer_that_comes_after_the_platforms_refusal_keeps_the_reason() -> None:
    told = MESSAGE.after(Status("failed", code=131049), AT)

    assert told.as_sent("wamid.1", LATER) == replace(told, platform_id="wamid.1", attempts=1)
    assert told.as_sent("wamid.1", LATER).reason == "refused:131049"


def test_a_message_put_off_waits_with_its_reason() -> None:
    assert MESSAGE.as_put_off(LATER, "timeout") == replace(MESSAGE, due_at=LATER, reason="timeout", attempts=1)


def test_attempts_of_which_nobody_knows_what_became_are_counted() -> None:
    message = MESSAGE.as_put_off(LATER, "timeout", is_lost=True).as_put_off(LATER, "refused:131000")

    assert (message.attempts, message.lost) == (2, 1)


def test_a_message_sent_again_waits_with_its_new_body() -> None:
    again = standing(SENT).after(Status("failed", code=131053), AT).again({"type": "text"}, LATER)

    assert (again.status, again.body, again.due_at, again.platform_id) == (WAITING, {"type": "text"}, LATER, "wamid.1")
    assert again.as_sent("wamid.2", LATER).status is SENT


def test_a_message_that_failed_says_why() -> None:
    assert MESSAGE.as_failed("no_address") == replace(MESSAGE, status=FAILED, reason="no_address", attempts=1)


# --- the platform's word


@pytest.mark.parametrize("reached", [SENT, DELIVERED, READ])
@pytest.mark.parametrize("status", PROGRESS)
def test_the_platforms_word_moves_forward_only(status: Delivery, reached: Delivery) -> None:
    after = standing(status).after(Status(reached.value, ("wamid.1",)), LATER)

    assert after.status is max(status, reached, key=PROGRESS.index)


@given(words=st.lists(st.sampled_from(["sent", "delivered", "read"]), min_size=1))
def test_whatever_the_order_a_message_ends_where_it_got_farthest(words: list[str]) -> None:
    message = MESSAGE
    for minute, word in enumerate(words):
        message = message.after(Status(word, ("wamid.1",)), AT + timedelta(minutes=minute))

    assert message.status is max(map(Delivery, words), key=PROGRESS.index)
    moments = [at for at in (message.sent_at, message.delivered_at, message.read_at) if at]
    assert len(moments) == PROGRESS.index(message.status)
    assert all(one <= other for one, other in pairwise(moments))


@given(
    words=st.lists(st.sampled_from(["sent", "delivered", "read", "failed"])), last=st.sampled_from(list(Delivery)[1:])
)
def test_the_same_word_again_changes_nothing(words: list[str], last: Delivery) -> None:
    message = MESSAGE
    for word in [*words, last.value]:
        message = message.after(Status(word, ("wamid.1",), code=1), AT)

    assert message.after(Status(last.value, ("wamid.1",), code=1), LATER) == message


def test_read_without_delivered_means_both() -> None:
    read = standing(SENT).after(Status("read"), LATER)

    assert (read.delivered_at, read.read_at) == (LATER, LATER)


def test_delivered_keeps_its_time_when_read_follows() -> None:
    read = standing(DELIVERED).after(Status("read"), LATER)

    assert (read.sent_at, read.delivered_at, read.read_at) == (AT, AT, LATER)


def test_the_platforms_word_makes_up_for_an_answer_that_was_lost() -> None:
    told = MESSAGE.as_put_off(LATER, "timeout").after(Status("sent", ("wamid.9",), MESSAGE.id), LATER)

    assert (told.status, told.platform_id, told.sent_at, told.reason) == (SENT, "wamid.9", LATER, "")


def test_a_known_id_of_the_platform_stays() -> None:
    assert standing(SENT).after(Status("read", ("wamid.9",)), LATER).platform_id == "wamid.1"


@pytest.mark.parametrize("status", [WAITING, SENT])
def test_a_failure_is_kept_with_its_code(status: Delivery) -> None:
    failed = standing(status).after(Status("failed", ("wamid.1",), code=131026), LATER)

    assert (failed.status, failed.reason) == (FAILED, "refused:131026")


@pytest.mark.parametrize("status", [DELIVERED, READ, FAILED])
def test_a_failure_of_what_has_come_to_its_end_changes_nothing(status: Delivery) -> None:
    message = replace(standing(status), platform_id="wamid.1")

    assert message.after(Status("failed", ("wamid.1",), code=131049), LATER) == message


@pytest.mark.parametrize("reached", ["sent", "delivered", "read"])
def test_what_has_failed_stays_failed(reached: str) -> None:
    assert standing(FAILED).after(Status(reached, ("wamid.1",)), LATER).reason == "refused:131026"


# --- the window


def test_nobody_may_be_written_to_who_never_wrote() -> None:
    assert not window_is_open(None, AT)


@given(wrote=st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)), waited=st.timedeltas(timedelta(), WINDOW * 2))
def test_the_window_is_open_for_a_day(wrote: datetime, waited: timedelta) -> None:
    assert window_is_open(wrote, wrote + waited) == (waited < timedelta(hours=24))


def test_a_late_word_on_the_try_that_failed_does_not_stop_the_second_one() -> None:
    taken = a_message("p").as_sent("wamid.1", AT)
    second = taken.after(Status("failed", ("wamid.1",), code=131000), AT).again(taken.body, AT)

    assert second.after(Status("sent", ("wamid.1",), taken.id), AT).status is Delivery.WAITING
    assert second.as_sent("wamid.2", AT).status is Delivery.SENT
