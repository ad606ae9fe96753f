"""What replies in a language may be made of: the small words the matcher must know.

Without any of them (a language that has no phrase file) labels, synonyms, digits, prefixes and near
spellings still work; the matcher is then only stricter about extra words.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field

from customer_profiler.core.folding import fold_known, is_syllabic

Phrase = tuple[str, ...]
"""Folded words in the order in which they stand."""


@dataclass(frozen=True)
class Words:
    """Words of one language, as people type them (the matcher folds them itself).

    ``fillers`` may stand around a pick without changing it ("the", "please"); ``negations`` turn it round
    ("not", "without"); ``positions`` maps ordinals and number words to positions from 1 ("third" -> 3);
    ``last`` name the last option.
    """

    language: str
    fillers: frozenset[str] = frozenset()
    negations: frozenset[str] = frozenset()
    positions: Mapping[str, int] = field(default_factory=dict)
    last: frozenset[str] = frozenset()


# Words that turn a label or a reply round in languages nobody wrote a phrase file for. They only ever
# make the matcher stricter, so a gap costs a question more and a word too many costs nothing else.
_KNOWN_NEGATIONS = {
    "ar": "لا ليس ليست غير بدون بلا مش مو ما لم لن دون عدا إلا",
    "bg": "не без нито никой няма нищо",
    "ca": "no sense cap ni mai excepte",
    "cs": "ne bez není žádný žádná žádné nikdy kromě nechci",
    "da": "nej ikke uden ingen intet aldrig undtagen",
    "de": "nein nicht kein keine keinen keinem keiner keines ohne nie niemals weder außer",
    "el": "όχι δεν μη μην χωρίς κανένα καμία κανένας ποτέ ούτε εκτός",
    "fa": "نه نیست ندارم ندارد نداریم نمی نمیخواهم بدون بی بجز جز هیچ هیچکدام فاقد",
    "fi": "ei en emme eivät ilman älä paitsi",
    "fr": "non ne pas n sans aucun aucune jamais ni sauf rien",
    "he": "לא אין בלי ללא אף חוץ",
    "hi": "नहीं ना न मत बिना बगैर सिवाय कोई नहीं",
    "hu": "nem nincs nélkül ne sem soha kivéve",
    "id": "tidak bukan tanpa jangan tak belum kecuali",
    "it": "no non senza nessun nessuno nessuna mai né tranne niente",
    "ms": "tidak bukan tanpa jangan tak belum kecuali",
    "nb": "nei ikke uten ingen aldri unntatt",
    "nl": "nee niet geen zonder nooit noch behalve",
    "no": "nei ikke uten ingen aldri unntatt",
    "pl": "nie bez żaden żadna żadne nigdy ani oprócz brak",
    "pt": "não nao sem nenhum nenhuma nunca nem exceto menos",
    "ro": "nu fără niciun nicio niciodată nici",
    "ru": "не нет без ни никогда никакой кроме нету",
    "sv": "nej inte utan ingen inga inget aldrig förutom",
    "sw": "hapana si hakuna bila sio siyo",
    "th": "ไม่ ไม่มี ไม่ใช่ ไม่เอา ยกเว้น",
    "tr": "hayır değil yok olmadan hiç istemiyorum hariç ne olmasın",
    "uk": "не ні немає без ніколи крім",
    "ur": "نہیں نہ بغیر بنا سوائے مت",
    "vi": "không chưa đừng chẳng trừ",
}
_KNOWN_ENDINGS = {
    "en": ("less", "free"),
    "de": ("los", "lose", "frei", "freie"),
    "nl": ("loos", "vrij"),
    "sv": ("los", "fri"),
    "tr": ("siz", "suz"),
    "az": ("siz", "suz"),
    "hu": ("talan", "telen", "mentes"),
    "fi": ("ton", "vapaa"),
}
_KNOWN_PARTS_IN_A_WORD = "不 无 無 没 沒 非 免 なし ない ません 以外 없 않 아니 못 ไม่"
_KNOWN_PARTS = tuple(_KNOWN_PARTS_IN_A_WORD.split())


@dataclass(frozen=True)
class Vocabulary:
    """The words of a language as the matcher uses them: folded, cut into phrases.

    ``negations`` also holds those known for the language without a phrase file;
    ``negations_are_known`` tells whether the phrase file gave any.
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
        base = words.language.split("-")[0].lower()
        given = _phrases(words.negations)
        negations = given | _phrases(_KNOWN_NEGATIONS.get(base, "").split())
        positions = {tuple(fold_known(word).split()): number for word, number in words.positions.items()}
        positions.pop((), None)
        fillers = frozenset(phrase for phrase in _phrases(words.fillers) if not found(phrase, negations))
        return cls(base, fillers, negations, positions, _phrases(words.last), bool(given))

    def negates(self, words: Phrase) -> bool:
        """Tell whether a negation stands among the words, or inside one in a script that glues it on."""
        glued = (part in word for word in words if is_syllabic(word) for part in _KNOWN_PARTS)
        return bool(found(words, self.negations)) or any(glued)

    def is_content(self, word: str) -> bool:
        """Tell whether the word is none of the small words: no filler, no negation, no number."""
        small = (self.fillers, self.negations, self.positions, self.last)
        return not any((word,) in phrases for phrases in small)

    def turns(self, rest: Phrase, tail: str = "") -> bool:
        """Tell whether the words (and end of a word) that a reply left unsaid would turn it round.

        "Children" is not "Children: none", nor "sugar" "sugarless".
        """
        endings = _KNOWN_ENDINGS.get(self.language, ())
        ends_so = tail.startswith(endings) or any(word.endswith(endings) for word in rest)
        return ends_so or self.negates((*rest, tail))


def found(words: Phrase, phrases: Container[Phrase]) -> list[tuple[int, int]]:
    """Give the places (start, end) where phrases stand in the words, from the left, the longest first."""
    places: list[tuple[int, int]] = []
    start = 0
    while start < len(words):
        ends = (end for end in range(min(len(words), start + 5), start, -1) if words[start:end] in phrases)
        end = next(ends, None)
        if end is not None:
            places.append((start, end))
        start = end if end is not None else start + 1
    return places


def _phrases(texts: Iterable[str]) -> frozenset[Phrase]:
    return frozenset(tuple(fold_known(text).split()) for text in texts) - {()}
