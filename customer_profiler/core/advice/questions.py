"""Advice on questions that are asked in vain or never."""

from __future__ import annotations

from collections.abc import Iterator

from customer_profiler.core.advice.combinations import can_hold
from customer_profiler.core.advice.effects import effective_questions
from customer_profiler.core.advice.places import QUESTIONS, Places, advice
from customer_profiler.core.condition import Condition, Term
from customer_profiler.core.problems import Problem
from customer_profiler.core.profiler import Profiler, Question


def question_advice(profiler: Profiler, places: Places) -> Iterator[Problem]:
    """Advise on questions whose answers change no score, and on questions no customer is ever asked."""
    effective = effective_questions(profiler)
    for question in profiler.questions:
        row = places.question(question.id)
        if question.id not in effective:
            yield advice(
                QUESTIONS,
                row,
                "question",
                f"no answer to “{question.id}” changes any score",
                _why_in_vain(profiler, question.id),
                "give its options different points in matrix.csv, or drop the question",
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


def _why_in_vain(profiler: Profiler, question_id: str) -> str:
    uses = {
        "the rows of matrix.csv that name it treat all its options alike": [row.when for row in profiler.matrix],
        "the message that names it changes only what customers read": [row.when for row in profiler.messages],
        "the questions that wait for it change no score either": [each.show_if for each in profiler.questions],
    }
    found = [use for use, conditions in uses.items() if any(_names(when, question_id) for when in conditions)]
    return " and ".join(found) or "no row of the matrix, no message and no show_if names it"


def _names(condition: Condition, question_id: str) -> bool:
    return any(term.question == question_id for term in condition.terms)
