"""Advice on what WhatsApp and Messenger will make of a profiler, found by rendering it for both beforehand."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from itertools import combinations
from textwrap import shorten
from typing import Any
from urllib.parse import urlsplit

from customer_profiler.channels.bidi import unmarked
from customer_profiler.channels.facebook.render import render as render_messenger
from customer_profiler.channels.limits import IMAGE_TYPES, Messenger, WhatsApp, is_web_address, length
from customer_profiler.channels.options import label
from customer_profiler.channels.rendering import ListWords, Rendered
from customer_profiler.channels.whatsapp.render import render as render_whatsapp
from customer_profiler.core.advice.places import MESSAGES, OPTIONS, PRODUCTS, PROFILER, QUESTIONS, Places, advice
from customer_profiler.core.messages import Button, Message
from customer_profiler.core.problems import Problem
from customer_profiler.core.profiler import Product, Profiler, Question, Texts
from customer_profiler.core.run import RecommendedProduct, Run
from customer_profiler.core.wording.cards import card
from customer_profiler.core.wording.questions import purpose, question
from customer_profiler.core.wording.voice import Voice

_CHANNELS = {"WhatsApp": render_whatsapp, "Messenger": render_messenger}
_ID = "0" * 32
_EXCERPT = 80
_ANY_TIME = datetime.min.replace(tzinfo=timezone.utc)


@dataclass(frozen=True)
class Tongue:
    """One of the languages a profiler is spoken in: its voice, and the words that renderers add."""

    voice: Voice
    words: ListWords


def channel_advice(profiler: Profiler, places: Places, tongues: Iterable[Tongue]) -> list[Problem]:
    """Give the advice on labels, cards, texts and pictures that a channel does not show as they were written.

    The profiler must be free of errors; ``tongues`` are those of its languages. A text that several languages share,
    because only the default language has it, is named once.
    """
    found: dict[Problem, None] = dict.fromkeys(_pictures(profiler, places))
    for tongue in tongues:
        inspector = _Inspector(profiler, places, tongue)
        found |= dict.fromkeys(inspector.advice())
    return sorted(found)


def _pictures(profiler: Profiler, places: Places) -> Iterator[Problem]:
    """Advise on addresses of pictures of another kind; files are looked into when the content is loaded."""
    for product in profiler.products:
        kind, _ = mimetypes.guess_type(urlsplit(product.image).path)
        if is_web_address(product.image) and kind and kind not in IMAGE_TYPES:
            what = f"the picture of “{product.id}” is of the kind {kind}"
            why = "WhatsApp and Messenger show PNG and JPEG only"
            yield advice(PRODUCTS, places.product(product.id), "image", what, why, "give the address of a PNG or JPEG")


class _Inspector:
    """Looks at one profiler in one language."""

    def __init__(self, profiler: Profiler, places: Places, tongue: Tongue):
        self._profiler, self._places = profiler, places
        self._voice, self._words = tongue.voice, tongue.words

    def advice(self) -> Iterator[Problem]:
        """Give all advice for the language."""
        yield from self._texts()
        for asked in self._profiler.questions:
            yield from self._question(asked)
        for product in self._profiler.products:
            yield from self._card(product)

    # --- texts

    def _texts(self) -> Iterator[Problem]:
        profiler, places = self._profiler, self._places
        row, texts = places.key("purpose"), profiler.purpose
        yield from self._split(PROFILER, row, "purpose", texts, purpose(self._voice, profiler))
        for asked in profiler.questions:
            row, texts = places.question(asked.id), asked.text
            said = question(self._voice, profiler, asked).text
            # A short button: what long labels add is not the text's fault.
            yield from self._split(QUESTIONS, row, "text", texts, Message(said, (Button("1", "1"),)))
            yield from self._split(QUESTIONS, row, "why", asked.why, Message(self._content(asked.why)))
        for index, message in enumerate(profiler.messages):
            row, texts = places.message(index), message.text
            yield from self._split(MESSAGES, row, "text", texts, Message(self._content(texts)))

    def _split(self, file: str, row: int, name: str, texts: Texts, message: Message) -> Iterator[Problem]:
        counts = {channel: len(found) for channel, found in self._rendered(message).items() if len(found) > 1}
        if counts:
            what = f"this text has {length(self._content(texts)):,} characters"
            why = " and ".join(f"{channel} shows it in {count} messages" for channel, count in counts.items())
            yield advice(file, row, self._column(name, texts), what, why, "shorten it")

    # --- questions

    def _question(self, asked: Question) -> Iterator[Problem]:
        message = question(self._voice, self._profiler, asked)
        channels = self._rendered(message)
        spot = (QUESTIONS, self._places.question(asked.id), "question")
        by_number = [channel for channel, found in channels.items() if not _titles(found)]
        if by_number:
            what = f"the ids of “{asked.id}” and its options are too long for the buttons of {' and '.join(by_number)}"
            yield advice(*spot, what, "customers will have to type the number of an answer", "shorten them")
        pages = {channel: len(_titles(found)) - 1 for channel, found in channels.items() if found[-1].rest}
        if pages:
            what = f"question “{asked.id}” has {len(asked.options)} options"
            why = " and ".join(f"{channel} shows {count} of them before “More”" for channel, count in pages.items())
            mend = f"join options until {WhatsApp.ROWS.maximum} are left, or ask in two steps"
            yield advice(*spot, what, why, mend)
        yield from self._labels(asked, message.buttons)
        if _is_numbered(channels["WhatsApp"], message.buttons[0]):
            yield from self._look_alikes(asked, message.buttons)

    def _labels(self, asked: Question, buttons: Sequence[Button]) -> Iterator[Problem]:
        """Advise on labels that do not fit a button even alone."""
        for option, button in zip(asked.options, buttons, strict=True):
            channels = self._rendered(Message(label(button), (button,)))
            effects = [effect for channel, found in channels.items() if (effect := _effect(channel, found, button))]
            if effects:
                limit = Messenger.QUICK_REPLY_TITLE.maximum
                yield advice(
                    OPTIONS,
                    self._places.option(asked.id, option.id),
                    self._column("label", option.label),
                    f"“{_excerpt(button)}” has {length(label(button))} characters",
                    " and ".join(effects),
                    f"shorten it to {limit} and move the rest to the description",
                )
            room = WhatsApp.ROW_DESCRIPTION.maximum
            if length(button.description) > room:
                what = f"the description of “{_excerpt(button)}” has {length(button.description)} characters"
                why = f"WhatsApp shows the first {room} of it below the label"
                row, column = self._places.option(asked.id, option.id), self._column("description", option.description)
                yield advice(OPTIONS, row, column, what, why, f"shorten it to {room}")

    def _look_alikes(self, asked: Question, buttons: Sequence[Button]) -> Iterator[Problem]:
        """Advise on labels that are alike once WhatsApp's lists have shortened them."""
        for (_, one), (option, other) in combinations(zip(asked.options, buttons, strict=True), 2):
            together, *alone = (
                self._rendered(Message(asked.id, shown))["WhatsApp"] for shown in ((one, other), (one,), (other,))
            )
            if _is_numbered(together, one) and not any(map(_is_numbered, alone, (one, other))):
                what = f"“{_excerpt(other)}” begins like “{_excerpt(one)}”"
                why = "WhatsApp would show both as the same, so the answers are numbered there"
                row, column = self._places.option(asked.id, option.id), self._column("label", option.label)
                yield advice(OPTIONS, row, column, what, why, "let them differ in their first words")

    # --- cards

    def _card(self, product: Product) -> Iterator[Problem]:
        row = self._places.product(product.id)
        message = self._first_card(product)
        whatsapp, messenger = self._rendered(message).values()
        title, description = self._content(product.title), self._content(product.description)
        spot = (PRODUCTS, row, self._column("description", product.description))
        what = f"the description of “{product.id}” has {length(description)} characters"
        if len(whatsapp) > 1:
            why = f"WhatsApp shows {WhatsApp.BODY.maximum:,} below a picture and the rest in a message before it"
            yield advice(*spot, what, why, "shorten it")
        shown = _element(messenger)
        lines = [*description.split("\n"), self._voice.price(product)]
        if shown and not set(lines) <= {"", *unmarked(shown.get("subtitle", "")).split("\n")}:
            room = Messenger.SUBTITLE.maximum - (length(lines[-1]) + 1 if lines[-1] else 0)
            why = f"a card on Messenger has room for {room} beside the price, so a part stands in a message before it"
            yield advice(*spot, what, why, f"shorten it to {room}")
        if shown and unmarked(shown["title"]) != title:
            what = f"the title of “{product.id}” has {length(title)} characters"
            why = f"a card on Messenger shows {Messenger.TITLE.maximum}, so it stands in a message before the card too"
            column = self._column("title", product.title)
            yield advice(PRODUCTS, row, column, what, why, f"shorten it to {Messenger.TITLE.maximum}")

    def _first_card(self, product: Product) -> Message:
        """Give the product's card as the first of a recommendation, without reasons: these are not its author's."""
        entry = RecommendedProduct(product.id, 0, near_match=False, reasons=())
        run = Run(_ID, _ID, self._profiler.id, "", "", self._voice.language, "", _ANY_TIME, recommended=(entry, entry))
        return card(self._voice, self._profiler, run, 0)

    # --- rendering

    def _rendered(self, message: Message) -> dict[str, list[Rendered]]:
        return {
            channel: [each for _, each in render([message], self._words, lambda: _ID)]
            for channel, render in _CHANNELS.items()
        }

    def _content(self, texts: Texts) -> str:
        return self._voice.content(self._profiler, texts)

    def _column(self, name: str, texts: Texts) -> str:
        """Name the column whose text is used: the language's own or the default's."""
        own = texts.get(self._voice.language)
        return f"{name}.{self._voice.language if own else self._profiler.default_language}"


