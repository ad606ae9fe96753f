"""The languages of a profiler as the assistant would speak them, for advice on what channels make of it."""

from __future__ import annotations

from customer_profiler.adapters.locales import autonym, format_price
from customer_profiler.adapters.phrasebook import load_phrasebook
from customer_profiler.channels.advice import Tongue
from customer_profiler.channels.rendering import ListWords
from customer_profiler.core.languages import base_code
from customer_profiler.core.profiler import Profiler
from customer_profiler.core.wording.voice import Voice

PICTURES_URL = "https://bot.example.com/pictures"
"""Where the pictures will be is not known yet; any address does."""


def tongues(profiler: Profiler) -> list[Tongue]:
    """Give one tongue a language; where the bot has no phrases it speaks English around the texts."""
    book = load_phrasebook()
    found = []
    for language in profiler.languages:
        phrases = book.get(language) or book.get(base_code(language)) or book["en"]
        voice = Voice(phrases, language, format_price, autonym, PICTURES_URL)
        found.append(Tongue(voice, ListWords.of(phrases)))
    return found
