"""What the renderers of all channels share: their words, and what they give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from customer_profiler.core.messages import Message
from customer_profiler.core.phrases import Phrases


@dataclass(frozen=True)
class ListWords:
    """The few words a renderer adds itself, in the language of the message.

    ``choose`` opens a list (at most 20 characters), ``more`` shows the options that did not fit (at most 20),
    ``by_number`` tells how to answer numbered text.
    """

    choose: str
    more: str
    by_number: str

    @classmethod
    def of(cls, phrases: Phrases) -> ListWords:
        """Take the words from the bot's phrases in a language."""
        return cls(phrases.titles["choose"], phrases.titles["more"], phrases.texts["by_number"])


@dataclass(frozen=True)
class Rendered:
    """One message as the platform takes it, without the recipient.

    ``body`` is the body of the call; ``has_image`` says that the platform fetches a picture first, so that a later
    message may overtake it. ``rest`` holds the options that "More ..." shows, under the same words; its payload names
    the id the message was rendered for.
    """

    body: Mapping[str, object]
    has_image: bool = False
    rest: Message | None = None
