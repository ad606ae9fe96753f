"""A lead in words: what sales people read in the field for remarks that every CRM has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from customer_profiler.core.delivery import LeadMessage
from customer_profiler.core.lead import as_text

WITHDRAWN = "WITHDRAWN by the customer"
"""How the notes of a withdrawn lead begin."""


def is_withdrawn(message: LeadMessage) -> bool:
    """Tell whether the customer has withdrawn the lead."""
    return message.values.get("status") == "withdrawn"


def notes(message: LeadMessage, *more: str) -> str:
    """Give what the fields of a CRM have no room for: the state, the product, why it, every answer, the consent.

    Paragraphs are apart by an empty line; what is not known is left out. ``more`` are a CRM's own, put after the state.
    The same lead gives the same words for ever.
    """
    return "\n\n".join(paragraph for paragraph in _paragraphs(message, more) if paragraph)


def as_html(text: str) -> str:
    """Give a plain text as HTML that shows the same: paragraphs and lines, and no tag of the text's own."""
    paragraphs = escape(text, quote=False).replace("\r", "").split("\n\n")
    return "".join(f"<p>{paragraph.replace(chr(10), '<br>')}</p>" for paragraph in paragraphs)


def _paragraphs(message: LeadMessage, more: Sequence[str]) -> Iterator[str]:
    value = {name: as_text(found) for name, found in message.values.items()}
    if is_withdrawn(message):
        yield f"{WITHDRAWN} {value.get('changed_at', '')}".strip()
    yield from more
    yield _lines(
        ("Reference", message.lead_id),
        ("Product", _product(value)),
        ("All products asked for", _several(message)),
        ("Why", value.get("reasons_in_words", "").replace("\n", "; ")),
    )
    yield value.get("answers_in_words", "")
    yield _lines(
        ("Profiler", value.get("profiler_title") or value.get("profiler", "")),
        ("Channel", value.get("channel", "")),
        ("Language", value.get("language", "")),
        ("Source", value.get("source", "")),
        ("Campaign", value.get("campaign", "")),
    )
    yield _lines((f"Consent {value.get('consent_at', '')}".strip(), value.get("consent_text", "")))
    yield _lines(("Profile", value.get("profile_url", "")))


def _lines(*pairs: tuple[str, str]) -> str:
    return "\n".join(f"{label}: {text}" for label, text in pairs if text)


def _product(value: dict[str, str]) -> str:
    title = value.get("product_title") or value.get("product", "")
    price = f"{value.get('price', '')} {value.get('currency', '')}".strip()
    basis = value.get("price_basis", "")
    if not price:
        return title
    return f"{title}, {price} ({basis})" if basis else f"{title}, {price}"


def _several(message: LeadMessage) -> str:
    """Give the products when there is more than the one that ``product`` names."""
    products = message.values.get("products")
    return ", ".join(map(str, products)) if isinstance(products, list | tuple) and len(products) > 1 else ""
