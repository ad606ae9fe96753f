"""Number words of many languages, by num2words."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from num2words import num2words


def number_words(language: str, up_to: int = 20) -> dict[str, int]:
    """Give the cardinals and ordinals of a language from 1: "three" -> 3, "third" -> 3.

    A region is ignored where only its language is known ("en-GB"). Empty for an unknown language. A word
    that stands for two numbers is left out.
    """
    return dict(_number_words(language.replace("-", "_"), up_to))


@lru_cache(maxsize=128)
def _number_words(language: str, up_to: int) -> dict[str, int]:
    meanings: dict[str, set[int]] = {}
    for kind in ("cardinal", "ordinal"):
        for number in range(1, up_to + 1):
            for word in _spelled(number, kind, language):
                meanings.setdefault(word, set()).add(number)
    return {word: numbers.pop() for word, numbers in meanings.items() if len(numbers) == 1}


def _spelled(number: int, kind: str, language: str) -> Iterator[str]:
    # num2words raises NotImplementedError for an unknown language or kind, and its less tended
    # languages raise whatever their arithmetic runs into.
    for code in dict.fromkeys((language, language.split("_")[0])):
        try:
            word = str(num2words(number, lang=code, to=kind)).strip()
        except Exception:  # noqa: S112
            continue
        if word:
            yield word
            return
