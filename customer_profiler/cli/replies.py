"""The command ``match``: typed replies, one as arguments or many in a CSV file, and what they are taken for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from customer_profiler.adapters.content.csv_file import read_csv
from customer_profiler.adapters.content.defects import Defects, Spot
from customer_profiler.adapters.content.sheets import Row, Sheet
from customer_profiler.adapters.content.spelling import mend_name
from customer_profiler.adapters.phrasebook import words_in
from customer_profiler.adapters.similarity import edit_distance
from customer_profiler.cli.failures import BadFile
from customer_profiler.core.errors import UnknownQuestion
from customer_profiler.core.languages import choose_language
from customer_profiler.core.matching import match
from customer_profiler.core.profiler import Profiler, Question
from customer_profiler.services.replies import candidates_of

COLUMNS = ("question", "lang", "reply")


@dataclass(frozen=True)
class TypedReply:
    """What somebody typed when a question was asked in a language of the content."""

    question: Question
    language: str
    text: str


def read_reply(profiler: Profiler, question_id: str, language: str, text: str) -> TypedReply:
    """Read arguments; raises ``click.UsageError``."""
    try:
        question = profiler.question(question_id)
    except UnknownQuestion:
        known = ", ".join(each.id for each in profiler.questions)
        raise click.UsageError(f"there is no question “{question_id}”; choose one of {known}") from None
    return TypedReply(question, read_language(profiler, language), text)


def read_language(profiler: Profiler, wish: str) -> str:
    """Give the content's language that meets a wish, the default for a blank one; raises ``click.UsageError``."""
    language = _met(profiler, wish)
    if not language:
        raise click.UsageError(f"there is no language “{wish}”; choose one of {', '.join(profiler.languages)}")
    return language


def read_table(profiler: Profiler, path: Path, language: str) -> list[TypedReply]:
    """Read a CSV file with ``COLUMNS``; a blank language is ``language``. Raises ``BadFile`` with every defect."""
    defects = Defects()
    sheet = read_csv(Path("/dev/stdin") if str(path) == "-" else path, defects)
    replies = [] if sheet is None else _Table(profiler, language, sheet, defects).replies()
    if defects.errors:
        raise BadFile(defects.errors)
    return replies


def as_json(profiler: Profiler, reply: TypedReply) -> str:
    """Give what the reply is taken for as one line of JSON."""
    candidates = candidates_of(profiler, reply.question, reply.language)
    found = match(reply.text, candidates, words_in(reply.language), edit_distance)
    return json.dumps({"status": found.status.value, "options": list(found.options)})


class _Table:
    """Reads the rows of a sheet of replies and reports what is wrong with them."""

    def __init__(self, profiler: Profiler, language: str, sheet: Sheet, defects: Defects) -> None:
        self._profiler, self._language, self._sheet, self._defects = profiler, language, sheet, defects
        self._columns = [name.casefold() for name in sheet.header]
        self._questions = {question.id: question for question in profiler.questions}

    def replies(self) -> list[TypedReply]:
        """Give the rows without defects, or none when a column is missing."""
        missing = [name for name in COLUMNS if name not in self._columns]
        for name in missing:
            self._report(1, name, f"column “{name}” is missing", "each reply needs it", f"add “{name}” to the header")
        read = [] if missing else [self._reply(row) for row in self._sheet.rows]
        return [reply for reply in read if reply is not None]

    def _reply(self, row: Row) -> TypedReply | None:
        if any(row.cells[len(self._columns) :]):
            what = f"the row has {len(row.cells)} cells, the header {len(self._columns)}"
            why = "a comma inside a reply without quotation marks cuts it"
            self._report(row.number, "", what, why, "put replies with commas in quotation marks")
            return None
        cells = dict(zip(self._columns, (*row.cells, *[""] * len(self._columns)), strict=False))
        question, language = self._question(row.number, cells), self._language_of(row.number, cells)
        return TypedReply(question, language, cells["reply"]) if question and language else None

    def _question(self, row: int, cells: Mapping[str, str]) -> Question | None:
        name = cells["question"]
        if name not in self._questions:
            what = f"there is no question “{name}”" if name else "the question is missing"
            mend = mend_name(name, self._questions, f"use one of {', '.join(self._questions)}")
            self._report(row, "question", what, f"profiler “{self._profiler.id}” has no such id", mend)
        return self._questions.get(name)

    def _language_of(self, row: int, cells: Mapping[str, str]) -> str:
        wish = cells["lang"]
        language = _met(self._profiler, wish) if wish else self._language
        if not language:
            why = f"profiler “{self._profiler.id}” has no texts in it"
            mend = f"use one of {', '.join(self._profiler.languages)}, or leave the cell blank"
            self._report(row, "lang", f"there is no language “{wish}”", why, mend)
        return language

    def _report(self, row: int, column: str, what: str, why: str, mend: str) -> None:
        self._defects.error(Spot(self._sheet.file, row, column), what, why, mend)


def _met(profiler: Profiler, wish: str) -> str:
    """Give the content's language that meets a wish as in conversations, or an empty text when none does."""
    # Without a match the first language is chosen, here an empty one.
    return choose_language(("", *profiler.languages), wish) if wish.strip() else profiler.default_language
