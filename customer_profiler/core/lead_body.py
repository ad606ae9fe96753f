"""What a lead tells the client's sales people and the CRM: the values of ``core.lead.FIELDS``, and how they change.

Staff read them, so texts of the content stand in its default language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from customer_profiler.core.lead import FIELDS, Lead
from customer_profiler.core.profiler import Product, Profiler
from customer_profiler.core.ranking import rank
from customer_profiler.core.run import Run
from customer_profiler.core.walk import walk
from customer_profiler.core.wording.cards import chosen_because
from customer_profiler.core.wording.voice import Voice

Values = Mapping[str, object]
"""Some of ``FIELDS`` with their values."""

CONTRACT = (
    "lead_id", "created_at", "name", "email", "phone", "product", "product_title", "profiler", "run_id", "channel",
    "language", "score", "reasons", "answers", "profile_id",
)  # fmt: skip
"""The fields that stand first in every body (design, section 10)."""

ORDER = (*CONTRACT, *(name for name in FIELDS if name not in CONTRACT))
"""All ``FIELDS`` in the order in which a body has them."""

OPEN, WITHDRAWN = "open", "withdrawn"
"""The values of the field ``status``."""

FACTS = ("name", "email", "phone", "product", "answers")
"""What makes a new revision when it differs; all other fields follow from these, or from the moment."""

_NO_CAMPAIGN = ("", "menu", "link", "template")
"""Sources that name a way in and nothing more."""

_CAMPAIGNS_ID = re.compile(r"(?:ad|post|campaign):(?=.)")
_BEHIND_MESSAGE = re.compile(r":wamid\..*", re.DOTALL)


def split_name(name: str) -> tuple[str, str]:
    """Split a name at its last space into first and last name; one word is a last name."""
    first, _, last = name.strip().rpartition(" ")
    return first.rstrip(), last


def campaign_of(source: str) -> str:
    """Give the campaign in a run's source, or an empty text.

    ``ad:<id>`` gives the ad's id, ``<campaign>:<id of the message with the button>`` the campaign, and the ``ref`` of a
    link is one itself.
    """
    campaign = _BEHIND_MESSAGE.sub("", source)
    return "" if campaign in _NO_CAMPAIGN else _CAMPAIGNS_ID.sub("", campaign, count=1)


def person_fields(details: Mapping[str, str]) -> Values:
    """Give the fields of the person; a detail that is missing or empty is None."""
    first, last = split_name(details.get("name", ""))
    fields = {"name": details.get("name"), "first_name": first, "last_name": last}
    fields |= {key: details.get(key) for key in ("email", "phone")}
    return {key: value or None for key, value in fields.items()}


def request_fields(voice: Voice, profiler: Profiler, run: Run, former: Sequence[str] = ()) -> Values:
    """Give the fields of what is asked for and why: the run's chosen product, which must be recommended in it.

    ``voice`` speaks the content's default language; ``former`` are the products asked for before, newest last.
    """
    product = profiler.product(run.chosen_product)
    chosen = next(entry for entry in run.recommended if entry.product == product.id)
    broken = next((e.broken for e in rank(profiler, run.answers).products if e.product.id == product.id), ())
    return {
        **_price_fields(product, run),
        "product": product.id,
        "product_title": voice.content(profiler, product.title),
        "products": [*(each for each in former if each != product.id), product.id],
        "score": chosen.score,
        "reasons": [{"when": when, "points": points} for when, points in chosen.reasons],
        "reasons_in_words": chosen_because(voice, profiler, run, chosen, broken),
        "profiler": run.profiler,
        "profiler_title": voice.content(profiler, profiler.title),
        "profiler_version": run.content_version,
        "run_id": run.id,
        "answers": dict(run.answers),
        "answers_in_words": _answers_in_words(voice, profiler, run),
        "channel": run.channel,
        "language": run.language,
        "source": run.source,
        "campaign": campaign_of(run.source) or None,
    }


def consent_fields(text: str, at: datetime) -> Values:
    """Give the fields of what the customer has agreed to, and when."""
    return {"consent_text": text, "consent_at": at.isoformat()}


def first_body(lead_id: str, fields: Values, at: datetime) -> Values:
    """Give the body of a new lead: all of ``FIELDS``, in their order; those without a value are None."""
    moment = at.isoformat()
    own = {"lead_id": lead_id, "revision": 1, "status": OPEN, "created_at": moment, "changed_at": moment}
    return _ordered({**fields, **own})


def differs(lead: Lead, fields: Values) -> bool:
    """Tell whether one of the ``FACTS`` among the fields is not what the lead has."""
    return any(lead.body.get(key) != fields[key] for key in FACTS if key in fields)


def revised(lead: Lead, fields: Values, at: datetime) -> Lead:
    """Give the next revision of a lead with these fields; one that was withdrawn is open again."""
    product = str(fields.get("product", lead.product))
    return replace(_next(lead, {**fields, "status": OPEN}, at), product=product, withdrawn_at=None)


def withdrawn(lead: Lead, at: datetime) -> Lead:
    """Give the next revision of a lead, in which the customer has withdrawn it."""
    return replace(_next(lead, {"status": WITHDRAWN}, at), withdrawn_at=at)


def products_of(lead: Lead) -> Sequence[str]:
    """Give the ids of all products asked for with a lead, newest last."""
    products = lead.body.get("products")
    # Leads of before had one product each.
    return [str(product) for product in products] if isinstance(products, list) else [lead.product]


def _next(lead: Lead, fields: Values, at: datetime) -> Lead:
    revision = lead.revision + 1
    body = _ordered({**lead.body, **fields, "revision": revision, "changed_at": at.isoformat()})
    return replace(lead, revision=revision, body=body)


def _ordered(fields: Values) -> Values:
    return {name: fields.get(name) for name in ORDER}


def _price_fields(product: Product, run: Run) -> Values:
    if not product.price:
        return dict.fromkeys(("price", "currency", "price_basis"))
    basis = f"list price, content version {run.content_version}"
    return {"price": product.price, "currency": product.currency or None, "price_basis": basis}


def _answers_in_words(voice: Voice, profiler: Profiler, run: Run) -> dict[str, dict[str, str]]:
    return {
        asked.id: {
            "question": voice.content(profiler, asked.text),
            "answer": voice.content(profiler, asked.option(option).label),
        }
        for asked, option in walk(profiler, run.answers).answered
    }
