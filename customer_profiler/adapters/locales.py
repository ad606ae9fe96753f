"""Prices and language names as readers of a language write them, from the Unicode CLDR by way of Babel."""

from __future__ import annotations

from decimal import Decimal

from babel import Locale, UnknownLocaleError
from babel.numbers import format_currency


def format_price(amount: str, currency: str, language: str) -> str:
    """Give the price in the language's own form, without cents where there are none: ``24.990 €``."""
    value, locale = Decimal(amount), _locale(language)
    if value != value.to_integral_value():
        return format_currency(value, currency, locale=locale)
    whole = locale.currency_formats["standard"].pattern.replace(".00", "")
    return format_currency(value, currency, whole, locale, currency_digits=False)


def autonym(language: str) -> str:
    """Give the language's own name ("es" -> "español"), or an empty text for a code nobody registered."""
    try:
        return Locale.parse(language, sep="-").get_display_name(language.replace("-", "_")) or ""
    except (UnknownLocaleError, ValueError):
        return ""


def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")
