"""The stand-in of Dynamics 365 Sales and the target: the contract, and what is Dynamics' own."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from customer_profiler.adapters.crm.dynamics import Config, DynamicsTarget
from customer_profiler.core.delivery import LeadMessage, Trouble
from tests.contract.crm.suite import LeadTargetContract, a_message, again, delivered, failure_of, revised, wrong
from tests.proxy import LossyProxy, Mode
from tests.standins.dynamics import LIMIT, Dynamics


class DynamicsBench:
    """A target that writes through the proxy to a stand-in."""

    shown: Mapping[str, str] = {
        "name": "name",
        "email": "emailaddress1",
        "phone": "mobilephone",
        "product_title": "new_product",
    }
    secrets: Sequence[str] = (Dynamics.client_secret, "wrong-s3cret", "token-1-of")

    def __init__(self, proxy: LossyProxy, dynamics: Dynamics) -> None:
        self.proxy, self.dynamics = proxy, dynamics
        self.target = self.with_keys()

    def with_keys(self, mapping: Mapping[str, str] | None = None, **keys: Any) -> DynamicsTarget:
        given = {
            "url": self.proxy.url,
            "tenant": Dynamics.tenant,
            "token_url": f"{self.proxy.url}/{Dynamics.tenant}/oauth2/v2.0/token",
            "client_id": Dynamics.client_id,
            "client_secret": Dynamics.client_secret,
            "numbers": ["leadsourcecode", "budgetamount"],
            **keys,
        }
        return DynamicsTarget(Config(mapping={"new_product": "product_title", **(mapping or {})}, **given))

    def stored(self, message: LeadMessage) -> list[dict[str, Any]]:
        email = message.values["email"]
        leads = [
            lead
            for lead in self.dynamics.stored()
            if message.lead_id == lead.get(Dynamics.key) or (email and email == lead.get("emailaddress1"))
        ]
        texts = [{name: "" if value is None else value for name, value in lead.items()} for lead in leads]
        return [{**lead, "name": f"{lead.get('firstname', '')} {lead['lastname']}".strip()} for lead in texts]

    def count(self) -> int:
        return len(self.dynamics.stored())

    def is_withdrawn(self, record: Mapping[str, Any]) -> bool:
        return (record["statecode"], record["statuscode"]) == (2, 7)

    def wrongly_keyed(self) -> DynamicsTarget:
        return self.with_keys(client_secret="wrong-s3cret")

    def mapping_also(self, theirs: str, ours: str) -> DynamicsTarget:
        return self.with_keys({theirs: ours})

    def refusing(self) -> DynamicsTarget:
        return self.with_keys({"leadsourcecode": "=999"})


@pytest.fixture(scope="module")
def environment() -> Iterator[Dynamics]:
    """One environment for all tests."""
    with Dynamics() as serving:
        yield serving


@pytest.fixture
def bench(environment: Dynamics) -> Iterator[DynamicsBench]:
    with LossyProxy(environment.host, environment.port) as proxy:
        yield DynamicsBench(proxy, environment)


class TestDynamicsTarget(LeadTargetContract):
    """The contract."""


@pytest.fixture
def dynamics() -> Iterator[Dynamics]:
    """An environment of the test's own."""
    with Dynamics() as serving:
        yield serving


@pytest.fixture
def own(dynamics: Dynamics) -> Iterator[DynamicsBench]:
    with LossyProxy(dynamics.host, dynamics.port) as proxy:
        yield DynamicsBench(proxy, dynamics)


# --- the lead


def test_a_lead_has_a_subject_and_the_lead_in_words(own: DynamicsBench) -> None:
    own.target.deliver(message := a_message())
    [lead] = own.dynamics.stored()
    assert lead["subject"] == "Family car – Ana Silva"
    for said in (message.lead_id, "For the family", "We pass your details on", "/profiles/profile-1"):
        assert said in lead["description"]


def test_numbers_are_sent_as_numbers(own: DynamicsBench) -> None:
    own.with_keys({"leadsourcecode": "=8", "budgetamount": "price"}).deliver(a_message())
    [lead] = own.dynamics.stored()
    assert (lead["leadsourcecode"], lead["budgetamount"]) == (8, 21500.0)


def test_a_text_for_a_number_is_told(own: DynamicsBench) -> None:
    failure = failure_of(lambda: own.with_keys({"budgetamount": "price"}, numbers=[]).deliver(a_message()))
    assert failure.trouble is Trouble.INVALID_VALUE


def test_long_words_are_shortened_to_what_the_column_takes(own: DynamicsBench) -> None:
    answers = {f"q{n}": {"question": f"Question {n}?", "answer": "😀" * 50} for n in range(40)}
    receipt = own.target.deliver(first := a_message(answers_in_words=answers))
    own.target.deliver(revised(first, receipt, product_title="Sports car"))
    [lead] = own.dynamics.stored()
    assert len(lead["description"].encode("utf-16-le")) // 2 <= 2000
    assert lead["description"].count("Product: ") == 1
    assert "…" in lead["description"]


