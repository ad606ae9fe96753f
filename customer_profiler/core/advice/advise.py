"""All advice on a profiler, in the two portions in which it can be had."""

from __future__ import annotations

from collections.abc import Collection

from customer_profiler.core.advice.combinations import combinations
from customer_profiler.core.advice.goals import goal_advice
from customer_profiler.core.advice.outcomes import outcome_advice
from customer_profiler.core.advice.places import Places
from customer_profiler.core.advice.products import product_advice
from customer_profiler.core.advice.questions import question_advice
from customer_profiler.core.advice.rules import rule_advice
from customer_profiler.core.advice.texts import text_advice
from customer_profiler.core.problems import Problem
from customer_profiler.core.profiler import Profiler


def advise_on_parts(profiler: Profiler, places: Places, phrase_languages: Collection[str]) -> list[Problem]:
    """Give the advice on single questions, options, products and texts.

    The profiler may lack parts that have errors, but must have a language. ``phrase_languages`` are the
    languages of which the bot has phrases of its own.
    """
    return [
        *goal_advice(profiler, places),
        *text_advice(profiler, places, phrase_languages),
        *product_advice(profiler, places),
    ]


def advise_on_whole(profiler: Profiler, places: Places) -> list[Problem]:
    """Give the advice on how questions, rules and products work together; the profiler must be free of errors.

    Takes up to a few seconds when there are thousands of combinations of answers.
    """
    tried = combinations(profiler)
    return [
        *question_advice(profiler, places),
        *rule_advice(profiler, places, tried),
        *outcome_advice(profiler, places, tried),
    ]
