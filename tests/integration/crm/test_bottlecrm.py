"""Leads in a real BottleCRM."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from customer_profiler.adapters.crm.bottlecrm import BottleCrmTarget, Config
from customer_profiler.core.delivery import DeliveryFailed, LeadMessage, Receipt, Trouble
from tests.contract.crm.suite import Bench, LeadTargetContract, a_message, again, delivered, failure_of, revised, wrong
from tests.crm_servers import Server
from tests.proxy import LossyProxy


class Administrator:
    """Changes what is in BottleCRM, past the proxy and the target."""

    def __init__(self, server: Server) -> None:
        self._url, self._headers = server.url, {"Authorization": f"Bearer {server.secrets['token']}"}

    def __call__(self, method: str, path: str, body: Any = None) -> Any:
        address = f"{self._url}/api/leads/{path}"
        answer = requests.request(method, address, json=body, headers=self._headers, timeout=30)
        assert answer.ok, answer.text
        return answer.json()

    def webhook(self) -> dict[str, str]:
        """Make a webhook, whose count of posts begins at 0."""
        made = self("POST", "intakes/", {"name": "test", "preset": "generic", "default_source": "chatbot"})
        return {"intake": made["id"], "intake_key": made["key"]}


class BottleCrmBench:
    """A target and the BottleCRM behind it."""

    shown: Mapping[str, str] = {
        "first_name": "first_name",
        "last_name": "last_name",
        "email": "email",
        "phone": "phone",
        "product_title": "title",
        "product": "product_interest",
    }

    def __init__(self, proxy: LossyProxy, server: Server) -> None:
        self.proxy, self.server = proxy, server
        self.admin = Administrator(server)
        self.keys: dict[str, Any] = {
            "url": proxy.url,
            "token": server.secrets["token"],
            "mapping": {"custom_fields.product_interest": "product"},
            **self.admin.webhook(),
        }
        self.secrets: Sequence[str] = [self.keys["token"], self.keys["intake_key"]]
        self.target = self.made()

    def made(self, **keys: Any) -> BottleCrmTarget:
        """Give the target with other keys."""
        return BottleCrmTarget(Config(**{**self.keys, **keys}))

    def stored(self, message: LeadMessage) -> list[dict[str, Any]]:
        email, found = str(message.values["email"]), self.server.leads()
        leads = [
            lead
            for lead in found
            if lead["external_id"] == message.lead_id or email in f"{lead['email']} {lead['description']}"
        ]
        return [self._record(lead) for lead in leads]

    def count(self) -> int:
        return len(self.server.leads())

    def is_withdrawn(self, record: Mapping[str, Any]) -> bool:
        return record["status"] == "closed" and "WITHDRAWN" in record["description"]

    def wrongly_keyed(self) -> BottleCrmTarget:
        return self.made(token="bcrm_pat_wrong", intake_key="wrong-key")

    def mapping_also(self, theirs: str, ours: str) -> BottleCrmTarget:
        return self.made(mapping={**self.keys["mapping"], theirs: ours})

    def refusing(self) -> BottleCrmTarget:
        return self.mapping_also("rating", "=nonsense")

    @staticmethod
    def _record(lead: Mapping[str, Any]) -> dict[str, Any]:
        texts = {name: "" if value is None else value for name, value in lead.items()}
        return {**texts, "product_interest": lead["custom_fields"].get("product_interest", "")}


@pytest.fixture
def bench(bottlecrm: Server) -> Iterator[BottleCrmBench]:
    """A target with a webhook of its own."""
    with LossyProxy(*address_of(bottlecrm)) as proxy:
        yield BottleCrmBench(proxy, bottlecrm)


def address_of(server: Server) -> tuple[str, int]:
    """Give host and port of a server."""
    address = urlsplit(server.url)
    assert address.hostname
    assert address.port
    return address.hostname, address.port


class TestBottleCrm(LeadTargetContract):
    """The contract."""

    def test_two_leads_of_one_person_are_two(self, bench: Bench) -> None:
        """BottleCRM has one lead for each e-mail address, and keeps that of the second in its notes."""
        bench.target.deliver(one := a_message())
        other = a_message(email=one.values["email"], product_title="Sports car")
        receipt = bench.target.deliver(other)
        assert bench.target.deliver(again(other)) == receipt
        mine, yours = sorted(bench.stored(one), key=lambda record: str(record["title"]))
        assert (mine["external_id"], mine["title"], mine["email"]) == (one.lead_id, "Family car", one.values["email"])
        assert (yours["external_id"], yours["title"], yours["email"]) == (other.lead_id, "Sports car", "")
        assert f"E-mail: {one.values['email']} (another lead has it)" in yours["description"]


# --- one person, several leads


def test_the_second_lead_gets_the_address_once_the_first_gives_it_up(bench: BottleCrmBench) -> None:
    one = a_message()
    receipt = bench.target.deliver(one)
    other = a_message(email=one.values["email"])
    second = bench.target.deliver(other)
    bench.target.deliver(revised(one, receipt, email=f"new.{one.lead_id.lower()}@example.com"))
    bench.target.deliver(later := revised(other, second))
    (record,) = (record for record in bench.stored(later) if record["external_id"] == other.lead_id)
    assert record["email"] == one.values["email"]
    assert "another lead has it" not in record["description"]


def test_a_lead_never_keeps_an_address_that_the_customer_has_corrected(bench: BottleCrmBench) -> None:
    bench.target.deliver(one := a_message())
    receipt = bench.target.deliver(other := a_message())
    bench.target.deliver(later := revised(other, receipt, email=one.values["email"]))
    (record,) = (record for record in bench.stored(later) if record["external_id"] == other.lead_id)
    assert record["email"] == ""


def test_two_people_with_one_telephone_are_two_leads(bench: BottleCrmBench) -> None:
    bench.target.deliver(one := a_message(name="Ana Silva", phone="+351933333333"))
    bench.target.deliver(other := a_message(name="Rui Silva", first_name="Rui", phone="+351933333333"))
    assert [record["first_name"] for record in bench.stored(one)] == ["Ana"]
    assert [record["first_name"] for record in bench.stored(other)] == ["Rui"]


def test_a_lead_that_somebody_else_has_made_is_not_touched(bench: BottleCrmBench) -> None:
    message = a_message()
    bench.admin("POST", "", {"title": "From the fair", "email": message.values["email"], "first_name": "A."})
    bench.target.deliver(message)
    fair, ours = sorted(bench.stored(message), key=lambda record: str(record["external_id"]))
    assert (fair["title"], fair["first_name"]) == ("From the fair", "A.")
    assert (ours["title"], ours["first_name"]) == ("Family car", "Ana")


# --- what sales people do stays


def test_what_sales_people_noted_stays_when_the_customer_changes_something(bench: BottleCrmBench) -> None:
    receipt = bench.target.deliver(first := a_message())
    description = bench.stored(first)[0]["description"]
    bench.admin("PATCH", f"{receipt.remote_id}/", {"description": f"Called.\n{description}\nWants blue."})
    bench.target.deliver(later := revised(first, receipt, language="pt"))
    description = bench.stored(later)[0]["description"]
    assert description.startswith("Called.")
    assert description.endswith("Wants blue.")
    assert description.count("Reference:") == 1
    assert "Language: pt" in description


def test_a_lead_that_sales_people_have_closed_is_not_opened_by_a_change(bench: BottleCrmBench) -> None:
    receipt = bench.target.deliver(first := a_message())
    bench.admin("PATCH", f"{receipt.remote_id}/", {"status": "closed"})
    bench.target.deliver(later := revised(first, receipt, phone="+351900000000"))
    assert (bench.stored(later)[0]["status"], bench.stored(later)[0]["phone"]) == ("closed", "+351900000000")


def test_a_converted_lead_stays_converted_when_it_is_withdrawn(bench: BottleCrmBench) -> None:
    receipt = bench.target.deliver(first := a_message())
    bench.admin("PATCH", f"{receipt.remote_id}/", {"status": "converted"})
    bench.target.deliver(later := revised(first, receipt, status="withdrawn"))
    record = bench.stored(later)[0]
    assert record["status"] == "converted"
    assert "WITHDRAWN" in record["description"]


def test_a_withdrawn_lead_that_is_opened_again_is_recycled(bench: BottleCrmBench) -> None:
    receipt = bench.target.deliver(first := a_message())
    bench.target.deliver(withdrawn := revised(first, receipt, status="withdrawn"))
    bench.target.deliver(opened := revised(withdrawn, receipt, status="open"))
    assert bench.stored(opened)[0]["status"] == "recycled"


def test_a_withdrawn_lead_can_be_kept_with_a_note(bench: BottleCrmBench) -> None:
    target = bench.made(withdrawn="keep")
    receipt = target.deliver(first := a_message())
    target.deliver(later := revised(first, receipt, status="withdrawn"))
    assert bench.stored(later)[0]["status"] == "assigned"
    assert "WITHDRAWN" in bench.stored(later)[0]["description"]


def test_without_notes_a_withdrawn_lead_is_closed_and_opened_again(bench: BottleCrmBench) -> None:
    target = bench.made(notes="")
    receipt = target.deliver(first := a_message())
    target.deliver(withdrawn := revised(first, receipt, status="withdrawn"))
    assert bench.stored(withdrawn)[0]["status"] == "closed"
    target.deliver(opened := revised(withdrawn, receipt, status="open"))
    assert bench.stored(opened)[0]["status"] == "recycled"


def test_a_deleted_lead_is_made_again_by_a_change(bench: BottleCrmBench) -> None:
    receipt = bench.target.deliver(first := a_message())
    bench.admin("DELETE", f"{receipt.remote_id}/")
    assert bench.target.deliver(later := revised(first, receipt)) != receipt
    assert len(bench.stored(later)) == 1


# --- fields


def test_a_custom_field_that_is_not_there_is_told_by_its_name(bench: BottleCrmBench) -> None:
    target = bench.mapping_also("custom_fields.no_such_field", "product")
    failure = failure_of(lambda: target.deliver(a_message()))
    assert failure.trouble is Trouble.UNKNOWN_FIELD
    assert "no_such_field" in failure.detail


def test_a_column_that_bottlecrm_writes_itself_cannot_be_mapped(bench: BottleCrmBench) -> None:
    failure = failure_of(lambda: bench.mapping_also("external_source", "source").deliver(a_message()))
    assert failure.trouble is Trouble.UNKNOWN_FIELD


def test_a_value_that_is_too_long_makes_not_even_half_a_lead(bench: BottleCrmBench) -> None:
    message = a_message(first_name="A" * 256)
    failure = failure_of(lambda: bench.target.deliver(message))
    assert failure.trouble is Trouble.INVALID_VALUE
    assert "first_name" in failure.detail
    assert bench.stored(message) == []


def test_a_person_of_one_name_has_an_empty_first_name(bench: BottleCrmBench) -> None:
    bench.target.deliver(message := a_message(name="Pelé", first_name="", last_name="Pelé"))
    assert (bench.stored(message)[0]["first_name"], bench.stored(message)[0]["last_name"]) == ("", "Pelé")


def test_a_lead_without_anything_to_call_it_by_is_called_by_its_id(bench: BottleCrmBench) -> None:
    bench.target.deliver(message := a_message(name="", first_name="", last_name="", product_title=""))
    assert len(bench.stored(message)) == 1


# --- what goes wrong


def test_a_token_that_only_reads_is_forbidden(bench: BottleCrmBench) -> None:
    target = bench.made(token=bench.server.secrets["reader_token"])
    failure = failure_of(lambda: target.deliver(a_message()))
    assert failure.trouble is Trouble.FORBIDDEN
    assert "leads:write" in failure.detail
    assert "leads:write" in " ".join(wrong(list(target.check())))


@pytest.fixture
def mere_member(bench: BottleCrmBench) -> Iterator[BottleCrmBench]:
    """The target with a token of somebody who is no administrator any more."""
    change = "UPDATE profile SET role = '{}' WHERE role = '{}' RETURNING id"
    assert bench.server.query(change.format("USER", "ADMIN"))
    yield bench
    assert bench.server.query(change.format("ADMIN", "USER"))


def test_a_token_that_cannot_see_the_leads_of_the_webhook_is_told(mere_member: BottleCrmBench) -> None:
    failure = failure_of(lambda: mere_member.target.deliver(a_message()))
    assert failure.trouble is Trouble.FORBIDDEN
    assert "make it an administrator" in failure.detail
    assert "must assign its leads" in " ".join(finding.said for finding in mere_member.target.check())


def test_a_wrong_key_of_the_webhook_alone_is_unauthorized(bench: BottleCrmBench) -> None:
    target = bench.made(intake_key="wrong-key")
    assert failure_of(lambda: target.deliver(a_message())).trouble is Trouble.UNAUTHORIZED
    assert any(said.startswith("webhook") for said in wrong(list(target.check())))


def test_a_webhook_that_is_not_there_is_missing(bench: BottleCrmBench) -> None:
    target = bench.made(intake="00000000-0000-0000-0000-000000000000")
    assert failure_of(lambda: target.deliver(a_message())).trouble is Trouble.MISSING


def test_too_many_leads_a_minute_are_put_off_for_as_long_as_bottlecrm_says(bench: BottleCrmBench) -> None:
    webhook, key = bench.keys["intake"], bench.keys["intake_key"]
    address = f"{bench.server.url}/api/public/leads/{webhook}/"
    for _ in range(120):
        requests.post(address, json={}, headers={"Authorization": f"Bearer {key}"}, timeout=30)
    failure = failure_of(lambda: bench.target.deliver(a_message()))
    assert failure.trouble is Trouble.BUSY
    assert 0 < failure.retry_after <= 60


def test_changes_do_not_count_as_posts(bench: BottleCrmBench) -> None:
    receipt = bench.target.deliver(first := a_message())
    before = bench.proxy.requests
    bench.target.deliver(revised(first, receipt))
    assert bench.proxy.requests - before == 2, "one call to read the lead, one to change it"


def test_a_server_that_is_killed_at_work_gets_each_lead_once(bench: BottleCrmBench) -> None:
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


def attempted(target: BottleCrmTarget, message: LeadMessage) -> Receipt | None:
    try:
        return target.deliver(message)
    except DeliveryFailed as failure:
        assert failure.trouble.is_passing, failure.detail
        return None


def test_a_database_that_is_away_is_passing(bench: BottleCrmBench) -> None:
    receipt = bench.target.deliver(first := a_message())
    bench.server.stop_database()
    try:
        for message in (a_message(), revised(first, receipt)):
            assert failure_of(lambda message=message: bench.target.deliver(message)).trouble.is_passing
    finally:
        bench.server.start_database()
    delivered(bench.target, later := revised(first, receipt, product_title="Sports car"))
    assert [record["title"] for record in bench.stored(later)] == ["Sports car"]


# --- the check


def test_a_check_says_that_a_new_organization_cannot_tell_its_custom_fields(fresh_bottlecrm: Server) -> None:
    with LossyProxy(*address_of(fresh_bottlecrm)) as proxy:
        findings = list(BottleCrmBench(proxy, fresh_bottlecrm).target.check())
    assert wrong(findings) == []
    assert "custom-fields:read" in " ".join(finding.said for finding in findings)
