"""Replies, and labels, with a negation."""

from __future__ import annotations

import pytest

from customer_profiler.core.matching import Match, Status
from tests.unit.matching.samples import CARS, COCHES, EXTRAS, SPANISH, asked, chosen


@pytest.mark.parametrize(
    "reply",
    [
        "not family",
        "no family car",
        "anything but a van",
        "I don't want the estate",
        "no",
        "never",
        "family? no",
        "neither",
        "not 2",
        "family but not sport",
        "I hate vans",
        "van instead of family",
        "🚫 family car",
        "family isn't for me",
        "dont van",
    ],
)
def test_a_negated_reply_is_no_match_and_no_hint(reply: str) -> None:
    assert asked(reply, CARS) == Match(Status.NONE)


@pytest.mark.parametrize(
    "reply",
    ["no familiar", "ni idea", "sin deportivo", "no 3", "deportivo no", "un segundo", "familiar no, gracias"],
)
def test_a_spanish_negation_is_no_match(reply: str) -> None:
    assert asked(reply, COCHES, SPANISH) == Match(Status.NONE)


@pytest.mark.parametrize(
    ("reply", "labels", "option"),
    [
        ("no", ["Yes", "No"], "2"),
        ("No, thanks", ["Yes", "No"], "2"),
        ("no", ["Yes", "No, thanks", "North"], "2"),
        ("no", ["Yes", "North", "Nothing special"], ""),
        ("no", ["No children", "No pets"], ""),
        ("no", ["Yes", "No idea"], ""),
        ("no children", EXTRAS, "2"),
        ("without extras please", EXTRAS, "4"),
        ("no, family please", ["No family", "Family"], ""),
        ("no I want family", ["No family", "Family"], ""),
        ("none of them", ["Red", "None"], ""),
        ("no idea", ["Yes", "No"], ""),
        ("no yes", ["Yes", "No"], ""),
        ("not really please", ["Yes", "Not sure yet"], ""),
        ("not please", ["Yes", "Not sure yet"], ""),
        ("no please", ["Yes", "No, not me", "No, thanks"], "3"),
    ],
)
def test_a_negation_that_is_the_label_is_understood(reply: str, labels: list[str], option: str) -> None:
    assert chosen(reply, labels) == option


@pytest.mark.parametrize(
    "reply", ["children", "extras", "with extras", "withot extras", "with", "without", "sunroof", "Sunrof"]
)
def test_what_a_label_denies_is_never_that_option(reply: str) -> None:
    assert asked(reply, EXTRAS).status is Status.NONE
