"""A target that is down is asked now and then, not by every lead."""

from __future__ import annotations

from customer_profiler.core.breaker import FAILURES, FIRST_REST_SECONDS, LONGEST_REST_SECONDS, Breaker


def opened(now: float = 0.0) -> Breaker:
    breaker = Breaker()
    for _ in range(FAILURES):
        breaker.failed(now)
    return breaker


def test_a_few_failures_change_nothing() -> None:
    breaker = Breaker()
    for _ in range(FAILURES - 1):
        breaker.failed(0.0)

    assert breaker.room(4, 0.0) == 4
    assert breaker.down_seconds(100.0) == 0.0


def test_a_target_that_fails_again_and_again_rests_and_then_gets_one_probe() -> None:
    breaker = opened()

    assert breaker.room(4, FIRST_REST_SECONDS - 0.1) == 0
    assert breaker.room(4, FIRST_REST_SECONDS) == 1


def test_the_rest_doubles_with_every_probe_that_fails_up_to_a_bound() -> None:
    breaker, rests = opened(), []
    for _ in range(9):
        now = breaker.resting_until
        breaker.failed(now)
        rests.append(breaker.resting_until - now)

    assert rests[:3] == [2 * FIRST_REST_SECONDS, 4 * FIRST_REST_SECONDS, 8 * FIRST_REST_SECONDS]
    assert rests[-1] == LONGEST_REST_SECONDS


def test_calls_that_were_on_their_way_do_not_lengthen_the_rest() -> None:
    breaker = opened()
    breaker.failed(0.1)

    assert breaker.resting_until == FIRST_REST_SECONDS


def test_a_success_ends_it_and_says_so_once() -> None:
    breaker = opened()

    assert breaker.succeeded()
    assert not breaker.succeeded()
    assert breaker.room(4, 0.0) == 4


def test_a_target_that_asks_for_a_pause_gets_it_at_once() -> None:
    breaker = Breaker()
    breaker.failed(0.0, retry_after=30)

    assert breaker.room(4, 29.0) == 0
    assert breaker.room(4, 30.0) == 4


def test_down_is_counted_from_the_first_failure() -> None:
    breaker = opened(now=10.0)

    assert breaker.down_seconds(70.0) == 60.0
