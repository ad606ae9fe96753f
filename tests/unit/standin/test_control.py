"""The stand-in's own addresses: what they refuse, and what they forget."""

from __future__ import annotations

import pytest
import requests

from tests.phone import StandIn
from tests.unit.standin.bot import Bot, text
from tests.unit.standin.conftest import QUICK


def refusal(phone: StandIn, method: str, path: str, body: object) -> str:
    answer = requests.request(method, f"{phone.url}/phone/api/{path}", json=body, timeout=5)
    assert answer.status_code == 400
    return str(answer.json()["error"]["message"])


@pytest.mark.parametrize(
    ("path", "body", "why"),
    [
        ("people", {"channel": "sms"}, "whatsapp or facebook"),
        ("people", {"channel": "whatsapp", "shoe_size": 42}, "shoe_size"),
        ("people", {"channel": "whatsapp", "user_id": "42"}, "US.1234567890"),
        ("people", [], "JSON object"),
        ("people/p0/writes", {"text": "x"}, "no person"),
        ("failures", {"colour": "red"}, "colour"),
        ("failures", {"calls": "all"}, "calls must be"),
        ("templates", {"name": "Offer"}, "name"),
        ("webhooks", {"channel": "whatsapp"}, "body"),
    ],
)
def test_refuses_in_words(phone: StandIn, path: str, body: object, why: str) -> None:
    assert why in refusal(phone, "POST", path, body)


def test_a_number_belongs_to_one_person(phone: StandIn) -> None:
    phone.person(name="Ana", number="34600000001")
    assert "Ana" in refusal(phone, "POST", "people", {"channel": "whatsapp", "number": "+34 600 000 001"})


def test_only_what_is_there_can_be_tapped(phone: StandIn, bot: Bot) -> None:
    person = phone.person()
    assert "'Yes'" in refusal(phone, "POST", f"people/{person.id}/taps", {"button": "Yes"})
    assert "react" in refusal(phone, "POST", f"people/{person.id}/reacts", {"emoji": "x"})
    assert "kind" in refusal(phone, "POST", f"people/{person.id}/sends", {"kind": "parcel"})


def test_a_link_stays_on_the_phone(phone: StandIn, bot: Bot) -> None:
    parameters = {"display_text": "Open", "url": "https://h/"}
    action = {"name": "cta_url", "parameters": parameters}
    link = {"type": "interactive", "interactive": {"type": "cta_url", "body": {"text": "Look"}, "action": action}}
    bot.replies = {"hi": [link]}
    person = phone.person()
    person.writes("hi", **QUICK)
    assert person.last.buttons[0].url == "https://h/"
    assert "stays on the phone" in refusal(phone, "POST", f"people/{person.id}/taps", {"button": "Open"})


def test_made_up_people_are_nobody(phone: StandIn) -> None:
    people = [phone.person() for _ in range(20)]
    assert len({person.number for person in people}) == 20
    assert all(person.number[4:9] == "55501" for person in people)


def test_hiding_the_number_gives_a_business_scoped_id(phone: StandIn) -> None:
    person = phone.person()
    person.changes(hidden=True)
    assert person.user_id.startswith("US.")
    assert person.address == person.user_id


def test_everything_can_be_forgotten(phone: StandIn, bot: Bot) -> None:
    bot.replies = {"hi": [text("hello")]}
    phone.person().writes("hi", **QUICK)
    phone.fails(code=1)
    phone.declares("offer", "Save")
    phone.clear()
    assert (phone.state["people"], phone.state["failures"], phone.calls(), phone.webhooks()) == ([], [], [], [])
    assert phone.ask("GET", "templates") == []


def test_waiting_for_answers_gives_up_after_a_while(phone: StandIn, bot: Bot) -> None:
    with pytest.raises(AssertionError, match="0 of 1 answers"):
        phone.person().writes("hi", within=0.2, quiet=0.1)
