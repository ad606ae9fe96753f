"""Readings: ways to understand a reply, of which the first with an opinion decides."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from customer_profiler.core.matching.question import Question
from customer_profiler.core.matching.reply import Reply
from customer_profiler.core.matching.verdict import Match

Reading = Callable[[Reply, Question], Match | None]
"""Tells what a reply to a question means, or None when that is for other readings to say."""


def first_opinion(readings: Iterable[Reading], reply: Reply, question: Question) -> Match | None:
    """Give what the first reading that has an opinion says, or None when none has one."""
    opinions = (reading(reply, question) for reading in readings)
    return next((opinion for opinion in opinions if opinion is not None), None)
