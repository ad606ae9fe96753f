"""The CRM servers of the tests take a lead as their vendors say, forget it with its database, and come back."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
import requests

from tests.crm_servers import Server

SECONDS = 60
CUSTOMER = {"name": "Ana Ruiz", "email": "ana.ruiz@example.com", "phone": "+34600000001"}


def post(address: str, body: Any, **headers: str) -> Any:
    """Give the answer to a call that goes well."""
    answer = requests.post(address, json=body, headers=headers, timeout=SECONDS)
    assert answer.ok, f"{answer.status_code} {answer.text}"
    return answer.json()


def is_refused(address: str, body: Any, **headers: str) -> bool:
    return 400 <= requests.post(address, json=body, headers=headers, timeout=SECONDS).status_code < 500


# --- Odoo


ODOO_LEAD = {
    "name": "Premium plan",
    "type": "lead",
    "contact_name": CUSTOMER["name"],
    "email_from": CUSTOMER["email"],
    "phone": CUSTOMER["phone"],
    "x_lead_id": "L-1",
    "x_product_interest": "premium",
    "x_answers": "Budget: 10 €\nUse: travel",
}


def rpc(server: Server, service: str, method: str, *arguments: Any) -> Any:
    parameters = {"service": service, "method": method, "args": arguments}
    answer = post(f"{server.url}/jsonrpc", {"jsonrpc": "2.0", "method": "call", "id": 1, "params": parameters})
    assert "result" in answer, answer["error"]["data"]["message"]
    return answer["result"]


def execute(server: Server, model: str, method: str, *arguments: Any, who: str = "") -> Any:
    login, key = server.secrets[f"{who}login"], server.secrets[f"{who}key"]
    user = rpc(server, "common", "authenticate", server.database, login, key, {})
    return rpc(server, "object", "execute_kw", server.database, user, key, model, method, arguments)


def test_odoo_takes_a_lead_over_jsonrpc(fresh_odoo: Server) -> None:
    execute(fresh_odoo, "crm.lead", "create", ODOO_LEAD)
    (lead,) = fresh_odoo.leads()
    assert {field: lead[field] for field in ODOO_LEAD} == ODOO_LEAD


def test_odoo_takes_a_lead_over_json_2(fresh_odoo: Server) -> None:
    if fresh_odoo.name != "odoo19":
        pytest.skip("Odoo 11 has no JSON-2, and Odoo 19 cannot be had here")
    headers = {"Authorization": f"bearer {fresh_odoo.secrets['key']}", "X-Odoo-Database": fresh_odoo.database}
    post(f"{fresh_odoo.url}/json/2/crm.lead/create", {"vals_list": [ODOO_LEAD]}, **headers)
    (lead,) = fresh_odoo.leads()
    assert {field: lead[field] for field in ODOO_LEAD} == ODOO_LEAD


def test_odoo_loads_a_lead_twice_into_one_with_its_source(fresh_odoo: Server) -> None:
    fields = ["id", "name", "x_lead_id", "source_id"]
    for name in ("Basic plan", "Premium plan"):
        row = ["customer_profiler.L-1", name, "L-1", "Customer Profiler"]
        assert execute(fresh_odoo, "crm.lead", "load", fields, [row])["ids"]
    (lead,) = fresh_odoo.leads()
    assert (lead["name"], lead["source"]) == ("Premium plan", "Customer Profiler")
    assert lead["external_ids"] == ["customer_profiler.L-1"]


def test_odoo_refuses_an_outsider(odoo: Server) -> None:
    with pytest.raises(AssertionError, match="not allowed"):
        execute(odoo, "crm.lead", "create", ODOO_LEAD, who="outsider_")


# --- BottleCRM


BOTTLE_LEAD = {
    "title": "Premium plan",
    "first_name": "Ana",
    "last_name": "Ruiz",
    "email": CUSTOMER["email"],
    "phone": CUSTOMER["phone"],
    "source": "chatbot",
    "status": "assigned",
    "custom_fields": {
        "lead_id": "L-1",
        "product_interest": "premium",
        "answers": "Budget: 10 €\nUse: travel",
        "reasons": "+3",
    },
}


def test_bottlecrm_takes_a_lead_with_a_token(fresh_bottlecrm: Server) -> None:
    post(f"{fresh_bottlecrm.url}/api/leads/", BOTTLE_LEAD, Authorization=f"Bearer {fresh_bottlecrm.secrets['token']}")
    (lead,) = fresh_bottlecrm.leads()
    assert {field: lead[field] for field in BOTTLE_LEAD} == BOTTLE_LEAD


def test_bottlecrm_takes_a_lead_once_through_its_webhook(fresh_bottlecrm: Server) -> None:
    address = f"{fresh_bottlecrm.url}/api/public/leads/{fresh_bottlecrm.secrets['intake']}/"
    body = {"external_id": "L-1", "email": CUSTOMER["email"], "product_interest": "premium", "lead_id": "L-1"}
    for _ in "12":
        post(address, body, Authorization=f"Bearer {fresh_bottlecrm.secrets['intake_key']}")
    (lead,) = fresh_bottlecrm.leads()
    assert (lead["source"], lead["external_id"], lead["arrivals"]) == ("chatbot", "L-1", ["created", "duplicate"])
    assert lead["custom_fields"] == {"product_interest": "premium", "lead_id": "L-1"}


def test_bottlecrm_refuses_a_token_that_only_reads(bottlecrm: Server) -> None:
    token = f"Bearer {bottlecrm.secrets['reader_token']}"
    assert is_refused(f"{bottlecrm.url}/api/leads/", BOTTLE_LEAD, Authorization=token)


# --- Tryton


def tryton_headers(server: Server, key: str = "key") -> dict[str, str]:
    context = json.dumps({"company": int(server.secrets["company"])}).encode()
    return {
        "Authorization": f"bearer {server.secrets[key]}",
        "X-Tryton-Context": base64.urlsafe_b64encode(context).decode(),
    }


def tryton_lead(server: Server, party: int) -> dict[str, Any]:
    line = {"product": int(server.secrets["product"]), "unit": int(server.secrets["unit"]), "quantity": 1}
    return {
        "party": party,
        "description": "Premium plan",
        "reference": "L-1",
        "comment": "Budget: 10 €\nUse: travel",
        "currency": int(server.secrets["currency"]),
        "marketing_source": int(server.secrets["marketing_source"]),
        "lines": [["create", [line]]],
    }


def test_tryton_takes_a_lead_of_a_new_party(fresh_tryton: Server) -> None:
    records, headers = f"{fresh_tryton.url}/{fresh_tryton.database}/rest/model", tryton_headers(fresh_tryton)
    mechanisms = [{"type": kind, "value": CUSTOMER[kind]} for kind in ("email", "phone")]
    person = {"name": CUSTOMER["name"], "contact_mechanisms": [["create", mechanisms]]}
    party = post(f"{records}/party.party", person, **headers)["id"]
    post(f"{records}/sale.opportunity", tryton_lead(fresh_tryton, party), **headers)
    (lead,) = fresh_tryton.leads()
    assert (lead["reference"], lead["comment"]) == ("L-1", "Budget: 10 €\nUse: travel")
    assert (lead["party_name"], lead["emails"], lead["phones"]) == (
        CUSTOMER["name"],
        [CUSTOMER["email"]],
        [CUSTOMER["phone"]],
    )
    assert (lead["products"], lead["source"]) == ([fresh_tryton.secrets["product_name"]], "customer profiler")


def test_tryton_refuses_an_outsider(tryton: Server) -> None:
    address = f"{tryton.url}/{tryton.database}/rest/model/sale.opportunity"
    assert is_refused(address, tryton_lead(tryton, party=1), **tryton_headers(tryton, "outsider_key"))


# --- all of them


@pytest.fixture(params=["odoo", "bottlecrm", "tryton"])
def server(request: pytest.FixtureRequest) -> Server:
    """Each of the servers."""
    return request.getfixturevalue(request.param)


def test_a_server_that_is_killed_comes_back_at_its_address(server: Server) -> None:
    server.kill()
    with pytest.raises(requests.ConnectionError):
        requests.get(server.url, timeout=SECONDS)
    server.start()
    assert requests.get(server.url, timeout=SECONDS).status_code


def test_a_server_outlasts_its_database(server: Server) -> None:
    before = len(server.leads())
    server.stop_database()
    server.start_database()
    assert len(server.leads()) == before


def test_what_is_in_a_database_stays_there(server: Server) -> None:
    if server.vendor == "odoo":
        execute(server, "crm.lead", "create", ODOO_LEAD)
        assert server.leads()
    server.clone()
    assert server.leads() == []