def test_a_customer_without_a_name_is_known_by_what_there_is(own: DynamicsBench) -> None:
    own.target.deliver(a_message(name="", first_name="", last_name="", email=""))
    assert own.dynamics.stored()[0]["lastname"] == "+351912345678"


def test_an_id_with_signs_of_an_address_stays_one_id(own: DynamicsBench) -> None:
    own.target.deliver(message := a_message("L/7 ?#%&'ä", email="ana@example.com"))
    assert own.stored(message)[0][Dynamics.key] == "L/7 ?#%&'ä"
    assert own.target.deliver(again(message)).remote_id


# --- the log-in


def test_one_token_serves_many_leads(own: DynamicsBench) -> None:
    for _ in range(3):
        own.target.deliver(a_message())
    assert own.dynamics.log_ins == 1
    [asked] = [call.form for call in own.dynamics.calls if call.path.endswith("/token")]
    assert (asked["grant_type"], asked["scope"]) == ("client_credentials", f"{own.proxy.url}/.default")


def test_a_token_that_ends_soon_is_renewed_before(own: DynamicsBench) -> None:
    own.dynamics.token_seconds = 30
    own.target.deliver(a_message())
    own.target.deliver(a_message())
    assert own.dynamics.log_ins == 2


def test_a_token_that_is_refused_is_renewed_once(own: DynamicsBench) -> None:
    own.target.deliver(a_message())
    own.dynamics.expire_tokens()
    own.target.deliver(message := a_message())
    assert len(own.stored(message)) == 1
    assert own.dynamics.log_ins == 2


def test_a_new_token_that_is_refused_too_is_unauthorized(own: DynamicsBench) -> None:
    own.dynamics.fail_next(401, "", times=2, on="PATCH")
    assert failure_of(lambda: own.target.deliver(a_message())).trouble is Trouble.UNAUTHORIZED
    assert own.dynamics.log_ins == 2


def test_a_renewal_that_is_refused_is_unauthorized(own: DynamicsBench) -> None:
    own.target.deliver(a_message())
    own.dynamics.expire_tokens()
    said = {
        "error": "invalid_client",
        "error_description": "AADSTS7000222: The provided client secret keys are expired.",
    }
    own.dynamics.fail_next(401, said, on="token")
    failure = failure_of(lambda: own.target.deliver(a_message()))
    assert failure.trouble is Trouble.UNAUTHORIZED
    assert "AADSTS7000222" in failure.detail


def test_a_log_in_that_is_overloaded_passes(own: DynamicsBench) -> None:
    said = {"error": "temporarily_unavailable", "error_description": "AADSTS90033: A transient error has occurred."}
    own.dynamics.fail_next(400, said, on="token")
    assert failure_of(lambda: own.target.deliver(a_message())).trouble is Trouble.SERVER_ERROR


def test_threads_that_meet_an_expired_token_renew_it_together(own: DynamicsBench) -> None:
    own.target.deliver(a_message())
    own.dynamics.expire_tokens()
    gate = threading.Barrier(4)

    def deliver(message: LeadMessage) -> None:
        gate.wait()
        own.target.deliver(message)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(deliver, [a_message() for _ in range(4)]))
    assert own.count() == 5
    assert own.dynamics.log_ins == 2


# --- what Dynamics says


@pytest.mark.parametrize(("headers", "seconds"), [({"Retry-After": "27"}, 27), ({}, 0)])
def test_a_limit_is_waited_for(own: DynamicsBench, headers: Mapping[str, str], seconds: float) -> None:
    own.dynamics.fail_next(429, LIMIT, headers, on="PATCH")
    failure = failure_of(lambda: own.target.deliver(a_message()))
    assert (failure.trouble, failure.retry_after) == (Trouble.BUSY, seconds)


def test_two_tries_that_meet_are_a_conflict(own: DynamicsBench) -> None:
    said = "Entity Key Lead id violated. A record with the same value for new_externalid already exists."
    own.dynamics.fail_next(412, {"error": {"code": "0x80060892", "message": said}}, on="PATCH")
    message = a_message()
    assert failure_of(lambda: own.target.deliver(message)).trouble is Trouble.CONFLICT
    own.target.deliver(again(message))
    assert own.count() == 1


def test_another_key_that_is_taken_is_for_people(own: DynamicsBench) -> None:
    said = "Entity Key E-mail violated. A record with the same value for E-mail already exists."
    own.dynamics.fail_next(412, {"error": {"code": "0x80060892", "message": said}}, on="PATCH")
    assert failure_of(lambda: own.target.deliver(a_message())).trouble is Trouble.INVALID_VALUE


def test_an_application_that_is_no_user_is_forbidden(own: DynamicsBench) -> None:
    own.dynamics.is_member = False
    failure = failure_of(lambda: own.target.deliver(a_message()))
    assert failure.trouble is Trouble.FORBIDDEN
    assert "not a member of the organization" in failure.detail


def test_a_missing_right_is_named(own: DynamicsBench) -> None:
    own.dynamics.may_create = False
    failure = failure_of(lambda: own.target.deliver(a_message()))
    assert failure.trouble is Trouble.FORBIDDEN
    assert "prvCreateLead" in failure.detail


