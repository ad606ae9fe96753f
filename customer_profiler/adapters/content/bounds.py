"""Too much or too little: the bounds within which a profiler can be answered and overseen (R5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from customer_profiler.adapters.content.cells import as_whole_number
from customer_profiler.adapters.content.defects import Defects, Spot
from customer_profiler.adapters.content.records import Record
from customer_profiler.adapters.content.tables import MATRIX, OPTIONS, PRODUCTS, QUESTIONS, Table
from customer_profiler.core.advice import count_combinations
from customer_profiler.core.advice.combinations import MAX_COMBINATIONS
from customer_profiler.core.profiler import Profiler

MAX_QUESTIONS = 50
MAX_OPTIONS = 30


def check_rows(table: Table, records: Sequence[Record], defects: Defects) -> None:
    """Report a sheet without any row, or with more than a profiler may have."""
    if not records and not defects.has_errors_in(table.file) and not table.optional:
        what, why = f"there is no {table.noun}", f"a profiler needs {_NEEDS.get(table.file, 'some')}"
        defects.error(Spot(table.file), what, why, f"write at least one row below the header of {table.file}")
    if table is QUESTIONS and len(records) > MAX_QUESTIONS:
        _report_too_many(records[MAX_QUESTIONS], "question", f"{len(records)} questions", MAX_QUESTIONS)
    if table is OPTIONS:
        _check_option_counts(records)


def check_stock(records: Sequence[Record], defects: Defects) -> None:
    """Report a profiler that has products, but none in stock."""
    if records and all(as_whole_number(record["stock"]) == 0 for record in records):
        spot, what = Spot(PRODUCTS.file, 0, "stock"), "no product is in stock"
        defects.error(spot, what, "a stock of 0 hides a product", "leave the stock blank where it can be had")


def check_combinations(profiler: Profiler, defects: Defects) -> None:
    """Report more ways through the questions than anybody can oversee; its questions must have no defects."""
    count = count_combinations(profiler)
    if count > MAX_COMBINATIONS:
        defects.error(
            Spot(QUESTIONS.file),
            f"the questions allow {count:,} combinations of answers",
            f"more than {MAX_COMBINATIONS:,} cannot be checked or overseen",
            "use fewer options or levels, or ask some questions only in branches (show_if)",
        )


_NEEDS = {
    QUESTIONS.file: "at least one question",
    OPTIONS.file: "at least two options a question",
    PRODUCTS.file: "products to recommend",
    MATRIX.file: "rules that give products their points",
}


def _check_option_counts(records: Sequence[Record]) -> None:
    totals = Counter(record["question"] for record in records if record["question"])
    so_far: Counter[str] = Counter()
    for record in records:
        question = record["question"]
        so_far[question] += 1
        if question and so_far[question] == MAX_OPTIONS + 1:
            _report_too_many(record, "option", f"question “{question}” has {totals[question]} options", MAX_OPTIONS)


def _report_too_many(record: Record, column: str, what: str, limit: int) -> None:
    record.fault(column, what, f"{limit} is the most a customer could oversee", f"keep at most {limit}")
