"""A person gets their language when the content has it, and always finds the way to another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_profiler.adapters.locales import autonym
from customer_profiler.adapters.phrasebook import load_phrasebook
from customer_profiler.core.folding import fold
from customer_profiler.core.languages import (
    WORD_FOR_LANGUAGE,
    WORDS_FOR_STOP,
    asks_for_language,
    asks_to_stop,
    base_code,
    choose_language,
    named_language,
)


@pytest.mark.parametrize(
    ("wishes", "chosen"),
    [
        ((), "en"),
        (("", ""), "en"),
        (("es",), "es"),
        (("ES",), "es"),
        (("", "es_ES"), "es"),
        (("", "es-MX"), "es"),
        (("fa", "es_ES"), "es"),
        (("es", "en_US"), "es"),
        (("xx", "yy_ZZ"), "en"),
    ],
)
def test_the_first_wish_that_the_content_has_is_taken(wishes: tuple[str, ...], chosen: str) -> None:
    assert choose_language(["en", "es"], *wishes) == chosen


def test_without_a_wish_it_is_the_contents_first_language() -> None:
    assert choose_language(["fa", "en"], "", "de_DE") == "fa"


@pytest.mark.parametrize("wish", ["pt-BR", "pt_BR", "pt_br"])
def test_a_language_with_a_region_is_met_by_its_own_code(wish: str) -> None:
    """Content may be in ``pt-BR``; who has chosen it, or whose channel says so, gets it."""
    assert choose_language(["en", "pt-BR"], wish) == "pt-BR"


@given(
    st.lists(st.sampled_from(["en", "es", "fa", "de", "tr"]), min_size=1, unique=True), st.lists(st.text(max_size=8))
)
def test_the_language_is_always_one_of_the_contents(languages: list[str], wishes: list[str]) -> None:
    assert choose_language(languages, *wishes) in languages


@pytest.mark.parametrize("typed", ["language", "Language", " LANGUAGE! ", "idioma", "Idioma", "زبان", "زبان؟"])
def test_the_word_language_in_english_or_any_of_the_contents_languages_asks_for_them(typed: str) -> None:
    assert asks_for_language(typed, ["es", "fa"])


@pytest.mark.parametrize("typed", ["sprache", "languages", "the language", "", "?"])
def test_any_other_text_does_not_ask_for_languages(typed: str) -> None:
    assert not asks_for_language(typed, ["es", "fa"])


def test_a_content_language_with_a_region_counts_with_its_language() -> None:
    assert asks_for_language("idioma", ["pt-BR"])


@pytest.mark.parametrize("code", sorted(WORD_FOR_LANGUAGE))
def test_the_word_of_every_language_is_understood(code: str) -> None:
    assert asks_for_language(WORD_FOR_LANGUAGE[code], [code])


@pytest.mark.parametrize(
    ("typed", "code"),
    [("Español", "es"), ("espanol", "es"), ("ESPAÑOL", "es"), ("English", "en"), ("فارسی", "fa"), ("فارسي", "fa")],
)
def test_a_language_is_chosen_by_its_own_name(typed: str, code: str) -> None:
    assert named_language(typed, ["en", "es", "fa"], autonym) == code


@pytest.mark.parametrize("typed", ["Deutsch", "Spanish please", "", "?"])
def test_what_is_no_name_of_a_content_language_chooses_none(typed: str) -> None:
    assert named_language(typed, ["en", "es", "fa"], autonym) == ""


def test_a_language_without_a_known_name_is_chosen_by_nothing() -> None:
    assert named_language("", ["qqq"], autonym) == ""


@pytest.mark.parametrize(("code", "base"), [("pt-BR", "pt"), ("pt_BR", "pt"), ("ES", "es"), ("zh-Hant-TW", "zh")])
def test_the_base_of_a_code_is_its_language(code: str, base: str) -> None:
    assert base_code(code) == base


# --- stop


@pytest.mark.parametrize(
    ("typed", "languages"),
    [
        ("Stopp!", ["en", "de"]),
        ("aufhoren", ["de"]),
        ("aufhören", ["de-AT"]),
        ("ARRÊTER", ["fr"]),
        ("arreter", ["fr"]),
        ("توقف", ["fa"]),
        ("停止", ["zh"]),
        ("sair", ["pt-BR"]),
    ],
)
def test_stop_is_understood_in_every_language_of_the_content(typed: str, languages: list[str]) -> None:
    assert asks_to_stop(typed, languages)


@pytest.mark.parametrize("typed", ["", "?", "🛑", "aufhören", "bitte nicht stopp sagen"])
def test_any_other_text_does_not_ask_to_stop(typed: str) -> None:
    assert not asks_to_stop(typed, ["en", "fr"])


@pytest.mark.parametrize("code", WORDS_FOR_STOP)
def test_no_word_for_stop_is_empty_or_means_a_language(code: str) -> None:
    for word in WORDS_FOR_STOP[code]:
        assert fold(word, code)
        assert not asks_for_language(word, WORD_FOR_LANGUAGE)
        assert not named_language(word, WORD_FOR_LANGUAGE, autonym)


@pytest.mark.parametrize("code", WORDS_FOR_STOP)
def test_no_word_for_stop_is_another_command_of_the_bot(code: str) -> None:
    commands = [phrases.command(word) for word in WORDS_FOR_STOP[code] for phrases in load_phrasebook().values()]

    assert set(commands) <= {"", "stop"}
