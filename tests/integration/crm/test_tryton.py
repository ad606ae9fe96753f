"""Leads in a real Tryton."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from customer_profiler.adapters.crm.tryton import Config, TrytonTarget
from customer_profiler.core.delivery import DeliveryFailed, LeadMessage, Receipt, Trouble
from tests.contract.crm.suite import (
    Bench,
    LeadTargetContract,
    a_message,
    again,
    delivered,
    failure_of,
    impatient,
    revised,
    wrong,
)
from tests.crm_servers import Server
from tests.proxy import LossyProxy, Mode


class Clerk:
    """Changes what is in Tryton, past the proxy and the target."""

    def __init__(self, server: Server) -> None:
        self._url = f"{server.url}/{server.database}/rest/model"
        context = {"company": int(server.secrets["company"])}
        self._headers = {"Authorization": f"bearer {server.secrets['key']}", "X-Tryton-Context": packed(context)}

    def __call__(self, method: str, path: str, body: Any = None, **params: Any) -> Any:
        answer = requests.request(
            method, f"{self._url}/{path}", json=body, params=params, headers=self._headers, timeout=30
        )
        assert answer.ok, answer.text
        return answer.json() if answer.text else None


def packed(value: object) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).decode()


class TrytonBench:
    """A target and the Tryton behind it."""

    shown: Mapping[str, str] = {
        "name": "party_name",
        "email": "email",
        "phone": "phone",
        "product_title": "description",
    }

    def __init__(self, proxy: LossyProxy, server: Server) -> None:
        self.proxy, self.server = proxy, server
        self.clerk = Clerk(server)
        self.keys: dict[str, Any] = {
            "url": proxy.url,
            "database": server.database,
            "key": server.secrets["key"],
            "mapping": {"marketing_source": "=Customer Profiler"},
        }
        self.secrets: Sequence[str] = [self.keys["key"]]
        self.target = self.made()

    def made(self, **keys: Any) -> TrytonTarget:
        """Give the target with other keys."""
        return TrytonTarget(Config(**{**self.keys, **keys}))

    def stored(self, message: LeadMessage) -> list[dict[str, Any]]:
        email, found = message.values["email"], self.server.leads()
        leads = [lead for lead in found if lead["reference"] == message.lead_id or email in lead["emails"]]
        return [self._record(lead) for lead in leads]

    def count(self) -> int:
        return len(self.server.leads()) + len(self.parties())

    def parties(self) -> list[dict[str, Any]]:
        return self.server.query("SELECT id, name FROM party_party ORDER BY id")

    def is_withdrawn(self, record: Mapping[str, Any]) -> bool:
        return record["state"] == "cancelled" and "WITHDRAWN" in record["comment"]

    def wrongly_keyed(self) -> TrytonTarget:
        return self.made(key="wrong-key")

    def mapping_also(self, theirs: str, ours: str) -> TrytonTarget:
        return self.made(mapping={**self.keys["mapping"], theirs: ours})

    def refusing(self) -> TrytonTarget:
        return self.mapping_also("conversion_probability", "=7")

    @staticmethod
    def _record(lead: Mapping[str, Any]) -> dict[str, Any]:
        phones = [phone.replace(" ", "") for phone in lead["phones"]]
        return {**lead, "email": ", ".join(lead["emails"]), "phone": ", ".join(phones)}


@pytest.fixture
def bench(tryton: Server) -> Iterator[TrytonBench]:
    """A target of a salesperson's."""
    address = urlsplit(tryton.url)
    assert address.hostname
    assert address.port
    with LossyProxy(address.hostname, address.port) as proxy:
        yield TrytonBench(proxy, tryton)


class TestTryton(LeadTargetContract):
    """The contract."""

    def test_four_at_once_make_one_lead(self, bench: Bench) -> None:
        """Each may tell another id: the lead that stays is the oldest, and may have come last."""
        message = a_message()
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda _: delivered(bench.target, message), range(4)))
        self.is_stored_once(bench, message)


# --- one lead


def test_a_lead_has_its_source_and_the_company_of_the_user(bench: TrytonBench) -> None:
    bench.target.deliver(message := a_message())
    (record,) = bench.stored(message)
    assert (record["source"], record["state"]) == ("customer profiler", "lead")
    assert record["company"] == int(bench.server.secrets["company"])


