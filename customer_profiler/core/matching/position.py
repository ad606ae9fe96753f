"""Replies that are one number: the position of an option, or a number that labels are about."""

from __future__ import annotations

from customer_profiler.core.matching.number import numbers_in
from customer_profiler.core.matching.phrase import Phrase, found
from customer_profiler.core.matching.question import Question
from customer_profiler.core.matching.reply import Reply
from customer_profiler.core.matching.verdict import Match


def read_position(reply: Reply, question: Question) -> Match | None:
    """Read a reply that is one number: a position, unless labels are about that number too."""
    value = numbers_in(reply.words, question.vocabulary).only
    if value is None:
        return None
    position, about = position_said(reply, question), _about(value, reply, question)
    if position or len(about) > 1:
        return question.verdict(position | about, strong=True)
    return question.verdict(_clearly_about(value, reply, question)) or question.perhaps(about)


def position_said(reply: Reply, question: Question) -> set[str]:
    """Give the option whose position is all that the reply says, without any sign; else nothing."""
    value = numbers_in(reply.words, question.vocabulary).only
    return set() if value is None or reply.signs else question.at(value)


def _about(value: int, reply: Reply, question: Question) -> set[str]:
    """Give the options whose names mention the number, in digits or in the reply's own word for it.

    "La última" is the last option, and perhaps "Última tecnología" as well.
    """
    numbers = numbers_in(reply.words, question.vocabulary).found
    said = (_bare(reply.words[number.start : number.end], question) for number in numbers)
    spelled = [words for words in said if not any(word[0].isdecimal() for word in words)]
    return {
        name.option
        for name in question.names
        if str(value) in question.numbers(name.words) or any(found(name.words, {words}) for words in spelled)
    }


def _bare(words: Phrase, question: Question) -> Phrase:
    """Give the words of a number without the article before them."""
    return words[1:] if len(words) > 1 and (words[0],) in question.vocabulary.fillers else words


def _clearly_about(value: int, reply: Reply, question: Question) -> set[str]:
    """Give the options with a name that begins with the number, mentions no other, and denies nothing."""
    return {
        name.option
        for name in question.names
        if str(value) in question.numbers(name.words[:1])
        and len(question.numbers(name.words)) == 1
        and reply.fits(name)
        and not question.vocabulary.negates(name.words)
    }
