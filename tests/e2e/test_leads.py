"""A customer's yes on WhatsApp, Messenger or REST is a lead in a real Odoo within seconds, and stays one lead."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests import crm_servers
from tests.crm_servers import Server
from tests.e2e.conftest import Assistant, eventually, of_phone, ringing, serving
from tests.e2e.people import guest
from tests.phone import Person, StandIn

CRM = """
environments:
  dev:
    targets:
      odoo:
        type: odoo
        url: {url}
        database: {database}
        key: ${{ODOO_KEY}}
        mapping:
          x_product_interest: product
          x_channel: channel
          x_answers: answers_in_words
      feed:
        type: csv
        file: feed.csv
"""


@pytest.fixture(scope="module")
def odoo() -> Iterator[Server]:
    with crm_servers.odoo() as server:
        yield server


@pytest.fixture(scope="module", name="phone")
def _phone() -> Iterator[StandIn]:
    """Phones of its own: those of other tests belong to another assistant."""
    yield from ringing()


@pytest.fixture(scope="module", name="shop")
def _shop(odoo: Server, phone: StandIn, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """An assistant whose leads go to Odoo and into a file."""
    var = tmp_path_factory.mktemp("shop")
    crm = var / "crm.yml"
    crm.write_text(CRM.format(url=odoo.url, database=odoo.database), "utf-8")
    environment = {"PROFILER_CRM": str(crm), "PROFILER_ENVIRONMENT": "dev", "ODOO_KEY": odoo.secrets["key"]}
    yield from serving(var, **of_phone(phone), **environment)


def at_summary(phone: StandIn, channel: str, name: str, email: str) -> Person:
    """Somebody who has chosen a car and is shown what will be sent."""
    person = guest(phone, channel)
    person.writes("hello")
    for title in ("Find your next car", "Family life", "A family of five", "Hybrid", "€20,000 to €30,000", "Comfort"):
        person.taps(title)
    person.taps("Ask for a quote")
    person.writes(name)
    person.writes(email)
    if "Skip" in person.last.titles:
        person.taps("Skip")
    return person


def of(odoo: Server, email: str) -> list[dict[str, Any]]:
    return [lead for lead in odoo.leads() if lead["email_from"] == email]


@pytest.mark.parametrize("channel", ["whatsapp", "facebook"])
def test_a_yes_in_the_chat_is_a_lead_in_odoo(shop: Assistant, odoo: Server, phone: StandIn, channel: str) -> None:
    email = f"{channel}@example.com"
    person = at_summary(phone, channel, "Ana García", email)
    [closing] = person.taps("Yes, send it")
    eventually(lambda: of(odoo, email), seconds=10)

    [lead] = of(odoo, email)
    assert lead["contact_name"] == "Ana García"
    assert lead["x_product_interest"] == "linea_touring"
    assert lead["x_channel"] == channel
    assert "Which of these sounds most like your family?: A family of five" in lead["x_answers"]
    reference = closing.text.rpartition(" ")[2]
    eventually(lambda: "to odoo, revision 1: delivered" in shop.profiler("outbox", "show", reference))


def test_a_change_by_the_customer_reaches_the_same_lead(shop: Assistant, odoo: Server, phone: StandIn) -> None:
    person = at_summary(phone, "whatsapp", "Bob Roe", "old@example.com")
    person.taps("Yes, send it")
    eventually(lambda: of(odoo, "old@example.com"))
    [before] = of(odoo, "old@example.com")

    person.taps("Correct something")
    person.taps("E-mail")
    person.writes("new@example.com")
    person.taps("Yes, send it")
    eventually(lambda: of(odoo, "new@example.com"))

    [after] = of(odoo, "new@example.com")
    assert after["id"] == before["id"]
    assert of(odoo, "old@example.com") == []


def test_a_customer_is_thanked_while_odoo_is_down_and_nothing_is_lost(
    shop: Assistant, odoo: Server, phone: StandIn
) -> None:
    person = at_summary(phone, "whatsapp", "Eve Poe", "eve@example.com")
    odoo.kill()
    try:
        [closing] = person.taps("Yes, send it")
        reference = closing.text.rpartition(" ")[2]
        eventually(lambda: "unreachable" in shop.profiler("outbox", "show", reference), seconds=20)
    finally:
        odoo.start()
    eventually(lambda: of(odoo, "eve@example.com"), seconds=60)
    assert len(of(odoo, "eve@example.com")) == 1


def test_the_other_target_has_them_all_too(shop: Assistant, odoo: Server) -> None:
    theirs = {lead["email_from"] for lead in odoo.leads()}

    eventually(lambda: all(email in (shop.var / "feed.csv").read_text("utf-8") for email in theirs))


def test_the_check_of_the_crm_finds_all_well(shop: Assistant) -> None:
    assert "FAIL" not in shop.profiler("crm", "check")


def test_the_worker_tells_of_the_queue(shop: Assistant) -> None:
    [line] = [line for line in Path(shop.log).read_text("utf-8").splitlines() if "/metrics" in line]
    address = line.split()[1]

    assert 'profiler_leads_waiting{target="odoo"} 0.0' in requests.get(address, timeout=5).text
    assert requests.get(address.replace("/metrics", "/health"), timeout=5).json()["status"] == "ok"
