"""When a delivery is tried again, and when it is dead."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_profiler.core.delivery import (
    LONGEST_DETAIL,
    LONGEST_PAUSE,
    DeliveryFailed,
    DeliveryStatus,
    LeadDelivery,
    LeadMessage,
    Trouble,
    pause,
)

AT = datetime(2026, 5, 4, 10, tzinfo=timezone.utc)
DAY = timedelta(days=1)
TRIED = LeadDelivery(1, "L-22222-22222", 1, "crm", AT, AT, attempts=1, lease="a" * 32)


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 1), (2, 2), (3, 4), (11, 1024), (18, 86_400), (10_000, 86_400)])
def test_the_pause_doubles_up_to_a_day(attempts: int, seconds: int) -> None:
    assert pause(attempts, 1.0) == timedelta(seconds=seconds)


@given(st.integers(0, 10**6), st.floats(0, 1), st.floats(0, 10**9))
def test_a_pause_is_at_least_half_and_never_longer_than_a_day(attempts: int, share: float, asked: float) -> None:
    found = pause(attempts, share, asked)

    assert pause(attempts, 1.0) / 2 <= found <= LONGEST_PAUSE
    assert found >= min(timedelta(seconds=asked), LONGEST_PAUSE)


@pytest.mark.parametrize("trouble", list(Trouble))
def test_a_trouble_either_passes_or_makes_a_dead_letter(trouble: Trouble) -> None:
    after = TRIED.as_failed(DeliveryFailed(trouble, "said"), AT, DAY, 0.5)

    assert (after.status is DeliveryStatus.WAITING) == trouble.is_passing
    assert (after.trouble, after.detail, after.lease) == (trouble, "said", "")


def test_what_was_tried_for_as_long_as_allowed_is_given_up_with_its_last_trouble() -> None:
    after = TRIED.as_failed(DeliveryFailed(Trouble.BUSY, "later"), AT + DAY * 2, DAY, 0.5)

    assert (after.status, after.trouble, after.detail) == (DeliveryStatus.DEAD, Trouble.GIVEN_UP, "busy: later")


def test_a_delivery_keeps_nothing_of_its_trouble_once_delivered() -> None:
    failed = TRIED.as_failed(DeliveryFailed(Trouble.BUSY, "later"), AT, DAY, 0.5)
    done = failed.as_delivered("7", AT)

    assert (done.status, done.trouble, done.detail, done.remote_id) == (DeliveryStatus.DELIVERED, None, "", "7")


@given(st.text())
def test_the_targets_words_are_kept_short_and_on_one_line(said: str) -> None:
    detail = DeliveryFailed(Trouble.REFUSED, said).detail

    assert len(detail) <= LONGEST_DETAIL
    assert len(detail.splitlines()) <= 1


def test_the_key_of_the_first_revision_is_the_leads_id_and_every_other_has_its_own() -> None:
    first = LeadMessage("L-22222-22222", 1, {})

    assert first.key == "L-22222-22222"
    assert replace(first, revision=2).key == "L-22222-22222:2"
    assert replace(first, attempt=5).key == first.key
