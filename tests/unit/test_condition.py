"""Conditions hold when every term does, and come back from their text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_profiler.core.condition import Condition, Term, is_identifier
from customer_profiler.core.errors import InvalidCondition

identifiers = st.text("abcxyz019_", min_size=1, max_size=6)
terms = st.builds(Term, identifiers, st.lists(identifiers, min_size=1, max_size=3).map(tuple))
conditions = st.lists(terms, max_size=4).map(lambda given: Condition(tuple(given)))
answers = st.dictionaries(identifiers, identifiers, max_size=5)


def holds(condition: str, **answers: str) -> bool:
    return Condition.parse(condition).holds(answers)


@pytest.mark.parametrize("empty", ["", " ", "\t", "\u00a0"])
def test_an_empty_condition_always_holds(empty: str) -> None:
    assert holds(empty)


def test_a_term_holds_for_its_option_alone() -> None:
    assert holds("use=work", use="work")
    assert not holds("use=work", use="family")


def test_a_term_with_several_options_holds_for_each_of_them() -> None:
    assert holds("use=work|family", use="work")
    assert holds("use=work|family", use="family")
    assert not holds("use=work|family", use="fun")


def test_a_question_not_answered_satisfies_no_term() -> None:
    assert not holds("use=work")


def test_all_terms_must_hold() -> None:
    assert holds("use=work & budget=low", use="work", budget="low")
    assert not holds("use=work & budget=low", use="work", budget="high")
    assert not holds("use=work & budget=low", use="work")


def test_blanks_around_the_parts_do_not_count() -> None:
    assert Condition.parse("  use = work | family&budget=low ") == Condition.parse("use=work|family & budget=low")


@pytest.mark.parametrize(
    "text",
    [
        "use", "use=", "=work", "use==work", "use=work|", "use=|work", "use=work &", "& use=work", "use=work & & a=b",
        "Use=work", "use=Work", "use=wörk", "use-it=work", "use=work and more", "use>work", "use=work,family",
        "use=work\x00",
    ],
)  # fmt: skip
def test_what_is_no_condition_is_refused(text: str) -> None:
    with pytest.raises(InvalidCondition):
        Condition.parse(text)


def test_the_part_that_cannot_be_read_is_named() -> None:
    with pytest.raises(InvalidCondition, match="“budget low”"):
        Condition.parse("use=work & budget low")


@pytest.mark.parametrize("text", ["use", "level_1", "4x4", "_", "0"])
def test_identifiers_are_lower_case_ascii(text: str) -> None:
    assert is_identifier(text)


@pytest.mark.parametrize("text", ["", "Use", "é", "a b", "a-b", "use\n", "٣"])
def test_anything_else_is_no_identifier(text: str) -> None:
    assert not is_identifier(text)


@given(conditions)
def test_a_condition_comes_back_from_its_text(condition: Condition) -> None:
    assert Condition.parse(str(condition)) == condition


@given(conditions, answers, st.randoms())
def test_the_order_of_answers_carries_no_meaning(condition: Condition, answers: dict[str, str], random: object) -> None:
    shuffled = list(answers.items())
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert condition.holds(dict(shuffled)) == condition.holds(answers)


@given(conditions, st.text(max_size=20))
def test_reading_either_gives_a_condition_or_refuses(condition: Condition, noise: str) -> None:
    text = f"{condition}{noise}"
    try:
        read = Condition.parse(text)
    except InvalidCondition:
        return
    assert Condition.parse(str(read)) == read
