"""Checking the header of a sheet and giving each of its columns its proper name."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from customer_profiler.adapters.content.defects import Defects, Spot
from customer_profiler.adapters.content.sheets import Sheet
from customer_profiler.adapters.content.spelling import mend_name
from customer_profiler.adapters.content.tables import MATRIX, Table


def check_header(
    sheet: Sheet, table: Table, languages: Sequence[str], products: Collection[str], defects: Defects
) -> tuple[str | None, ...]:
    """Give the name of each column, None for one that cannot be used, and report defects of the header.

    Case does not matter. ``languages`` may be empty when they are not known: any language will do then.
    ``products`` are the columns a matrix needs beside those of the table.
    """
    due = [*table.columns, *(f"{text}.{language}" for text in table.texts for language in languages[:1]), *products]
    texts = (*table.texts, *table.more_texts)
    known = dict.fromkeys([*due, *(f"{text}.{language}" for text in texts for language in languages)])
    by_fold = {name.casefold(): name for name in known}
    if not languages:
        given = (name for name in sheet.header if name.casefold().partition(".")[0] in texts)
        by_fold.update((name.casefold(), name) for name in given)
    names = [by_fold.get(name.casefold()) for name in sheet.header]
    _report_unknown(sheet, names, list(known), languages, defects)
    _report_missing(sheet.file, table, [name for name in due if name not in names], defects)
    return tuple(_without_repeats(sheet, names, defects))


def _report_unknown(
    sheet: Sheet, names: list[str | None], known: list[str], languages: Sequence[str], defects: Defects
) -> None:
    for index, title in enumerate(sheet.header):
        if names[index] is not None:
            continue
        if title:
            _report_unknown_column(Spot(sheet.file, 1, title), known, languages, defects)
        elif any(cell for row in sheet.rows for cell in row.cells[index : index + 1]):
            defects.error(
                Spot(sheet.file, 1),
                f"column {index + 1} has cells but no header",
                "nobody can tell what they mean",
                "write the column's name in row 1, or clear the column",
            )


def _report_unknown_column(spot: Spot, known: list[str], languages: Sequence[str], defects: Defects) -> None:
    name, dot, language = spot.column.casefold().partition(".")
    if dot and any(column.partition(".")[0] == name for column in known):
        mend = f"add “{language}” to the languages in profiler.yml, or remove the column"
        why = f"the languages are {', '.join(languages)}"
    elif spot.file == MATRIX.file:
        why, mend = "no product has that id", mend_name(spot.column, known, "add the product or remove the column")
    else:
        why, mend = "the sheet has no such column", mend_name(spot.column, known, "remove the column")
    defects.error(spot, f"column “{spot.column}” is unknown", why, mend)


def _report_missing(file: str, table: Table, missing: list[str], defects: Defects) -> None:
    for name in missing:
        if file == MATRIX.file and name not in table.columns:
            why, mend = "each product needs its column in the matrix", f"add a column “{name}”; blank cells count 0"
        else:
            why, mend = f"each {table.noun} needs it", f"add a column with the header “{name}”"
        defects.error(Spot(file, 1, name), f"column “{name}” is missing", why, mend)


def _without_repeats(sheet: Sheet, names: list[str | None], defects: Defects) -> list[str | None]:
    seen: set[str] = set()
    kept: list[str | None] = []
    for title, name in zip(sheet.header, names, strict=True):
        fold = title.casefold()
        if fold and fold in seen:
            spot, what = Spot(sheet.file, 1, title), f"column “{title}” stands twice"
            defects.error(spot, what, "only one can count", "remove or rename one of them")
            name = None
        seen.add(fold)
        kept.append(name)
    return kept
