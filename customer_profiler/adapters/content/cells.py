"""Reading single cells: ids, whole numbers, prices, addresses, texts in every language.

Each function gives the value, or a harmless stand-in after reporting the defect to the record.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from babel.numbers import list_currencies

from customer_profiler.adapters.content.records import Record
from customer_profiler.core.condition import is_identifier

_WHOLE = re.compile(r"[+-]?[0-9]{1,9}")
_PRICE = re.compile(r"[0-9]{1,12}(\.[0-9]{1,3})?")


def read_id(record: Record, column: str, seen: dict[str, int]) -> str:
    """Read the id of a row; it must be new among ``seen`` (id -> row), to which it is added."""
    name = record[column]
    if not name:
        record.fault(
            column, f"the {column} has no id", "nothing could refer to it", "write a short id, such as “budget”"
        )
    elif not is_identifier(name):
        record.fault(
            column,
            f"“{name}” is not an id",
            "an id has only lower-case letters a-z, digits and underscores",
            f"write “{_as_id(name)}”",
        )
    elif name in seen:
        record.fault(
            column, f"“{name}” stands in row {seen[name]} already", "each id names one thing", "choose another id"
        )
    seen.setdefault(name, record.row)
    return name


def _as_id(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_") or "an_id"


def as_whole_number(text: str) -> int | None:
    """Give the whole number (at most nine digits) that a cell holds, or None for anything else."""
    return int(text) if _WHOLE.fullmatch(text) else None


def read_whole_number(record: Record, column: str, lowest: int | None = None) -> int | None:
    """Read a whole number of at least ``lowest``, or None for a blank cell."""
    text = record[column]
    number = as_whole_number(text)
    if text and number is None:
        record.fault(
            column, f"“{text}” is not a whole number", "only digits can be read here", "write a number such as 3"
        )
    elif number is not None and lowest is not None and number < lowest:
        record.fault(column, f"“{text}” is below {lowest}", "there is nothing less", f"write {lowest} or more")
    return number


def read_price(record: Record) -> tuple[str, str]:
    """Read price and currency; both may be blank, but a price needs its currency."""
    price, currency = record["price"], record["currency"]
    if price and not _PRICE.fullmatch(price):
        record.fault(
            "price",
            f"“{price}” is not a price",
            "only digits and one decimal point can be read",
            "write 24990 or 24990.00, without thousands separators and currency sign",
        )
    if price and not currency:
        record.fault("currency", "the price has no currency", "customers must know what they pay", "write EUR, USD ...")
    if currency and currency not in list_currencies():
        record.fault(
            "currency",
            f"“{currency}” is not a currency",
            "a currency is written as the three capital letters of ISO 4217",
            "write EUR, USD, GBP ...",
        )
    return price, currency


def read_url(record: Record, column: str) -> str:
    """Read a web address, or a blank cell."""
    url = record[column]
    if url and not is_web_address(url, ("http", "https")):
        record.fault(
            column,
            f"“{url}” is not a web address",
            "customers could not open it",
            "write the whole address, beginning with https://",
        )
    return url


def is_web_address(text: str, schemes: tuple[str, ...]) -> bool:
    """Tell whether a text is an address with one of the schemes and a host, and without spaces."""
    try:
        parts = urlsplit(text)
        return parts.scheme in schemes and bool(parts.hostname) and not re.search(r"\s", text)
    except ValueError:
        return False


def read_texts(record: Record, name: str, languages: Sequence[str], *, required: bool = False) -> dict[str, str]:
    """Read ``name.<language>`` for every language that has a text; a required one must have the default's."""
    texts = {language: record[f"{name}.{language}"] for language in languages}
    if required and languages and not texts[languages[0]]:
        record.fault(
            f"{name}.{languages[0]}",
            f"the {name} in “{languages[0]}” is missing",
            "it is the default language, which all others fall back on",
            f"write the {name}",
        )
    return {language: text for language, text in texts.items() if text}


def read_trait(record: Record) -> str:
    """Read a trait ``name=value``, or a blank cell."""
    trait = record["trait"]
    name, _, value = (part.strip() for part in trait.partition("="))
    if trait and not (is_identifier(name) and value and "=" not in value):
        record.fault(
            "trait",
            f"“{trait}” is not a trait",
            "a trait is written name=value, its name in lower-case letters, digits and underscores",
            "write for example family_size=4, or leave the cell blank",
        )
    return f"{name}={value}" if trait else ""
