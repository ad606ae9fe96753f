"""The table of replies: how well the demos' questions understand what people type."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import pytest

from customer_profiler.adapters.content.loader import load
from customer_profiler.adapters.phrasebook import load_phrasebook
from customer_profiler.adapters.similarity import edit_distance
from customer_profiler.core.matching import Status, match
from customer_profiler.core.profiler import Profiler
from customer_profiler.services.replies import candidates_of

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "tests" / "unit" / "data" / "replies.csv"
NO_OPTION = (Status.AMBIGUOUS.value, Status.NONE.value)

Row = dict[str, str]
"""A reply with its ``profiler``, ``question``, ``lang``, what is ``expected``, and what it is ``taken`` for."""


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    """Every reply of the table, read."""
    with TABLE.open(encoding="utf-8-sig", newline="") as table:
        return [row | {"taken": taken(row)} for row in csv.DictReader(table)]


def taken(row: Row) -> str:
    """Give what a reply is taken for: an option, "ambiguous" or "none"."""
    profiler = profiler_called(row["profiler"])
    candidates = candidates_of(profiler, profiler.question(row["question"]), row["lang"])
    heard = match(row["reply"], candidates, phrasebook()[row["lang"]].words, edit_distance)
    return heard.options[0] if heard.status is Status.MATCH else heard.status.value


@cache
def profiler_called(name: str) -> Profiler:
    """Give the profiler of a demo."""
    profiler = load(ROOT / "content" / name, tuple(phrasebook())).profiler
    assert profiler is not None
    return profiler


phrasebook = cache(load_phrasebook)


def listed(rows: list[Row]) -> str:
    """Give the rows as lines for whoever has to mend them."""
    line = "\n{profiler}, {question}, {lang}: {reply!r}: expected {expected}, taken for {taken}"
    return "".join(line.format(**row) for row in rows)


def test_no_reply_is_taken_for_another_option(rows: list[Row]) -> None:
    wrong = [row for row in rows if row["taken"] not in (*NO_OPTION, row["expected"])]
    assert not wrong, listed(wrong)


def test_most_replies_are_understood_exactly(rows: list[Row]) -> None:
    missed = [row for row in rows if row["taken"] != row["expected"]]
    assert len(missed) <= 0.15 * len(rows), listed(missed)


def test_the_table_is_large_and_has_both_languages(rows: list[Row]) -> None:
    assert len(rows) >= 150
    assert {row["lang"] for row in rows} == {"en", "es"}
