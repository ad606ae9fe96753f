"""Phrases come from files, one a language; a new language is a new file."""

from __future__ import annotations

from pathlib import Path

import pytest

from customer_profiler.adapters.phrasebook import load_phrasebook, phrase_languages, words_in
from customer_profiler.adapters.similarity import edit_distance
from customer_profiler.core.matching import Candidate, Status, match
from customer_profiler.core.phrases import Phrases

FRENCH = """\
language: fr
texts: {greeting: "Bonjour {name}"}
titles: {menu: Menu}
reasons: {price: Trop cher}
commands:
  go_back: [retour, "Précédent !"]
  ask_help: ["?"]
words:
  fillers: [le, la]
  negations: [pas]
  positions: {numéro un: 1}
  last: [le dernier]
"""


@pytest.fixture
def french(tmp_path: Path) -> Phrases:
    (tmp_path / "fr.yml").write_text(FRENCH, encoding="utf-8")
    return load_phrasebook(tmp_path)["fr"]


def test_a_file_is_enough_for_a_language(french: Phrases, tmp_path: Path) -> None:
    assert phrase_languages(tmp_path) == ("fr",)
    assert french.texts["greeting"] == "Bonjour {name}"
    assert french.titles["menu"] == "Menu"
    assert french.reasons["price"] == "Trop cher"


def test_commands_are_kept_as_they_are_compared(french: Phrases) -> None:
    assert french.command("RETOUR") == "go_back"
    assert french.command("precedent") == "go_back"


def test_a_command_of_signs_alone_does_not_make_silence_a_command(french: Phrases) -> None:
    assert french.command("") == ""
    assert french.command("🙂") == ""


def test_words_of_the_file_serve_the_matching(french: Phrases) -> None:
    assert french.words.language == "fr"
    assert french.words.fillers == {"le", "la"}
    assert french.words.negations == {"pas"}
    assert french.words.last == {"le dernier"}


def test_number_words_of_the_language_are_added(french: Phrases) -> None:
    assert french.words.positions["deux"] == 2
    assert french.words.positions["numéro un"] == 1


def test_words_may_be_left_out(tmp_path: Path) -> None:
    (tmp_path / "fr.yml").write_text(FRENCH.partition("words:")[0], encoding="utf-8")

    assert load_phrasebook(tmp_path)["fr"].words.fillers == frozenset()


def test_a_folder_without_files_has_no_phrases(tmp_path: Path) -> None:
    assert load_phrasebook(tmp_path) == {}
    assert phrase_languages(tmp_path) == ()


def test_the_bots_own_phrases_always_have_english() -> None:
    assert "en" in load_phrasebook()
    assert "en" in phrase_languages()


def test_a_language_without_phrase_file_has_its_own_number_words_and_no_english_ones() -> None:
    words = words_in("de")

    assert words.positions["dritte"] == 3
    assert not words.fillers and not words.negations
    assert words_in("en-GB") == words_in("en")


@pytest.mark.parametrize(
    ("language", "reply", "label"),
    [
        ("de", "zucker", "Zuckerfrei"),
        ("de", "Akku", "ohne Akku"),
        ("fr", "alcool", "Sans alcool"),
        ("tr", "şeker", "Şekersiz"),
    ],
)
def test_opposites_are_not_taken_for_a_pick_in_languages_without_phrase_file(
    language: str, reply: str, label: str
) -> None:
    options = [Candidate("opposite", (label,)), Candidate("other", ("XYZ",))]

    assert match(reply, options, words_in(language), edit_distance).status is Status.NONE
