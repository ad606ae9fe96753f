"""Opening ``.xlsx`` files from anywhere without trusting them: cells as texts, sizes bounded."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from customer_profiler.adapters.content.defects import Defects, Spot
from customer_profiler.adapters.content.sheets import clean
from customer_profiler.adapters.content.text_file import MAX_BYTES

MAX_UNPACKED_BYTES = 30_000_000
MAX_CELLS = 2_000_000


@dataclass(frozen=True)
class Grid:
    """The cells of one sheet as texts, row by row from row 1, without blank cells at the right.

    ``formulas`` are the (row number, column index) of formulas whose result the file does not hold.
    """

    title: str
    rows: tuple[tuple[str, ...], ...]
    formulas: tuple[tuple[int, int], ...]


class _UnusableError(Exception):
    """The file cannot or must not be opened; the text says why."""


def read_grids(path: Path, defects: Defects) -> list[Grid] | None:
    """Read all sheets of a workbook; None after reporting why it cannot be opened."""
    try:
        raw = _checked_bytes(path)
        values, formulas = _open(raw, data_only=True), _open(raw, data_only=False)
        return [_grid(values[sheet.title], sheet) for sheet in formulas.worksheets]
    except _UnusableError as error:
        defects.error(
            Spot(path.name),
            f"the workbook cannot be read ({error})",
            "without it the profiler cannot be used",
            "save it again from a spreadsheet program as “Excel workbook (.xlsx)” without a password",
        )
        return None


def cell_text(value: object) -> str:
    """Give a cell's value as the text one would type: 3.0 is 3, a date is written 2025-01-31."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        # Fifteen digits are what a spreadsheet shows; the rest is noise of binary fractions.
        return str(int(value)) if value.is_integer() else f"{value:.15g}"
    if isinstance(value, datetime) and value.time() == datetime.min.time():
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return clean(str(value))


def _checked_bytes(path: Path) -> bytes:
    """Read the file, refusing one that is too large packed or unpacked."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _UnusableError(f"larger than {MAX_BYTES // 1_000_000} MB")
        raw = path.read_bytes()
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist() if not part.filename.startswith("xl/media"))
    except OSError as error:
        raise _UnusableError(error.strerror or str(error)) from error
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise _UnusableError("not an .xlsx file, damaged, or locked with a password") from error
    if unpacked > MAX_UNPACKED_BYTES:
        raise _UnusableError(f"larger than {MAX_UNPACKED_BYTES // 1_000_000} MB when unpacked")
    return raw


def _open(raw: bytes, *, data_only: bool) -> Workbook:
    try:
        with warnings.catch_warnings():
            # Features of the workbook that openpyxl drops (charts, validation) do not matter to us.
            warnings.simplefilter("ignore")
            return load_workbook(io.BytesIO(raw), data_only=data_only)
    except Exception as error:  # a damaged file makes openpyxl raise errors of any kind
        raise _UnusableError(f"damaged: {type(error).__name__}") from error


def _grid(values: Worksheet, formulas: Worksheet) -> Grid:
    if values.max_row * values.max_column > MAX_CELLS:
        raise _UnusableError(
            f"sheet “{values.title}” reaches down to row {values.max_row:,} and right to column "
            f"{values.max_column:,}: delete the empty rows and columns behind your data"
        )
    rows = [_trimmed([cell_text(value) for value in row]) for row in values.iter_rows(values_only=True)]
    return Grid(values.title, tuple(rows), tuple(_without_result(values, formulas)))


def _trimmed(cells: list[str]) -> tuple[str, ...]:
    while cells and not cells[-1]:
        cells.pop()
    return tuple(cells)


def _without_result(values: Worksheet, formulas: Worksheet) -> Iterator[tuple[int, int]]:
    for row in formulas.iter_rows():
        for cell in row:
            if cell.data_type == "f" and values.cell(cell.row, cell.column).value is None:
                yield cell.row, cell.column - 1
