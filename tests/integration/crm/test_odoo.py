"""Leads in a real Odoo, over each of its protocols."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from customer_profiler.adapters.crm.odoo import Config, OdooTarget
from customer_profiler.core.delivery import DeliveryFailed, LeadMessage, Receipt, Trouble
from tests.contract.crm.suite import (
    LeadTargetContract,
    a_message,
    again,
    delivered,
    failure_of,
    revised,
    wrong,
)
from tests.crm_servers import Server
from tests.proxy import LossyProxy


class Administrator:
    """Changes what is in Odoo, past the proxy and the target."""

    def __init__(self, server: Server) -> None:
        self._url, self._database, self._password = server.url, server.database, server.secrets["admin_password"]
        login = server.secrets["admin_login"]
        self._user = self._call("common", "authenticate", self._database, login, self._password, {})

    def __call__(self, model: str, method: str, *arguments: Any, **named: Any) -> Any:
        secret = (self._database, self._user, self._password)
        return self._call("object", "execute_kw", *secret, model, method, arguments, named)

    def _call(self, service: str, method: str, *arguments: Any) -> Any:
        parameters = {"service": service, "method": method, "args": arguments}
        body = {"jsonrpc": "2.0", "method": "call", "id": 1, "params": parameters}
        found = requests.post(f"{self._url}/jsonrpc", json=body, timeout=30).json()
        assert "result" in found, found["error"]["data"]["message"]
        return found["result"]


class OdooBench:
    """A target over one protocol and the Odoo behind it."""

    shown: Mapping[str, str] = {
        "name": "contact_name",
        "email": "email_from",
        "phone": "phone",
        "product_title": "name",
        "profile_id": "x_profile_id",
    }

    def __init__(self, proxy: LossyProxy, server: Server, protocol: str) -> None:
        self.proxy, self.server = proxy, server
        secrets = server.secrets
        self._keys: dict[str, Any] = {
            "url": proxy.url,
            "protocol": protocol,
            "database": server.database,
            "login": secrets["login"],
            "key": secrets["key"],
            "mapping": {"x_profile_id": "profile_id"},
        }
        self.secrets: Sequence[str] = [secrets["key"]]
        self.target = self.made()

    def made(self, **keys: Any) -> OdooTarget:
        """Give the target with other keys."""
        return OdooTarget(Config(**{**self._keys, **keys}))

    def stored(self, message: LeadMessage) -> list[dict[str, Any]]:
        email, mark = message.values["email"], f"customer_profiler.{message.lead_id}"
        found = self.server.leads()
        leads = [lead for lead in found if lead["email_from"] == email or mark in lead["external_ids"]]
        return [{name: "" if value is None else value for name, value in lead.items()} for lead in leads]

    def count(self) -> int:
        return len(self.server.leads())

    def is_withdrawn(self, record: Mapping[str, Any]) -> bool:
        return record["active"] is False and "WITHDRAWN" in record["description"]

    def wrongly_keyed(self) -> OdooTarget:
        return self.made(key="wrong-key-wrong-key")

    def mapping_also(self, theirs: str, ours: str) -> OdooTarget:
        return self.made(mapping={**self._keys["mapping"], theirs: ours})

    def refusing(self) -> OdooTarget:
        return self.mapping_also("priority", "=nonsense")

    def outside(self) -> OdooTarget:
        """Give the target with the key of somebody without any right to leads."""
        return self.made(login=self.server.secrets["outsider_login"], key=self.server.secrets["outsider_key"])


@pytest.fixture(params=["json2", "jsonrpc"])
def protocol(request: pytest.FixtureRequest, odoo: Server) -> str:
    """A protocol that this Odoo speaks."""
    if odoo.name == "odoo11" and request.param == "json2":
        pytest.skip("Odoo 11 does not speak JSON-2")
    return str(request.param)


@pytest.fixture
def bench(odoo: Server, protocol: str) -> Iterator[OdooBench]:
    """A target of a salesperson's."""
    address = urlsplit(odoo.url)
    assert address.hostname
    assert address.port
    with LossyProxy(address.hostname, address.port) as proxy:
        yield OdooBench(proxy, odoo, protocol)


@pytest.fixture
def admin(odoo: Server) -> Administrator:
    """Somebody who may do everything."""
    return Administrator(odoo)


class TestOdoo(LeadTargetContract):
    """The contract."""


# --- what stands there


def test_a_lead_has_its_external_id_its_source_and_nobody_in_charge(bench: OdooBench) -> None:
    bench.target.deliver(message := a_message())
    (record,) = bench.stored(message)
    assert record["external_ids"] == [f"customer_profiler.{message.lead_id}"]
    assert (record["source"], record["type"], record["user_id"]) == ("Customer Profiler", "lead", "")


