"""Replies with whole names in them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from customer_profiler.core.folding import is_syllabic, is_unspaced, squash
from customer_profiler.core.matching.phrase import Phrase
from customer_profiler.core.matching.question import Question
from customer_profiler.core.matching.reply import Reply
from customer_profiler.core.matching.verdict import Match

_GAP = "\x00"


@dataclass(frozen=True)
class Mentions:
    """The options whose names stand in a reply, and the stretches of words between those names."""

    options: set[str]
    between: tuple[Phrase, ...]


def read_mention(reply: Reply, question: Question) -> Match | None:
    """Read whole names with fillers around them, or names without their own fillers."""
    vocabulary = question.vocabulary
    mentions = mentions_in(reply.words, question)
    if len(mentions.options) > 1:
        return question.verdict(mentions.options)
    sure = {name.option for name in question.names if name.option in mentions.options and reply.fits(name)}
    if sure and all(map(vocabulary.are_fillers, mentions.between)):
        return question.verdict(sure)
    tight = squash(" ".join(vocabulary.core(reply.words)))
    same = (name for name in question.names if squash(" ".join(name.core)) == tight)
    return question.verdict(name.option for name in same if reply.fits(name))


def mentions_in(words: Phrase, question: Question) -> Mentions:
    """Find whole names in folded words.

    A name inside a longer one that is there ("Family" in "Family van") is not a mention.
    """
    text, options = " ".join(words), set()
    for spelling in sorted(question.spellings, key=len, reverse=True):
        text, times = re.subn(_whole(spelling), f" {_GAP} ", text)
        options |= question.spellings[spelling] if times else set()
    return Mentions(options, tuple(tuple(stretch.split()) for stretch in text.split(_GAP)))


def _whole(spelling: str) -> str:
    """Give the pattern that finds a name; where particles or no spaces follow words, also inside a word."""
    inside = is_unspaced(spelling) or (is_syllabic(spelling) and len(spelling) > 1)
    return re.escape(spelling) if inside else rf"(?<!\S){re.escape(spelling)}(?!\S)"
