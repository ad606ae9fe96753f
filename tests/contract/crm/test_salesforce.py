"""Salesforce's stand-in and the target: the contract, and what is Salesforce's own."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from customer_profiler.adapters.crm.salesforce import Config, SalesforceTarget
from customer_profiler.core.delivery import LeadMessage, Trouble
from tests.contract.crm.suite import LeadTargetContract, a_message, again, delivered, failure_of, revised, wrong
from tests.proxy import LossyProxy, Mode
from tests.standins.salesforce import Salesforce

EXPIRED = [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]


class SalesforceBench:
    """A target that writes through the proxy to a stand-in."""

    shown: Mapping[str, str] = {
        "name": "name",
        "email": "Email",
        "phone": "Phone",
        "product_title": "Product_of_Interest__c",
    }
    secrets: Sequence[str] = (Salesforce.client_secret, "wrong-s3cret", "token-1-of")

    def __init__(self, proxy: LossyProxy, salesforce: Salesforce) -> None:
        self.proxy, self.salesforce = proxy, salesforce
        self.target = self.with_keys()

    def with_keys(self, mapping: Mapping[str, str] | None = None, **keys: Any) -> SalesforceTarget:
        by_secret = {"client_secret": Salesforce.client_secret} if "key_file" not in keys else {}
        given = {"url": self.proxy.url, "client_id": Salesforce.client_id, **by_secret, **keys}
        return SalesforceTarget(Config(mapping={"Product_of_Interest__c": "product_title", **(mapping or {})}, **given))

    def stored(self, message: LeadMessage) -> list[dict[str, Any]]:
        email = message.values["email"]
        leads = [
            lead
            for lead in self.salesforce.stored()
            if message.lead_id == lead.get(Salesforce.key) or (email and email == lead.get("Email"))
        ]
        texts = [{name: "" if value is None else value for name, value in lead.items()} for lead in leads]
        return [{**lead, "name": f"{lead.get('FirstName', '')} {lead['LastName']}".strip()} for lead in texts]

    def count(self) -> int:
        return len(self.salesforce.stored())

    def is_withdrawn(self, record: Mapping[str, Any]) -> bool:
        return bool(record["Status"] == "Closed - Not Converted")

    def wrongly_keyed(self) -> SalesforceTarget:
        return self.with_keys(client_secret="wrong-s3cret")

    def mapping_also(self, theirs: str, ours: str) -> SalesforceTarget:
        return self.with_keys({theirs: ours})

    def refusing(self) -> SalesforceTarget:
        return self.with_keys({"Industry": "=nonsense"})


@pytest.fixture(scope="module")
def organization() -> Iterator[Salesforce]:
    """One organization for all tests."""
    with Salesforce() as serving:
        yield serving


@pytest.fixture
def bench(organization: Salesforce) -> Iterator[SalesforceBench]:
    with LossyProxy(organization.host, organization.port) as proxy:
        yield SalesforceBench(proxy, organization)


class TestSalesforceTarget(LeadTargetContract):
    """The contract."""


@pytest.fixture
def salesforce() -> Iterator[Salesforce]:
    """An organization of the test's own."""
    with Salesforce() as serving:
        yield serving


@pytest.fixture
def own(salesforce: Salesforce) -> Iterator[SalesforceBench]:
    with LossyProxy(salesforce.host, salesforce.port) as proxy:
        yield SalesforceBench(proxy, salesforce)


# --- the lead


def test_a_lead_has_what_is_mandatory_and_the_lead_in_words(own: SalesforceBench) -> None:
    own.target.deliver(message := a_message())
    [lead] = own.salesforce.stored()
    assert (lead["Company"], lead["LeadSource"], lead["Status"]) == ("-", "Web", "Open - Not Contacted")
    for said in (message.lead_id, "For the family", "We pass your details on", "/profiles/profile-1"):
        assert said in lead["Description"]


def test_a_customer_without_a_name_is_known_by_what_there_is(own: SalesforceBench) -> None:
    message = a_message(name="", first_name="", last_name="")
    own.target.deliver(message)
    assert own.salesforce.stored()[0]["LastName"] == message.values["email"]


