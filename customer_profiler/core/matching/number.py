"""The numbers that a reply says: "3", "the third", "option 3", "2 or 3"."""

from __future__ import annotations

from dataclasses import dataclass

from customer_profiler.core.folding import fold
from customer_profiler.core.matching.numeral import whole_number
from customer_profiler.core.matching.phrase import Phrase, Stretch, covered, found
from customer_profiler.core.matching.vocabulary import Vocabulary

LAST = -1
"""The value of "the last one" until the number of options is known."""

# Words for "option" and "number" cannot change what a number beside them means, in no language.
_MARKERS = frozenset(
    fold(
        "option opción opció opção opzione optie opsi opcja numero número numéro nummer number num nr numara "
        "seçenek вариант номер опция επιλογή αριθμός اختيار الخيار خيار رقم گزینه گزینهٔ شماره विकल्प नंबर "
        "选项 選項 番号 選択肢 옵션 번호 ตัวเลือก"
    ).split()
)


@dataclass(frozen=True)
class Number:
    """A number in a reply: its value (or ``LAST``) and the words from ``start`` up to ``end`` that say it."""

    value: int
    start: int
    end: int


@dataclass(frozen=True)
class Numbers:
    """The numbers of a reply and the places of the words around them that say something else.

    ``found`` leaves out words that may just as well be fillers ("one" in "the family one").
    """

    found: tuple[Number, ...]
    rest: tuple[int, ...]

    @property
    def only(self) -> int | None:
        """The value when the reply says one number, perhaps twice, and nothing else."""
        values = {number.value for number in self.found}
        return values.pop() if len(values) == 1 and not self.rest else None


def numbers_in(words: Phrase, vocabulary: Vocabulary) -> Numbers:
    """Find the numbers in the words of a reply and tell which words are neither numbers nor fillers."""
    fillers = found(words, vocabulary.fillers)
    idle = covered(fillers) | {place for place, word in enumerate(words) if word in _MARKERS}
    every = [number for number in _spoken(words, vocabulary) if not _inside_longer(number, fillers)]
    sure = [number for number in every if number.end - number.start > 1 or number.start not in idle]
    chosen = _chosen(every, sure, words)
    said = covered((number.start, number.end) for number in chosen)
    return Numbers(tuple(chosen), tuple(place for place in range(len(words)) if place not in idle | said))


def _spoken(words: Phrase, vocabulary: Vocabulary) -> list[Number]:
    known = {**vocabulary.positions, **dict.fromkeys(vocabulary.last, LAST)}
    named = found(words, known)
    numbers = [Number(known[words[start:end]], start, end) for start, end in named]
    for place in set(range(len(words))) - covered(named):
        value = whole_number(words[place])
        if value is not None:
            numbers.append(Number(value, place, place + 1))
    return sorted(numbers, key=lambda number: number.start)


def _inside_longer(number: Number, fillers: list[Stretch]) -> bool:
    """Tell whether the number is only a part of a filler, as "one" is of "the one"."""
    length = number.end - number.start
    return any(start <= number.start and number.end <= end and end - start > length for start, end in fillers)


def _chosen(every: list[Number], sure: list[Number], words: Phrase) -> list[Number]:
    """Keep a word that may be a filler where it is alone ("one") or precedes a number ("one second")."""
    if not sure:
        return every if len(words) == 1 else []
    return [number for number in every if number in sure or number.end == sure[0].start]
