"""A profiler in one ``.xlsx`` workbook: the same tables as in a folder, one a sheet.

The sheet ``profiler`` stands for ``profiler.yml`` and has the columns key and value. Its pictures lie in the
folder beside the workbook that has the workbook's name, or beside the workbook itself if there is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from customer_profiler.adapters.content.defects import Defects, Spot
from customer_profiler.adapters.content.sheets import Row, Sheet, SheetSet, check_sheet, without_blank_rows
from customer_profiler.adapters.content.tables import SETTINGS, TABLES
from customer_profiler.adapters.content.workbook_file import Grid, read_grids

_FILES = {table.sheet_title: table.file for table in TABLES}
_DIGITS_SAFE_AS_NUMBER = 15


def read_workbook(path: Path, defects: Defects) -> SheetSet | None:
    """Read the sheets of a workbook; None after reporting why it cannot be opened at all.

    Titles of sheets are compared without regard to case. Problems name the file that a sheet stands for
    (``questions.csv``), so that both formats read alike.
    """
    grids = read_grids(path, defects)
    if grids is None:
        return None
    sheets: dict[str, Sheet] = {}
    others: list[str] = []
    for grid in grids:
        file = _FILES.get(grid.title.strip().casefold())
        if file is None:
            others.append(f"{grid.title}.csv")
        elif file in sheets:
            _report_twice(file, grid.title, defects)
        else:
            sheets[file] = _sheet(grid, file, defects)
    return SheetSet(path.resolve().stem, image_folder(path), sheets, tuple(others))


def image_folder(path: Path) -> Path:
    """Give the folder in which the pictures of a profiler (a folder or a workbook) are looked up."""
    if path.is_dir():
        return path
    beside = path.with_suffix("")
    return beside if beside.is_dir() else path.parent


def write_workbook(sheets: Mapping[str, Sheet], path: Path) -> None:
    """Write the sheets as a workbook, each row at its number; raises ``OSError``."""
    book = Workbook()
    book.remove(book.active)
    for table in TABLES:
        if table.file in sheets:
            _fill(book.create_sheet(table.sheet_title), sheets[table.file])
    book.save(path)


def _sheet(grid: Grid, file: str, defects: Defects) -> Sheet:
    header, *rows = [*grid.rows, ()][: max(1, len(grid.rows))]
    numbered = [Row(number, cells) for number, cells in enumerate(rows, start=2)]
    sheet = Sheet(file, header, without_blank_rows(numbered))
    for row, index in grid.formulas:
        defects.error(
            Spot(file, row, sheet.column(index)),
            "the cell holds a formula without a result",
            "its value is not stored in the workbook",
            "open the workbook in a spreadsheet program and save it, or type the value itself",
        )
    check_sheet(sheet, defects)
    return sheet


def _report_twice(file: str, title: str, defects: Defects) -> None:
    what = f"there are two sheets for {file} (“{title}” is the second)"
    defects.error(Spot(file), what, "only one can count", "remove or rename one of them")


def _fill(target: Worksheet, sheet: Sheet) -> None:
    settings = sheet.file == SETTINGS.file
    for column, name in enumerate(sheet.header, start=1):
        _write(target.cell(1, column), name)
        target.cell(1, column).font = Font(bold=True)
        target.column_dimensions[get_column_letter(column)].width = 40 if "." in name or settings else 16
    for place, row in enumerate(sheet.rows, start=2):
        # Lines of a YAML file mean nothing in a spreadsheet; rows of a table keep their number.
        number = place if settings else row.number
        for column, text in enumerate(row.cells, start=1):
            _write(target.cell(number, column), text)
    target.freeze_panes = "A2"


def _write(cell: Cell, text: str) -> None:
    """Write whole numbers as numbers and all else as text, never as a formula."""
    if not text:
        return
    if text.lstrip("-").isdecimal() and len(text) <= _DIGITS_SAFE_AS_NUMBER and text == str(int(text)):
        cell.value = int(text)
        return
    cell.value = text
    cell.data_type = "s"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
