"""A reply, made ready for comparing."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from customer_profiler.core.folding import fold, is_qualifying, pauses_early, signs
from customer_profiler.core.matching.name import Name
from customer_profiler.core.matching.phrase import Phrase
from customer_profiler.core.matching.vocabulary import Vocabulary

_NUMERO = re.compile(r"(?i)\bn\s*\.?\s*[º°]\s*(?=\d)|№")
_ENGLISH_NUMBER = re.compile(r"(?i)\bno\.\s*(?=\d)")
_RUSSIAN_ENDING = re.compile(r"(?<=\d)-(?=(?:й|я|е)\b)")


@dataclass(frozen=True)
class Reply:
    """A reply as written, its folded words, and the signs that folding drops.

    ``objects`` tells that it says no first and then something else ("No, family").
    """

    raw: str
    words: Phrase
    signs: frozenset[str]
    objects: bool

    @classmethod
    def of(cls, raw: str, vocabulary: Vocabulary) -> Reply:
        """Prepare what somebody typed. Never raises, whatever the text is."""
        words = tuple(fold(_with_plain_number(raw, vocabulary.language)).split())
        goes_on = len(vocabulary.trimmed(words)) > 1 and pauses_early(raw)
        return cls(raw, words, signs(raw), goes_on and vocabulary.negates(words[:1]))

    def fits(self, name: Name, whole: bool = False) -> bool:
        """Tell whether the reply may mean the name: no sign is added, and none dropped that its number needs.

        A ``whole`` reply, one with the same words as the name, needs those signs even without a number.
        """
        if self.objects and not name.pauses:
            return False
        strict = whole or any(word[0] in "0123456789" for word in self.words)
        dropped = name.signs - self.signs
        return self.signs <= name.signs and not (strict and any(map(is_qualifying, dropped)))


def _with_plain_number(raw: str, language: str) -> str:
    """Give the reply with its signs for "number" ("nº 3", English "no. 3") taken away before the digits."""
    text = _NUMERO.sub(" ", raw)
    text = _ENGLISH_NUMBER.sub(" ", text) if language == "en" else text
    lone = text.strip()
    numeral = unicodedata.numeric(lone, 0) if len(lone) == 1 else 0
    return str(int(numeral)) if numeral >= 1 and numeral == int(numeral) else _RUSSIAN_ENDING.sub("", text)
