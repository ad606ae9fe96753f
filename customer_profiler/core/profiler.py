"""A profiler as its author means it: questions by level, products, recommendation matrix, messages.

Everything here is immutable and free of file formats; `adapters/content` reads and writes spreadsheets,
`core/document.py` gives the form that is hashed and stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property

from customer_profiler.core.condition import Condition
from customer_profiler.core.errors import UnknownOption, UnknownProduct, UnknownQuestion
from customer_profiler.core.template import Template

MAX_LEVELS = 5
"""Questions stand on levels 1 to 5 (R4)."""

NEVER = None
"""The matrix cell ``never``: the product is excluded when the row counts."""

Texts = Mapping[str, str]
"""Language code -> text. The profiler's first language is always present."""


def text_in(texts: Texts, language: str, default_language: str) -> str:
    """Give the text in ``language``, else in the content's default language, else an empty text."""
    return texts.get(language) or texts.get(default_language, "")


class Kind(str, Enum):
    """The kinds of data about a person (R11, R59)."""

    DEMOGRAPHIC = "demographic"
    BEHAVIOURAL = "behavioural"
    TRANSACTIONAL = "transactional"
    PSYCHOGRAPHIC = "psychographic"


@dataclass(frozen=True)
class Option:
    """One answer that can be chosen. ``trait`` is ``name=value`` or empty."""

    id: str
    label: Texts
    description: Texts = field(default_factory=dict)
    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    trait: str = ""


@dataclass(frozen=True)
class Question:
    """A multiple-choice question on a level from 1 to 5, asked when ``show_if`` holds."""

    id: str
    level: int
    kind: Kind
    text: Texts
    options: tuple[Option, ...]
    show_if: Condition = field(default_factory=Condition)
    why: Texts = field(default_factory=dict)

    def option(self, option_id: str) -> Option:
        """Give the option of that id; raise ``UnknownOption``."""
        for option in self.options:
            if option.id == option_id:
                return option
        raise UnknownOption(option_id)


@dataclass(frozen=True)
class Product:
    """Something to recommend.

    ``price`` is a decimal number as text in ``currency`` (ISO 4217), or empty; ``priority`` breaks ties,
    lower first, None last; ``stock`` None means available, 0 means never shown; ``image`` is a path in
    the profiler's folder or an https address; an empty ``family`` differs from every other.
    """

    id: str
    title: Texts
    description: Texts = field(default_factory=dict)
    family: str = ""
    priority: int | None = None
    price: str = ""
    currency: str = ""
    stock: int | None = None
    url: str = ""
    image: str = ""


@dataclass(frozen=True)
class MatrixRow:
    """Points for products when ``when`` holds: product id -> points, or ``NEVER``. A blank cell is absent."""

    when: Condition
    cells: Mapping[str, int | None]


@dataclass(frozen=True)
class MessageRow:
    """A text of its own for a combination of answers (R23)."""

    when: Condition
    text: Texts


LEAD_FIELDS = ("name", "email", "phone")
"""What a lead form can ask, in the order in which it asks."""


@dataclass(frozen=True)
class LeadSettings:
    """Which details the lead form asks for, and which of them it insists on."""

    ask: tuple[str, ...] = ("name", "email")
    required: tuple[str, ...] = ("name", "email")


@dataclass(frozen=True)
class Profiler:
    """One guided questionnaire with its products and its matrix."""

    id: str
    title: Texts
    purpose: Texts
    languages: tuple[str, ...]
    objectives: tuple[str, ...]
    questions: tuple[Question, ...]
    products: tuple[Product, ...]
    matrix: tuple[MatrixRow, ...]
    messages: tuple[MessageRow, ...] = ()
    lead: LeadSettings = field(default_factory=LeadSettings)
    user_goals: tuple[str, ...] = ()
    user_tasks: tuple[str, ...] = ()
    flow_goals: tuple[str, ...] = ()
    templates: tuple[Template, ...] = ()

    @property
    def default_language(self) -> str:
        """The first of the languages; every text exists in it."""
        return self.languages[0]

    @cached_property
    def levels(self) -> tuple[int, ...]:
        """The levels that have a question, ascending."""
        return tuple(sorted({question.level for question in self.questions}))

    def question(self, question_id: str) -> Question:
        """Give the question of that id; raise ``UnknownQuestion``."""
        for question in self.questions:
            if question.id == question_id:
                return question
        raise UnknownQuestion(question_id)

    def product(self, product_id: str) -> Product:
        """Give the product of that id; raise ``UnknownProduct``."""
        for product in self.products:
            if product.id == product_id:
                return product
        raise UnknownProduct(product_id)

    def text(self, texts: Texts, language: str) -> str:
        """Give the text in ``language``, else in the default language."""
        return text_in(texts, language, self.default_language)
