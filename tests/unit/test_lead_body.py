"""What the CRM is told of a lead: its fields, their order, and how they change from revision to revision."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from customer_profiler.adapters.locales import autonym, format_price
from customer_profiler.adapters.phrasebook import load_phrasebook
from customer_profiler.core import lead_body
from customer_profiler.core.lead import FIELDS, Lead
from customer_profiler.core.profiler import NEVER
from customer_profiler.core.ranking import rank
from customer_profiler.core.run import RecommendedProduct, Run, RunStatus
from customer_profiler.core.wording.voice import Voice
from tests.builders import matrix_row, option, product, profiler, question

AT = datetime(2026, 5, 4, 10, 30, 15, tzinfo=timezone.utc)
LATER = AT + timedelta(hours=1)

VOICE = Voice(load_phrasebook()["en"], "en", format_price, autonym, "")

CARS = profiler(
    "cars",
    title={"en": "Find your car", "es": "Encuentra tu coche"},
    languages=("en", "es"),
    questions=[
        question("use", 1, [option("work", {"en": "Work", "es": "Trabajo"})], text={"en": "What for?"}),
        question("budget", 2, [option("low", {"en": "Up to 20k", "es": "Hasta 20 mil"})], text={"en": "How much?"}),
    ],
    products=[
        product("hatch", {"en": "Hatch", "es": "Compacto"}, price="15990", currency="EUR"),
        product("van", {"en": "Van"}, family="large"),
    ],
    matrix=[matrix_row("use=work", hatch=2, van=4), matrix_row("budget=low", hatch=1, van=NEVER)],
)


def a_run(chosen: str = "hatch", source: str = "menu") -> Run:
    """A finished run of somebody who works and has little money."""
    answers = {"use": "work", "budget": "low"}
    recommended = tuple(
        RecommendedProduct(
            each.product.id, each.score, each.near_match, tuple((str(why.when), why.points) for why in each.reasons)
        )
        for each in rank(CARS, answers).products
    )
    state: dict[str, Any] = {"status": RunStatus.COMPLETED, "answers": answers, "recommended": recommended}
    return Run("r1", "p1", "cars", "abc123", "whatsapp", "es", source, AT, chosen_product=chosen, **state)


def request_of(**fields: str) -> dict[str, Any]:
    return dict(lead_body.request_fields(VOICE, CARS, a_run(**fields)))


def a_lead() -> Lead:
    """Ana's request for the hatch."""
    details = {"name": "Ana López", "email": "ana@example.com"}
    told = {**lead_body.request_fields(VOICE, CARS, a_run()), **lead_body.person_fields(details)}
    body = lead_body.first_body("L-1", {**told, **lead_body.consent_fields("I agree.", AT)}, AT)
    return Lead("L-1", "r1", "p1", "hatch", AT, "I agree.", body)


# --- names


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Ana López", "Ana", "López"),
        ("Ana María de la Fuente", "Ana María de la", "Fuente"),
        ("Ana", "", "Ana"),
        ("  Ana   López  ", "Ana", "López"),
        ("مریم احمدی", "مریم", "احمدی"),
        ("김민준", "", "김민준"),
        ("Jean-Luc O'Neill", "Jean-Luc", "O'Neill"),
        ("", "", ""),
    ],
)
def test_a_name_is_split_at_its_last_space(name: str, first: str, last: str) -> None:
    assert lead_body.split_name(name) == (first, last)


def test_first_name_space_last_name_is_the_name() -> None:
    for name in ("Ana López", "Ana María de la Fuente", "Ana", "مریم احمدی"):
        assert " ".join(filter(None, lead_body.split_name(name))) == name


def test_a_detail_that_is_not_known_is_null() -> None:
    assert lead_body.person_fields({"email": "ana@example.com", "phone": ""}) == {
        "name": None, "first_name": None, "last_name": None, "email": "ana@example.com", "phone": None,
    }  # fmt: skip


# --- campaigns


@pytest.mark.parametrize(
    ("source", "campaign"),
    [
        ("menu", ""),
        ("", ""),
        ("link", ""),
        ("template", ""),
        ("template:wamid.HBgLMzQ2", ""),
        ("spring", "spring"),
        ("spring:wamid.HBgLMzQ2", "spring"),
        ("spring:2:wamid.HBgLMzQ2", "spring:2"),
        ("ad:1201", "1201"),
        ("post:1202", "1202"),
        ("Summer sale 2026", "Summer sale 2026"),
        ("ad:", "ad:"),
    ],
)
def test_the_campaign_is_what_the_source_names_beside_the_way_in(source: str, campaign: str) -> None:
    assert lead_body.campaign_of(source) == campaign


# --- the request


def test_texts_are_those_of_the_contents_default_language_whatever_was_spoken() -> None:
    fields = request_of()

    assert (fields["language"], fields["product_title"], fields["profiler_title"]) == ("es", "Hatch", "Find your car")
    assert fields["reasons_in_words"] == ["Work", "Up to 20k"]
    assert fields["answers_in_words"] == {
        "use": {"question": "What for?", "answer": "Work"},
        "budget": {"question": "How much?", "answer": "Up to 20k"},
    }


