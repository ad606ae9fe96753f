"""Advice on texts: translations and reasons for asking."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from customer_profiler.core.advice.places import (
    HEADER_ROW,
    MESSAGES,
    OPTIONS,
    PRODUCTS,
    PROFILER,
    QUESTIONS,
    Places,
    advice,
)
from customer_profiler.core.languages import base_code
from customer_profiler.core.problems import Problem
from customer_profiler.core.profiler import Profiler, Texts


@dataclass(frozen=True)
class _Column:
    """One translated column: its file, its name before the dot, and each row's number with its texts."""

    file: str
    name: str
    rows: Sequence[tuple[int, Texts]]


def text_advice(profiler: Profiler, places: Places, phrase_languages: Collection[str]) -> Iterator[Problem]:
    """Advise on missing translations, reasons and phrase files."""
    yield from _phrase_files(profiler, places, phrase_languages)
    for column in _columns(profiler, places):
        for language in profiler.languages[1:]:
            yield from _translations(column, profiler.default_language, language)
    yield from _reasons(profiler, places)


def _phrase_files(profiler: Profiler, places: Places, phrase_languages: Collection[str]) -> Iterator[Problem]:
    for language in profiler.languages:
        if not {language, base_code(language)}.intersection(phrase_languages):
            yield advice(
                PROFILER,
                places.key("languages"),
                "languages",
                f"the bot has no phrases of its own in “{language}”",
                "its greetings, buttons and retry texts will be English around your texts",
                f"ask whoever runs the bot to add a phrase file for “{language}”",
            )


def _columns(profiler: Profiler, places: Places) -> Iterable[_Column]:
    options = [(places.option(q.id, option.id), option) for q in profiler.questions for option in q.options]
    questions = [(places.question(question.id), question) for question in profiler.questions]
    products = [(places.product(product.id), product) for product in profiler.products]
    messages = [(places.message(index), message.text) for index, message in enumerate(profiler.messages)]
    return [
        _Column(PROFILER, "title", [(places.key("title"), profiler.title)]),
        _Column(PROFILER, "purpose", [(places.key("purpose"), profiler.purpose)]),
        _Column(QUESTIONS, "text", [(row, question.text) for row, question in questions]),
        _Column(QUESTIONS, "why", [(row, question.why) for row, question in questions]),
        _Column(OPTIONS, "label", [(row, option.label) for row, option in options]),
        _Column(OPTIONS, "description", [(row, option.description) for row, option in options]),
        _Column(PRODUCTS, "title", [(row, product.title) for row, product in products]),
        _Column(PRODUCTS, "description", [(row, product.description) for row, product in products]),
        _Column(MESSAGES, "text", messages),
    ]


def _translations(column: _Column, default: str, language: str) -> Iterator[Problem]:
    """Name each missing text, or the column once when it has no text at all in that language."""
    due = [(row, texts) for row, texts in column.rows if texts.get(default)]
    missing = [row for row, texts in due if not texts.get(language)]
    if column.file != PROFILER and len(missing) == len(due) > 1:
        missing = [HEADER_ROW]
    for row in missing:
        name = f"{column.name}.{language}"
        whole = " in every row" if row == HEADER_ROW and column.file != PROFILER else ""
        yield advice(
            column.file,
            row,
            name,
            f"“{name}” is missing{whole}",
            f"customers who chat in “{language}” will read the text in “{default}”",
            f"write the text in “{name}”",
        )


def _reasons(profiler: Profiler, places: Places) -> Iterator[Problem]:
    default = profiler.default_language
    for question in profiler.questions:
        if not question.why.get(default):
            yield advice(
                QUESTIONS,
                places.question(question.id),
                f"why.{default}",
                f"question “{question.id}” does not say why it is asked",
                "a customer who asks why reads only “Your answer helps me to find what suits you.”",
                f"write one sentence in “why.{default}”",
            )
