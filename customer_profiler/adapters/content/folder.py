"""A profiler in a folder: ``profiler.yml`` and CSV files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from customer_profiler.adapters.content.csv_file import read_csv, write_csv
from customer_profiler.adapters.content.defects import Defects
from customer_profiler.adapters.content.sheets import Sheet, SheetSet, check_sheet
from customer_profiler.adapters.content.tables import PROFILER, TABLES
from customer_profiler.adapters.content.yaml_file import read_yaml, write_yaml


def read_folder(folder: Path, defects: Defects) -> SheetSet:
    """Read the sheets of a folder, reporting those that cannot be read; raises ``OSError`` without access."""
    files = {path.name for path in folder.iterdir() if path.is_file()}
    sheets: dict[str, Sheet] = {}
    for table in TABLES:
        if table.file in files:
            read = read_yaml if table.file == PROFILER else read_csv
            sheet = read(folder / table.file, defects)
            if sheet is not None:
                check_sheet(sheet, defects)
                sheets[table.file] = sheet
    others = tuple(sorted(files - {table.file for table in TABLES}))
    return SheetSet(folder.resolve().name, folder, sheets, others)


def write_folder(sheets: Mapping[str, Sheet], folder: Path) -> None:
    """Write the sheets into a folder, making it if need be; raises ``OSError``.

    Sheets of the format that are not given are removed, other files are left alone.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for table in TABLES:
        path = folder / table.file
        if table.file not in sheets:
            path.unlink(missing_ok=True)
        elif table.file == PROFILER:
            write_yaml(sheets[table.file], path)
        else:
            write_csv(sheets[table.file], path)