def test_a_default_that_is_left_out_is_not_written(own: SalesforceBench) -> None:
    own.with_keys({"LeadSource": "=", "Company": "=Private"}, notes="").deliver(a_message())
    [lead] = own.salesforce.stored()
    assert "LeadSource" not in lead
    assert "Description" not in lead
    assert lead["Company"] == "Private"


def test_an_id_with_signs_of_an_address_stays_one_id(own: SalesforceBench) -> None:
    own.target.deliver(message := a_message("L/7 ?#%&'ä", email="ana@example.com"))
    assert own.stored(message)[0][Salesforce.key] == "L/7 ?#%&'ä"


# --- the log-in


def test_one_token_serves_many_leads(own: SalesforceBench) -> None:
    for _ in range(3):
        own.target.deliver(a_message())
    assert own.salesforce.log_ins == 1


def test_a_session_that_has_expired_is_renewed_once(own: SalesforceBench) -> None:
    own.target.deliver(a_message())
    own.salesforce.expire_tokens()
    own.target.deliver(message := a_message())
    assert len(own.stored(message)) == 1
    assert own.salesforce.log_ins == 2


def test_a_session_that_is_refused_again_is_unauthorized(own: SalesforceBench) -> None:
    own.salesforce.fail_next(401, EXPIRED, times=2, on="PATCH")
    failure = failure_of(lambda: own.target.deliver(a_message()))
    assert failure.trouble is Trouble.UNAUTHORIZED
    assert own.salesforce.log_ins == 2
    assert len([call for call in own.salesforce.calls if call.method == "PATCH"]) == 2


def test_a_renewal_that_is_refused_is_unauthorized(own: SalesforceBench) -> None:
    own.target.deliver(a_message())
    own.salesforce.expire_tokens()
    own.salesforce.fail_next(400, {"error": "invalid_grant", "error_description": "inactive user"}, on="token")
    failure = failure_of(lambda: own.target.deliver(a_message()))
    assert failure.trouble is Trouble.UNAUTHORIZED
    assert "invalid_grant: inactive user" in failure.detail
    own.target.deliver(a_message())


@pytest.mark.parametrize("status", [500, 503])
def test_a_log_in_that_is_down_passes(own: SalesforceBench, status: int) -> None:
    own.salesforce.fail_next(status, "<html>maintenance</html>", on="token")
    assert failure_of(lambda: own.target.deliver(a_message())).trouble.is_passing


def test_threads_that_meet_an_expired_session_renew_it_together(own: SalesforceBench) -> None:
    own.target.deliver(a_message())
    own.salesforce.expire_tokens()
    gate = threading.Barrier(4)

    def deliver(message: LeadMessage) -> None:
        gate.wait()
        own.target.deliver(message)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(deliver, [a_message() for _ in range(4)]))
    assert own.count() == 5
    assert own.salesforce.log_ins == 2


def test_a_log_in_by_a_key_signs_for_the_user(own: SalesforceBench, tmp_path: Path) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = serialization.Encoding.PEM
    plain, none = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (tmp_path / "key.pem").write_bytes(key.private_bytes(pem, plain, none))
    public = key.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo)
    own.salesforce.public_key = public.decode()
    target = own.with_keys(key_file=tmp_path / "key.pem", username="chatbot@example.com")
    target.deliver(a_message())
    assert own.count() == 1
    stranger = own.with_keys(key_file=tmp_path / "key.pem", username="stranger@example.com")
    assert failure_of(lambda: stranger.deliver(a_message())).trouble is Trouble.UNAUTHORIZED


@pytest.mark.parametrize("text", ["no key", "-----BEGIN PRIVATE KEY-----\nbroken\n-----END PRIVATE KEY-----\n", "ключ"])
def test_a_key_that_is_none_is_told_without_its_text(own: SalesforceBench, tmp_path: Path, text: str) -> None:
    (tmp_path / "key.pem").write_text(text, encoding="utf-8")
    target = own.with_keys(key_file=tmp_path / "key.pem", username="chatbot@example.com")
    failure = failure_of(lambda: target.deliver(a_message()))
    assert (failure.trouble, failure.detail) == (Trouble.MISCONFIGURED, "“key_file” is no RSA key as PEM")


