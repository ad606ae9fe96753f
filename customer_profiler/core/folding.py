"""Text as the matcher compares it: one form for everything that people type differently and mean alike.

Three strengths. `plain` only ignores case and outer blanks, `fold` also accents, emoji, punctuation and
the ways of writing a number, `squash` also the spaces. `signs` keeps what folding drops although it
changes the meaning (``<20`` is not ``>20``).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_EMOJI = re.compile("[\U0001f000-\U0001f0ff\U0001f10d-\U0001f3fa\U0001f400-\U0001faff\u2122\u24c2\u3297\u3299\u2139]")
_SKIN_TONES = re.compile("[\U0001f3fb-\U0001f3ff]")
_REFUSING_EMOJI = frozenset("🚫❌⛔👎🙅✖")
_FRACTIONS = re.compile("([\u00bc-\u00be\u2150-\u215f\u2189])")
_INVISIBLE_MARKS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef\u180b-\u180d\u3164\u115f\u1160\uffa0]")

# Marks that people leave out: European accents, Arabic vowels, Hebrew points, the Indic nukta. Vowel
# signs of Indic scripts and of Thai are letters to their readers, so they stay.
_OPTIONAL_MARKS = re.compile(
    "[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u093c\u09bc\u0a3c\u0abc]"
)
_LETTERS = str.maketrans(
    {"ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "ħ": "h", "ʼ": "'"}
    | {"ـ": "", "ي": "ی", "ى": "ی", "ك": "ک", "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ؤ": "و", "ئ": "ی"}
    | {"ة": "ه", "ۀ": "ه", "ە": "ه", "ہ": "ه", "ھ": "ه", "ۃ": "ه", "ँ": "ं"}
)
_SCANDINAVIAN = str.maketrans({"å": "aa", "ø": "oe", "æ": "ae"})
_EXPANSIONS = {"de": str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})} | dict.fromkeys(
    ("da", "no", "nb", "nn"), _SCANDINAVIAN
)

_THOUSANDS = re.compile(r"(?<![0-9])(?<![0-9][.,'’٬])[1-9][0-9]{0,2}([.,'’٬ ])[0-9]{3}(?:\1[0-9]{3})*(?![0-9])")
_LAKHS = re.compile(r"(?<![0-9.,])[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}(?![0-9])")
_DECIMALS = re.compile(r"(?<![0-9])(?<![0-9][.,٫])([0-9]+)[.,٫]([0-9]+)(?![0-9]|[.,٫][0-9])")
_BARE_DECIMALS = re.compile(r"(?:(?<=\s)|^)[.,٫]([0-9]+)")
_POINT = "\x00"

_COMPARISON = re.compile(r"([<>])(?=[\s=]*[0-9$€£¥])")
_MINUS = re.compile(r"(?:^\s*[-−–—]\s*|(?<=[\s(])[-−–—])[0-9]")
_PLUS_BEFORE = re.compile(r"(?:^|\s)\+[0-9]")
_PLUS_AFTER_DIGIT = re.compile(r"[0-9]\+(?!\w)")
_AFTER_LETTER = re.compile(r"[^\W\d_](\++|#)(?!\w)")

_EARLY_PAUSE = re.compile(r"\W*\w+\s*[,;:.!?،؛、。，]+\s*\w")

_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
_HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")


def plain(text: str) -> str:
    """Give the text without differences of case, of spacing, and of characters that nobody sees."""
    lowered = unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).casefold())
    return " ".join(_without_invisible(lowered).split())


def toneless(text: str) -> str:
    """Give the plain text without the skin tones of its emoji."""
    return _SKIN_TONES.sub("", plain(text))


def fold(text: str, language: str = "") -> str:
    """Give the folded words of a text joined by single spaces; empty when no letter or digit is left.

    With a language, letters that it also spells with two are written so: ``fold("Größe", "de")`` is
    ``groesse``, ``fold("Größe")`` is ``grosse``. A decimal number keeps its point; every other
    word consists of letters, their vowel signs and digits.
    """
    lowered = unicodedata.normalize("NFKC", normalized(text).casefold())
    expanded = lowered.translate(_EXPANSIONS.get(language.split("-")[0].lower(), {}))
    letters = _without_marks(expanded).translate(_LETTERS)
    kept = "".join(map(_kept, _with_plain_numbers(letters)))
    return " ".join(kept.replace(_POINT, ".").split())


@lru_cache(maxsize=8192)
def fold_known(text: str, language: str = "") -> str:
    """Fold a text that comes again, of the content or a phrase file. What people write is never kept here."""
    return fold(text, language)


def squash(folded: str) -> str:
    """Give folded text without its spaces, except between two digits ("3 4" never becomes "34")."""
    return re.sub(r"(?<![0-9]) | (?![0-9])", "", folded)


def signs(text: str) -> frozenset[str]:
    """Give the signs of a text that folding drops but that change what it says, as in "<20" or "C++"."""
    normal = normalized(text, keep_emoji=True)
    found = {sign for sign in normal if sign in "≤≥≠±%‰⁄" or unicodedata.category(sign) == "Sc"}
    found |= {sign for sign in text if sign in _REFUSING_EMOJI}
    found |= set(_COMPARISON.findall(normal))
    found |= {"letter" + sign for sign in _AFTER_LETTER.findall(normal)}
    patterns = {"minus": _MINUS, "plus": _PLUS_BEFORE, "+": _PLUS_AFTER_DIGIT}
    return frozenset(found | {name for name, pattern in patterns.items() if pattern.search(normal)})


def is_qualifying(sign: str) -> bool:
    """Tell whether a text says something else without the sign: "<20" does, "20 €" and "20+" do not."""
    return not (sign in "+%‰" or sign in _REFUSING_EMOJI or unicodedata.category(sign[0]) == "Sc")


def pauses_early(text: str) -> bool:
    """Tell whether a pause follows the first word, as in "No, family" which is not "No family"."""
    return _EARLY_PAUSE.match(text) is not None


def is_refusing(sign: str) -> bool:
    """Tell whether the sign is an emoji that says no."""
    return sign in _REFUSING_EMOJI


def normalized(text: str, keep_emoji: bool = False) -> str:
    """Give the text in compatibility form, with ASCII digits and without invisible characters."""
    spaced = _FRACTIONS.sub(r" \1 ", text.replace("🔟", " 10 "))
    toned = _SKIN_TONES.sub("", spaced)
    visible = toned if keep_emoji else _EMOJI.sub(" ", toned)
    normal = unicodedata.normalize("NFKC", _without_invisible(visible))
    return "".join(map(_ascii_digit, normal))


def is_unspaced(text: str) -> bool:
    """Tell whether the text holds a script that is written without spaces between words (kana, Thai ...)."""
    return _UNSPACED.search(text) is not None


def is_syllabic(text: str) -> bool:
    """Tell whether a single character of the text can be a syllable or a word (Han, kana, Hangul ...)."""
    return is_unspaced(text) or _HANGUL.search(text) is not None


def _without_marks(text: str) -> str:
    return unicodedata.normalize("NFC", _OPTIONAL_MARKS.sub("", unicodedata.normalize("NFD", text)))


def _without_invisible(text: str) -> str:
    return "".join(char for char in _INVISIBLE_MARKS.sub("", text) if not _is_invisible(char))


def _is_invisible(char: str) -> bool:
    category = unicodedata.category(char)
    return category in ("Cf", "Me") or (category == "Cc" and not char.isspace())


def _ascii_digit(char: str) -> str:
    digit = unicodedata.decimal(char, None)
    return char if digit is None else str(digit)


def _with_plain_numbers(text: str) -> str:
    joined = _LAKHS.sub(lambda number: re.sub("[^0-9]", "", number[0]), text)
    joined = _THOUSANDS.sub(lambda number: re.sub("[^0-9]", "", number[0]), joined)
    joined = _BARE_DECIMALS.sub(rf"0{_POINT}\1", joined)
    return _DECIMALS.sub(rf"\1{_POINT}\2", joined)


def _kept(char: str) -> str:
    return char if char == _POINT or unicodedata.category(char)[0] in "LMN" else " "
