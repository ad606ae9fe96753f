"""Numbers as replies: positions, and numbers that labels are about."""

from __future__ import annotations

import pytest

from customer_profiler.core.matching import Match, Status
from tests.unit.matching.samples import CARS, COCHES, PRICES, SEATS, SPANISH, asked, chosen


@pytest.mark.parametrize(
    "reply",
    [
        "3",
        " 3 ",
        "3.",
        "3)",
        "(3)",
        "#3",
        "# 3",
        "nº 3",
        "n.º 3",
        "№3",
        "no. 3",
        "No.3",
        "3!",
        "03",
        "3rd",
        "3º",
        "3ª",
        "3️⃣",
        "③",
        "３",
        "३",
        "٣",
        "۳",
        "三",
        "㊂",
        "Ⅲ",
        "第三",
        "第3",
        "3番",
        "3번",
        "3 👍",
        "option 3",
        "number 3",
        "option #3",
        "three",
        "third",
        "the third",
        "the third one please",
        "I'd like the third one",
        "Nr. 3",
        "last",
        "the last one",
    ],
)
def test_a_position_is_understood_in_any_script_and_wording(reply: str) -> None:
    assert asked(reply, CARS) == Match(Status.MATCH, ("3",), strong=True)


@pytest.mark.parametrize(
    "reply", ["tres", "la tercera", "el tercero", "opción 3", "número tres", "la última", "3ra", "3º", "3er"]
)
def test_a_position_is_understood_in_spanish(reply: str) -> None:
    assert asked(reply, COCHES, SPANISH) == Match(Status.MATCH, ("3",), strong=True)


@pytest.mark.parametrize(
    "reply",
    [
        "9" * 5000,
        "0",
        "-1",
        "- 1",
        "4",
        "99",
        "3.5",
        "3,5",
        ".5",
        "3 doors",
        "3€",
        "$3",
        "50%",
        "3%",
        "<3",
        ">2",
        "+3",
        "3+",
        "½",
        "3°C",
        "one second",
        "one second please",
        "a second",
        "3 👎",
        "3rd world",
        "0x3",
        "3:00",
    ],
)
def test_other_numbers_are_no_position(reply: str) -> None:
    assert asked(reply, CARS).status is Status.NONE


@pytest.mark.parametrize(
    ("reply", "labels", "options"),
    [
        ("2", SEATS, "1 2"),
        ("two", SEATS, "1 2"),
        ("5", SEATS, "2"),
        ("7", SEATS, "3"),
        ("seven", SEATS, "3"),
        ("3", SEATS, "3"),
        ("5", ["Two seats", "Five seats"], "2"),
        ("2", ["Two seats", "Five seats"], "1 2"),
        ("5", ["Two to five", "Five to ten", "More"], "1 2"),
        ("2", ["2", "4", "6"], "1 2"),
        ("option 2", ["2", "4", "6"], "1 2"),
        ("4", ["2", "4", "6"], "2"),
        ("2", ["1 person", "2 people", "3 or more"], "2"),
        ("3", ["2人", "3人", "4人以上"], "2 3"),
        ("三", ["二人", "三人", "四人以上"], "2 3"),
        ("20000", PRICES, "1 2"),
        ("20.000", PRICES, "1 2"),
        ("2", ["4x4", "Van"], "2"),
        ("20", ["20% off", "50% off"], "1"),
        ("20%", ["20% off", "50% off"], "1"),
        ("2", ["Second-hand", "New"], "2"),
        ("second", ["Second-hand", "New"], "1 2"),
        ("second", ["New", "Second-hand"], "2"),
        ("last", ["Last year", "Never", "Now"], "1 3"),
        ("first", ["First-time buyer", "Owner"], "1"),
    ],
)
def test_a_number_that_labels_are_about_is_asked_back(reply: str, labels: list[str], options: str) -> None:
    assert chosen(reply, labels) == options


@pytest.mark.parametrize("reply", ["option one", "number one", "one", "1"])
def test_a_word_that_is_also_a_filler_counts_where_it_must_be_a_number(reply: str) -> None:
    assert asked(reply, CARS) == Match(Status.MATCH, ("1",), strong=True)


@pytest.mark.parametrize("reply", ["the one", "I'd like one please", "one please"])
def test_a_word_that_is_also_a_filler_does_not_count_elsewhere(reply: str) -> None:
    assert asked(reply, CARS).status is Status.NONE


@pytest.mark.parametrize("reply", ["40000", "30.000"])
def test_a_number_inside_one_label_is_only_a_hint(reply: str) -> None:
    heard = asked(reply, PRICES)
    assert heard.status is Status.NONE
    assert len(heard.hint) == 1
