from __future__ import annotations

from customer_profiler.standin.rates import Bucket, PerSecond


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_forty_five_at_once_and_then_one_in_six_seconds() -> None:
    clock = Clock()
    bucket = Bucket(45, 6, clock)
    assert [bucket.take() for _ in range(46)] == [True] * 45 + [False]
    clock.now += 6
    assert [bucket.take(), bucket.take()] == [True, False]
    clock.now += 3600
    assert [bucket.take() for _ in range(46)] == [True] * 45 + [False]


def test_no_more_than_so_many_within_any_second() -> None:
    clock = Clock()
    rate = PerSecond(2, clock)
    assert [rate.take() for _ in range(3)] == [True, True, False]
    clock.now += 0.9
    assert not rate.take()
    clock.now += 0.2
    assert rate.take()
