"""Replies that say several things."""

from __future__ import annotations

import pytest

from customer_profiler.core.matching import Status
from tests.unit.matching.samples import CARS, PRICES, asked, chosen


@pytest.mark.parametrize(
    ("reply", "options"),
    [
        ("car", "1 2"),
        ("family and sport", "1 2"),
        ("family / work", "1 3"),
        ("family xor work", "1 3"),
        ("Family car or sports car", "1 2"),
        ("estate or van", "1 3"),
        ("2 or 3", "2 3"),
        ("2-3", "2 3"),
        ("2 3", "2 3"),
        ("2 und 3", "2 3"),
        ("2と3", "2 3"),
        ("the first or the last", "1 3"),
        ("2 family", "1 2"),
        ("family van", "1 3"),
    ],
)
def test_what_fits_several_options_is_asked_back(reply: str, options: str) -> None:
    assert chosen(reply, CARS) == options


@pytest.mark.parametrize("reply", ["20000-30000", "20.000 – 30.000", "20 000 to 30 000 please", "20000 30000"])
def test_a_range_is_the_label_about_the_same_numbers(reply: str) -> None:
    assert chosen(reply, PRICES) == "2"


@pytest.mark.parametrize("reply", ["not 20000-30000", "30000-20000", "20000-40000", "20000-30000 km"])
def test_a_range_is_no_label_about_other_numbers(reply: str) -> None:
    assert asked(reply, PRICES).status is Status.NONE
