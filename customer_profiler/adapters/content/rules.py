"""The sheets of rules: the recommendation matrix and the messages."""

from __future__ import annotations

from collections.abc import Sequence

from customer_profiler.adapters.content.cells import as_whole_number, read_texts
from customer_profiler.adapters.content.conditions import Names, read_condition
from customer_profiler.adapters.content.records import Record, read_sound
from customer_profiler.core.profiler import NEVER, MatrixRow, MessageRow

_NEVER = "never"


def read_matrix(records: Sequence[Record], names: Names, products: Sequence[str]) -> list[MatrixRow]:
    """Read the rows of the matrix without defects and report the others'; ``products`` are its columns."""
    return read_sound(records, lambda record: _matrix_row(record, names, products))


def read_messages(records: Sequence[Record], names: Names, languages: Sequence[str]) -> list[MessageRow]:
    """Read the messages without defects and report the others'."""
    return read_sound(records, lambda record: _message_row(record, names, languages))


def _matrix_row(record: Record, names: Names, products: Sequence[str]) -> MatrixRow:
    return MatrixRow(read_condition(record, "when", names), _read_points(record, products))


def _message_row(record: Record, names: Names, languages: Sequence[str]) -> MessageRow:
    text = read_texts(record, "text", languages, required=True)
    return MessageRow(read_condition(record, "when", names), text)


def _read_points(record: Record, products: Sequence[str]) -> dict[str, int | None]:
    points: dict[str, int | None] = {}
    for product in products:
        text = record[product]
        number = as_whole_number(text)
        if number is not None:
            points[product] = number
        elif text.casefold() == _NEVER:
            points[product] = NEVER
        elif text:
            why = "points are whole numbers"
            mend = f"write a whole number, “{_NEVER}”, or leave the cell blank"
            record.fault(product, f"“{text}” is neither points nor “{_NEVER}”", why, mend)
    return points
