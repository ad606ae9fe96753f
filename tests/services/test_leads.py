"""A yes makes exactly one lead of a run, with everything that the client's sales people need."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from customer_profiler.core.messages import NextStep
from customer_profiler.core.profiler import LeadSettings
from customer_profiler.services import leads, recommendations, runs
from customer_profiler.services.session import Services
from tests.services.conftest import Clock, Meet, Person, cars, confirm, intents, owed, served_by, titles


def test_the_closing_message_names_the_reference(at_summary: Person) -> None:
    [message] = confirm(at_summary).messages
    [lead] = at_summary.leads

    assert re.fullmatch(r"L-[2-9A-Z]{5}-[2-9A-Z]{5}", lead.id)
    assert message.text == (f"Thank you, Ana López! Your request for Hatch is with us. Your reference: {lead.id}")
    assert titles(message) == ["Menu", "Correct something", "Withdraw my request"]


def test_where_no_detail_is_asked_there_is_none_to_correct(person: Person, serve: Callable[..., Services]) -> None:
    buyer = served_by(person, serve(cars(lead=LeadSettings((), ()))))
    buyer.start()
    buyer.answer_all(use="city", trips="short", budget="low")
    buyer.choose("hatch")

    assert titles(confirm(buyer).messages[0]) == ["Menu", "Withdraw my request"]


def test_the_body_has_the_fields_of_the_contract(at_summary: Person, clock: Clock) -> None:
    confirm(at_summary)
    [lead] = at_summary.leads
    run: Any = at_summary.run

    assert lead.body == {
        "lead_id": lead.id,
        "created_at": clock.time.isoformat(),
        "name": "Ana López",
        "email": "ana@example.com",
        "phone": "+34612345678",
        "product": "hatch",
        "product_title": "Hatch",
        "profiler": "cars",
        "run_id": run.id,
        "channel": "rest",
        "language": "en",
        "score": 4,
        "reasons": [{"when": "use=city", "points": 3}, {"when": "budget=low", "points": 1}],
        "answers": {"use": "city", "trips": "short", "budget": "low"},
        "profile_id": at_summary.profile.id,
        "revision": 1,
        "status": "open",
        "changed_at": clock.time.isoformat(),
        "first_name": "Ana",
        "last_name": "López",
        "products": ["hatch"],
        "price": "15990",
        "currency": "EUR",
        "price_basis": f"list price, content version {run.content_version}",
        "reasons_in_words": ["City trips", "Up to 20k"],
        "profiler_title": "Find your car",
        "profiler_version": run.content_version,
        "answers_in_words": {
            "use": {"question": "What is it for?", "answer": "City trips"},
            "trips": {"question": "How far?", "answer": "Short trips"},
            "budget": {"question": "What may it cost?", "answer": "Up to 20k"},
        },
        "source": "menu",
        "campaign": None,
        "consent_text": lead.consent_text,
        "consent_at": clock.time.isoformat(),
        "profile_url": f"https://console.example.com/profiles/{at_summary.profile.id}",
    }


def test_the_body_fields_stand_in_the_order_of_the_contract(at_summary: Person) -> None:
    confirm(at_summary)

    assert ", ".join(at_summary.leads[0].body).startswith(
        "lead_id, created_at, name, email, phone, product, product_title, profiler, run_id, channel, language, score, "
        "reasons, answers, profile_id, "
    )


def test_a_new_lead_is_owed_to_every_target(at_summary: Person) -> None:
    confirm(at_summary)

    assert owed(at_summary) == [("crm", 1)]


def test_a_lead_keeps_the_consent_as_it_was_given(meet: Meet) -> None:
    person = meet(locale="es")
    person.start()
    person.answer_all(use="city", trips="short", budget="low")
    person.turn(recommendations.show)
    person.choose()
    for detail in ("Ana", "ana@example.com", "+34612345678"):
        person.give(detail)
    person.press("Sí, enviar")
    person.turn(leads.submit, person.memory)

    assert person.leads[0].consent_text.endswith("con este fin: Encontramos tu coche.")


def test_a_lead_has_the_channel_and_language_of_its_run(meet: Meet) -> None:
    person = meet("psid-1", "facebook", "es_ES")
    person.start()
    person.answer_all(use="family", seats="seven", budget="high")
    person.turn(recommendations.show_alternative)
    person.choose()
    for detail in ("Ana", "ana@example.com", "+34612345678"):
        person.give(detail)
    person.press("Sí, enviar")
    person.turn(leads.submit, person.memory)

    body = person.leads[0].body
    assert (body["channel"], body["language"], body["product"], body["score"]) == ("facebook", "es", "suv", None)


def test_saying_yes_again_makes_no_second_lead(at_summary: Person) -> None:
    first = confirm(at_summary)
    again = at_summary.turn(leads.submit, at_summary.memory)

    assert again.messages == first.messages
    assert len(at_summary.leads) == 1


def test_asking_the_product_again_shows_the_reference_again(at_summary: Person) -> None:
    confirm(at_summary)
    turn = at_summary.choose("hatch")

    assert turn.messages[0].text == "You have already asked for this quotation."
    assert at_summary.leads[0].id in turn.messages[1].text
    assert turn.next_step == NextStep.WAIT


def test_another_run_makes_a_lead_of_its_own(at_summary: Person) -> None:
    confirm(at_summary)
    at_summary.turn(runs.start_again)
    at_summary.answer_all(use="city", trips="short", budget="low")
    at_summary.turn(recommendations.show)
    at_summary.choose()
    confirm(at_summary)

    assert [lead.product for lead in at_summary.leads] == ["hatch", "hatch"]


def test_a_lead_is_not_changed_before_the_yes_to_the_change(at_summary: Person) -> None:
    confirm(at_summary)
    at_summary.choose("van")
    at_summary.press("Correct something")
    at_summary.press("Name")
    at_summary.give("Somebody Else")

    assert at_summary.leads[0].body["name"] == "Ana López"


def test_a_lead_of_a_changed_content_keeps_the_products_title(
    at_summary: Person, serve: Callable[..., Services]
) -> None:
    renamed = [replace(each, title={"en": "New name"}) for each in cars().products]
    later = served_by(at_summary, serve(cars(products=renamed)))
    confirm(later)

    assert later.leads[0].body["product_title"] == "Hatch"


def test_submitting_without_a_run_makes_nothing(person: Person) -> None:
    [message] = person.turn(leads.submit, person.memory).messages
    assert message.text == "I have no recommendation for you yet."
    assert person.leads == []


def test_submitting_without_a_product_shows_what_can_be_chosen(advised: Person) -> None:
    assert "choose_product" in intents(advised.turn(leads.submit, advised.memory).messages[-1])
    assert advised.leads == []


def test_the_lead_is_stored_with_the_yes_and_its_reference_can_be_said_again(at_summary: Person) -> None:
    """A crash between the yes and the closing message costs nothing."""
    at_summary.press("Yes, send it")
    [lead] = at_summary.leads
    for _ in range(2):
        [closing] = at_summary.turn(leads.submit, at_summary.memory).messages
        assert lead.id in closing.text
    assert at_summary.leads == [lead]
