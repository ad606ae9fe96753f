"""Advice on the goals that a profiler states (R9)."""

from __future__ import annotations

from collections.abc import Iterator

from customer_profiler.core.advice.places import PROFILER, Places, advice
from customer_profiler.core.problems import Problem
from customer_profiler.core.profiler import Profiler

_EXAMPLES = {
    "objectives": "what the business wants to learn or reach",
    "user_goals": "what the customer wants in the end, “a car that fits the family”",
    "flow_goals": "what the flow is for: sell, show the newest, cross-sell, up-sell",
}


def goal_advice(profiler: Profiler, places: Places) -> Iterator[Problem]:
    """Advise to write down goals that are not stated."""
    for key, example in _EXAMPLES.items():
        if not getattr(profiler, key):
            yield advice(
                PROFILER,
                places.key(key),
                key,
                f"“{key}” is empty",
                "goals steer the questions and what results are measured against",
                f"write at least one entry: {example}",
            )
