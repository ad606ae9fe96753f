"""Number words come from num2words, for every language it knows."""

from __future__ import annotations

import pytest

from customer_profiler.adapters.number_words import number_words


@pytest.mark.parametrize(
    ("language", "word", "number"),
    [
        ("en", "three", 3),
        ("en", "third", 3),
        ("es", "dos", 2),
        ("es", "segundo", 2),
        ("de", "drei", 3),
        ("tr", "üçüncü", 3),
        ("fa", "سه", 3),
        ("ru", "второй", 2),
        ("en-GB", "two", 2),
        ("pt-BR", "dois", 2),
    ],
)
def test_cardinals_and_ordinals_are_known(language: str, word: str, number: int) -> None:
    assert number_words(language)[word] == number


@pytest.mark.parametrize("language", ["xx", "", "el", "hi"])
def test_an_unknown_language_has_no_number_words(language: str) -> None:
    assert number_words(language) == {}


def test_counting_ends_where_asked() -> None:
    assert set(number_words("en", up_to=2)) == {"one", "two", "first", "second"}


def test_a_caller_cannot_change_the_words_for_others() -> None:
    number_words("en").clear()
    assert number_words("en")
