"""Replies that pair a number with a name: "2. Family car"."""

from __future__ import annotations

from dataclasses import replace

from customer_profiler.core.matching.mention import read_mention
from customer_profiler.core.matching.number import numbers_in
from customer_profiler.core.matching.part import read_part
from customer_profiler.core.matching.question import Question
from customer_profiler.core.matching.reading import first_opinion
from customer_profiler.core.matching.reply import Reply
from customer_profiler.core.matching.spelling import read_spelling
from customer_profiler.core.matching.verdict import Match, Status


def read_pair(reply: Reply, question: Question) -> Match | None:
    """Read a number and a name that must be the same option, else both are asked for.

    The number decides nothing where names of the option hold numbers themselves.
    """
    numbers = numbers_in(reply.words, question.vocabulary)
    if len(numbers.found) != 1 or not numbers.rest or reply.signs:
        return None
    number = numbers.found[0]
    remainder = replace(reply, words=reply.words[: number.start] + reply.words[number.end :])
    named = first_opinion((read_mention, read_part, read_spelling), remainder, question)
    if named is None or named.status is not Status.MATCH:
        return None
    has_numbers = any(question.numbers(name.words) for name in question.names if name.option in named.options)
    position = set() if has_numbers else question.at(number.value)
    return question.verdict(position.union(named.options)) if position else question.perhaps(named.options)
