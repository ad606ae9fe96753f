"""Reads the bot's own phrases, one file a language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from customer_profiler.adapters.number_words import number_words
from customer_profiler.core.folding import fold
from customer_profiler.core.languages import base_code
from customer_profiler.core.phrases import Phrases
from customer_profiler.core.words import Words

PHRASES = Path(__file__).parents[1] / "phrases"


def load_phrasebook(folder: Path = PHRASES) -> dict[str, Phrases]:
    """Give language code -> phrases of every file in the folder."""
    books = [_phrases(YAML(typ="safe").load(path.read_text("utf-8"))) for path in sorted(folder.glob("*.yml"))]
    return {book.language: book for book in books}


@lru_cache(maxsize=64)
def words_in(language: str) -> Words:
    """Give what replies in a language may be made of: its phrase file's words, else its number words alone.

    English words would be wrong there: they hide the negations the matcher knows of many languages.
    """
    book = load_phrasebook()
    known = book.get(language) or book.get(base_code(language))
    return known.words if known else Words(language, positions=number_words(base_code(language)))


def phrase_languages(folder: Path = PHRASES) -> tuple[str, ...]:
    """Give the codes of the languages that have a phrase file."""
    return tuple(sorted(path.stem for path in folder.glob("*.yml")))


def _phrases(document: Mapping[str, Any]) -> Phrases:
    language = document["language"]
    commands = {fold(said, language): intent for intent, phrases in document["commands"].items() for said in phrases}
    words = document.get("words", {})
    return Phrases(
        language=language,
        texts=document["texts"],
        titles=document["titles"],
        reasons=document["reasons"],
        commands={phrase: intent for phrase, intent in commands.items() if phrase},
        introductions=tuple(document.get("introductions", ())),
        details={
            detail: tuple(fold(word, language) for word in words)
            for detail, words in document.get("details", {}).items()
        },
        words=Words(
            language=language,
            fillers=frozenset(words.get("fillers", ())),
            negations=frozenset(words.get("negations", ())),
            positions={**number_words(language), **words.get("positions", {})},
            last=frozenset(words.get("last", ())),
        ),
    )
