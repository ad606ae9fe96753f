"""The sheets that make up a profiler, and their columns and keys (the content format)."""

from __future__ import annotations

from dataclasses import dataclass

from customer_profiler.core.advice import places

PROFILER = places.PROFILER
KEY, VALUE = "key", "value"


@dataclass(frozen=True)
class Table:
    """The columns of a sheet.

    ``columns`` must all be there. ``texts`` come once a language, ``text.en``, and must be there in the
    default language; ``more_texts`` likewise, but none is a must. ``noun`` names what a row stands for.
    """

    file: str
    noun: str
    columns: tuple[str, ...]
    texts: tuple[str, ...] = ()
    more_texts: tuple[str, ...] = ()
    optional: bool = False

    @property
    def sheet_title(self) -> str:
        """The title of the sheet in a workbook: the file name without its ending."""
        return self.file.partition(".")[0]


SETTINGS = Table(PROFILER, "key", (KEY, VALUE))
QUESTIONS = Table(places.QUESTIONS, "question", ("question", "level", "kind", "show_if"), ("text",), ("why",))
OPTIONS = Table(places.OPTIONS, "option", ("question", "option", "trait"), ("label",), ("description", "synonyms"))
PRODUCTS = Table(
    places.PRODUCTS,
    "product",
    ("product", "family", "priority", "price", "currency", "stock", "url", "image"),
    ("title",),
    ("description",),
)
MATRIX = Table(places.MATRIX, "rule", ("when",))
MESSAGES = Table(places.MESSAGES, "message", ("when",), ("text",), optional=True)
TEMPLATES = Table(
    places.TEMPLATES,
    "template",
    ("template", "language", "category", "header", "body", "footer", "buttons"),
    optional=True,
)

TABLES = (SETTINGS, QUESTIONS, OPTIONS, PRODUCTS, MATRIX, MESSAGES, TEMPLATES)
"""All sheets of a profiler, in the order in which an author fills them."""

TEXT_KEYS = ("title", "purpose")
"""Keys of profiler.yml that hold a text for each language."""

LIST_KEYS = (
    "objectives",
    "user_goals",
    "user_tasks",
    "flow_goals",
    "languages",
    "lead.ask",
    "lead.required",
)
"""Keys of profiler.yml that hold a list of texts."""
