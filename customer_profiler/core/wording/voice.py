"""The voice of one conversation: the bot's phrases, the language, prices and addresses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from customer_profiler.core.languages import Autonym
from customer_profiler.core.messages import Button, payload
from customer_profiler.core.phrases import Phrases
from customer_profiler.core.profiler import Product, Profiler, Texts

PriceFormat = Callable[[str, str, str], str]
"""(amount, ISO 4217 currency, language code) -> the price as readers of that language write it."""


@dataclass(frozen=True)
class Voice:
    """Speaks one language.

    ``language`` is the language of the content's texts; ``phrases`` may be English where the bot has no
    phrases in that language. ``pictures_url`` is the base address of product pictures.
    """

    phrases: Phrases
    language: str
    price_format: PriceFormat
    autonym: Autonym
    pictures_url: str

    def say(self, key: str, **values: object) -> str:
        """Give one of the bot's sentences with its placeholders filled."""
        return self.phrases.texts[key].format(**values)

    def quote(self, *texts: str) -> str:
        """Give texts in the language's quotation marks, separated by commas."""
        return ", ".join(self.say("quoted", text=text) for text in texts)

    def button(self, key: str, intent: str, **entities: str) -> Button:
        """Give a button with one of the bot's titles."""
        return Button(self.phrases.titles[key], payload(intent, **entities))

    def content(self, profiler: Profiler, texts: Texts) -> str:
        """Give a text of the content in this language, else in the content's default language."""
        return profiler.text(texts, self.language)

    def price(self, product: Product) -> str:
        """Give the price as text, or an empty text when the product has none."""
        return self.price_format(product.price, product.currency, self.language) if product.price else ""

    def picture(self, profiler: Profiler, product: Product) -> str:
        """Give the address of the product's picture, or an empty text when it has none."""
        if not product.image or product.image.startswith("https://"):
            return product.image
        return f"{self.pictures_url}/{profiler.id}/{product.image}"
