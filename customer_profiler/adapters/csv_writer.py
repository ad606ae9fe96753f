"""Writes CSV that every spreadsheet program reads and none executes."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from typing import TextIO

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins like this is run as a formula by spreadsheet programs (OWASP, "CSV Injection")."""

_NUMBER = re.compile(r"[+-][0-9]+(\.[0-9]+)?")


def write_csv(rows: Iterable[Sequence[str]], target: TextIO) -> None:
    """Write rows as RFC 4180 with CRLF line ends; ``target`` must be opened with ``newline=""``."""
    writer = csv.writer(target, lineterminator="\r\n")
    for row in rows:
        writer.writerow([_safe(cell) for cell in row])


def _safe(cell: str) -> str:
    """Put an apostrophe before what would be a formula; numbers and telephone numbers stay as they are."""
    if not cell.startswith(_FORMULA_STARTS) or _NUMBER.fullmatch(cell):
        return cell
    return f"'{cell}"
