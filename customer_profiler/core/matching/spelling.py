"""Replies with slips of the pen."""

from __future__ import annotations

from customer_profiler.core.folding import is_syllabic
from customer_profiler.core.matching.name import Name
from customer_profiler.core.matching.phrase import Phrase
from customer_profiler.core.matching.question import Question
from customer_profiler.core.matching.reply import Reply
from customer_profiler.core.matching.verdict import Match


def read_spelling(reply: Reply, question: Question) -> Match | None:
    """Read names, or their leading words, with a slip in long words."""
    core = question.vocabulary.core(reply.words)
    if not any(map(question.vocabulary.is_content, core)):
        return None
    near = {name.option: name for name in question.names if _is_near(core, name, question)}
    if not near:
        return None
    if len(near) > 1 or any(map(reply.fits, near.values())):
        return question.verdict(near)
    return question.perhaps(near)


def is_slip(said: str, word: str, option: str, question: Question) -> bool:
    """Tell whether a folded word is a word of the option's names or meant to be it.

    That takes a long word, the same start, and that the word said is not known itself.
    """
    if said == word:
        return True
    limit = _slips(min(len(said), len(word)))
    if not limit or abs(len(said) - len(word)) > limit:
        return False
    return _are_comparable(said, word, option, question) and question.near(said, word) <= limit


def _is_near(core: Phrase, name: Name, question: Question) -> bool:
    return any(
        len(core) <= len(words)
        and not question.vocabulary.turns(words[len(core) :])
        and all(is_slip(said, word, name.option, question) for said, word in zip(core, words, strict=False))
        for words in (name.words, name.core)
    )


def _slips(length: int) -> int:
    return 0 if length < 4 else 1 if length < 8 else 2


def _are_comparable(said: str, word: str, option: str, question: Question) -> bool:
    """Tell whether a slip between two words makes no other word: no known one, no digits, no negating affix."""
    vocabulary = question.vocabulary
    elsewhere = question.owners.get(said, set()) - {option}
    if elsewhere or not all(map(vocabulary.is_content, (said, word))):
        return False
    if said[0] != word[0] or said.endswith(word) or word.endswith(said):
        return False
    if vocabulary.language in ("tr", "az") and said.count("m") != word.count("m"):
        return False
    return not any(char.isdecimal() or _is_meaningful(char) for char in said + word)


def _is_meaningful(char: str) -> bool:
    """Tell whether a character alone carries meaning, so that changing it is no slip (katakana does not)."""
    return is_syllabic(char) and not "\u30a0" <= char <= "\u30ff"
