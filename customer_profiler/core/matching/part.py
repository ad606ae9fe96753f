"""Replies that are a part of a name."""

from __future__ import annotations

from dataclasses import dataclass

from customer_profiler.core.folding import is_syllabic
from customer_profiler.core.matching.phrase import Phrase
from customer_profiler.core.matching.question import Question
from customer_profiler.core.matching.reply import Reply
from customer_profiler.core.matching.verdict import Match
from customer_profiler.core.matching.vocabulary import Vocabulary


def read_part(reply: Reply, question: Question) -> Match | None:
    """Read the first words or letters of a name, or words that only one name has inside."""
    core = question.vocabulary.core(reply.words)
    if not _is_telling(core, question.vocabulary):
        return None
    forms = ((name, form) for name in question.names for form in (name.words, name.core))
    parts = [(name, part) for name, form in forms if (part := _part_of(core, form, question.vocabulary))]
    options = {name.option for name, _ in parts}
    is_safe = any(reply.fits(name) and part.is_safe(question.vocabulary) for name, part in parts)
    return question.perhaps(options) if len(options) == 1 and not is_safe else question.verdict(options)


def begins(words: Phrase, word: str, vocabulary: Vocabulary) -> bool:
    """Tell whether the last of the words is the word or its first letters, never those of a negation."""
    part = words[-1]
    if part == word:
        return True
    enough = len("".join(words)) >= (2 if is_syllabic(part) else 3)
    has_digits = any(char.isdecimal() for char in part)
    return word.startswith(part) and enough and not has_digits and (word,) not in vocabulary.negations


@dataclass(frozen=True)
class _Part:
    """What a reply leaves out of a name: the words before, the end of the last word, the words behind."""

    before: Phrase
    tail: str
    behind: Phrase

    def is_safe(self, vocabulary: Vocabulary) -> bool:
        """Tell whether what is left out cannot turn the reply round; inside a name that is harder to know."""
        leads = not self.before or (vocabulary.negations_are_known and not self.tail)
        return leads and not vocabulary.turns(self.before + self.behind, self.tail)


def _is_telling(words: Phrase, vocabulary: Vocabulary) -> bool:
    """Tell whether words are enough to be a part of a name: three letters, or two of one word or syllables."""
    letters = sum(not char.isdecimal() for word in words for char in word)
    enough = 2 if len(words) == 1 or is_syllabic("".join(words)) else 3
    return letters >= enough and any(map(vocabulary.is_content, words))


def _part_of(core: Phrase, words: Phrase, vocabulary: Vocabulary) -> _Part | None:
    """Find the core in the words, the last of it perhaps cut short."""
    for start in range(len(words) - len(core) + 1):
        end = start + len(core)
        last = words[end - 1]
        if core[:-1] == words[start : end - 1] and begins(core, last, vocabulary):
            return _Part(words[:start], last[len(core[-1]) :], words[end:])
    return None
