"""A request is corrected, given another product, withdrawn and made again in real conversations: always one lead."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.e2e.conftest import Assistant
from tests.e2e.customer import Customer

TABLETS = '/start_profiler{"profiler":"tablets"}'


def leads_of(assistant: Assistant, email: str) -> list[dict[str, str]]:
    rows = csv.DictReader(io.StringIO(assistant.profiler("export", "leads")))
    return [row for row in rows if row["email"] == email]


def advised(customer: Customer) -> Customer:
    """Answer everything with the first option, up to the first card."""
    customer.say(TABLETS)
    while "Ask for a quote" not in customer.buttons:
        customer.tap_first()
    return customer


def asked(assistant: Assistant, name: str) -> Customer:
    """Somebody whose request was sent."""
    customer = advised(assistant.customer(name))
    said = customer.tap("Ask for a quote")
    for reply in (name.title(), f"{name}@example.com"):
        said = customer.say(reply)
    if "Skip" in customer.buttons:
        said = customer.tap("Skip")
    assert f"Name: {name.title()}" in said
    assert "Your reference: L-" in customer.tap("Yes, send it")
    return customer


def test_a_corrected_address_a_second_product_and_a_withdrawal_are_one_lead(assistant: Assistant) -> None:
    rosa = asked(assistant, "rosa")
    [sent] = leads_of(assistant, "rosa@example.com")
    closing = dict(rosa.buttons)
    assert list(closing) == ["Menu", "Correct something", "Withdraw my request"]

    assert "What shall I correct?" in rosa.tap("Correct something")
    assert "e-mail" in rosa.tap("E-mail")
    assert "E-mail: rosa.new@example.com" in rosa.say("rosa.new@example.com")
    said = rosa.tap("Yes, send it")
    assert "passed the change on" in said and said.endswith(sent["lead_id"])

    rosa.say("show another")
    assert "I change your request" in rosa.tap("Ask for a quote")
    assert rosa.tap("Yes, send it").endswith(sent["lead_id"])

    assert "Shall I withdraw" in rosa.say("I want to cancel my quotation")
    assert "is withdrawn, and" in rosa.say("yes")
    assert "withdrawn already" in rosa.say(closing["Withdraw my request"])

    [lead] = leads_of(assistant, "rosa.new@example.com")
    assert leads_of(assistant, "rosa@example.com") == []
    assert (lead["lead_id"], lead["created_at"]) == (sent["lead_id"], sent["created_at"])
    assert (lead["revision"], lead["lead_state"]) == ("4", "withdrawn")
    assert len(json.loads(lead["products"])) == 2

    rosa.tap("Ask for a quote")
    assert rosa.tap("Yes, send it").endswith(sent["lead_id"])
    [lead] = leads_of(assistant, "rosa.new@example.com")
    assert (lead["revision"], lead["lead_state"]) == ("5", "open")


def test_questions_go_on_after_a_correction_and_after_a_withdrawal(assistant: Assistant) -> None:
    nora = asked(assistant, "nora")
    closing = dict(nora.buttons)
    nora.say('/start_again{"profiler":"tablets"}')
    nora.tap_first()
    question = nora.heard[-1]["text"]

    nora.say(closing["Correct something"])
    nora.tap("Name")
    nora.say("Nora Roberts")
    nora.tap("Yes, send it")
    assert "passed the change on" in nora.heard[0]["text"]
    assert nora.heard[-1]["text"] == question

    nora.say(closing["Withdraw my request"])
    assert list(nora.buttons) == ["Yes, withdraw it", "Keep it"]
    assert "stays as it is" in nora.say("no")
    assert nora.heard[-1]["text"] == question

    nora.say("withdraw my request")
    nora.say("yes")
    assert "is withdrawn, and" in nora.heard[0]["text"]
    assert nora.heard[-1]["text"] == question

    assert "What shall I correct?" not in nora.say("wrong email address")
    assert "withdrawn already" in nora.heard[0]["text"]
    assert nora.heard[-1]["text"] == question
    [lead] = leads_of(assistant, "nora@example.com")
    assert (lead["name"], lead["revision"], lead["lead_state"]) == ("Nora Roberts", "3", "withdrawn")


@pytest.mark.parametrize("word", ["stop", "cancel", "unsubscribe", "I want to unsubscribe from your news"])
def test_stop_withdraws_nothing(assistant: Assistant, word: str) -> None:
    name = f"max{len(word)}"
    customer = asked(assistant, name)
    customer.say(word)

    [lead] = leads_of(assistant, f"{name}@example.com")
    assert (lead["revision"], lead["lead_state"]) == ("1", "open")