def test_the_notes_hold_every_answer_and_the_consent(bench: OdooBench) -> None:
    bench.target.deliver(message := a_message())
    description = bench.stored(message)[0]["description"]
    assert "What may it cost?: Up to 25,000 €" in description
    assert "Consent 2026-05-04T10:30:10Z: We pass your details on to the dealer." in description


def test_what_customers_type_is_text_and_no_html(bench: OdooBench) -> None:
    bench.target.deliver(message := a_message(campaign="<script>alert(1)</script><b>x</b>"))
    description = bench.stored(message)[0]["description"]
    if "<p>" in description:
        assert "&lt;script&gt;alert(1)&lt;/script&gt;&lt;b&gt;x&lt;/b&gt;" in description
    else:
        assert "<script>alert(1)</script><b>x</b>" in description


def test_a_new_lead_can_be_an_opportunity_at_once(bench: OdooBench) -> None:
    bench.made(lead_type="opportunity").deliver(message := a_message())
    assert bench.stored(message)[0]["type"] == "opportunity"


@pytest.mark.parametrize(("field", "value"), [("country_id", "=Portugal"), ("country_id/id", "=base.pt")])
def test_a_record_is_mapped_by_its_name_or_id(bench: OdooBench, admin: Administrator, field: str, value: str) -> None:
    bench.mapping_also(field, value).deliver(message := a_message())
    (country,) = admin("res.country", "search", [["code", "=", "PT"]])
    assert bench.stored(message)[0]["country_id"] == country


def test_a_name_that_no_record_has_is_told(bench: OdooBench) -> None:
    failure = failure_of(lambda: bench.mapping_also("country_id", "=Atlantis").deliver(a_message()))
    assert failure.trouble is Trouble.INVALID_VALUE
    assert "Atlantis" in failure.detail


def test_a_field_of_the_usual_ones_can_be_left_out(bench: OdooBench) -> None:
    bench.mapping_also("phone", "=").deliver(message := a_message())
    assert bench.stored(message)[0]["phone"] == ""


# --- the source


def test_four_that_need_a_new_source_make_it_once(bench: OdooBench, admin: Administrator, protocol: str) -> None:
    source = f"Spring campaign {protocol}"
    target = bench.made(source=source)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda message: delivered(target, message), [a_message() for _ in range(4)]))
    assert len(admin("utm.source", "search", [["name", "like", source]])) == 1


def test_a_source_that_was_deleted_is_made_again(bench: OdooBench, admin: Administrator, protocol: str) -> None:
    target = bench.made(source=f"Summer campaign {protocol}")
    receipt = target.deliver(first := a_message())
    admin("crm.lead", "unlink", [int(receipt.remote_id)])
    admin("utm.source", "unlink", admin("utm.source", "search", [["name", "=", f"Summer campaign {protocol}"]]))
    delivered(target, later := revised(first, receipt))
    assert bench.stored(later)[0]["source"] == f"Summer campaign {protocol}"


def test_leads_need_no_source(bench: OdooBench) -> None:
    bench.made(source="").deliver(message := a_message())
    assert bench.stored(message)[0]["source"] == ""


# --- what sales people do stays


def test_a_lead_that_became_an_opportunity_of_somebodys_stays_one(bench: OdooBench, admin: Administrator) -> None:
    receipt = bench.target.deliver(first := a_message())
    mine = admin("res.users", "search", [["login", "=", bench.server.secrets["login"]]])[0]
    admin("crm.lead", "write", [int(receipt.remote_id)], {"type": "opportunity", "user_id": mine})
    bench.target.deliver(later := revised(first, receipt, phone="+351900000000"))
    record = bench.stored(later)[0]
    assert (record["type"], record["user_id"], record["phone"]) == ("opportunity", mine, "+351900000000")


def test_what_sales_people_noted_stays_when_the_customer_changes_something(
    bench: OdooBench, admin: Administrator
) -> None:
    receipt = bench.target.deliver(first := a_message())
    lead = int(receipt.remote_id)
    (record,) = admin("crm.lead", "read", [lead], fields=["description"])
    admin("crm.lead", "write", [lead], {"description": f"<p>Called.</p>{record['description']}<p>Wants blue.</p>"})
    bench.target.deliver(later := revised(first, receipt, language="pt"))
    description = bench.stored(later)[0]["description"]
    assert description.startswith("<p>Called.</p>")
    assert description.endswith("<p>Wants blue.</p>")
    assert description.count("Reference:") == 1
    assert "Language: pt" in description


def test_a_lead_that_sales_people_have_lost_is_not_opened_by_a_change(bench: OdooBench, admin: Administrator) -> None:
    receipt = bench.target.deliver(first := a_message())
    admin("crm.lead", "write", [int(receipt.remote_id)], {"active": False, "probability": 0})
    bench.target.deliver(later := revised(first, receipt, product_title="Sports car"))
    assert (bench.stored(later)[0]["active"], bench.stored(later)[0]["name"]) == (False, "Sports car")


