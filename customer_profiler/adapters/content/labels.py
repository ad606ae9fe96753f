"""Labels and synonyms that two options of a question share, so that a reply could mean either."""

from __future__ import annotations

from collections.abc import Sequence

from customer_profiler.adapters.content.options import read_synonyms
from customer_profiler.adapters.content.records import Record


def check_labels(records: Sequence[Record], languages: Sequence[str]) -> None:
    """Report labels that equal another option's label, and synonyms that equal another option's label.

    Case and spacing do not count. ``records`` are the rows of the sheet of options.
    """
    by_question: dict[str, dict[str, Record]] = {}
    for record in records:
        if record["question"] and record["option"]:
            by_question.setdefault(record["question"], {}).setdefault(record["option"], record)
    for options in by_question.values():
        for language in languages:
            _check_question(list(options.values()), language)


def _check_question(records: list[Record], language: str) -> None:
    owners: dict[str, Record] = {}
    for record in records:
        label = _fold(record[f"label.{language}"])
        if label and label in owners:
            _report(record, f"label.{language}", record[f"label.{language}"], owners[label])
        owners.setdefault(label, record)
    for record in records:
        for synonym in read_synonyms(record, language):
            owner = owners.get(_fold(synonym), record)
            if owner is not record:
                _report(record, f"synonyms.{language}", synonym, owner)


def _report(record: Record, column: str, text: str, owner: Record) -> None:
    record.fault(
        column,
        f"“{text}” is also the label of option “{owner['option']}” in row {owner.row}",
        "a customer who writes it could mean either",
        "use another wording for one of them",
    )


def _fold(text: str) -> str:
    return " ".join(text.casefold().split())
