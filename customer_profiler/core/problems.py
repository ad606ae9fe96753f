"""One defect, or one piece of advice, found in the content a client wrote."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Severity(str, Enum):
    """``ERROR`` keeps a profiler from being used; ``ADVICE`` only says what could be better."""

    ERROR = "error"
    ADVICE = "advice"


@dataclass(frozen=True, order=True)
class Problem:
    """Where something is wrong, what, why, and how to mend it.

    ``row`` is the spreadsheet's own row number (the header is row 1) or the line of a YAML file; 0 means
    the file as a whole. ``column`` is the header of the column, or the key in a YAML file; empty means
    the whole row.
    """

    file: str
    row: int
    column: str
    what: str
    why: str
    mend: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        """Read as ``file:row:column: what, why, mend`` (the form of all our command line errors)."""
        note = "advice: " if self.severity is Severity.ADVICE else ""
        return f"{self.file}:{self.row}:{self.column or '-'}: {note}{self.what}, {self.why}, {self.mend}"
