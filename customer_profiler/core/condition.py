"""Conditions over answers: the ``when`` and ``show_if`` cells of the spreadsheets.

Grammar: terms joined by ``&``; a term is ``question=option`` or ``question=option|option``. An empty
condition always holds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from customer_profiler.core.errors import InvalidCondition

Answers = Mapping[str, str]
"""Question id -> id of the option chosen. The order carries no meaning."""

_IDENTIFIER = re.compile(r"[a-z0-9_]+")


def is_identifier(text: str) -> bool:
    """Tell whether ``text`` may be an id in the content: lower-case ASCII letters, digits, underscore."""
    return _IDENTIFIER.fullmatch(text) is not None


@dataclass(frozen=True)
class Term:
    """Holds when the answer to ``question`` is one of ``options``."""

    question: str
    options: tuple[str, ...]

    def holds(self, answers: Answers) -> bool:
        """Tell whether the answers satisfy this term; a question not answered satisfies none."""
        return answers.get(self.question) in self.options


@dataclass(frozen=True)
class Condition:
    """A conjunction of terms."""

    terms: tuple[Term, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Condition:
        """Read a cell of a spreadsheet; raise ``InvalidCondition`` naming the part that cannot be read."""
        if not text.strip():
            return cls()
        return cls(tuple(_parse_term(part) for part in text.split("&")))

    def holds(self, answers: Answers) -> bool:
        """Tell whether every term holds for the answers."""
        return all(term.holds(answers) for term in self.terms)

    def __str__(self) -> str:
        """Write the condition as a cell would; ``Condition.parse`` of it gives an equal condition."""
        return " & ".join(f"{term.question}={'|'.join(term.options)}" for term in self.terms)


def _parse_term(part: str) -> Term:
    question, equals, options = part.partition("=")
    names = tuple(option.strip() for option in options.split("|"))
    if not equals or not is_identifier(question.strip()) or not all(map(is_identifier, names)):
        raise InvalidCondition(f"“{part.strip()}” is not of the form question=option|option")
    return Term(question.strip(), names)
