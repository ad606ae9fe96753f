"""CSV as RFC 4180 wants it, and no cell that a spreadsheet program would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_profiler.adapters.csv_writer import write_csv

GUARD = "'"


def written(*rows: Sequence[str]) -> str:
    target = io.StringIO(newline="")
    write_csv(rows, target)
    return target.getvalue()


def read_back(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def test_lines_end_with_cr_lf() -> None:
    assert written(["a", "b"], ["c", "d"]) == "a,b\r\nc,d\r\n"


@pytest.mark.parametrize(
    ("cell", "quoted"),
    [
        ("a,b", '"a,b"'),
        ('say "hi"', '"say ""hi"""'),
        ("two\nlines", '"two\nlines"'),
        ("two\r\nlines", '"two\r\nlines"'),
    ],
)
def test_cells_with_separators_quotes_or_line_ends_are_quoted(cell: str, quoted: str) -> None:
    assert written([cell, "x"]) == f"{quoted},x\r\n"


def test_a_row_with_one_empty_cell_is_not_an_empty_line() -> None:
    assert read_back(written([""])) == [[""]]


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1", '=HYPERLINK("http://evil")', "=cmd|' /C calc'!A0", "+1+1", "+A1", "-1+1", "-A1", "--1", "@SUM(1)",
        "\tx", "\rx", "+", "-", "=", "@", "-1-2", "+34-612", "-.", "=-1",
    ],
)  # fmt: skip
def test_a_formula_is_kept_from_running(cell: str) -> None:
    assert read_back(written([cell])) == [[GUARD + cell]]


@pytest.mark.parametrize("cell", ["=1", "@1", "\t1", "\r1"])
def test_only_signs_of_numbers_may_stand_before_digits(cell: str) -> None:
    """``=1`` is a formula although digits follow; only ``+`` and ``-`` belong to numbers."""
    assert read_back(written([cell])) == [[GUARD + cell]]


@pytest.mark.parametrize("cell", ["-3", "-3.5", "+3", "+34612345678", "+442079460958", "0", "12.50", "-0"])
def test_numbers_and_telephone_numbers_stay_as_they_are(cell: str) -> None:
    assert written([cell]) == f"{cell}\r\n"


@pytest.mark.parametrize(
    "cell", ["a=b", "budget=low & use=work", "ana@example.com", "a-b", "'quoted'", " =1+1", "", "O'Neill"]
)
def test_harmless_cells_stay_as_they_are(cell: str) -> None:
    assert read_back(written([cell])) == [[cell]]


# Python's own reader of 3.10 refuses the null character; no text that we store has one.
cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
risky = st.builds("".join, st.tuples(st.sampled_from("=+-@\t\r"), cells))


@given(st.lists(st.lists(st.one_of(cells, risky), min_size=1, max_size=4), max_size=4))
def test_a_reader_gets_the_cells_back_up_to_the_guard(rows: list[list[str]]) -> None:
    for row, read in zip(rows, read_back(written(*rows)), strict=True):
        assert [cell.removeprefix(GUARD) for cell in read] == [cell.removeprefix(GUARD) for cell in row]


@given(st.one_of(cells, risky))
def test_a_cell_is_changed_by_the_guard_alone_and_only_when_it_could_run(cell: str) -> None:
    [[read]] = read_back(written([cell]))

    assert read in (cell, GUARD + cell)
    assert (read == cell) or cell[0] in "=+-@\t\r"


@given(risky)
def test_what_begins_like_a_formula_is_a_number_or_guarded(cell: str) -> None:
    [[read]] = read_back(written([cell]))

    if read == cell:
        float(cell)
