"""A table as a spreadsheet shows it, whatever file it came from, and the set of tables of one profiler."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from customer_profiler.adapters.content.defects import Defects, Spot

MAX_CELL_CHARACTERS = 32_767
"""What a cell of an .xlsx workbook can hold; CSV files keep to it, so that both formats are equivalent."""

_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Row:
    """One row: its number in the spreadsheet (the header is 1; for YAML the line) and its cells from the left."""

    number: int
    cells: tuple[str, ...]

    @property
    def is_blank(self) -> bool:
        """Tell whether no cell holds anything."""
        return not any(self.cells)


@dataclass(frozen=True)
class Sheet:
    """A table: the file it stands for (``questions.csv``), its header, and its rows that are not blank.

    Cells are texts, trimmed. Rows may be shorter or longer than the header.
    """

    file: str
    header: tuple[str, ...]
    rows: tuple[Row, ...] = ()

    def column(self, index: int) -> str:
        """Give the header of the column with that index, or an empty text beyond the last."""
        return self.header[index] if index < len(self.header) else ""


@dataclass(frozen=True)
class SheetSet:
    """The sheets of one profiler by file name, as far as they could be read.

    ``name`` is the name of the folder, or of the workbook without ``.xlsx``; ``images`` the folder in which
    pictures are looked up; ``others`` the names of further files or sheets, to tell a misspelt name.
    """

    name: str
    images: Path
    sheets: Mapping[str, Sheet]
    others: tuple[str, ...] = ()


def clean(text: str) -> str:
    """Trim a cell and write its line breaks as a single line feed, as every spreadsheet program means them."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def without_blank_rows(rows: list[Row]) -> tuple[Row, ...]:
    """Give the rows that hold something; the others keep their numbers for themselves."""
    return tuple(row for row in rows if not row.is_blank)


def check_sheet(sheet: Sheet, defects: Defects) -> None:
    """Report what a spreadsheet could not hold: rows longer than the header, invisible or too many characters."""
    for row in sheet.rows if any(sheet.header) else ():
        if len(row.cells) > len(sheet.header):
            defects.error(
                Spot(sheet.file, row.number),
                f"the row has {len(row.cells)} cells, the header {len(sheet.header)}",
                "a comma inside a text without quotation marks moves all cells behind it",
                "put texts with commas in quotation marks, or remove what is too much",
            )
    for row in (Row(1, sheet.header), *sheet.rows):
        for index, cell in enumerate(row.cells):
            _check_cell(Spot(sheet.file, row.number, sheet.column(index)), cell, defects)


def _check_cell(spot: Spot, cell: str, defects: Defects) -> None:
    found = _INVISIBLE.search(cell)
    if found:
        spot = Spot(spot.file, spot.row, _INVISIBLE.sub("", spot.column))
        defects.error(
            spot,
            f"the cell holds an invisible control character (U+{ord(found.group()):04X})",
            "spreadsheets and chat programs cannot show it",
            "type the text anew instead of pasting it",
        )
    if len(cell) > MAX_CELL_CHARACTERS:
        defects.error(
            Spot(spot.file, spot.row, spot.column[:80]),
            f"the cell holds {len(cell):,} characters",
            f"a spreadsheet cell can hold {MAX_CELL_CHARACTERS:,}",
            "shorten it; a quotation mark that is never closed also looks like this",
        )
