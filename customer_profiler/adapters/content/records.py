"""Rows with their cells by column name, each able to report a defect of its own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar

from customer_profiler.adapters.content.defects import Defects, Spot
from customer_profiler.adapters.content.header import check_header
from customer_profiler.adapters.content.sheets import Row, Sheet
from customer_profiler.adapters.content.tables import Table

_Part = TypeVar("_Part")


class Record:
    """One row of a sheet. ``flawed`` is true once a defect of it was reported."""

    def __init__(self, file: str, row: int, cells: Mapping[str, str], defects: Defects) -> None:
        self.file = file
        self.row = row
        self.flawed = False
        self._cells = cells
        self._defects = defects

    def __getitem__(self, column: str) -> str:
        """Give the cell, trimmed; an empty text when it is blank or the sheet has no such column."""
        return self._cells.get(column, "")

    def has(self, column: str) -> bool:
        """Tell whether the sheet has the column, so that its cells can be judged."""
        return column in self._cells

    def fault(self, column: str, what: str, why: str, mend: str) -> None:
        """Report a defect of one cell (or of the whole row: column empty).

        A cell of a column that the sheet lacks is not reported: the missing column has been.
        """
        self.flawed = True
        if not column or self.has(column):
            self._defects.error(Spot(self.file, self.row, column), what, why, mend)


def read_records(
    sheet: Sheet | None,
    table: Table,
    languages: Sequence[str],
    defects: Defects,
    products: Collection[str] = (),
) -> list[Record]:
    """Check the header of a sheet and give its rows as records; a sheet that could not be read has none."""
    if sheet is None:
        return []
    if not any(sheet.header):
        spot, what = Spot(sheet.file, 1), "the sheet is empty" if not sheet.rows else "the header row is blank"
        defects.error(spot, what, "row 1 must name the columns", f"write {', '.join(table.columns)} ... in row 1")
        return []
    names = check_header(sheet, table, languages, products, defects)
    return [_record(sheet, row, names, defects) for row in sheet.rows]


def read_sound(records: Sequence[Record], read: Callable[[Record], _Part]) -> list[_Part]:
    """Read every record, which reports the defects of all, and give what came of those without any."""
    parts = [(record, read(record)) for record in records]
    return [part for record, part in parts if not record.flawed]


def _record(sheet: Sheet, row: Row, names: tuple[str | None, ...], defects: Defects) -> Record:
    cells = (*row.cells, *[""] * len(names))[: len(names)]
    record = Record(sheet.file, row.number, {n: cell for n, cell in zip(names, cells, strict=True) if n}, defects)
    # The row was reported when the sheet was read: nobody can tell which cell is the one too many.
    record.flawed = len(row.cells) > len(names)
    return record
