"""Numbers and business-scoped ids of WhatsApp that appear, vanish and change: the person and the place stay."""

from __future__ import annotations

import time

import pytest

from tests.e2e.conftest import Assistant
from tests.e2e.people import Guest, begins, last_run, messages_to, newest, texts
from tests.phone import StandIn


def hides(person: Guest, hidden: bool) -> None:
    """Hide or show the number, in another second than what was written before: WhatsApp tells whole seconds."""
    time.sleep(1.1)
    person.changes(hidden=hidden)


def test_somebody_with_a_user_name_and_no_number_gets_to_the_lead(meta: Assistant, phone: StandIn) -> None:
    person = begins(phone, "whatsapp", "tablets", bsuid="ES.1029384756")
    while "Ask for a quote" not in person.last.titles:
        person.taps(person.last.titles[0])
    person.taps("Ask for a quote")
    person.writes("Eva")
    closing = texts(person.writes("eva@example.com"))
    while "reference" not in closing:
        closing = texts(person.taps("Skip" if "Skip" in person.last.titles else "Yes, send it"))
    assert last_run(meta, "whatsapp")["lead_id"] in closing
    assert {call["request"].get("recipient") for call in messages_to(person)} == {"ES.1029384756"}


def test_a_number_that_vanishes_and_comes_back_changes_neither_person_nor_place(
    meta: Assistant, phone: StandIn
) -> None:
    person = begins(phone, "whatsapp", number="+34 600 100 200", bsuid="ES.5566778899")
    person.taps("Family life")
    hides(person, True)
    before = newest(phone)
    assert "(3/5)" in texts(person.taps("A family of five"))
    [call] = messages_to(person, before)
    assert call["request"]["recipient"] == "ES.5566778899" and "to" not in call["request"]
    hides(person, False)
    before = newest(phone)
    assert "(4/5)" in texts(person.taps("Hybrid"))
    [call] = messages_to(person, before)
    assert call["request"]["to"] == "+34600100200"
    run = last_run(meta, "whatsapp")
    assert [run[f"level_{level}_answer"] for level in (1, 2, 3)] == ["family", "five", "hybrid"]


def test_who_was_met_without_a_number_is_the_same_when_the_number_appears(meta: Assistant, phone: StandIn) -> None:
    person = begins(phone, "whatsapp", number="+34 600 100 300", bsuid="ES.2233445566", hidden=True)
    person.taps("Family life")
    person.changes(hidden=False)
    assert "(3/5)" in texts(person.taps("A family of five"))


@pytest.mark.parametrize("bsuid", [None, "ES.9988776655"], ids=["number", "number and id"])
def test_a_changed_number_keeps_the_place(meta: Assistant, phone: StandIn, bsuid: str | None) -> None:
    old, new = ("+34 600 100 400", "+34 611 222 333") if bsuid is None else ("+34 600 100 500", "+34 611 222 444")
    person = begins(phone, "whatsapp", number=old, bsuid=bsuid)
    person.taps("Family life")
    run = last_run(meta, "whatsapp")
    person.changes(number=new)
    assert "(3/5)" in texts(person.taps("A family of five"))
    assert last_run(meta, "whatsapp")["profile_id"] == run["profile_id"]