def test_a_key_that_is_not_there_is_told(own: SalesforceBench, tmp_path: Path) -> None:
    target = own.with_keys(key_file=tmp_path / "key.pem", username="chatbot@example.com")
    assert "cannot be read" in failure_of(lambda: target.deliver(a_message())).detail


# --- what Salesforce says


def test_several_leads_of_one_id_are_ambiguous(own: SalesforceBench) -> None:
    own.target.deliver(message := a_message())
    own.salesforce.double(message.lead_id)
    failure = failure_of(lambda: own.target.deliver(again(message)))
    assert failure.trouble is Trouble.AMBIGUOUS
    assert all(lead["Id"] in failure.detail for lead in own.salesforce.stored())
    fresh = failure_of(lambda: own.target.deliver(message))
    assert fresh.trouble is Trouble.AMBIGUOUS


def test_the_daily_limit_passes(own: SalesforceBench) -> None:
    said = [{"message": "TotalRequests Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED"}]
    own.salesforce.fail_next(403, said, on="PATCH")
    assert failure_of(lambda: own.target.deliver(a_message())).trouble is Trouble.BUSY


@pytest.mark.parametrize(("headers", "seconds"), [({"Retry-After": "9"}, 9), ({}, 0)])
def test_a_busy_server_is_waited_for(own: SalesforceBench, headers: Mapping[str, str], seconds: float) -> None:
    own.target.deliver(a_message())
    own.salesforce.fail_next(429, "", headers, on="PATCH")
    failure = failure_of(lambda: own.target.deliver(a_message()))
    assert (failure.trouble, failure.retry_after) == (Trouble.BUSY, seconds)


def test_a_duplicate_that_a_rule_warns_of_is_saved(own: SalesforceBench) -> None:
    own.salesforce.duplicate_rule = "alert"
    own.target.deliver(one := a_message())
    own.target.deliver(a_message(email=one.values["email"]))
    assert own.count() == 2


@pytest.mark.parametrize(("rule", "allow"), [("alert", False), ("block", True)])
def test_a_duplicate_is_refused_when_it_must_not_be_saved(own: SalesforceBench, rule: str, allow: bool) -> None:
    own.salesforce.duplicate_rule = rule
    target = own.with_keys(allow_duplicates=allow)
    target.deliver(one := a_message())
    failure = failure_of(lambda: target.deliver(a_message(email=one.values["email"])))
    assert (failure.trouble, failure.detail) == (Trouble.REFUSED, "DUPLICATES_DETECTED: Use one of these records?")


def test_an_address_that_salesforce_refuses_is_told(own: SalesforceBench) -> None:
    failure = failure_of(lambda: own.target.deliver(a_message(email="no address")))
    assert failure.trouble is Trouble.INVALID_VALUE
    assert failure.detail == "INVALID_EMAIL_ADDRESS: Email: invalid email address: no address (Email)"


def test_a_mandatory_field_that_is_left_out_is_told(own: SalesforceBench) -> None:
    failure = failure_of(lambda: own.with_keys({"Company": "="}).deliver(a_message()))
    assert failure.trouble is Trouble.INVALID_VALUE
    assert "[Company]" in failure.detail


def test_a_key_that_is_no_field_is_told(own: SalesforceBench) -> None:
    failure = failure_of(lambda: own.with_keys(key="Nothing__c").deliver(a_message()))
    assert failure.trouble is Trouble.UNKNOWN_FIELD
    assert "Nothing__c" in failure.detail


# --- what sales people do


def test_a_status_that_sales_people_gave_stays(own: SalesforceBench) -> None:
    receipt = own.target.deliver(first := a_message())
    own.salesforce.change(first.lead_id, Status="Working - Contacted")
    own.target.deliver(revised(first, receipt, product_title="Sports car"))
    assert own.salesforce.stored()[0]["Status"] == "Working - Contacted"


