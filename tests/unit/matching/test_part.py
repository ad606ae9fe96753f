"""Replies that are less, or more, than a label: names among other words, parts of names, slips."""

from __future__ import annotations

import pytest

from customer_profiler.core.matching import Match, Status
from tests.unit.matching.samples import CARS, EXTRAS, UNKNOWN, asked, chosen


@pytest.mark.parametrize(
    ("reply", "option"),
    [
        ("the family one please", "1"),
        ("I'd like a family car", "1"),
        ("family", "1"),
        ("fam", "1"),
        ("family c", "1"),
        ("family?", "1"),
        ("I want the estate", "1"),
        ("an MPV, thanks", "1"),
        ("van", "3"),
        ("famly", "1"),
        ("fmaily car", "1"),
        ("the sprots car please", "2"),
        ("wrok van", "3"),
        ("2. Sports car", "2"),
        ("Sports car (2)", "2"),
        ("the sportscar please", "2"),
    ],
)
def test_fillers_parts_and_slips_are_a_weak_match(reply: str, option: str) -> None:
    assert asked(reply, CARS) == Match(Status.MATCH, (option,), strong=False)


@pytest.mark.parametrize(
    "reply", ["my cousin has a family car", "<b>family car</b>", "family car'; DROP TABLE runs;--"]
)
def test_a_label_among_unknown_words_is_a_hint(reply: str) -> None:
    assert asked(reply, CARS) == Match(Status.NONE, hint=("1",))


@pytest.mark.parametrize(
    "reply", ["both", "all", "any", "maybe", "whatever", "f", "c", "x", "please", "the", "hello there"]
)
def test_words_that_name_nothing_are_no_match(reply: str) -> None:
    assert asked(reply, CARS) == Match(Status.NONE)


@pytest.mark.parametrize(("reply", "option"), [("electric", "1"), ("more", "3"), ("3 or more", "3")])
def test_words_inside_one_label_name_it(reply: str, option: str) -> None:
    assert chosen(reply, EXTRAS) == option


def test_inner_words_are_not_trusted_where_no_negations_are_known() -> None:
    assert asked("elektrisch", ["Voll elektrisch", "Diesel"], UNKNOWN) == Match(Status.NONE, hint=("1",))


def test_a_word_that_is_another_options_is_no_slip() -> None:
    assert chosen("sports car", ["Sport car", "Sports van"]) == "1 2"


def test_two_options_that_are_near_are_asked_back() -> None:
    assert chosen("stations", ["Station A", "Station B"]) == "1 2"
