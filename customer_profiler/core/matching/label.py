"""Replies that equal a label or a synonym."""

from __future__ import annotations

from customer_profiler.core.folding import fold, plain, squash, toneless
from customer_profiler.core.matching.position import position_said
from customer_profiler.core.matching.question import Question
from customer_profiler.core.matching.reply import Reply
from customer_profiler.core.matching.verdict import Match


def read_label(reply: Reply, question: Question) -> Match | None:
    """Read a reply that equals names; a position of another option makes it ambiguous."""
    equal = _equal(reply, question)
    position = position_said(reply, question) if equal else set()
    return question.verdict(equal | position, strong=True)


def _equal(reply: Reply, question: Question) -> set[str]:
    """Give the options with an equal name, compared ever more loosely."""
    for form in (plain, toneless):
        text = form(reply.raw)
        same = {each.id for each in question.candidates for name in each.names if text and form(name) == text}
        if same:
            return same
    return _equal_folded(reply, question)


def _equal_folded(reply: Reply, question: Question) -> set[str]:
    """Give the options whose folded names equal the reply; spaces do not count, except in a negated reply."""
    spellings = {fold(reply.raw), fold(reply.raw, question.vocabulary.language)}
    same = [name for name in question.names if name.text in spellings]
    if not same and not question.vocabulary.negates(reply.words):
        tight = set(map(squash, spellings))
        same = [name for name in question.names if squash(name.text) in tight]
    agreeing = {name.option for name in same if reply.fits(name, whole=True)}
    every = {name.option for name in same if reply.signs <= name.signs}
    return agreeing or (every if len(every) > 1 else set())