def test_the_price_is_the_list_price_of_the_version_that_the_run_is_pinned_to() -> None:
    fields = request_of()

    assert (fields["price"], fields["currency"]) == ("15990", "EUR")
    assert fields["price_basis"] == "list price, content version abc123"
    assert fields["profiler_version"] == "abc123"


def test_without_a_price_there_is_no_currency_and_no_basis_either() -> None:
    fields = request_of(chosen="van")

    assert (fields["price"], fields["currency"], fields["price_basis"]) == (None, None, None)


def test_a_near_match_has_no_score_and_does_not_name_the_wish_it_breaks() -> None:
    fields = request_of(chosen="van")

    assert fields["score"] is None
    assert fields["reasons"] == [{"when": "use=work", "points": 4}]
    assert fields["reasons_in_words"] == ["Work"]


@pytest.mark.parametrize(
    ("former", "products"),
    [([], ["hatch"]), (["van"], ["van", "hatch"]), (["hatch", "van"], ["van", "hatch"]), (["hatch"], ["hatch"])],
)
def test_products_hold_each_product_once_with_the_newest_last(former: list[str], products: list[str]) -> None:
    assert lead_body.request_fields(VOICE, CARS, a_run(), former)["products"] == products


def test_a_run_from_the_menu_has_no_campaign_and_one_from_an_ad_has() -> None:
    assert request_of()["campaign"] is None
    assert request_of(source="ad:1201")["campaign"] == "1201"


# --- the body


def test_a_body_holds_every_field_and_those_of_the_contract_first() -> None:
    body = a_lead().body

    assert set(body) == set(FIELDS)
    assert ", ".join(body).startswith(
        "lead_id, created_at, name, email, phone, product, product_title, profiler, run_id, channel, language, score, "
        "reasons, answers, profile_id, revision, status, changed_at, first_name, last_name, products, price"
    )


def test_a_new_body_is_the_first_revision_and_open() -> None:
    body = a_lead().body

    assert (body["lead_id"], body["revision"], body["status"]) == ("L-1", 1, "open")
    assert body["created_at"] == body["changed_at"] == body["consent_at"] == "2026-05-04T10:30:15+00:00"


# --- revisions


def test_a_fact_that_differs_makes_a_difference_and_nothing_else_does() -> None:
    lead = a_lead()

    assert lead_body.differs(lead, {"email": "new@example.com"})
    assert lead_body.differs(lead, {"answers": {"use": "work"}})
    assert not lead_body.differs(lead, {"email": "ana@example.com", "phone": None, "product": "hatch"})
    assert not lead_body.differs(lead, {"consent_at": LATER.isoformat(), "score": 99})


def test_a_revision_keeps_id_moment_and_consent_of_the_lead() -> None:
    lead = a_lead()
    later = lead_body.revised(
        lead, {**lead_body.person_fields({"name": "Ana Ruiz"}), **lead_body.consent_fields("Again.", LATER)}, LATER
    )

    assert (later.id, later.created_at, later.consent_text, later.revision) == ("L-1", AT, "I agree.", 2)
    assert (later.body["name"], later.body["last_name"], later.body["product"]) == ("Ana Ruiz", "Ruiz", "hatch")
    assert (later.body["revision"], later.body["created_at"]) == (2, lead.body["created_at"])
    assert later.body["changed_at"] == later.body["consent_at"] == LATER.isoformat()
    assert later.body["consent_text"] == "Again."
    assert list(later.body) == list(lead.body)


def test_a_revision_leaves_the_one_before_as_it_was() -> None:
    lead = a_lead()
    before = dict(lead.body)
    lead_body.revised(lead, {"email": "new@example.com"}, LATER)

    assert lead.body == before


def test_another_product_becomes_that_of_the_lead() -> None:
    fields = lead_body.request_fields(VOICE, CARS, a_run(chosen="van"), ["hatch"])
    later = lead_body.revised(a_lead(), fields, LATER)

    assert (later.product, later.body["product"], later.body["products"]) == ("van", "van", ["hatch", "van"])
    assert later.body["price"] is None


def test_a_withdrawn_lead_keeps_all_it_had() -> None:
    lead = a_lead()
    gone = lead_body.withdrawn(lead, LATER)

    assert (gone.withdrawn_at, gone.revision) == (LATER, 2)
    changed = {key for key in FIELDS if gone.body[key] != lead.body[key]}
    assert changed == {"revision", "status", "changed_at"}
    assert gone.body["status"] == "withdrawn"


def test_a_withdrawn_lead_that_is_revised_is_open_again() -> None:
    again = lead_body.revised(lead_body.withdrawn(a_lead(), LATER), {}, LATER)

    assert (again.withdrawn_at, again.revision, again.body["status"]) == (None, 3, "open")


def test_a_lead_of_before_the_other_fields_had_one_product_and_gets_all_fields_with_its_next_revision() -> None:
    old = Lead("L-1", "r1", "p1", "hatch", AT, "Yes.", {"lead_id": "L-1", "name": "Ana", "product": "hatch"})

    assert lead_body.products_of(old) == ["hatch"]
    assert set(lead_body.withdrawn(old, LATER).body) == set(FIELDS)