def test_the_comment_holds_every_answer_and_how_to_reach_the_customer(bench: TrytonBench) -> None:
    bench.target.deliver(message := a_message())
    comment = bench.stored(message)[0]["comment"]
    assert "What may it cost?: Up to 25,000 €" in comment
    assert f"E-mail: {message.values['email']}" in comment


def test_doubles_that_stand_there_are_removed_with_the_next_change(bench: TrytonBench) -> None:
    receipt = bench.target.deliver(message := a_message())
    bench.clerk("POST", "sale.opportunity", {"reference": message.lead_id, "description": "A double"})
    assert bench.target.deliver(later := revised(message, receipt)) == receipt
    assert [record["description"] for record in bench.stored(later)] == ["Family car"]


def test_a_double_that_sales_people_work_on_is_for_a_person(bench: TrytonBench) -> None:
    receipt = bench.target.deliver(message := a_message())
    double = bench.clerk("POST", "sale.opportunity", {"reference": message.lead_id})
    bench.clerk("POST", f"sale.opportunity/{double['id']}/lost")
    assert failure_of(lambda: bench.target.deliver(revised(message, receipt))).trouble is Trouble.AMBIGUOUS


def test_a_lead_whose_reference_was_changed_is_found_by_its_id(bench: TrytonBench) -> None:
    receipt = bench.target.deliver(message := a_message())
    bench.clerk("PUT", f"sale.opportunity/{receipt.remote_id}", {"reference": "by hand"})
    assert bench.target.deliver(revised(message, receipt, product_title="Sports car")) == receipt
    assert [record["description"] for record in bench.stored(message)] == ["Sports car"]


# --- the customer


def test_a_customer_who_is_known_keeps_one_party(bench: TrytonBench) -> None:
    email = a_message().values["email"]
    ways = [{"type": "email", "value": str(email).upper()}]
    known = bench.clerk("POST", "party.party", {"name": "ACME Ltd", "contact_mechanisms": [["create", ways]]})
    bench.target.deliver(message := a_message(email=email))
    (record,) = (each for each in bench.server.leads() if each["reference"] == message.lead_id)
    assert (record["party"], record["party_name"], record["phones"]) == (known["id"], "ACME Ltd", ["+351912345678"])


@pytest.mark.parametrize("sign", ["_", "%"])
def test_signs_in_an_address_stand_for_themselves(bench: TrytonBench, sign: str) -> None:
    stem = a_message().lead_id.lower()
    bench.target.deliver(other := a_message(name="Other", email=f"ana.x.{stem}@example.com"))
    bench.target.deliver(message := a_message(email=f"ana.{sign}.{stem}@example.com"))
    assert [record["party_name"] for record in bench.stored(message)] == ["Ana Silva"]
    assert [record["party_name"] for record in bench.stored(other)] == ["Other"]


def test_leads_of_one_new_customer_at_once_make_one_party(bench: TrytonBench) -> None:
    email = str(a_message().values["email"])
    messages = [a_message(email=email) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda message: delivered(bench.target, message), messages))
    assert len({record["party"] for record in bench.stored(messages[0])}) == 1
    assert len(bench.stored(messages[0])) == 4


def test_a_corrected_address_that_is_another_customers_moves_the_lead_to_him(bench: TrytonBench) -> None:
    bench.target.deliver(of_rui := a_message(name="Rui Silva"))
    receipt = bench.target.deliver(of_ana := a_message())
    bench.target.deliver(revised(of_ana, receipt, name="Rui Silva", email=of_rui.values["email"]))
    leads = {lead["reference"]: lead for lead in bench.server.leads()}
    assert leads[of_ana.lead_id]["party"] == leads[of_rui.lead_id]["party"]


def test_the_party_that_sales_people_chose_stays(bench: TrytonBench) -> None:
    receipt = bench.target.deliver(message := a_message())
    firm = bench.clerk("POST", "party.party", {"name": "ACME Ltd"})
    bench.clerk("PUT", f"sale.opportunity/{receipt.remote_id}", {"party": firm["id"]})
    bench.target.deliver(later := revised(message, receipt, product_title="Sports car"))
    (record,) = (lead for lead in bench.server.leads() if lead["reference"] == later.lead_id)
    assert (record["party"], record["description"]) == (firm["id"], "Sports car")


