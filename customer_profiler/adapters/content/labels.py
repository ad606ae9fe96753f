"""Labels and synonyms that two options of a question share, so that a reply could mean either."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from customer_profiler.adapters.content.options import read_synonyms
from customer_profiler.adapters.content.records import Record
from customer_profiler.core.folding import fold, plain, signs

_Key = tuple[str, frozenset[str]]


class _Name(NamedTuple):
    """A label or synonym, and the cell it stands in."""

    text: str
    record: Record
    column: str

    @property
    def noun(self) -> str:
        return "the label" if self.column.startswith("label") else "a synonym"


def check_labels(records: Sequence[Record], languages: Sequence[str]) -> None:
    """Report every label or synonym that is also a label or synonym of another option of the question.

    What typed replies need not have right (case, accents, punctuation, spacing) does not count. Of two equal
    synonyms the later is reported, of a label and a synonym the synonym. ``records`` are the rows of the sheet
    of options.
    """
    by_question: dict[str, dict[str, Record]] = {}
    for record in records:
        if record["question"] and record["option"]:
            by_question.setdefault(record["question"], {}).setdefault(record["option"], record)
    for options in by_question.values():
        for language in languages:
            _check_question(list(options.values()), language, languages[0])


def _check_question(records: list[Record], language: str, default: str) -> None:
    labels = [name for record in records for name in _labels(record, language, default)]
    synonyms = [name for record in records for name in _synonyms(record, language)]
    owners: dict[_Key, _Name] = {}
    for name in (*labels, *synonyms):
        owner = owners.setdefault(_key(name.text, language), name)
        if owner.record is not name.record:
            _report(name, owner)


def _labels(record: Record, language: str, default: str) -> list[_Name]:
    """Give the label that is shown in a language, its own or else the default language's, if there is any."""
    columns = (f"label.{language}", f"label.{default}")
    return [_Name(record[column], record, column) for column in columns if record[column]][:1]


def _synonyms(record: Record, language: str) -> list[_Name]:
    return [_Name(text, record, f"synonyms.{language}") for text in read_synonyms(record, language)]


def _key(text: str, language: str) -> _Key:
    """Give what equal names have in common; signs keep “<20” and “>20” apart, emoji names have no letter to fold."""
    return fold(text, language) or plain(text), signs(text)


def _report(name: _Name, owner: _Name) -> None:
    name.record.fault(
        name.column,
        f"“{name.text}” is also {owner.noun} of option “{owner.record['option']}” in row {owner.record.row}",
        "a customer who writes it could mean either",
        "use another wording for one of them",
    )