def _effect(channel: str, found: Sequence[Rendered], button: Button) -> str:
    titles = _titles(found)
    if not titles or titles == [label(button)]:
        return ""
    if _is_numbered(found, button):
        return f"{channel} numbers the answers and lists the labels above"
    return f"{channel} shows “{titles[0]}” with all of it below"


def _excerpt(button: Button) -> str:
    return shorten(button.title, _EXCERPT, placeholder=" …")


def _is_numbered(found: Sequence[Rendered], first: Button) -> bool:
    return _titles(found)[:1] == ["1"] != [label(first)]


def _titles(found: Sequence[Rendered]) -> list[str]:
    """Give the titles of what can be tapped in the last message."""
    body: Any = found[-1].body
    if "message" in body:
        return [unmarked(reply["title"]) for reply in body["message"].get("quick_replies", [])]
    action = body.get("interactive", {}).get("action", {})
    replies = [button["reply"] for button in action.get("buttons", [])]
    rows = [row for section in action.get("sections", []) for row in section["rows"]]
    return [unmarked(each["title"]) for each in (*replies, *rows)]


def _element(found: Sequence[Rendered]) -> Mapping[str, str]:
    """Give the card among Messenger's messages; a product without a picture has none."""
    bodies: list[Any] = [each.body for each in found]
    cards = [body["message"]["attachment"]["payload"] for body in bodies if "attachment" in body["message"]]
    return cards[0]["elements"][0] if cards else {}
