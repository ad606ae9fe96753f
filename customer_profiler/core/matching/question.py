"""The question asked, made ready for reading a reply to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from customer_profiler.core.matching.name import Candidate, Name, names_of
from customer_profiler.core.matching.number import LAST
from customer_profiler.core.matching.numeral import number_word, numerals
from customer_profiler.core.matching.phrase import Phrase
from customer_profiler.core.matching.verdict import Match, Status
from customer_profiler.core.matching.vocabulary import Vocabulary

Near = Callable[[str, str], int]
"""Edits between two folded words: insertions, deletions, substitutions, transpositions of neighbours."""


@dataclass(frozen=True)
class Question:
    """What can be answered, in which words, and how misspelt words are compared."""

    candidates: tuple[Candidate, ...]
    vocabulary: Vocabulary
    near: Near

    @cached_property
    def names(self) -> tuple[Name, ...]:
        """Every name of every candidate in every spelling, each once, without those that fold to nothing."""
        every = (name for candidate in self.candidates for name in names_of(candidate, self.vocabulary))
        return tuple(dict.fromkeys(every))

    @cached_property
    def longest(self) -> int:
        """The length of the longest name as it was written."""
        return max((len(name) for candidate in self.candidates for name in candidate.names), default=0)

    @cached_property
    def spellings(self) -> dict[str, set[str]]:
        """The text of every name with the options that have it."""
        return _options_by((name.text, name.option) for name in self.names)

    @cached_property
    def owners(self) -> dict[str, set[str]]:
        """Every word of the names with the options that use it."""
        return _options_by((word, name.option) for name in self.names for word in name.words)

    def numbers(self, words: Phrase) -> set[str]:
        """Give the numbers that words of a name hold, as digits; number words count where options count in words."""
        named = {number_word(word, self.vocabulary) for word in words} if self._counts_in_words else set()
        return named.union(numerals(words)) - {""}

    def at(self, value: int) -> set[str]:
        """Give the option at a position from 1, or at ``LAST``; nothing when there is none."""
        index = len(self.candidates) - 1 if value == LAST else value - 1
        return {self.candidates[index].id} if 0 <= index < len(self.candidates) else set()

    def verdict(self, options: Iterable[str], strong: bool = False) -> Match | None:
        """Give the match that these options make, or None when there are none; of several, none is strong."""
        ids = self._ordered(options)
        if len(ids) > 1:
            return Match(Status.AMBIGUOUS, ids)
        return Match(Status.MATCH, ids, strong) if ids else None

    def perhaps(self, options: Iterable[str]) -> Match:
        """Give the refusal that offers these options."""
        return Match(Status.NONE, hint=self._ordered(options))

    @cached_property
    def _counts_in_words(self) -> bool:
        """Tell whether several options begin with a number in words; one alone may be "Second-hand"."""
        counting = {name.option for name in self.names if number_word(name.words[0], self.vocabulary)}
        return len(counting) > 1

    def _ordered(self, options: Iterable[str]) -> tuple[str, ...]:
        """Give the options in content order, each once."""
        wanted = set(options)
        return tuple(dict.fromkeys(candidate.id for candidate in self.candidates if candidate.id in wanted))


def _options_by(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Gather pairs of a text and an option by their text."""
    options: dict[str, set[str]] = {}
    for text, option in pairs:
        options.setdefault(text, set()).add(option)
    return options