def test_a_lead_that_is_won_is_not_archived_by_a_withdrawal(bench: OdooBench, admin: Administrator) -> None:
    receipt = bench.target.deliver(first := a_message())
    admin("crm.lead", "action_set_won", [int(receipt.remote_id)])
    bench.target.deliver(later := revised(first, receipt, status="withdrawn"))
    record = bench.stored(later)[0]
    assert record["active"]
    assert "WITHDRAWN" in record["description"]


def test_a_deleted_lead_is_made_again_by_a_change(bench: OdooBench, admin: Administrator) -> None:
    receipt = bench.target.deliver(first := a_message())
    admin("crm.lead", "unlink", [int(receipt.remote_id)])
    assert bench.target.deliver(later := revised(first, receipt)) != receipt
    assert len(bench.stored(later)) == 1


def test_a_lead_that_another_has_taken_needs_the_right_to_all_leads(bench: OdooBench, admin: Administrator) -> None:
    receipt = bench.target.deliver(first := a_message())
    administrator = admin("res.users", "search", [["login", "=", bench.server.secrets["admin_login"]]])[0]
    admin("crm.lead", "write", [int(receipt.remote_id)], {"user_id": administrator})
    failure = failure_of(lambda: bench.target.deliver(revised(first, receipt)))
    assert failure.trouble is Trouble.FORBIDDEN
    assert "All Documents" in " ".join(finding.said for finding in bench.target.check())


# --- withdrawn


def test_a_withdrawn_lead_can_be_lost_for_a_reason_of_its_own(bench: OdooBench, admin: Administrator) -> None:
    reason = admin("crm.lost.reason", "create", {"name": "Withdrawn by the customer"})
    target = bench.made(withdrawn="lost", lost_reason="Withdrawn by the customer")
    assert wrong(list(target.check())) == []
    receipt = target.deliver(first := a_message())
    target.deliver(later := revised(first, receipt, status="withdrawn"))
    record = bench.stored(later)[0]
    assert (record["active"], record["probability"]) == (False, 0)
    assert reason in (record.get("lost_reason_id"), record.get("lost_reason"))
    target.deliver(opened := revised(later, receipt, status="open"))
    assert bench.stored(opened)[0]["active"]
    admin("crm.lost.reason", "unlink", [reason])


def test_a_lost_reason_that_is_not_there_is_told(bench: OdooBench) -> None:
    target = bench.made(withdrawn="lost", lost_reason="No such reason")
    assert "No such reason" in " ".join(wrong(list(target.check())))
    failure = failure_of(lambda: target.deliver(revised(a_message(), status="withdrawn")))
    assert failure.trouble is Trouble.MISSING


def test_a_withdrawn_lead_can_be_kept_with_a_note(bench: OdooBench) -> None:
    target = bench.made(withdrawn="keep")
    receipt = target.deliver(first := a_message())
    target.deliver(later := revised(first, receipt, status="withdrawn"))
    assert bench.stored(later)[0]["active"]
    assert "WITHDRAWN" in bench.stored(later)[0]["description"]


def test_without_notes_a_withdrawn_lead_is_archived_and_opened_again(bench: OdooBench) -> None:
    target = bench.made(notes="")
    receipt = target.deliver(first := a_message())
    target.deliver(withdrawn := revised(first, receipt, status="withdrawn"))
    assert bench.stored(withdrawn)[0]["active"] is False
    target.deliver(opened := revised(withdrawn, receipt, status="open"))
    assert bench.stored(opened)[0]["active"]


# --- what goes wrong


def test_an_account_without_a_right_to_leads_is_forbidden(bench: OdooBench) -> None:
    failure = failure_of(lambda: bench.outside().deliver(a_message()))
    assert failure.trouble is Trouble.FORBIDDEN
    assert wrong(list(bench.outside().check()))


def test_a_database_that_is_not_there_may_come_back(bench: OdooBench) -> None:
    target = bench.made(database="no_such_database")
    assert failure_of(lambda: target.deliver(a_message())).trouble is Trouble.SERVER_ERROR
    assert wrong(list(target.check()))


def test_a_lead_arrives_after_the_database_was_away(bench: OdooBench) -> None:
    receipt = bench.target.deliver(first := a_message())
    bench.server.stop_database()
    try:
        for message in (a_message(), revised(first, receipt)):
            assert failure_of(lambda message=message: bench.target.deliver(message)).trouble.is_passing
    finally:
        bench.server.start_database()
    delivered(bench.target, later := revised(first, receipt, product_title="Sports car"))
    assert [record["name"] for record in bench.stored(later)] == ["Sports car"]


def test_a_server_that_is_killed_at_work_gets_each_lead_once(bench: OdooBench) -> None:
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


def attempted(target: OdooTarget, message: LeadMessage) -> Receipt | None:
    try:
        return target.deliver(message)
    except DeliveryFailed as failure:
        assert failure.trouble.is_passing, failure.detail
        return None
