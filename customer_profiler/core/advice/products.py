"""Advice on single products: out of stock, or bare of what makes a good card."""

from __future__ import annotations

from collections.abc import Iterator

from customer_profiler.core.advice.places import PRODUCTS, Places, advice
from customer_profiler.core.problems import Problem
from customer_profiler.core.profiler import Product, Profiler


def product_advice(profiler: Profiler, places: Places) -> Iterator[Problem]:
    """Advise on products that are out of stock or lack a picture, a price or a description."""
    if sum(product.stock != 0 for product in profiler.products) == 1:
        yield advice(
            PRODUCTS,
            0,
            "stock",
            "only one product is in stock",
            "customers are to see two products, and now will see one",
            "add a product or raise a stock of 0",
        )
    for product in profiler.products:
        yield from _stock(product, places.product(product.id))
        yield from _card(product, places.product(product.id), profiler.default_language)


def _stock(product: Product, row: int) -> Iterator[Problem]:
    if product.stock == 0:
        yield advice(
            PRODUCTS,
            row,
            "stock",
            f"product “{product.id}” has a stock of 0",
            "it is never shown",
            "leave the cell blank when the product can be had",
        )


def _card(product: Product, row: int, language: str) -> Iterator[Problem]:
    parts = {
        "image": (product.image, "a picture", "its card is text only"),
        "price": (product.price, "a price", "its card cannot say what it costs"),
        f"description.{language}": (
            product.description.get(language),
            "a description",
            "its card has a title only",
        ),
    }
    for column, (value, part, loss) in parts.items():
        if not value:
            what = f"product “{product.id}” has no {part.removeprefix('a ')}"
            yield advice(PRODUCTS, row, column, what, loss, f"give it {part}")