def test_a_key_that_is_not_ready_is_told(own: DynamicsBench) -> None:
    own.dynamics.key_status = "Pending"
    failure = failure_of(lambda: own.target.deliver(a_message()))
    assert failure.trouble is Trouble.MISCONFIGURED
    assert "new_externalid" in failure.detail


# --- what sales people do


def test_a_lead_that_sales_people_disqualified_stays_so(own: DynamicsBench) -> None:
    receipt = own.target.deliver(first := a_message())
    own.dynamics.change(first.lead_id, statecode=2, statuscode=4)
    own.target.deliver(revised(first, receipt, product_title="Sports car"))
    [lead] = own.dynamics.stored()
    assert (lead["statecode"], lead["statuscode"], lead["new_product"]) == (2, 4, "Sports car")


def test_a_reason_that_sales_people_gave_stays(own: DynamicsBench) -> None:
    receipt = own.target.deliver(first := a_message())
    own.dynamics.change(first.lead_id, statuscode=2)
    own.target.deliver(revised(first, receipt, product_title="Sports car"))
    assert own.dynamics.stored()[0]["statuscode"] == 2


def test_what_sales_people_write_into_the_description_stays(own: DynamicsBench) -> None:
    receipt = own.target.deliver(first := a_message())
    text = own.dynamics.stored()[0]["description"]
    own.dynamics.change(first.lead_id, description=f"{text}\n\nCalled, wants blue.")
    own.target.deliver(revised(first, receipt, product_title="Sports car"))
    [lead] = own.dynamics.stored()
    assert lead["description"].endswith("Called, wants blue.")
    assert "Product: Sports car" in lead["description"]


def test_a_change_of_a_lead_that_has_been_qualified_is_told_to_people(own: DynamicsBench) -> None:
    receipt = own.target.deliver(first := a_message())
    own.dynamics.change(first.lead_id, statecode=1, statuscode=3)
    failure = failure_of(lambda: own.target.deliver(revised(first, receipt, status="withdrawn")))
    assert failure.trouble is Trouble.REFUSED
    assert f"the lead {receipt.remote_id} has been qualified" in failure.detail
    assert own.target.deliver(again(first)) == receipt


# --- lost answers, past the log-in


@pytest.mark.parametrize("mode", [Mode.DROP, Mode.CUT, Mode.HTML, Mode.RESET])
def test_after_a_lost_answer_to_the_upsert_there_is_one_lead(own: DynamicsBench, mode: Mode) -> None:
    own.target.deliver(a_message())
    own.proxy.play(mode)
    delivered(own.target, message := a_message())
    assert len(own.stored(message)) == 1


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_a_withdrawal_is_done_whatever_is_lost(own: DynamicsBench, lost: int) -> None:
    receipt = own.target.deliver(first := a_message())
    own.proxy.play(*[Mode.PASS] * (lost - 1), Mode.DROP)
    delivered(own.target, revised(first, receipt, status="withdrawn"))
    assert own.is_withdrawn(own.dynamics.stored()[0])


@pytest.mark.parametrize("body", ["null", "[]", "{}", '"text"', '{"leadid": {"id": []}}', '{"error": {}}'])
def test_an_upsert_answered_in_another_shape_is_not_understood(own: DynamicsBench, body: str) -> None:
    own.target.deliver(a_message())
    own.proxy.say(200, {"Content-Type": "application/json"}, body)
    assert failure_of(lambda: own.target.deliver(a_message())).trouble is Trouble.NOT_UNDERSTOOD


# --- the check


@pytest.mark.parametrize(
    ("status", "told"), [("Pending", "is Pending"), ("Failed", "is Failed"), ("", "no alternate key")]
)
def test_a_check_says_what_is_with_the_key(own: DynamicsBench, status: str, told: str) -> None:
    own.dynamics.key_status = status
    assert told in " ".join(wrong(list(own.target.check())))


def test_a_check_says_that_the_application_is_no_user(own: DynamicsBench) -> None:
    own.dynamics.is_member = False
    [said] = wrong(list(own.target.check()))
    assert "not a member of the organization" in said


def test_a_check_names_the_right_that_is_missing(own: DynamicsBench) -> None:
    own.dynamics.may_create = False
    assert "prvCreateLead" in " ".join(wrong(list(own.target.check())))


def test_a_check_names_columns_that_take_no_text_or_nothing(own: DynamicsBench) -> None:
    said = " ".join(wrong(list(own.with_keys({"budgetamount": "price"}, numbers=[]).check())))
    assert "the column budgetamount takes no text: name it under “numbers”" in said
    assert "leadid cannot be written" in " ".join(wrong(list(own.with_keys({"leadid": "product"}).check())))


def test_a_dry_run_that_was_not_taken_back_says_so(own: DynamicsBench) -> None:
    own.dynamics.fail_next(200, "--x\r\nHTTP/1.1 204 No Content\r\n\r\n--x--", on="$batch")
    assert "look for the lead L-00000-00000" in " ".join(wrong(list(own.target.check())))
