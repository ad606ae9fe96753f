"""A target that is down is asked now and then, not by every lead."""

from __future__ import annotations

from customer_profiler.core.breaker import FAILURES, FIRST_REST_SECONDS, LONGEST_REST_SECONDS, Breaker

DAY = 86_400.0


def opened(now: float = 0.0, leads: int = FAILURES) -> Breaker:
    """A breaker of a target that has failed ``FAILURES`` times for so many leads."""
    breaker = Breaker()
    for place in range(FAILURES):
        breaker.failed(now, f"L-{place % leads}")
    return breaker


def test_a_few_failures_change_nothing() -> None:
    breaker = Breaker()
    for place in range(FAILURES - 1):
        breaker.failed(0.0, f"L-{place}")

    assert breaker.room(4, 0.0) == 4
    assert breaker.down_seconds(100.0) == 0.0


def test_a_target_that_fails_again_and_again_rests_and_then_gets_one_probe() -> None:
    breaker = opened()

    assert breaker.room(4, FIRST_REST_SECONDS - 0.1) == 0
    assert breaker.room(4, FIRST_REST_SECONDS) == 1


def test_what_fails_for_one_lead_alone_keeps_no_other_waiting() -> None:
    breaker = opened(leads=1)

    assert breaker.room(4, 0.0) == 4
    assert breaker.down_seconds(60.0) == 60.0


def test_a_second_lead_that_fails_opens_it() -> None:
    breaker = opened(leads=1)
    breaker.failed(1.0, "L-new")

    assert breaker.room(4, 1.0) == 0
    assert breaker.room(4, 1.0 + FIRST_REST_SECONDS) == 1


def test_the_rest_doubles_with_every_probe_that_fails_up_to_a_bound() -> None:
    breaker, rests = opened(), []
    for _ in range(9):
        now = breaker.rests_until
        breaker.failed(now, "L-0")
        rests.append(breaker.rests_until - now)

    assert rests[:3] == [2 * FIRST_REST_SECONDS, 4 * FIRST_REST_SECONDS, 8 * FIRST_REST_SECONDS]
    assert rests[-1] == LONGEST_REST_SECONDS


def test_calls_that_were_on_their_way_do_not_lengthen_the_rest() -> None:
    breaker = opened()
    breaker.failed(0.1, "L-0")

    assert breaker.rests_until == FIRST_REST_SECONDS


def test_a_success_ends_it_and_says_so_once() -> None:
    breaker = opened()

    assert breaker.succeeded()
    assert not breaker.succeeded()
    assert breaker.room(4, 0.0) == 4


def test_a_target_that_asks_for_a_pause_gets_it_at_once() -> None:
    breaker = Breaker()
    breaker.failed(0.0, "L-0", retry_after=30)

    assert breaker.room(4, 29.0) == 0
    assert breaker.room(4, 30.0) == 4


def test_a_pause_that_was_asked_for_outlasts_the_success_of_a_call_on_its_way() -> None:
    breaker = Breaker()
    breaker.failed(0.0, "L-0", retry_after=60)
    breaker.succeeded()

    assert breaker.asks_for_rest(59.0)
    assert breaker.room(4, 59.0) == 0
    assert breaker.room(4, 60.0) == 4


def test_a_pause_is_kept_for_up_to_a_day() -> None:
    breaker = Breaker()
    breaker.failed(0.0, "L-0", retry_after=10 * DAY)

    assert breaker.rests_until == DAY


def test_down_is_counted_from_the_first_failure() -> None:
    assert opened(now=10.0).down_seconds(70.0) == 60.0
