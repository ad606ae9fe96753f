"""A profiler as far as its sheets have no defects, with the place of each of its parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from customer_profiler.adapters.content.bounds import check_combinations, check_rows, check_stock
from customer_profiler.adapters.content.conditions import collect_names
from customer_profiler.adapters.content.defects import Defects, Spot
from customer_profiler.adapters.content.labels import check_labels
from customer_profiler.adapters.content.options import read_options
from customer_profiler.adapters.content.products import read_products
from customer_profiler.adapters.content.questions import read_questions
from customer_profiler.adapters.content.records import Record, read_records
from customer_profiler.adapters.content.rules import read_matrix, read_messages
from customer_profiler.adapters.content.settings import Settings, read_settings
from customer_profiler.adapters.content.sheets import SheetSet
from customer_profiler.adapters.content.spelling import closest
from customer_profiler.adapters.content.tables import (
    MATRIX,
    MESSAGES,
    OPTIONS,
    PRODUCTS,
    PROFILER,
    QUESTIONS,
    TABLES,
    TEMPLATES,
    Table,
)
from customer_profiler.adapters.content.templates import read_templates
from customer_profiler.core.advice import Places
from customer_profiler.core.profiler import Profiler


@dataclass(frozen=True)
class Draft:
    """What could be read. Only when no error was reported is the profiler complete and sound."""

    profiler: Profiler
    places: Places


def read_draft(content: SheetSet, defects: Defects) -> Draft:
    """Read every sheet, reporting all defects."""
    _check_files(content, defects)
    settings = read_settings(content.sheets.get(PROFILER), content.name, defects)
    rows = _Rows(content, settings, defects)
    draft = Draft(_profiler(content, settings, rows), _places(settings, rows))
    check_stock(rows.products, defects)
    if not defects.has_errors_in(QUESTIONS.file, OPTIONS.file):
        check_combinations(draft.profiler, defects)
    return draft


class _Rows:
    """The rows of every sheet, and the names they define."""

    def __init__(self, content: SheetSet, settings: Settings, defects: Defects) -> None:
        self._content, self._settings, self._defects = content, settings, defects
        self.questions = self._read(QUESTIONS)
        self.options = self._read(OPTIONS)
        self.products = self._read(PRODUCTS)
        self.names = collect_names(self.questions, self.options)
        self.product_ids = [record["product"] for record in self.products if record["product"]]
        self.matrix = self._read(MATRIX, self.product_ids or self._columns_of_matrix())
        self.messages = self._read(MESSAGES)
        self.templates = self._read(TEMPLATES)

    def _read(self, table: Table, products: Sequence[str] = ()) -> list[Record]:
        sheet = self._content.sheets.get(table.file)
        records = read_records(sheet, table, self._settings.languages, self._defects, products)
        check_rows(table, records, self._defects)
        return records

    def _columns_of_matrix(self) -> list[str]:
        """Take the columns on trust when the products could not be read."""
        sheet = self._content.sheets.get(MATRIX.file)
        return [name for name in sheet.header if name and name.casefold() not in MATRIX.columns] if sheet else []


def _profiler(content: SheetSet, settings: Settings, rows: _Rows) -> Profiler:
    languages, names = settings.languages, rows.names
    check_labels(rows.options, languages)
    options = read_options(rows.options, names, languages)
    return Profiler(
        id=settings.id,
        title=settings.texts["title"],
        purpose=settings.texts["purpose"],
        languages=languages,
        objectives=settings.lists["objectives"],
        user_goals=settings.lists["user_goals"],
        user_tasks=settings.lists["user_tasks"],
        flow_goals=settings.lists["flow_goals"],
        lead=settings.lead,
        questions=tuple(read_questions(rows.questions, names, options, languages)),
        products=tuple(read_products(rows.products, content.images, languages)),
        matrix=tuple(read_matrix(rows.matrix, names, rows.product_ids)),
        messages=tuple(read_messages(rows.messages, names, languages)),
        templates=tuple(read_templates(rows.templates, settings.id)),
    )


def _places(settings: Settings, rows: _Rows) -> Places:
    return Places(
        keys=settings.lines,
        questions={record["question"]: record.row for record in rows.questions},
        options={(record["question"], record["option"]): record.row for record in rows.options},
        products={record["product"]: record.row for record in rows.products},
        matrix=tuple(record.row for record in rows.matrix if not record.flawed),
        messages=tuple(record.row for record in rows.messages if not record.flawed),
    )


def _check_files(content: SheetSet, defects: Defects) -> None:
    missing = [table for table in TABLES if table.file not in content.sheets and not defects.has_errors_in(table.file)]
    meant = {other: closest(other, [table.file for table in missing]) for other in content.others}
    for table in missing:
        guess = closest(table.file, [other for other in content.others if meant[other] == table.file])
        mend = f"rename “{guess}” if that is what was meant" if guess else f"add {table.file}"
        what = f"{table.file} is missing (in a workbook: the sheet “{table.sheet_title}”)"
        if not table.optional:
            defects.error(Spot(table.file), what, "a profiler needs it", mend)
        elif guess:
            defects.advise(Spot(table.file), what, f"“{guess}” looks as if it were meant to be it", mend)
