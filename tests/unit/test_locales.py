"""Prices and language names as readers of a language write them."""

from __future__ import annotations

import pytest

from customer_profiler.adapters.locales import autonym, format_price


@pytest.mark.parametrize(
    ("amount", "currency", "language", "price"),
    [
        ("15990", "EUR", "en", "€15,990"),
        ("15990", "EUR", "es", "15.990 €"),
        ("15990.00", "EUR", "de", "15.990 €"),
        ("15990.50", "EUR", "es", "15.990,50 €"),
        ("24990.9", "USD", "en", "$24,990.90"),
        ("0", "EUR", "en", "€0"),
        ("1200000", "JPY", "ja", "￥1,200,000"),
        ("1.5", "EUR", "en", "€1.50"),
        ("1234567", "INR", "hi", "₹12,34,567"),
        ("15990", "EUR", "en-GB", "€15,990"),
        ("15990", "EUR", "pt-BR", "€ 15.990"),
    ],
)
def test_a_price_is_written_as_readers_of_the_language_write_it(
    amount: str, currency: str, language: str, price: str
) -> None:
    assert format_price(amount, currency, language).replace("\u00a0", " ") == price


@pytest.mark.parametrize("language", ["fa", "ar", "he", "bn", "tr", "pl", "zh", "sw"])
def test_every_language_can_say_a_price(language: str) -> None:
    assert format_price("15990", "EUR", language)


@pytest.mark.parametrize("language", ["qqq", "", "not a language", "x"])
def test_an_unknown_language_writes_prices_as_english_does(language: str) -> None:
    assert format_price("15990", "EUR", language) == "€15,990"


def test_an_unknown_currency_is_shown_by_its_code() -> None:
    assert "XYZ" in format_price("10", "XYZ", "en")


@pytest.mark.parametrize(
    ("code", "name"),
    [("es", "español"), ("en", "English"), ("fa", "فارسی"), ("de", "Deutsch"), ("pt-BR", "português (Brasil)")],
)
def test_a_language_has_its_own_name(code: str, name: str) -> None:
    assert autonym(code) == name


@pytest.mark.parametrize("code", ["qqq", "", "not a language"])
def test_an_unknown_language_has_no_name(code: str) -> None:
    assert autonym(code) == ""
