"""The bot's own phrases in one language, apart from anything a client writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from customer_profiler.core.folding import fold
from customer_profiler.core.words import Words


@dataclass(frozen=True)
class Phrases:
    """Everything the bot says or understands by itself in one language.

    ``texts`` are sentences with ``{placeholders}``; ``titles`` are button titles; ``reasons`` are the
    answers to "why does neither suit you?"; ``commands`` maps a folded phrase to the intent it stands
    for; ``introductions`` stand before a name ("my name is"); ``details`` maps each of ``LEAD_FIELDS`` to the folded
    words by which people call it; ``words`` serve the matching of replies.
    """

    language: str
    texts: Mapping[str, str]
    titles: Mapping[str, str]
    reasons: Mapping[str, str]
    commands: Mapping[str, str]
    introductions: tuple[str, ...] = ()
    details: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    words: Words = field(default_factory=lambda: Words(""))

    def bare_name(self, text: str) -> str:
        """Give a name without the words that introduce it: "My name is Ana" -> "Ana"."""
        stripped = text.strip()
        for introduction in sorted(self.introductions, key=len, reverse=True):
            if stripped.lower().startswith(f"{introduction} "):
                return stripped[len(introduction) :].strip(" ,:")
        return stripped

    def command(self, text: str) -> str:
        """Give the intent of a reply that is exactly one of the commands, or an empty text."""
        return self.commands.get(fold(text, self.language), "")

    def detail(self, text: str) -> str:
        """Give the one contact detail that a text names, "change my e-mail" -> "email", or an empty text."""
        said = f" {fold(text, self.language)} "
        named = [detail for detail, words in self.details.items() if any(f" {word} " in said for word in words)]
        return named[0] if len(named) == 1 else ""
