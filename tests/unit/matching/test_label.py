"""Replies that are a label or a synonym, and labels that are alike."""

from __future__ import annotations

import pytest

from customer_profiler.core.matching import Match, Status
from tests.unit.matching.samples import CARS, asked, chosen


@pytest.mark.parametrize(
    ("reply", "option"),
    [
        ("Family car", "1"),
        ("FAMILY  CAR!", "1"),
        ("family-car", "1"),
        ("familycar", "1"),
        ("🚗 family car 🙂", "1"),
        ("Fámily càr", "1"),
        ("estate", "1"),
        ("mpv", "1"),
        ("work\u200bvan", "3"),
    ],
)
def test_a_label_or_synonym_is_a_strong_match(reply: str, option: str) -> None:
    assert asked(reply, CARS) == Match(Status.MATCH, (option,), strong=True)


@pytest.mark.parametrize(
    ("reply", "labels", "options"),
    [
        ("sí", ["sí", "si"], "1"),
        ("SI", ["sí", "si"], "2"),
        ("sì", ["sí", "si"], "1 2"),
        ("👎", ["👍", "👎"], "2"),
        ("👍🏽", ["👍", "👎"], "1"),
        ("< 20", ["<20", ">20"], "1"),
        ("20", ["<20", ">20"], "1 2"),
        ("c#", ["C++", "C#"], "2"),
        ("c", ["C++", "C#"], "1 2"),
        ("b", ["A", "B"], "2"),
        ("family", ["Family", "Family van"], "1"),
        ("family van please", ["Family", "Family van"], "2"),
        ("electric", ["Electric", "Fully electric"], "1"),
    ],
)
def test_labels_that_are_alike_are_told_apart(reply: str, labels: list[str], options: str) -> None:
    assert chosen(reply, labels) == options


@pytest.mark.parametrize(
    ("reply", "label"),
    [
        ("with extras", "Without extras"),
        ("limited", "Unlimited"),
        ("unlimited plan", "Limited plan"),
        ("planlimited", "Plan unlimited"),
        ("indoor", "Outdoor"),
        ("under 30000", "Under 20,000"),
        ("now", "New"),
        ("sugar", "Sugar-free"),
        ("newer", "Never"),
        ("normal", "Abnormal"),
        ("2021", "2020"),
        (">20", "<20"),
        ("20", "<20"),
        ("C++", "C"),
        ("-5", "5"),
        ("3.5", "35"),
        ("3 4", "34"),
        ("5 $", "5 €"),
        ("no table", "Notable"),
        ("sports car", "Sport car deluxe, not sports"),
    ],
)
def test_a_neighbour_with_another_meaning_is_never_taken(reply: str, label: str) -> None:
    assert "1" not in asked(reply, [label, "Something"]).options
