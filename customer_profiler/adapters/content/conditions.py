"""Reading ``when`` and ``show_if`` cells and checking that what they name exists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from customer_profiler.adapters.content.cells import as_whole_number
from customer_profiler.adapters.content.records import Record
from customer_profiler.adapters.content.spelling import mend_name
from customer_profiler.core.condition import Condition, Term
from customer_profiler.core.errors import InvalidCondition
from customer_profiler.core.profiler import MAX_LEVELS


@dataclass(frozen=True)
class Names:
    """What conditions may name: question ids with their level (None if unreadable) and their option ids.

    Ids of rows that have defects count too, so that one defect is not reported as many.
    """

    levels: Mapping[str, int | None]
    options: Mapping[str, Sequence[str]]


def collect_names(questions: Sequence[Record], options: Sequence[Record]) -> Names:
    """Gather the ids that stand in the sheets of questions and options."""
    by_question: dict[str, list[str]] = {}
    for record in options:
        if record.has("question") and record.has("option"):
            by_question.setdefault(record["question"], []).append(record["option"])
    levels = {record["question"]: level_of(record) for record in questions if record["question"]}
    return Names(levels, by_question)


def level_of(record: Record) -> int | None:
    """Give the level of a question's row, or None when it is none from 1 to 5."""
    level = as_whole_number(record["level"])
    return level if level in range(1, MAX_LEVELS + 1) else None


def read_condition(record: Record, column: str, names: Names, below: int | None = None) -> Condition:
    """Read a condition cell; with ``below`` it may only name questions of levels lower than that."""
    text = record[column]
    terms = [term for part in text.split("&") for term in _terms(record, column, part)] if text else []
    for term in terms:
        _check_term(record, column, term, names)
        _check_level(record, column, term, names, below)
    return Condition(tuple(terms))


def _terms(record: Record, column: str, part: str) -> tuple[Term, ...]:
    try:
        # A blank part alone would be an empty condition, but next to “&” something is missing.
        return Condition.parse(part if part.strip() else "&").terms
    except InvalidCondition:
        shown = f"“{part.strip()}”" if part.strip() else "one side of “&”"
        record.fault(
            column,
            f"{shown} is not a condition",
            "a condition is written question=option, or question=option|option, joined by &",
            "use the ids from the sheets of questions and options",
        )
        return ()


def _check_term(record: Record, column: str, term: Term, names: Names) -> None:
    if not names.levels:
        return
    if term.question not in names.levels:
        mend = mend_name(term.question, names.levels, "use an id from questions.csv")
        record.fault(column, f"question “{term.question}” is unknown", "questions.csv has no such id", mend)
        return
    known = names.options.get(term.question, ())
    for option in term.options:
        if known and option not in known:
            mend = mend_name(option, known, f"use one of {', '.join(known)}")
            what = f"question “{term.question}” has no option “{option}”"
            record.fault(column, what, "options.csv has no such id for it", mend)


def _check_level(record: Record, column: str, term: Term, names: Names, below: int | None) -> None:
    level = names.levels.get(term.question)
    if level is not None and below is not None and level >= below:
        record.fault(
            column,
            f"question “{term.question}” stands on level {level}, this one on level {below}",
            "a question can only depend on answers given on lower levels",
            "move one of the two questions to another level, or name a question of a lower level",
        )