def test_a_customer_without_an_address_is_found_by_the_lead(bench: TrytonBench) -> None:
    message = a_message(email="")
    receipt = bench.target.deliver(message)
    bench.target.deliver(revised(message, receipt, phone="+351900000000"))
    (record,) = (lead for lead in bench.server.leads() if lead["reference"] == message.lead_id)
    assert (record["party_name"], record["phones"]) == ("Ana Silva", ["+351900000000"])


@pytest.mark.parametrize("call", range(1, 9))
def test_a_customer_of_whom_only_the_name_is_known_is_one_party_whatever_is_lost(bench: TrytonBench, call: int) -> None:
    message = a_message(name=f"Nobody {a_message().lead_id}", email="", phone="")
    bench.proxy.play(*[Mode.PASS] * (call - 1), Mode.DROP)
    delivered(bench.target, message)
    bench.proxy.mode = Mode.PASS
    assert len([party for party in bench.parties() if party["name"] == message.values["name"]]) == 1


# --- what sales people do stays


def test_what_sales_people_noted_stays_when_the_customer_changes_something(bench: TrytonBench) -> None:
    receipt = bench.target.deliver(first := a_message())
    comment = bench.stored(first)[0]["comment"]
    bench.clerk("PUT", f"sale.opportunity/{receipt.remote_id}", {"comment": f"Called.\n{comment}\nWants blue."})
    bench.target.deliver(later := revised(first, receipt, language="pt"))
    comment = bench.stored(later)[0]["comment"]
    assert comment.startswith("Called.")
    assert comment.endswith("Wants blue.")
    assert comment.count("Reference:") == 1
    assert "Language: pt" in comment


@pytest.mark.parametrize("end", ["lost", "cancel"])
def test_a_change_of_a_lead_that_sales_people_have_ended_arrives_as_one_note(bench: TrytonBench, end: str) -> None:
    receipt = bench.target.deliver(first := a_message())
    bench.clerk("POST", f"sale.opportunity/{receipt.remote_id}/{end}")
    later = revised(first, receipt, product_title="Sports car")
    assert bench.target.deliver(later) == bench.target.deliver(again(later)) == receipt
    assert bench.stored(later)[0]["description"] == "Family car"
    notes = bench.server.query(f"SELECT message FROM ir_note WHERE resource = 'sale.opportunity,{receipt.remote_id}'")
    assert ["Sports car" in note["message"] for note in notes] == [True]


def test_a_deleted_lead_is_made_again_by_a_change(bench: TrytonBench) -> None:
    receipt = bench.target.deliver(first := a_message())
    bench.clerk("POST", f"sale.opportunity/{receipt.remote_id}/cancel")
    bench.clerk("DELETE", f"sale.opportunity/{receipt.remote_id}")
    assert bench.target.deliver(later := revised(first, receipt)) != receipt
    assert len(bench.stored(later)) == 1


# --- withdrawn


def test_a_withdrawn_lead_can_be_lost(bench: TrytonBench) -> None:
    target = bench.made(withdrawn="lost")
    receipt = target.deliver(first := a_message())
    target.deliver(later := revised(first, receipt, status="withdrawn"))
    assert bench.stored(later)[0]["state"] == "lost"
    target.deliver(opened := revised(later, receipt, status="open", product_title="Sports car"))
    assert (bench.stored(opened)[0]["state"], bench.stored(opened)[0]["description"]) == ("lead", "Sports car")


def test_a_withdrawn_lead_can_be_kept_with_a_note(bench: TrytonBench) -> None:
    target = bench.made(withdrawn="keep")
    receipt = target.deliver(first := a_message())
    target.deliver(later := revised(first, receipt, status="withdrawn"))
    assert bench.stored(later)[0]["state"] == "lead"
    assert "WITHDRAWN" in bench.stored(later)[0]["comment"]


def test_without_notes_a_withdrawn_lead_is_cancelled_and_opened_again(bench: TrytonBench) -> None:
    target = bench.made(notes="")
    receipt = target.deliver(first := a_message())
    target.deliver(withdrawn := revised(first, receipt, status="withdrawn"))
    assert bench.stored(withdrawn)[0]["state"] == "cancelled"
    target.deliver(opened := revised(withdrawn, receipt, status="open"))
    assert (bench.stored(opened)[0]["state"], bench.stored(opened)[0]["comment"]) == ("lead", None)


