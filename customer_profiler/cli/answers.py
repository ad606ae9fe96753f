"""The command ``recommend``: answers as arguments, and the recommendation as JSON or for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import click

from customer_profiler.core.advice.combinations import can_hold
from customer_profiler.core.advice.questions import asked
from customer_profiler.core.errors import UnknownOption, UnknownQuestion
from customer_profiler.core.profiler import Profiler, Question
from customer_profiler.core.ranking import Ranking


def read_answers(profiler: Profiler, texts: Sequence[str]) -> dict[str, str]:
    """Read ``question=option`` arguments; raises ``click.UsageError``."""
    answers: dict[str, str] = {}
    for text in texts:
        question, option = _answer(profiler, text)
        if question in answers:
            raise click.UsageError(
                f"{text}: question “{question}” is answered already with “{answers[question]}”; give one answer to it"
            )
        answers[question] = option
    return answers


def never_asked(profiler: Profiler, answers: Mapping[str, str]) -> Iterator[Question]:
    """Give the questions that nobody is asked who gives these answers, though one of them is to it."""
    questions = tuple(_as_answered(question, answers.get(question.id)) for question in profiler.questions)
    answered = replace(profiler, questions=questions)
    for question in questions:
        if question.id in answers and not can_hold(answered, asked(question)):
            yield question


def as_json(profiler: Profiler, ranking: Ranking) -> dict[str, Any]:
    """Give the ranking as the object that the contract describes."""
    products = [
        {
            "product": entry.product.id,
            "score": entry.score,
            "near_match": entry.near_match,
            "reasons": [{"when": str(reason.when), "points": reason.points} for reason in entry.reasons],
        }
        for entry in ranking.products
    ]
    message = ranking.message.text[profiler.default_language] if ranking.message else None
    return {"products": products, "message": message, "scores": ranking.scores}


def as_text(profiler: Profiler, ranking: Ranking) -> str:
    """Give the ranking as lines for people."""
    lines = [
        f"{place}. {profiler.text(entry.product.title, profiler.default_language)} ({entry.product.id}): "
        + ("near match" if entry.near_match else f"{entry.score}")
        + "".join(f"\n     {reason.points:+d} {reason.when or 'always'}" for reason in entry.reasons)
        for place, entry in enumerate(ranking.products, start=1)
    ]
    lines.append("scores: " + ", ".join(f"{key} {'-' if s is None else s}" for key, s in ranking.scores.items()))
    return "\n".join(lines)


def _answer(profiler: Profiler, text: str) -> tuple[str, str]:
    question_id, equals, option_id = text.partition("=")
    try:
        question = profiler.question(question_id)
        return question.id, question.option(option_id).id
    except UnknownQuestion:
        known, what = [each.id for each in profiler.questions], f"there is no question “{question_id}”"
    except UnknownOption:
        known, what = [option.id for option in question.options], f"“{question_id}” has no option “{option_id}”"
    raise click.UsageError(
        f"{text}: {what}; choose one of {', '.join(known)}" + ("" if equals else " as question=option")
    )


def _as_answered(question: Question, option_id: str | None) -> Question:
    """Give the question with the chosen option alone, or as it is when it was not answered."""
    return question if option_id is None else replace(question, options=(question.option(option_id),))
