"""Advice on option labels and option counts that do not fit the buttons of WhatsApp and Messenger.

The limits are the platforms': reply buttons and quick replies hold 20 characters, rows of a WhatsApp list
24; a message has at most 3 reply buttons or 10 list rows.
"""

from __future__ import annotations

from collections.abc import Iterator

from customer_profiler.core.advice.places import OPTIONS, QUESTIONS, Places, advice
from customer_profiler.core.problems import Problem
from customer_profiler.core.profiler import Profiler, Question

BUTTON_CHARACTERS = 20
LIST_ROW_CHARACTERS = 24
LIST_ROWS = 10


def label_advice(profiler: Profiler, places: Places) -> Iterator[Problem]:
    """Advise on labels longer than a button or a list row, and on questions with more options than rows."""
    for question in profiler.questions:
        for option in question.options:
            row = places.option(question.id, option.id)
            for language, label in option.label.items():
                yield from _length(row, language, label)
        yield from _options(question, places)


def _length(row: int, language: str, label: str) -> Iterator[Problem]:
    size, column = len(label), f"label.{language}"
    if size > LIST_ROW_CHARACTERS:
        yield advice(
            OPTIONS,
            row,
            column,
            f"“{label}” has {size} characters",
            f"a WhatsApp list row holds {LIST_ROW_CHARACTERS} and a Messenger button {BUTTON_CHARACTERS}, "
            "so the question is shown as numbered text",
            f"shorten it to {BUTTON_CHARACTERS} and move the rest to “description.{language}”",
        )
    elif size > BUTTON_CHARACTERS:
        yield advice(
            OPTIONS,
            row,
            column,
            f"“{label}” has {size} characters",
            f"a WhatsApp reply button and a Messenger quick reply hold {BUTTON_CHARACTERS}, "
            "so the question is shown as a list on WhatsApp and as numbered text on Messenger",
            f"shorten it to {BUTTON_CHARACTERS}",
        )


def _options(question: Question, places: Places) -> Iterator[Problem]:
    count = len(question.options)
    if count > LIST_ROWS:
        yield advice(
            QUESTIONS,
            places.question(question.id),
            "question",
            f"question “{question.id}” has {count} options",
            f"a WhatsApp list holds {LIST_ROWS}, so the question is shown as numbered text",
            f"join options until {LIST_ROWS} are left, or ask in two steps",
        )
