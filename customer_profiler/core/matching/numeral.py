"""Single words that are numbers: "20", "7th", "第三", "2人", "two"."""

from __future__ import annotations

import re

from customer_profiler.core.matching.phrase import Phrase
from customer_profiler.core.matching.vocabulary import Vocabulary

_HAN = {char: value for value, char in enumerate("一二三四五六七八九十", start=1)} | {"两": 2, "兩": 2}
_DIGITS = "[0-9]{1,3}|[一二三四五六七八九十]"
_ENDINGS = (
    "st|nd|rd|th|o|a|er|ro|ra|do|da|to|ta|mo|ma|vo|va|no|na|e|eme|ere|re|nde|de|ste|te|и|я|е|ыи|ая|ое|"
    "ος|η|ο|inci|uncu|ncu|nci|番|番目|号|號|つ目|번|번째"
)
_ORDINAL = re.compile(f"(?:({_DIGITS})(?:{_ENDINGS})?|第({_DIGITS})(?:个|個|项|項|种|種|款|号|番|番目)?)")
_NUMERAL = re.compile(r"([0-9]+)[^\W\d_]+|([0-9][0-9.]*)")
_MAX_DIGITS = 15


def whole_number(word: str) -> int | None:
    """Give the number that a folded word writes as digits or an ordinal ("3", "3rd", "第三"), or None."""
    ordinal = _ORDINAL.fullmatch(word)
    if ordinal is None:
        return int(word) if word.isascii() and word.isdigit() and len(word) <= _MAX_DIGITS else None
    digits = ordinal[1] or ordinal[2]
    return _HAN[digits] if digits in _HAN else int(digits)


def numerals(words: Phrase) -> tuple[str, ...]:
    """Give the numbers that folded words hold in digits ("20", "3.5", "2人"), without leading zeros."""
    written = filter(None, map(_NUMERAL.fullmatch, words))
    return tuple((digits[1] or digits[2]).lstrip("0") or "0" for digits in written)


def number_word(word: str, vocabulary: Vocabulary) -> str:
    """Give the number that a folded word names or begins with ("two", "三人"), as digits, or an empty text."""
    value = vocabulary.positions.get((word,)) or _HAN.get(word[0])
    return str(value) if value else ""
