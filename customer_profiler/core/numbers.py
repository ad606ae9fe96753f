"""Telephone numbers that WhatsApp writes in two ways: the same person under both.

Numbers of Argentina, Mexico and Brazil arrive with or without a digit that older numbering plans had. Meta states that
it may rewrite them, and no rule by area code holds (Meta, Send messages, 2025; chatwoot#11053, pywa#155).
"""

from __future__ import annotations

_ARGENTINA, _MEXICO, _BRAZIL = "54", "52", "55"
_BRAZIL_SHORT, _BRAZIL_LONG = 12, 13


def spellings(number: str) -> tuple[str, ...]:
    """Give the ways of writing a number (digits with country code), the given one first."""
    other = _other(number)
    return (number, other) if other else (number,)


def _other(number: str) -> str:
    for country, digit, short in ((_ARGENTINA, "9", 12), (_MEXICO, "1", 12)):
        rest = number.removeprefix(country)
        if rest == number:
            continue
        if rest.startswith(digit) and len(number) == short + 1:
            return country + rest[1:]
        return country + digit + rest if len(number) == short else ""
    if number.startswith(_BRAZIL) and len(number) == _BRAZIL_LONG and number[4] == "9":
        return number[:4] + number[5:]
    if number.startswith(_BRAZIL) and len(number) == _BRAZIL_SHORT:
        return number[:4] + "9" + number[4:]
    return ""
