"""Workbooks as people and spreadsheet programs fill them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from customer_profiler.adapters.content.convert import export_workbook
from customer_profiler.adapters.content.loader import load
from customer_profiler.adapters.content.workbook_file import cell_text
from tests.builders import write_content


@pytest.fixture(name="book")
def workbook_of_valid_content(tmp_path: Path) -> Path:
    path = tmp_path / "cars.xlsx"
    export_workbook(write_content(tmp_path / "source" / "cars"), path)
    return path


def change(path: Path, sheet: str, cell: str, value: object) -> None:
    book = load_workbook(path)
    book[sheet][cell] = value
    book.save(path)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (3, "3"),
        (3.0, "3"),
        (-2.0, "-2"),
        (1.5, "1.5"),
        (0.1 + 0.2, "0.3"),
        (24990.5, "24990.5"),
        ("007", "007"),
        (" x\r\ny ", "x\ny"),
        (True, "TRUE"),
        (datetime(2025, 1, 31), "2025-01-31"),
    ],
)
def test_a_cell_reads_as_one_would_type_it(value: object, text: str) -> None:
    assert cell_text(value) == text


def test_a_whole_float_counts_as_points(book: Path) -> None:
    change(book, "matrix", "B2", 7.0)

    profiler = load(book).profiler

    assert profiler is not None
    assert profiler.matrix[0].cells["hatch"] == 7


def test_a_fraction_is_no_points(book: Path) -> None:
    change(book, "matrix", "B2", 1.5)

    [found] = load(book, ("en", "es")).problems

    assert (found.file, found.row, found.column) == ("matrix.csv", 2, "hatch")


def test_points_are_written_as_numbers_and_texts_as_texts(book: Path) -> None:
    sheets = load_workbook(book)

    assert sheets["matrix"]["B2"].value == 3
    assert sheets["products"]["D3"].value == "24990.00"
    assert sheets["questions"]["B2"].value == 1


def test_a_text_that_looks_like_a_formula_stays_a_text(tmp_path: Path) -> None:
    folder = write_content(tmp_path / "source" / "cars", messages="when,text.en\n,=1+1\n")
    export_workbook(folder, tmp_path / "cars.xlsx")

    profiler = load(tmp_path / "cars.xlsx").profiler

    assert profiler is not None
    assert profiler.messages[0].text == {"en": "=1+1"}


def test_a_formula_without_a_stored_result_is_an_error(book: Path) -> None:
    change(book, "matrix", "B2", "=1+2")

    [found] = load(book, ("en", "es")).problems

    assert (found.file, found.row, found.column) == ("matrix.csv", 2, "hatch")
    assert "formula" in found.what


def test_titles_of_sheets_may_be_written_in_capitals(book: Path) -> None:
    sheets = load_workbook(book)
    sheets["matrix"].title = "Matrix "
    sheets.save(book)

    assert load(book, ("en", "es")).problems == ()


def test_a_sheet_of_notes_does_not_matter(book: Path) -> None:
    sheets = load_workbook(book)
    sheets.create_sheet("Ideas for 2026")["A1"] = "bicycles"
    sheets.save(book)

    assert load(book, ("en", "es")).problems == ()


def test_a_missing_sheet_is_an_error_that_names_a_misspelt_one(book: Path) -> None:
    sheets = load_workbook(book)
    sheets["matrix"].title = "matrics"
    sheets.save(book)

    [found] = load(book, ("en", "es")).problems

    assert (found.file, found.row) == ("matrix.csv", 0)
    assert "matrics" in found.mend


def test_an_unknown_key_is_named_with_its_row(book: Path) -> None:
    change(book, "profiler", "A2", "ident")

    found = load(book, ("en", "es")).problems

    assert ("profiler.yml", 2, "ident") in {(each.file, each.row, each.column) for each in found}


def test_the_name_of_the_workbook_must_be_the_id(book: Path) -> None:
    other = book.rename(book.with_name("vans.xlsx"))
    (book.parent / "cars").rename(book.parent / "vans")

    [found] = load(other, ("en", "es")).problems

    assert found.column == "id"


def test_a_sheet_that_reaches_to_the_end_of_the_world_is_refused(tmp_path: Path) -> None:
    book = Workbook()
    book.active["XFD1048576"] = "here"
    book.save(tmp_path / "cars.xlsx")

    [found] = load(tmp_path / "cars.xlsx").problems

    assert "delete the empty rows and columns" in found.what


def test_pictures_are_found_beside_a_workbook_that_has_no_folder(tmp_path: Path) -> None:
    folder = write_content(tmp_path / "source" / "cars")
    export_workbook(folder, tmp_path / "cars.xlsx")
    (tmp_path / "cars" / "car.png").rename(tmp_path / "car.png")
    (tmp_path / "cars").rmdir()

    assert load(tmp_path / "cars.xlsx", ("en", "es")).problems == ()
