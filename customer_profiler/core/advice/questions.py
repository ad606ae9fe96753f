"""Advice on questions that are asked in vain or never."""

from __future__ import annotations

from collections.abc import Iterator

from customer_profiler.core.advice.combinations import can_hold
from customer_profiler.core.advice.places import QUESTIONS, Places, advice
from customer_profiler.core.condition import Condition, Term
from customer_profiler.core.problems import Problem
from customer_profiler.core.profiler import Profiler, Question


def question_advice(profiler: Profiler, places: Places) -> Iterator[Problem]:
    """Advise on questions whose answers change nothing, and on questions no customer is ever asked."""
    rules = [row.when for row in profiler.matrix] + [row.when for row in profiler.messages]
    conditions = rules + [question.show_if for question in profiler.questions]
    named = {term.question for condition in conditions for term in condition.terms}
    for question in profiler.questions:
        row = places.question(question.id)
        if question.id not in named:
            yield advice(
                QUESTIONS,
                row,
                "question",
                f"no answer to “{question.id}” changes any score",
                "no row of the matrix, no message and no show_if names it",
                "add a row for its options to matrix.csv, or drop the question",
            )
        if not can_hold(profiler, asked(question)):
            yield advice(
                QUESTIONS,
                row,
                "show_if",
                f"question “{question.id}” is never asked",
                "no customer can give the answers it waits for, or a question above it on its level goes first",
                "change its show_if, its level or its place in the file",
            )


def asked(question: Question) -> Condition:
    """Give the condition that holds when the question was asked and answered, whatever the answer."""
    return Condition((Term(question.id, tuple(option.id for option in question.options)),))
