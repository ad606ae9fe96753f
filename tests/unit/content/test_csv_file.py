"""CSV files as the spreadsheet programs of this world write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from customer_profiler.adapters.content.csv_file import read_csv, write_csv
from customer_profiler.adapters.content.defects import Defects
from customer_profiler.adapters.content.loader import load
from customer_profiler.adapters.content.sheets import Row, Sheet
from tests.builders import CONTENT, write_content

TEXT = 'when,text.en\n"a=b, or so",One\n\nc=d,"Two\nlines"\ne=f,Three\n'
SHEET = Sheet(
    "messages.csv",
    ("when", "text.en"),
    (Row(2, ("a=b, or so", "One")), Row(4, ("c=d", "Two\nlines")), Row(5, ("e=f", "Three"))),
)


def read(tmp_path: Path, raw: bytes) -> Sheet | None:
    (tmp_path / "messages.csv").write_bytes(raw)
    return read_csv(tmp_path / "messages.csv", Defects())


def test_rows_are_numbered_by_record_as_a_spreadsheet_shows_them(tmp_path: Path) -> None:
    assert read(tmp_path, TEXT.encode()) == SHEET


def test_a_byte_order_mark_does_not_matter(tmp_path: Path) -> None:
    assert read(tmp_path, TEXT.encode("utf-8-sig")) == SHEET


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_do_not_matter(tmp_path: Path, end: str) -> None:
    assert read(tmp_path, TEXT.replace("\n", end).encode()) == SHEET


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_semicolons_and_tabs_separate_where_the_header_says_so(tmp_path: Path, delimiter: str) -> None:
    text = TEXT.replace("when,", f"when{delimiter}").replace('so",', f'so"{delimiter}')
    text = text.replace("d,", f"d{delimiter}").replace("f,", f"f{delimiter}")

    assert read(tmp_path, text.encode()) == SHEET


def test_spaces_around_cells_and_headers_are_trimmed(tmp_path: Path) -> None:
    assert read(tmp_path, b" when ,text.en\n a=b ,\tHello \n") == Sheet(
        "messages.csv", ("when", "text.en"), (Row(2, ("a=b", "Hello")),)
    )


def test_headers_may_be_written_in_capitals(tmp_path: Path) -> None:
    header, rest = CONTENT["questions.csv"].split("\n", 1)

    folder = write_content(tmp_path / "cars", questions=f"{header.upper()}\n{rest}")

    assert load(folder, ("en", "es")).problems == ()


def test_rows_of_nothing_but_delimiters_are_ignored(tmp_path: Path) -> None:
    folder = write_content(tmp_path / "cars", matrix=CONTENT["matrix.csv"] + ",,,\n , ,\n\n,,,,,,,\n")

    assert load(folder, ("en", "es")).problems == ()


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_byte_that_is_not_utf_8_is_named_with_its_position_and_row(tmp_path: Path, mark: bytes) -> None:
    raw = mark + b'when,text.en\na=b,"Two\nlines"\nc=d,' + "Café".encode("latin-1") + b"\n"
    (tmp_path / "messages.csv").write_bytes(raw)
    defects = Defects()

    assert read_csv(tmp_path / "messages.csv", defects) is None

    [found] = defects.problems
    assert found.row == 3
    assert f"byte {raw.index(0xE9) + 1} is 0xE9" in found.what


def test_a_quotation_mark_that_is_never_closed_is_named_with_its_row(tmp_path: Path) -> None:
    (tmp_path / "messages.csv").write_text('when,text.en\na=b,One\nc=d,"Two\ne=f,Three\n')
    defects = Defects()

    sheet = read_csv(tmp_path / "messages.csv", defects)

    assert sheet is not None
    assert [row.number for row in sheet.rows] == [2]
    assert [(each.row, each.column) for each in defects.problems] == [(3, "")]


def test_an_invisible_character_is_named_with_its_cell(tmp_path: Path) -> None:
    folder = write_content(tmp_path / "cars")
    text = CONTENT["messages.csv"].replace("Parking will", "Parking\x07 will")
    (folder / "messages.csv").write_text(text, encoding="utf-8")

    [found] = [each for each in load(folder, ("en", "es")).problems if "U+0007" in each.what]

    assert (found.file, found.row, found.column) == ("messages.csv", 2, "text.en")


def test_what_was_written_is_read_again_with_the_same_row_numbers(tmp_path: Path) -> None:
    write_csv(SHEET, tmp_path / "messages.csv")

    assert read_csv(tmp_path / "messages.csv", Defects()) == SHEET