def test_a_withdrawal_twice_is_written_once(bench: TrytonBench) -> None:
    receipt = bench.target.deliver(first := a_message())
    bench.target.deliver(later := revised(first, receipt, status="withdrawn"))
    history = "SELECT count(*) AS versions FROM sale_opportunity__history WHERE reference = '{}'"
    before = bench.server.query(history.format(later.lead_id))
    bench.target.deliver(again(later))
    assert bench.server.query(history.format(later.lead_id)) == before


def test_a_withdrawn_lead_that_is_withdrawn_with_other_values_has_them(bench: TrytonBench) -> None:
    receipt = bench.target.deliver(first := a_message())
    bench.target.deliver(second := revised(first, receipt, status="withdrawn"))
    bench.target.deliver(third := revised(second, receipt, product_title="Sports car"))
    assert bench.is_withdrawn(bench.stored(third)[0])
    assert bench.stored(third)[0]["description"] == "Sports car"


# --- fields


@pytest.mark.parametrize(
    ("field", "ours", "stored"),
    [("amount", "price", 21500), ("start_date", "created_at", "2026-05-04"), ("marketing_source", "=1", 1)],
)
def test_values_become_what_the_field_wants(bench: TrytonBench, field: str, ours: str, stored: object) -> None:
    bench.mapping_also(field, ours).deliver(message := a_message())
    found = bench.stored(message)[0][field]
    assert (found if isinstance(stored, int) else str(found)) == stored


@pytest.mark.parametrize(
    ("field", "value"), [("amount", "dear"), ("start_date", "soon"), ("marketing_source", "no such source")]
)
def test_a_value_of_the_wrong_kind_is_told(bench: TrytonBench, field: str, value: str) -> None:
    target = bench.mapping_also(field, f"={value}")
    assert failure_of(lambda: target.deliver(a_message())).trouble is Trouble.INVALID_VALUE
    assert wrong(list(target.check()))


def test_lines_cannot_be_mapped(bench: TrytonBench) -> None:
    failure = failure_of(lambda: bench.mapping_also("lines", "product").deliver(a_message()))
    assert failure.trouble is Trouble.UNKNOWN_FIELD


# --- what goes wrong


def test_an_account_without_a_right_to_leads_is_forbidden(bench: TrytonBench) -> None:
    target = bench.made(key=bench.server.secrets["outsider_key"])
    assert failure_of(lambda: target.deliver(a_message())).trouble is Trouble.FORBIDDEN
    assert wrong(list(target.check()))


def test_a_database_that_is_not_there_is_missing(bench: TrytonBench) -> None:
    target = bench.made(database="no_such_database")
    assert failure_of(lambda: target.deliver(a_message())).trouble is Trouble.MISSING


def test_a_company_that_is_not_the_users_is_told(bench: TrytonBench) -> None:
    assert not failure_of(lambda: bench.made(company=999).deliver(a_message())).trouble.is_passing


def test_a_lead_arrives_after_the_database_was_away(bench: TrytonBench) -> None:
    receipt = bench.target.deliver(first := a_message())
    bench.server.stop_database()
    try:
        with impatient(2):  # Tryton hangs as long as its database is away.
            for message in (a_message(), revised(first, receipt)):
                assert failure_of(lambda message=message: bench.target.deliver(message)).trouble.is_passing
    finally:
        bench.server.start_database()
    delivered(bench.target, later := revised(first, receipt, product_title="Sports car"))
    assert [record["description"] for record in bench.stored(later)] == ["Sports car"]


def test_a_server_that_is_killed_at_work_gets_each_lead_once(bench: TrytonBench) -> None:
    messages = [a_message() for _ in range(12)]
    with ThreadPoolExecutor(4) as pool:
        tries = [pool.submit(attempted, bench.target, message) for message in messages]
        wait(tries, return_when=FIRST_COMPLETED)
        bench.server.kill()
        outcomes = [each.result() for each in tries]
    bench.server.start()
    assert None in outcomes, "the server was too fast to be killed"
    for message in messages:
        delivered(bench.target, again(message))
        assert len(bench.stored(message)) == 1


def attempted(target: TrytonTarget, message: LeadMessage) -> Receipt | None:
    try:
        return target.deliver(message)
    except DeliveryFailed as failure:
        assert failure.trouble.is_passing, failure.detail
        return None
