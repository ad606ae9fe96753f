"""Where the parts of a profiler stand in its author's spreadsheets, so that advice can point there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from customer_profiler.core.problems import Problem, Severity

PROFILER = "profiler.yml"
QUESTIONS = "questions.csv"
OPTIONS = "options.csv"
PRODUCTS = "products.csv"
MATRIX = "matrix.csv"
MESSAGES = "messages.csv"
TEMPLATES = "templates.csv"

advice = partial(Problem, severity=Severity.ADVICE)
"""Makes a piece of advice from file, row, column, what, why and mend."""

HEADER_ROW = 1
"""The row to name when advice concerns a whole column."""


@dataclass(frozen=True)
class Places:
    """The row of each part, the header being row 1; a part that is not listed has row 0, the whole file.

    ``keys`` maps a key of profiler.yml to its line, ``options`` a pair (question id, option id) to its row;
    ``matrix`` and ``messages`` hold one row number for each row of the profiler, in its order.
    """

    keys: Mapping[str, int] = field(default_factory=dict)
    questions: Mapping[str, int] = field(default_factory=dict)
    options: Mapping[tuple[str, str], int] = field(default_factory=dict)
    products: Mapping[str, int] = field(default_factory=dict)
    matrix: tuple[int, ...] = ()
    messages: tuple[int, ...] = ()

    def key(self, key: str) -> int:
        """Give the line of a key of profiler.yml."""
        return self.keys.get(key, 0)

    def question(self, question_id: str) -> int:
        """Give the row of a question."""
        return self.questions.get(question_id, 0)

    def option(self, question_id: str, option_id: str) -> int:
        """Give the row of an option."""
        return self.options.get((question_id, option_id), 0)

    def product(self, product_id: str) -> int:
        """Give the row of a product."""
        return self.products.get(product_id, 0)

    def matrix_row(self, index: int) -> int:
        """Give the row of the matrix row with that index, counted from 0."""
        return self.matrix[index] if index < len(self.matrix) else 0

    def message(self, index: int) -> int:
        """Give the row of the message with that index, counted from 0."""
        return self.messages[index] if index < len(self.messages) else 0
