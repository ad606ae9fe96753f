"""Reads the JSON of a call field by field and refuses, naming the field, what is missing, unknown or out of bounds.

The same mistake has another code on each channel; ``Refusals`` says which.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from customer_profiler.standin.errors import GraphError


@dataclass(frozen=True)
class Refusals:
    """The codes a channel answers mistakes with."""

    missing: int
    invalid: int
    too_many: int
    unknown: int = 100


def length(text: str) -> int:
    """Count as Meta may at its strictest: UTF-16 units, so that an emoji outside the basic plane is two."""
    return len(text.encode("utf-16-le")) // 2


class Fields:
    """One JSON object of a call; ``path`` is how an error names it."""

    def __init__(self, value: object, refusals: Refusals, path: str = "") -> None:
        self.path = path
        self.refusals = refusals
        if not isinstance(value, dict):
            raise GraphError(refusals.unknown, f"{path or 'The body'} must be a JSON object.")
        self.values: dict[str, Any] = value

    def only(self, *keys: str) -> Fields:
        """Refuse any key but these."""
        for key in self.values:
            if key not in keys:
                raise GraphError(self.refusals.unknown, f'Unexpected key "{key}" on param "{self.path or "body"}".')
        return self

    def has(self, key: str) -> bool:
        """Tell whether the key is there with a value."""
        return self.values.get(key) is not None

    def text(self, key: str, most: int | None = None) -> str:
        """Give a text that must be there and not be blank, of at most so many characters."""
        value = self._required(key)
        if not isinstance(value, str):
            raise self.unknown(key, "must be a string")
        if not value.strip():
            raise GraphError(self.refusals.missing, f"{self.name(key)} must not be empty.")
        if most is not None and length(value) > most:
            raise self.invalid(key, f"is {length(value)} characters long; at most {most} are allowed")
        return value

    def optional(self, key: str, most: int | None = None) -> str:
        """Give a text that may be left out, else an empty one; when given, it must not be blank."""
        return self.text(key, most) if self.has(key) else ""

    def choice(self, key: str, choices: Collection[str]) -> str:
        """Give a text that must be one of the choices."""
        value = self.text(key)
        if value not in choices:
            raise self.invalid(key, f"must be one of {{{', '.join(choices)}}}, not {value!r}")
        return value

    def link(self, key: str, most: int = 2000) -> str:
        """Give a web address."""
        value = self.text(key, most)
        if not value.startswith(("https://", "http://")):
            raise self.invalid(key, "must begin with http:// or https://")
        return value

    def flag(self, key: str) -> bool:
        """Give a truth value that may be left out."""
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            raise self.unknown(key, "must be true or false")
        return value

    def number(self, key: str) -> float:
        """Give a number that must be there; Meta takes it as a text too."""
        value = self._required(key)
        try:
            return float(value)
        except (TypeError, ValueError):
            raise self.invalid(key, "must be a number") from None

    def child(self, key: str) -> Fields:
        """Give an object that must be there."""
        return Fields(self._required(key), self.refusals, self.name(key))

    def children(self, key: str, most: int, least: int = 1) -> list[Fields]:
        """Give a list of objects that must be there, of so many items."""
        items = self._required(key)
        if not isinstance(items, list):
            raise self.unknown(key, "must be an array")
        if len(items) < least:
            raise self.invalid(key, f"has {len(items)} items; at least {least} are needed")
        if len(items) > most:
            details = f"{self.name(key)} has {len(items)} items; at most {most} are allowed."
            raise GraphError(self.refusals.too_many, details)
        return [Fields(item, self.refusals, f"{self.name(key)}[{place}]") for place, item in enumerate(items)]

    def name(self, key: str) -> str:
        """Give how errors name the key: with the path that leads to it."""
        return f"{self.path}.{key}" if self.path else key

    def invalid(self, key: str, why: str) -> GraphError:
        """Give the error of a value that is not valid."""
        return GraphError(self.refusals.invalid, f"{self.name(key)} {why}.")

    def unknown(self, key: str, why: str) -> GraphError:
        """Give the error of a parameter that is no such thing."""
        return GraphError(self.refusals.unknown, f"{self.name(key)} {why}.")

    def _required(self, key: str) -> Any:
        if not self.has(key):
            raise GraphError(self.refusals.missing, f"The parameter {self.name(key)} is required.")
        return self.values[key]


def all_different(texts: list[str], what: str, code: int) -> None:
    """Refuse texts that repeat."""
    repeated = {text for text in texts if texts.count(text) > 1}
    if repeated:
        raise GraphError(code, f"{what} must be unique; repeated: {', '.join(sorted(repeated))}.")
