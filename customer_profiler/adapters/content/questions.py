"""The sheet of questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from customer_profiler.adapters.content.cells import as_whole_number, read_id, read_texts
from customer_profiler.adapters.content.conditions import Names, level_of, read_condition
from customer_profiler.adapters.content.records import Record, read_sound
from customer_profiler.adapters.content.spelling import mend_name
from customer_profiler.core.profiler import MAX_LEVELS, Kind, Option, Question


def read_questions(
    records: Sequence[Record], names: Names, options: Mapping[str, Sequence[Option]], languages: Sequence[str]
) -> list[Question]:
    """Read the questions without defects, each with its options (by question id), and report the others'."""
    seen: dict[str, int] = {}
    return read_sound(records, lambda record: _question(record, names, options, languages, seen))


def _question(
    record: Record,
    names: Names,
    options: Mapping[str, Sequence[Option]],
    languages: Sequence[str],
    seen: dict[str, int],
) -> Question:
    name = read_id(record, "question", seen)
    level = _read_level(record)
    _check_options(record, names)
    return Question(
        id=name,
        level=level,
        kind=_read_kind(record),
        text=read_texts(record, "text", languages, required=True),
        options=tuple(options.get(name, ())),
        show_if=read_condition(record, "show_if", names, below=level or None),
        why=read_texts(record, "why", languages),
    )


def _read_level(record: Record) -> int:
    """Read the level; 0 after reporting one that does not exist."""
    level = level_of(record)
    if level is not None:
        return level
    text, mend = record["level"], f"write a level from 1 to {MAX_LEVELS}"
    if (as_whole_number(text) or 0) > MAX_LEVELS:
        why = f"a profiler has at most {MAX_LEVELS} levels, so that customers stay to the end"
        record.fault("level", f"there is no level {text}", why, f"{mend}, or join two questions")
    else:
        what = f"“{text}” is not a level" if text else "the level is missing"
        record.fault("level", what, f"a level is a whole number from 1 to {MAX_LEVELS}", mend)
    return 0


def _read_kind(record: Record) -> Kind:
    text, kinds = record["kind"], [kind.value for kind in Kind]
    if text.casefold() in kinds:
        return Kind(text.casefold())
    what = f"kind “{text}” is unknown" if text else "the kind is missing"
    mend = mend_name(text, kinds, f"write {', '.join(kinds)}")
    record.fault("kind", what, "each question says what kind of data its answer is", mend)
    return Kind.DEMOGRAPHIC


def _check_options(record: Record, names: Names) -> None:
    count = len(set(names.options.get(record["question"], ())))
    if names.options and count < 2:
        record.fault(
            "question",
            f"question “{record['question']}” has {'one option' if count else 'no option'}",
            "a customer must have something to choose from",
            "give it at least two rows in options.csv",
        )