def test_a_lead_that_sales_people_closed_stays_closed(own: SalesforceBench) -> None:
    receipt = own.target.deliver(first := a_message())
    own.salesforce.change(first.lead_id, Status="Closed - Not Converted")
    own.target.deliver(revised(first, receipt, product_title="Sports car"))
    assert own.salesforce.stored()[0]["Status"] == "Closed - Not Converted"


def test_what_sales_people_write_into_the_description_stays(own: SalesforceBench) -> None:
    receipt = own.target.deliver(first := a_message())
    text = own.salesforce.stored()[0]["Description"]
    own.salesforce.change(first.lead_id, Description=f"{text}\n\nCalled, wants blue.")
    own.target.deliver(revised(first, receipt, product_title="Sports car"))
    [lead] = own.salesforce.stored()
    assert lead["Description"].endswith("Called, wants blue.")
    assert "Product: Sports car" in lead["Description"]


def test_a_change_of_a_lead_that_has_been_converted_is_told_to_people(own: SalesforceBench) -> None:
    receipt = own.target.deliver(first := a_message())
    own.salesforce.convert(first.lead_id)
    failure = failure_of(lambda: own.target.deliver(revised(first, receipt, status="withdrawn")))
    assert failure.trouble is Trouble.REFUSED
    assert f"the lead {receipt.remote_id} has been converted" in failure.detail


def test_a_lead_that_was_converted_before_its_answer_came_is_delivered(own: SalesforceBench) -> None:
    receipt = own.target.deliver(first := a_message())
    own.salesforce.convert(first.lead_id)
    assert own.target.deliver(again(first)) == receipt


# --- lost answers, past the log-in


@pytest.mark.parametrize("mode", [Mode.DROP, Mode.CUT, Mode.HTML, Mode.RESET])
def test_after_a_lost_answer_to_the_upsert_there_is_one_lead(own: SalesforceBench, mode: Mode) -> None:
    own.target.deliver(a_message())
    own.proxy.play(mode)
    delivered(own.target, message := a_message())
    assert len(own.stored(message)) == 1


@pytest.mark.parametrize("body", ["null", "[]", "{}", '"text"', '{"id": {"id": []}}', '{"id": "1", "success": false}'])
def test_an_upsert_answered_in_another_shape_is_not_understood(own: SalesforceBench, body: str) -> None:
    own.target.deliver(a_message())
    own.proxy.say(200, {"Content-Type": "application/json"}, body)
    assert failure_of(lambda: own.target.deliver(a_message())).trouble is Trouble.NOT_UNDERSTOOD


# --- the check


@pytest.mark.parametrize(("external_id", "unique"), [(True, False), (False, True)])
def test_a_check_says_that_the_key_is_not_marked(own: SalesforceBench, external_id: bool, unique: bool) -> None:
    own.salesforce.fields[Salesforce.key].external_id = external_id
    own.salesforce.fields[Salesforce.key].unique = unique
    assert "not marked “External ID” and “Unique”" in " ".join(wrong(list(own.target.check())))


def test_a_check_says_that_the_user_lacks_a_right(own: SalesforceBench) -> None:
    own.salesforce.rights["createable"] = False
    assert "not createable" in " ".join(wrong(list(own.target.check())))


def test_a_check_names_a_field_that_the_user_may_not_edit(own: SalesforceBench) -> None:
    own.salesforce.fields["Phone"].updateable = False
    assert "may not edit the field Phone" in " ".join(wrong(list(own.target.check())))


def test_a_check_says_what_to_do_about_a_missing_key(own: SalesforceBench) -> None:
    said = " ".join(wrong(list(own.with_keys(key="Nothing__c").check())))
    assert "leads have no field Nothing__c" in said


def test_a_dry_run_that_was_not_taken_back_says_so(own: SalesforceBench) -> None:
    part = {"referenceId": "lead", "httpStatusCode": 201, "body": {"id": "00Q000000000001AAA", "success": True}}
    own.salesforce.fail_next(200, {"compositeResponse": [part]}, on="composite")
    assert "look for the lead L-00000-00000" in " ".join(wrong(list(own.target.check())))
