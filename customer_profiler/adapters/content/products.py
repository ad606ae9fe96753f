"""The sheet of products."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from customer_profiler.adapters.content.cells import (
    read_id,
    read_price,
    read_texts,
    read_url,
    read_whole_number,
)
from customer_profiler.adapters.content.images import read_image
from customer_profiler.adapters.content.records import Record, read_sound
from customer_profiler.core.profiler import Product


def read_products(records: Sequence[Record], images: Path, languages: Sequence[str]) -> list[Product]:
    """Read the products without defects and report the others'; ``images`` is where their pictures lie."""
    seen: dict[str, int] = {}
    return read_sound(records, lambda record: _product(record, images, languages, seen))


def _product(record: Record, images: Path, languages: Sequence[str], seen: dict[str, int]) -> Product:
    price, currency = read_price(record)
    return Product(
        id=read_id(record, "product", seen),
        title=read_texts(record, "title", languages, required=True),
        description=read_texts(record, "description", languages),
        family=record["family"],
        priority=read_whole_number(record, "priority"),
        price=price,
        currency=currency,
        stock=read_whole_number(record, "stock", lowest=0),
        url=read_url(record, "url"),
        image=read_image(record, images),
    )
