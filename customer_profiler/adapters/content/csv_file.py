"""CSV files as spreadsheet programs write them, to sheets and back."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from customer_profiler.adapters.content.defects import Defects, Spot
from customer_profiler.adapters.content.sheets import Row, Sheet, clean, without_blank_rows
from customer_profiler.adapters.content.text_file import read_text

_DELIMITERS = (",", ";", "\t")


def read_csv(path: Path, defects: Defects) -> Sheet | None:
    """Read a CSV file; None after reporting why it cannot be read at all.

    Comma is the rule; a file whose header is evidently separated by semicolons or tabs, as spreadsheet
    programs write it in some countries, is read too. Row numbers are those the spreadsheet shows: record n
    is row n, whatever line breaks its cells hold.
    """
    text = read_text(path, defects, _row_after)
    if text is None:
        return None
    records = _records(text, path.name, defects)
    header = records[0].cells if records else ()
    return Sheet(path.name, header, without_blank_rows(records[1:]))


def write_csv(sheet: Sheet, path: Path) -> None:
    """Write a sheet as comma-separated UTF-8 with each row at its number; raises ``OSError``."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(sheet.header)
        written = 1
        for row in sheet.rows:
            for _ in range(written + 1, row.number):
                file.write("\r\n")
            writer.writerow((*row.cells, *[""] * (len(sheet.header) - len(row.cells))))
            written = row.number


def _records(text: str, file: str, defects: Defects) -> list[Row]:
    """Read all records, blank ones included; report where a record cannot be read and stop there."""
    rows: list[Row] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        for number, cells in enumerate(reader, start=1):
            rows.append(Row(number, tuple(map(clean, cells))))
    except csv.Error as error:
        defects.error(
            Spot(file, len(rows) + 1),
            f"the row cannot be read ({error})",
            "a quotation mark may stand alone, or something follows a closing one",
            'put the whole cell in quotation marks and double those inside: "19"" wheels"',
        )
    return rows


def _delimiter(text: str) -> str:
    """Choose the delimiter that gives the header most columns; comma when in doubt."""
    return max(_DELIMITERS, key=lambda delimiter: _header_size(text, delimiter))


def _header_size(text: str, delimiter: str) -> int:
    try:
        return len(next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), []))
    except csv.Error:
        return 0


def _row_after(text: str) -> int:
    """Give the number of the record in which the text that follows would stand."""
    lines = io.StringIO(text + "x", newline="")
    try:
        return sum(1 for _ in csv.reader(lines, delimiter=_delimiter(text)))
    except csv.Error:
        return text.count("\n") + 1
