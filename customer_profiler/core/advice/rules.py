"""Advice on the rules: rows of the matrix and messages that never hold, stand twice or do nothing."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations as pairs

from customer_profiler.core.advice.combinations import Combinations, can_hold
from customer_profiler.core.advice.places import MATRIX, MESSAGES, Places, advice
from customer_profiler.core.advice.questions import asked
from customer_profiler.core.condition import Condition
from customer_profiler.core.problems import Problem
from customer_profiler.core.profiler import Profiler

_Rule = tuple[int, Condition]
_Key = frozenset[tuple[str, frozenset[str]]]


def rule_advice(profiler: Profiler, places: Places, tried: Combinations) -> Iterator[Problem]:
    """Advise on rows whose ``when`` can never hold or stands twice, and on matrix rows without points."""
    matrix = [(places.matrix_row(index), row.when) for index, row in enumerate(profiler.matrix)]
    messages = [(places.message(index), row.when) for index, row in enumerate(profiler.messages)]
    for file, rules in ((MATRIX, matrix), (MESSAGES, messages)):
        yield from _never(profiler, file, rules, tried)
    yield from _twice(MATRIX, matrix, "the points of both rows are added up", "join the rows if you meant one")
    yield from _twice(MESSAGES, messages, "only the first of them is ever shown", "remove one of the rows")
    for index, row in enumerate(profiler.matrix):
        if not any(cell != 0 for cell in row.cells.values()):
            yield advice(
                MATRIX,
                places.matrix_row(index),
                "",
                "the row has no points",
                "it changes no score",
                "write points or “never” in at least one cell, or remove the row",
            )


def _never(profiler: Profiler, file: str, rules: list[_Rule], tried: Combinations) -> Iterator[Problem]:
    for row, when in rules:
        # Most rules hold for some combination at hand; only the others need the exact search.
        if not any(when.holds(answers) for answers in tried.tried) and not can_hold(profiler, when):
            yield advice(
                file,
                row,
                "when",
                f"“{when}” can never hold",
                _why_never(profiler, when),
                "correct the condition or remove the row",
            )


def _why_never(profiler: Profiler, when: Condition) -> str:
    questions = [profiler.question(name) for name in dict.fromkeys(term.question for term in when.terms)]
    for question in questions:
        if not can_hold(profiler, asked(question)):
            return f"question “{question.id}” is never asked"
    for one, other in pairs(questions, 2):
        if not can_hold(profiler, Condition(asked(one).terms + asked(other).terms)):
            return f"questions “{one.id}” and “{other.id}” are never both asked"
    return "no customer can give these answers together"


def _twice(file: str, rules: list[_Rule], why: str, mend: str) -> Iterator[Problem]:
    first: dict[_Key, int] = {}
    for row, when in rules:
        key = frozenset((term.question, frozenset(term.options)) for term in when.terms)
        if key in first:
            what = (
                f"“{when}” also stands in row {first[key]}"
                if when.terms
                else (f"an empty when also stands in row {first[key]}")
            )
            yield advice(file, row, "when", what, why, mend)
        first.setdefault(key, row)
