"""A profiler as a plain document that JSON can hold, and the hash that names its version.

Stored runs point to a version for ever, so the document must come back as the very same profiler, and an
unchanged profiler must keep its hash when the product grows: fields that are empty are left out, so that a
field added later does not touch the hash of content that does not use it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from customer_profiler.core.condition import Condition
from customer_profiler.core.profiler import (
    Kind,
    LeadSettings,
    MatrixRow,
    MessageRow,
    Option,
    Product,
    Profiler,
    Question,
)
from customer_profiler.core.template import ButtonAction, Category, Template, TemplateButton

Document = dict[str, Any]
"""Dicts with text keys, lists, texts, whole numbers and None; nothing else."""


def to_document(profiler: Profiler) -> Document:
    """Give the profiler as a document; ``from_document`` of it, also by way of JSON, is an equal profiler."""
    return _without_empty(
        id=profiler.id,
        title=dict(profiler.title),
        purpose=dict(profiler.purpose),
        languages=list(profiler.languages),
        objectives=list(profiler.objectives),
        user_goals=list(profiler.user_goals),
        user_tasks=list(profiler.user_tasks),
        flow_goals=list(profiler.flow_goals),
        lead={"ask": list(profiler.lead.ask), "required": list(profiler.lead.required)},
        questions=[_question_document(question) for question in profiler.questions],
        products=[_product_document(product) for product in profiler.products],
        matrix=[{"when": str(row.when), "cells": dict(row.cells)} for row in profiler.matrix],
        messages=[{"when": str(row.when), "text": dict(row.text)} for row in profiler.messages],
        templates=[_template_document(template) for template in profiler.templates],
    )


def from_document(document: Mapping[str, Any]) -> Profiler:
    """Give the profiler that ``to_document`` wrote; ``KeyError``, ``TypeError`` or ``ValueError`` for others."""
    lead = document["lead"]
    return Profiler(
        id=document["id"],
        title=document.get("title", {}),
        purpose=document.get("purpose", {}),
        languages=_texts(document, "languages"),
        objectives=_texts(document, "objectives"),
        user_goals=_texts(document, "user_goals"),
        user_tasks=_texts(document, "user_tasks"),
        flow_goals=_texts(document, "flow_goals"),
        lead=LeadSettings(_texts(lead, "ask"), _texts(lead, "required")),
        questions=tuple(map(_question, document.get("questions", ()))),
        products=tuple(map(_product, document.get("products", ()))),
        matrix=tuple(MatrixRow(Condition.parse(r["when"]), r["cells"]) for r in document.get("matrix", ())),
        messages=tuple(MessageRow(Condition.parse(r["when"]), r["text"]) for r in document.get("messages", ())),
        templates=tuple(map(_template, document.get("templates", ()))),
    )


def canonical_json(profiler: Profiler) -> str:
    """Write the document as JSON in exactly one way: keys sorted, no spaces, ASCII only."""
    return json.dumps(to_document(profiler), sort_keys=True, ensure_ascii=True, separators=(",", ":"))


def version_hash(profiler: Profiler) -> str:
    """Name the version of the content: SHA-256 of the canonical JSON, 64 hexadecimal digits.

    Equal profilers have equal hashes whatever the order of their languages' texts or matrix columns.
    """
    return hashlib.sha256(canonical_json(profiler).encode("ascii")).hexdigest()


def _question_document(question: Question) -> Document:
    return _without_empty(
        id=question.id,
        level=question.level,
        kind=question.kind.value,
        show_if=str(question.show_if),
        text=dict(question.text),
        why=dict(question.why),
        options=[_option_document(option) for option in question.options],
    )


def _option_document(option: Option) -> Document:
    return _without_empty(
        id=option.id,
        label=dict(option.label),
        description=dict(option.description),
        synonyms={language: list(words) for language, words in option.synonyms.items()},
        trait=option.trait,
    )


def _product_document(product: Product) -> Document:
    return _without_empty(
        id=product.id,
        title=dict(product.title),
        description=dict(product.description),
        family=product.family,
        priority=product.priority,
        price=product.price,
        currency=product.currency,
        stock=product.stock,
        url=product.url,
        image=product.image,
    )


def _template_document(template: Template) -> Document:
    return _without_empty(
        name=template.name,
        language=template.language,
        category=template.category.value,
        header=template.header,
        body=template.body,
        footer=template.footer,
        buttons=[
            _without_empty(label=button.label, action=button.action.value, target=button.target)
            for button in template.buttons
        ],
    )


def _question(document: Mapping[str, Any]) -> Question:
    return Question(
        id=document["id"],
        level=document["level"],
        kind=Kind(document["kind"]),
        text=document.get("text", {}),
        options=tuple(map(_option, document.get("options", ()))),
        show_if=Condition.parse(document.get("show_if", "")),
        why=document.get("why", {}),
    )


def _option(document: Mapping[str, Any]) -> Option:
    return Option(
        id=document["id"],
        label=document.get("label", {}),
        description=document.get("description", {}),
        synonyms={language: tuple(words) for language, words in document.get("synonyms", {}).items()},
        trait=document.get("trait", ""),
    )


def _product(document: Mapping[str, Any]) -> Product:
    return Product(**{"title": {}, **document})


def _template(document: Mapping[str, Any]) -> Template:
    return Template(
        name=document.get("name", ""),
        language=document.get("language", ""),
        category=Category(document["category"]),
        body=document.get("body", ""),
        header=document.get("header", ""),
        footer=document.get("footer", ""),
        buttons=tuple(
            TemplateButton(each.get("label", ""), ButtonAction(each["action"]), each.get("target", ""))
            for each in document.get("buttons", ())
        ),
    )


def _texts(document: Mapping[str, Any], key: str) -> tuple[str, ...]:
    words: Sequence[str] = document.get(key, ())
    return tuple(words)


def _without_empty(**fields: Any) -> Document:
    """Leave out what is empty; 0 is a value (priority 0, stock 0)."""
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}
