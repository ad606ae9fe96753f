"""Options that can be meant, and their names made ready for comparing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from customer_profiler.core.folding import fold_known, pauses_early, signs
from customer_profiler.core.matching.phrase import Phrase
from customer_profiler.core.matching.vocabulary import Vocabulary


@dataclass(frozen=True)
class Candidate:
    """An option that can be meant; ``names[0]`` is the label shown, the others are synonyms."""

    id: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Name:
    """A label or synonym in one spelling.

    ``option`` is the id of the option it names; ``words`` are its folded words, at least one; ``core`` are
    those without fillers; ``signs`` are the ones folding drops ("<20"); ``pauses`` tells that a pause
    follows the first word ("No, thanks").
    """

    option: str
    words: Phrase
    core: Phrase
    signs: frozenset[str]
    pauses: bool

    @property
    def text(self) -> str:
        """The folded words joined by single spaces."""
        return " ".join(self.words)


def names_of(candidate: Candidate, vocabulary: Vocabulary) -> Iterator[Name]:
    """Give every name of a candidate in every spelling, without those that fold to nothing; some come twice."""
    for name in candidate.names:
        for language in ("", vocabulary.language):
            words = tuple(fold_known(name, language).split())
            if words:
                core = vocabulary.core(words, keep_numbers=True)
                yield Name(candidate.id, words, core, signs(name), pauses_early(name))
