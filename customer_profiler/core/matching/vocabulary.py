"""The small words of a language, made ready for comparing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from customer_profiler.core.folding import fold_known, is_syllabic
from customer_profiler.core.languages import base_code
from customer_profiler.core.matching.negation import KNOWN_ENDINGS, KNOWN_NEGATIONS, KNOWN_PARTS
from customer_profiler.core.matching.phrase import Phrase, covered, found
from customer_profiler.core.words import Words


@dataclass(frozen=True)
class Vocabulary:
    """The words of a language as the matcher uses them: folded, cut into phrases.

    ``language`` is a code without a region; ``negations`` also holds those known for the language without a
    phrase file; ``negations_are_known`` tells whether the phrase file gave any.
    """

    language: str
    fillers: frozenset[Phrase]
    negations: frozenset[Phrase]
    positions: Mapping[Phrase, int]
    last: frozenset[Phrase]
    negations_are_known: bool

    @classmethod
    def of(cls, words: Words) -> Vocabulary:
        """Fold the words; those that fold to nothing are left out, and a filler holds no negation."""
        language = base_code(words.language)
        given = _phrases(words.negations)
        negations = given | _phrases(KNOWN_NEGATIONS.get(language, "").split())
        positions = {_phrase(word): number for word, number in words.positions.items() if _phrase(word)}
        fillers = frozenset(phrase for phrase in _phrases(words.fillers) if not found(phrase, negations))
        return cls(language, fillers, negations, positions, _phrases(words.last), bool(given))

    def negates(self, words: Phrase) -> bool:
        """Tell whether a negation stands among the words, or inside one in a script that glues it on."""
        glued = (part in word for word in words if is_syllabic(word) for part in KNOWN_PARTS)
        return bool(found(words, self.negations)) or any(glued)

    def turns(self, rest: Phrase, tail: str = "") -> bool:
        """Tell whether the words (and end of a word) that a reply left unsaid would turn it round.

        "Children" is not "Children: none", nor "sugar" "sugarless".
        """
        endings = KNOWN_ENDINGS.get(self.language, ())
        ends_so = tail.startswith(endings) or any(word.endswith(endings) for word in rest)
        return ends_so or self.negates((*rest, tail))

    def is_content(self, word: str) -> bool:
        """Tell whether the word is none of the small words: no filler, no negation, no number."""
        small = (self.fillers, self.negations, self.positions, self.last)
        return not any((word,) in phrases for phrases in small)

    def idle(self, words: Phrase) -> set[int]:
        """Give the places of the words that belong to fillers."""
        return covered(found(words, self.fillers))

    def are_fillers(self, words: Phrase) -> bool:
        """Tell whether the words consist of fillers alone, or there are none."""
        return len(self.idle(words)) == len(words)

    def trimmed(self, words: Phrase) -> Phrase:
        """Give the words without the fillers before and behind them."""
        idle = self.idle(words)
        kept = [place for place in range(len(words)) if place not in idle]
        return words[kept[0] : kept[-1] + 1] if kept else ()

    def core(self, words: Phrase, keep_numbers: bool = False) -> Phrase:
        """Give the words without fillers, all of them when nothing else is there.

        Fillers that are also numbers ("one") stay when ``keep_numbers`` asks for it.
        """
        spared = self.positions if keep_numbers else ()
        fillers = found(words, self.fillers)
        idle = covered((start, end) for start, end in fillers if words[start:end] not in spared)
        return tuple(word for place, word in enumerate(words) if place not in idle) or words


def _phrase(text: str) -> Phrase:
    return tuple(fold_known(text).split())


def _phrases(texts: Iterable[str]) -> frozenset[Phrase]:
    return frozenset(map(_phrase, texts)) - {()}
