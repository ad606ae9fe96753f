"""The sheet of options."""

from __future__ import annotations

from collections.abc import Sequence

from customer_profiler.adapters.content.cells import read_id, read_texts, read_trait
from customer_profiler.adapters.content.conditions import Names
from customer_profiler.adapters.content.records import Record
from customer_profiler.adapters.content.spelling import mend_name
from customer_profiler.core.profiler import Option


def read_options(records: Sequence[Record], names: Names, languages: Sequence[str]) -> dict[str, list[Option]]:
    """Read the options without defects by question id, in file order, and report the others' defects."""
    seen: dict[str, dict[str, int]] = {}
    by_question: dict[str, list[Option]] = {}
    for record in records:
        question = record["question"]
        _check_question(record, names)
        option = _option(record, languages, seen.setdefault(question, {}) if question else {})
        if not record.flawed:
            by_question.setdefault(question, []).append(option)
    return by_question


def read_synonyms(record: Record, language: str) -> tuple[str, ...]:
    """Read the synonyms in one language, which the cell separates by ``|``."""
    words = (word.strip() for word in record[f"synonyms.{language}"].split("|"))
    return tuple(word for word in words if word)


def _option(record: Record, languages: Sequence[str], seen: dict[str, int]) -> Option:
    synonyms = {language: read_synonyms(record, language) for language in languages}
    return Option(
        id=read_id(record, "option", seen),
        label=read_texts(record, "label", languages, required=True),
        description=read_texts(record, "description", languages),
        synonyms={language: words for language, words in synonyms.items() if words},
        trait=read_trait(record),
    )


def _check_question(record: Record, names: Names) -> None:
    question = record["question"]
    if not question:
        record.fault(
            "question",
            "the option belongs to no question",
            "every row needs the id of its question, also when it is the same as above",
            "write the question's id",
        )
    elif names.levels and question not in names.levels:
        mend = mend_name(question, names.levels, "use an id from questions.csv")
        record.fault("question", f"question “{question}” is unknown", "questions.csv has no such id", mend)
