"""A number and its other spelling are one, and other numbers have none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_profiler.core.numbers import spellings

beginnings = st.sampled_from(["54", "549", "52", "521", "55", "5511", "55119", "34", "1", ""])
numbers = st.builds(str.__add__, beginnings, st.text("0123456789", max_size=13))


@pytest.mark.parametrize(
    ("number", "other"),
    [
        ("5491112345678", "541112345678"),
        ("5215512345678", "525512345678"),
        ("5511987654321", "551187654321"),
    ],
)
def test_old_and_new_spellings_belong_together(number: str, other: str) -> None:
    assert spellings(number) == (number, other)
    assert spellings(other) == (other, number)


@pytest.mark.parametrize(
    "number",
    [
        "34600000001",
        "15550001111",
        "541112345",
        "54911123456789",
        "5225512345678",
        "55118765432",
        "5511887654321",
        "551198765432100",
        "",
        "+5491112345678",
    ],
)
def test_any_other_number_has_one_spelling(number: str) -> None:
    assert spellings(number) == (number,)


@given(numbers)
def test_spellings_are_the_same_whichever_one_begins_with(number: str) -> None:
    assert spellings(number)[0] == number
    assert {frozenset(spellings(each)) for each in spellings(number)} == {frozenset(spellings(number))}


@given(numbers)
def test_a_number_has_two_spellings_at_most_and_both_of_its_country(number: str) -> None:
    written = spellings(number)

    assert len(set(written)) == len(written) <= 2
    assert {each[:2] for each in written} == {number[:2]}
    assert all(abs(len(each) - len(number)) <= 1 for each in written)
