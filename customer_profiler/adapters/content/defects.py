"""Collecting every problem of one profiler, so that its author sees all of them at once."""

from __future__ import annotations

from dataclasses import replace
from textwrap import shorten
from typing import NamedTuple

from customer_profiler.core.problems import Problem, Severity

_MAX_CHARACTERS = 400


class Spot(NamedTuple):
    """A place in the content: file, spreadsheet row or YAML line (0 the whole file), column header or key."""

    file: str
    row: int = 0
    column: str = ""


class Defects:
    """The problems found so far."""

    def __init__(self) -> None:
        self._problems: dict[Problem, None] = {}

    def error(self, spot: Spot, what: str, why: str, mend: str) -> None:
        """Add a defect that keeps the profiler from being used."""
        self.add([Problem(*spot, what, why, mend)])

    def advise(self, spot: Spot, what: str, why: str, mend: str) -> None:
        """Add a piece of advice."""
        self.add([Problem(*spot, what, why, mend, severity=Severity.ADVICE)])

    def add(self, problems: list[Problem]) -> None:
        """Add problems found elsewhere; texts quoted from cells are brought to one line of sane length."""
        for problem in problems:
            column, what, mend = map(_one_line, (problem.column, problem.what, problem.mend))
            self._problems[replace(problem, column=column, what=what, mend=mend)] = None

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All problems, each once, sorted by file, row and column."""
        return tuple(sorted(self._problems))

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The errors alone, sorted."""
        return tuple(problem for problem in self.problems if problem.severity is Severity.ERROR)

    def has_errors_in(self, *files: str) -> bool:
        """Tell whether one of the files has an error, so that what depends on it need not be judged."""
        return any(error.file in files for error in self.errors)

    def has_error_at(self, file: str, column: str) -> bool:
        """Tell whether that column, or key, of a file has an error already."""
        return any(error.file == file and error.column == column for error in self.errors)


def _one_line(text: str) -> str:
    return shorten(text, _MAX_CHARACTERS, placeholder=" …")
