"""Replies that say several things."""

from __future__ import annotations

import re
from itertools import chain

from customer_profiler.core.matching.mention import mentions_in
from customer_profiler.core.matching.number import numbers_in
from customer_profiler.core.matching.numeral import numerals
from customer_profiler.core.matching.part import begins
from customer_profiler.core.matching.question import Question
from customer_profiler.core.matching.reply import Reply
from customer_profiler.core.matching.spelling import is_slip
from customer_profiler.core.matching.verdict import Match

_DIGIT_EDGE = re.compile(r"(?<=[0-9])(?=[\u3040-\u9fff\uac00-\ud7af])|(?<=[\u3040-\u9fff\uac00-\ud7af])(?=[0-9])")
_MAX_CONNECTORS = 2


def read_several(reply: Reply, question: Question) -> Match | None:
    """Read a reply of parts that point at different options; one that points at a single option is a hint."""
    listed, ranges = _listed(reply, question), _ranges(reply, question)
    if len(listed) > 1 or ranges:
        return question.verdict(listed | ranges)
    mentions = mentions_in(reply.words, question)
    others = filter(question.vocabulary.is_content, chain.from_iterable(mentions.between))
    pointed = (_pointed_at(word, question) for word in others)
    options = mentions.options.union(*(one for one in pointed if len(one) == 1))
    return question.verdict(options) if len(options) > 1 else question.perhaps(options)


def _listed(reply: Reply, question: Question) -> set[str]:
    """Give the options of "2 or 3", "3-4" and "2と3": positions with a word or two between them at most."""
    words = tuple(_DIGIT_EDGE.sub(" ", " ".join(reply.words)).split())
    numbers = numbers_in(words, question.vocabulary)
    if reply.signs or not numbers.found or len(numbers.rest) > _MAX_CONNECTORS:
        return set()
    if not all(numbers.found[0].start < place < numbers.found[-1].start for place in numbers.rest):
        return set()
    return set().union(*(question.at(number.value) for number in numbers.found))


def _ranges(reply: Reply, question: Question) -> set[str]:
    """Give the options that are about exactly the numbers listed, as "20-30" is about "20 to 30"."""
    vocabulary, numbers = question.vocabulary, numerals(reply.words)
    if reply.signs or len(numbers) < 2:
        return set()
    others = {word for word in reply.words if not word[0].isdecimal() and vocabulary.is_content(word)}
    about = (name for name in question.names if numerals(name.words) == numbers and others <= set(name.words))
    return {name.option for name in about if reply.fits(name) and not vocabulary.negates(name.words)}


def _pointed_at(word: str, question: Question) -> set[str]:
    """Give the options that have a word, one that begins with it, or one that it may misspell."""
    owners = question.owners
    if word in owners:
        return owners[word]
    begun = (each for each in owners if begins((word,), each, question.vocabulary))
    started = set().union(*(owners[each] for each in begun if question.vocabulary.is_content(each)))
    return started or {option for each in owners for option in owners[each] if is_slip(word, each, option, question)}
