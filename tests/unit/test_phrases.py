"""Every phrase file says and understands what the English one does, and no command means two things."""

from __future__ import annotations

import string
from typing import Any

import pytest
import yaml

from customer_profiler.adapters.phrasebook import PHRASES, load_phrasebook, phrase_languages
from customer_profiler.core.folding import fold
from customer_profiler.core.phrases import Phrases

BOOK = load_phrasebook()
ENGLISH = BOOK["en"]
RAW: dict[str, dict[str, Any]] = {code: yaml.safe_load((PHRASES / f"{code}.yml").read_text("utf-8")) for code in BOOK}
INTENTS = yaml.safe_load((PHRASES.parents[1] / "domain.yml").read_text("utf-8"))["intents"]

MAX_TITLE = 20
"""Characters; the limit of WhatsApp's reply buttons."""

every_language = pytest.mark.parametrize("phrases", BOOK.values(), ids=BOOK.keys())


def placeholders(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def test_there_are_phrases_in_english_and_spanish() -> None:
    assert {"en", "es"} <= set(BOOK)


@pytest.mark.parametrize("code", phrase_languages())
def test_a_phrase_file_is_named_by_its_language(code: str) -> None:
    assert RAW[code]["language"] == code


@pytest.mark.parametrize("code", phrase_languages())
@pytest.mark.parametrize("section", ["texts", "titles", "reasons", "commands", "details"])
def test_a_phrase_file_has_exactly_the_keys_of_the_english_one(code: str, section: str) -> None:
    assert list(RAW[code][section]) == list(RAW["en"][section])


@pytest.mark.parametrize("code", phrase_languages())
def test_a_phrase_file_has_no_sections_of_its_own(code: str) -> None:
    assert set(RAW[code]) <= {"language", "texts", "titles", "reasons", "commands", "introductions", "details", "words"}


@every_language
def test_texts_use_every_placeholder_that_the_english_uses_and_no_other(phrases: Phrases) -> None:
    used = {key: placeholders(text) for key, text in phrases.texts.items()}

    assert used == {key: placeholders(text) for key, text in ENGLISH.texts.items()}


@every_language
def test_no_text_title_or_reason_is_empty(phrases: Phrases) -> None:
    for group in (phrases.texts, phrases.titles, phrases.reasons):
        assert all(isinstance(text, str) and text.strip() for text in group.values())


@every_language
def test_titles_and_reasons_fit_a_button(phrases: Phrases) -> None:
    titles = [*phrases.titles.values(), *phrases.reasons.values()]

    assert [title for title in titles if len(title) > MAX_TITLE] == []


@every_language
def test_buttons_that_may_stand_together_have_titles_of_their_own(phrases: Phrases) -> None:
    for titles in (phrases.titles.values(), phrases.reasons.values()):
        folded = [fold(title, phrases.language) for title in titles]
        assert len(set(folded)) == len(folded)


@pytest.mark.parametrize("code", phrase_languages())
def test_every_command_is_a_text(code: str) -> None:
    """YAML reads a bare ``no`` or ``yes`` as true or false; such a word must be quoted."""
    said = [phrase for phrases in RAW[code]["commands"].values() for phrase in phrases]

    assert [phrase for phrase in said if not isinstance(phrase, str)] == []


@pytest.mark.parametrize("code", phrase_languages())
def test_every_command_can_be_said(code: str) -> None:
    assert [intent for intent, phrases in RAW[code]["commands"].items() if not phrases] == []


def test_no_command_phrase_means_two_intents_across_languages() -> None:
    meanings: dict[str, set[str]] = {}
    for code, raw in RAW.items():
        for intent, phrases in raw["commands"].items():
            for phrase in phrases:
                for folded in {fold(phrase), fold(phrase, code)} - {""}:
                    meanings.setdefault(folded, set()).add(intent)

    assert {phrase: intents for phrase, intents in meanings.items() if len(intents) > 1} == {}


@every_language
def test_every_command_intent_exists_in_the_domain(phrases: Phrases) -> None:
    assert set(phrases.commands.values()) <= set(INTENTS)


@every_language
def test_a_buttons_own_title_typed_means_the_button_and_no_other_command(phrases: Phrases) -> None:
    """A person types what stands on the button; where that is a command it must be the button's."""
    intents = {
        "my_recommendations": "show_recommendation", "my_data": "show_my_data", "person": "ask_person",
        "menu": "show_menu", "continue": "resume_run", "start_anew": "start_again", "see_again": "show_recommendation",
        "change": "change_answer", "quote": "choose_product", "another": "show_alternative",
        "neither": "refuse_products", "skip": "skip_field",
    }  # fmt: skip

    wrong = {title: phrases.command(phrases.titles[title]) for title in intents}
    assert {title: said for title, said in wrong.items() if said not in ("", intents[title])} == {}


@pytest.mark.parametrize(
    ("code", "typed", "intent"),
    [
        ("en", "Go back", "go_back"),
        ("en", "STOP!", "stop"),
        ("en", " why? ", "ask_why"),
        ("es", "ATRAS", "go_back"),
        ("es", "¿Por qué?", "ask_why"),
        ("es", "menu", "show_menu"),
    ],
)
def test_case_accents_and_punctuation_of_a_command_do_not_count(code: str, typed: str, intent: str) -> None:
    assert BOOK[code].command(typed) == intent


@pytest.mark.parametrize("typed", ["", "   ", "🙂", "go back to the city", "I want to stop here"])
def test_only_a_whole_reply_is_a_command(typed: str) -> None:
    assert ENGLISH.command(typed) == ""


@pytest.mark.parametrize("code", phrase_languages())
def test_every_phrase_of_a_command_is_understood_as_that_command(code: str) -> None:
    """A phrase of signs alone ("?") folds to nothing and could never be said."""
    said = {(intent, phrase) for intent, phrases in RAW[code]["commands"].items() for phrase in phrases}

    assert [(intent, phrase) for intent, phrase in said if BOOK[code].command(phrase) != intent] == []
