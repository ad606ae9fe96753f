"""Numbers in replies and in labels: "3", "the third", "nº 3", "第三" and the numbers labels are about."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from customer_profiler.core.folding import fold
from customer_profiler.core.words import Phrase, Vocabulary, found

LAST = -1
"""The value of "the last one" until the number of options is known."""

_HAN = {
    "一": 1,
    "二": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
    "两": 2,
    "兩": 2,
}
_DIGITS = "[0-9]{1,3}|[一二三四五六七八九十]"
_ORDINAL_ENDINGS = (
    "st|nd|rd|th|o|a|er|ro|ra|do|da|to|ta|mo|ma|vo|va|no|na|e|eme|ere|re|nde|de|ste|te|и|я|е|ыи|ая|ое|"
    "ος|η|ο|inci|uncu|ncu|nci|番|番目|号|號|つ目|번|번째"
)
_ORDINAL = re.compile(
    f"(?:({_DIGITS})(?:{_ORDINAL_ENDINGS})?|第({_DIGITS})(?:个|個|项|項|种|種|款|号|番|番目)?)"
)
_GLUED = re.compile(r"([0-9]+)[^\W\d_]+")
_DIGIT_EDGE = re.compile(
    r"(?<=[0-9])(?=[\u3040-\u9fff\uac00-\ud7af])|(?<=[\u3040-\u9fff\uac00-\ud7af])(?=[0-9])"
)

# Words for "option" and "number" cannot change what a number beside them means, in no language.
_MARKER_WORDS = (
    "option opción opció opção opzione optie opsi opcja numero número numéro nummer number num nr numara "
    "seçenek вариант номер опция επιλογή αριθμός اختيار الخيار خيار رقم گزینه گزینهٔ شماره विकल्प नंबर "
    "选项 選項 番号 選択肢 옵션 번호 ตัวเลือก"
)
_MARKERS = frozenset(fold(_MARKER_WORDS).split())
_NUMERO = re.compile(r"(?i)\bn\s*\.?\s*[º°]\s*(?=\d)|№")
_ENGLISH_NUMBER = re.compile(r"(?i)\bno\.\s*(?=\d)")
_RUSSIAN_ENDING = re.compile(r"(?<=\d)-(?=(?:й|я|е)\b)")


@dataclass(frozen=True)
class Number:
    """A number in a reply: its value (or ``LAST``) and the words from ``start`` up to ``end`` that say it."""

    value: int
    start: int
    end: int


@dataclass(frozen=True)
class Numbers:
    """The numbers of a reply and the words around them that say something else.

    ``found`` leaves out words that may just as well be fillers ("one" in "the family one").
    """

    found: tuple[Number, ...]
    rest: tuple[int, ...]

    @property
    def values(self) -> tuple[int, ...]:
        """The different values, in the order in which they were said."""
        return tuple(dict.fromkeys(number.value for number in self.found))


def prepared(reply: str, language: str) -> str:
    """Give the reply with its signs for "number" ("nº 3", English "no. 3") taken away before the digits."""
    text = _NUMERO.sub(" ", reply)
    text = _ENGLISH_NUMBER.sub(" ", text) if language == "en" else text
    lone = text.strip()
    numeral = unicodedata.numeric(lone, 0) if len(lone) == 1 else 0
    return str(int(numeral)) if numeral >= 1 and numeral == int(numeral) else _RUSSIAN_ENDING.sub("", text)


def numbers_in(words: Phrase, vocabulary: Vocabulary) -> Numbers:
    """Find the numbers in the words of a reply and tell which words are neither numbers nor fillers."""
    fillers = found(words, vocabulary.fillers)
    idle = {place for start, end in fillers for place in range(start, end)}
    idle |= {place for place, word in enumerate(words) if word in _MARKERS}
    every = [number for number in _spoken(words, vocabulary) if not _inside_longer(number, fillers)]
    sure = [n for n in every if n.end - n.start > 1 or n.start not in idle]
    chosen = _sure_numbers(every, sure, words)
    taken = {place for number in chosen for place in range(number.start, number.end)}
    return Numbers(tuple(chosen), tuple(sorted(set(range(len(words))) - idle - taken)))


def apart(words: Phrase) -> Phrase:
    """Cut digits off the letters of scripts without spaces: "2と3" becomes three words."""
    return tuple(_DIGIT_EDGE.sub(" ", " ".join(words)).split())


def leading_number(words: Phrase) -> str:
    """Give the digits a label begins with ("7 seats", "3人"), or an empty text."""
    return next(iter(_numerals(words[:1])), "")


def numbers_of(words: Phrase) -> tuple[str, ...]:
    """Give all numbers a label is about, as digits without leading zeros."""
    return _numerals(words)


def leading_number_word(words: Phrase, vocabulary: Vocabulary) -> str:
    """Give the number a label begins with in words ("Two seats", "三人"), as digits, or an empty text."""
    if not words:
        return ""
    value = vocabulary.positions.get(words[:1]) or _HAN.get(words[0][0])
    return str(value) if value else ""


def canonical(digits: str) -> str:
    """Give digits without leading zeros."""
    return digits.lstrip("0") or "0"


def _numerals(words: Phrase) -> tuple[str, ...]:
    numerals = []
    for word in words:
        glued = _GLUED.fullmatch(word)
        if word[0] in "0123456789" and (glued or not re.search(r"[^0-9.]", word)):
            numerals.append(canonical(glued[1] if glued else word))
    return tuple(numerals)


def _spoken(words: Phrase, vocabulary: Vocabulary) -> list[Number]:
    known = {**vocabulary.positions, **dict.fromkeys(vocabulary.last, LAST)}
    numbers = [Number(known[words[start:end]], start, end) for start, end in found(words, known)]
    taken = {place for number in numbers for place in range(number.start, number.end)}
    written = ((place, _written(word)) for place, word in enumerate(words) if place not in taken)
    numbers += [Number(value, place, place + 1) for place, value in written if value is not None]
    return sorted(numbers, key=lambda number: number.start)


def _written(word: str) -> int | None:
    ordinal = _ORDINAL.fullmatch(word)
    if ordinal is None:
        return int(word) if word.isascii() and word.isdigit() and len(word) <= 15 else None
    digits = ordinal[1] or ordinal[2]
    return _HAN[digits] if digits in _HAN else int(digits)


def _inside_longer(number: Number, fillers: list[tuple[int, int]]) -> bool:
    """Tell whether the number is only a part of a filler, as "one" is of "the one"."""
    return any(
        s <= number.start and number.end <= e and e - s > number.end - number.start for s, e in fillers
    )


def _sure_numbers(every: list[Number], sure: list[Number], words: Phrase) -> list[Number]:
    """Keep a word that may be a filler where it is alone ("one") or precedes a number ("one second")."""
    if not sure:
        return every if len(words) == 1 else []
    return [number for number in every if number in sure or number.end == sure[0].start]
