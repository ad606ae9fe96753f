"""HubSpot's stand-in and the target: the contract, and what is HubSpot's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from customer_profiler.adapters.crm.hubspot import Config, HubSpotTarget
from customer_profiler.core.delivery import LeadMessage, Receipt, Trouble
from tests.contract.crm.suite import LeadTargetContract, a_message, again, failure_of, revised, wrong
from tests.proxy import LossyProxy, Mode
from tests.standins.hubspot import TOKEN, HubSpot


class HubSpotBench:
    """A target that writes through the proxy to a stand-in."""

    shown: Mapping[str, str] = {
        "name": "name",
        "email": "contact.email",
        "phone": "contact.phone",
        "product_title": "product_of_interest",
    }
    secrets: Sequence[str] = (TOKEN, "pat-eu1-wrong")

    def __init__(self, proxy: LossyProxy, hubspot: HubSpot) -> None:
        self.proxy, self.hubspot = proxy, hubspot
        self.target = self.with_keys()

    def with_keys(self, mapping: Mapping[str, str] | None = None, **keys: Any) -> HubSpotTarget:
        given = {"url": self.proxy.url, "token": TOKEN, **keys}
        return HubSpotTarget(Config(mapping={"product_of_interest": "product_title", **(mapping or {})}, **given))

    def stored(self, message: LeadMessage) -> list[dict[str, Any]]:
        key, email = "customer_profiler_lead_id", message.values["email"]
        deals = [
            deal for deal in self.hubspot.stored() if message.lead_id == deal[key] or email == deal.get("contact.email")
        ]
        return [{"contact.phone": "", **deal, "name": _name(deal)} for deal in deals]

    def count(self) -> int:
        return len(self.hubspot.stored()) + len(self.hubspot.contacts())

    def is_withdrawn(self, record: Mapping[str, Any]) -> bool:
        return bool(record["dealstage"] == "closedlost")

    def wrongly_keyed(self) -> HubSpotTarget:
        return self.with_keys(token="pat-eu1-wrong")

    def mapping_also(self, theirs: str, ours: str) -> HubSpotTarget:
        return self.with_keys({theirs: ours})

    def refusing(self) -> HubSpotTarget:
        return self.with_keys({"deal_currency_code": "=nonsense"})


def _name(deal: Mapping[str, Any]) -> str:
    return " ".join(filter(None, (deal.get("contact.firstname"), deal.get("contact.lastname"))))


@pytest.fixture(scope="module")
def account() -> Iterator[HubSpot]:
    """One account for all tests."""
    with HubSpot() as serving:
        yield serving


@pytest.fixture
def bench(account: HubSpot) -> Iterator[HubSpotBench]:
    with LossyProxy(account.host, account.port) as proxy:
        yield HubSpotBench(proxy, account)


class TestHubSpotTarget(LeadTargetContract):
    """The contract."""


@pytest.fixture
def hubspot() -> Iterator[HubSpot]:
    """An account of the test's own."""
    with HubSpot() as serving:
        yield serving


@pytest.fixture
def own(hubspot: HubSpot) -> Iterator[HubSpotBench]:
    with LossyProxy(hubspot.host, hubspot.port) as proxy:
        yield HubSpotBench(proxy, hubspot)


# --- one deal a lead, one contact a person


def test_two_leads_of_a_person_are_two_deals_of_one_contact(own: HubSpotBench) -> None:
    own.target.deliver(one := a_message())
    own.target.deliver(a_message(email=one.values["email"]))
    assert len({deal["id"] for deal in own.hubspot.stored()}) == 2
    assert len(own.hubspot.contacts()) == 1


def test_a_deal_has_a_name_an_amount_a_stage_and_the_lead_in_words(own: HubSpotBench) -> None:
    own.target.deliver(message := a_message())
    [deal] = own.hubspot.stored()
    assert (deal["dealname"], deal["amount"]) == ("Family car – Ana Silva", "21500.00")
    assert (deal["pipeline"], deal["dealstage"]) == ("default", "appointmentscheduled")
    for said in (message.lead_id, "For the family", "We pass your details on", "/profiles/profile-1"):
        assert said in deal["description"]


def test_a_contact_that_is_there_keeps_what_the_customer_did_not_say(own: HubSpotBench) -> None:
    message = a_message(phone="")
    own.hubspot.put("contacts", email=str(message.values["email"]), phone="+351211111111", city="Porto")
    own.target.deliver(message)
    [contact] = own.hubspot.contacts()
    assert (contact["phone"], contact["city"], contact["lastname"]) == ("+351211111111", "Porto", "Silva")


def test_a_corrected_address_leaves_the_contact_of_the_wrong_one_untouched(own: HubSpotBench) -> None:
    first = a_message()
    stranger = own.hubspot.put("contacts", email=str(first.values["email"]), lastname="Silva", city="Porto")
    receipt = own.target.deliver(first)
    own.target.deliver(revised(first, receipt, email="right@example.com"))
    [deal] = own.hubspot.stored()
    assert deal["contact.email"] == "right@example.com"
    assert {"id": stranger, "email": first.values["email"], "city": "Porto"}.items() <= own.hubspot.contacts()[
        0
    ].items()


def test_contacts_that_sales_people_add_stay_when_an_address_is_corrected(own: HubSpotBench) -> None:
    receipt = own.target.deliver(first := a_message())
    own.hubspot.associations.add((receipt.remote_id, own.hubspot.put("contacts", email="spouse@example.com")))
    own.target.deliver(revised(first, receipt, email="right@example.com"))
    emails = {deal["contact.email"] for deal in own.hubspot.stored()}
    assert emails == {first.values["email"], "spouse@example.com", "right@example.com"}


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_a_person_without_an_address_is_one_contact_whatever_is_lost(own: HubSpotBench, lost: int) -> None:
    message = a_message(email="")
    own.proxy.play(*[Mode.PASS] * (lost - 1), Mode.DROP)
    for attempt in (1, 2, 3):
        try:
            own.target.deliver(replace(message, attempt=attempt))
        except Exception as failure:
            assert getattr(failure, "trouble", Trouble.FAULT).is_passing
    [deal] = own.hubspot.stored()
    assert (deal["contact.lastname"], deal["contact.phone"]) == ("Silva", "+351912345678")
    assert len(own.hubspot.contacts()) == 1


def test_a_person_of_whom_only_a_number_is_known_is_told_by_the_deal(own: HubSpotBench) -> None:
    own.target.deliver(a_message(email="", name="", first_name="", last_name=""))
    assert len(own.hubspot.stored()) == 1
    assert own.hubspot.contacts() == []


# --- what sales people do stays


def test_a_deal_stays_in_the_stage_that_sales_people_put_it(own: HubSpotBench) -> None:
    receipt = own.target.deliver(first := a_message())
    own.hubspot.change("deals", receipt.remote_id, dealstage="qualifiedtobuy")
    own.target.deliver(revised(first, receipt, product_title="Sports car"))
    assert own.hubspot.stored()[0]["dealstage"] == "qualifiedtobuy"


def test_a_lost_answer_does_not_put_a_deal_back(own: HubSpotBench) -> None:
    receipt = own.target.deliver(first := a_message())
    own.hubspot.change("deals", receipt.remote_id, dealstage="qualifiedtobuy")
    own.target.deliver(again(first))
    assert own.hubspot.stored()[0]["dealstage"] == "qualifiedtobuy"


def test_a_deal_that_is_won_is_not_lost_by_a_withdrawal_but_says_so(own: HubSpotBench) -> None:
    receipt = own.target.deliver(first := a_message())
    own.hubspot.change("deals", receipt.remote_id, dealstage="closedwon")
    own.target.deliver(revised(first, receipt, status="withdrawn"))
    [deal] = own.hubspot.stored()
    assert deal["dealstage"] == "closedwon"
    assert "WITHDRAWN" in deal["description"]


def test_a_deal_that_sales_people_lost_stays_lost(own: HubSpotBench) -> None:
    receipt = own.target.deliver(first := a_message())
    own.hubspot.change("deals", receipt.remote_id, dealstage="closedlost")
    own.target.deliver(revised(first, receipt, product_title="Sports car"))
    assert own.hubspot.stored()[0]["dealstage"] == "closedlost"


def test_what_sales_people_write_into_the_description_stays(own: HubSpotBench) -> None:
    receipt = own.target.deliver(first := a_message())
    text = own.hubspot.stored()[0]["description"]
    own.hubspot.change("deals", receipt.remote_id, description=f"{text}\n\nCalled, wants blue.")
    own.target.deliver(revised(first, receipt, product_title="Sports car"))
    [deal] = own.hubspot.stored()
    assert deal["description"].endswith("\n\nCalled, wants blue.")
    assert "Product: Sports car" in deal["description"]
    assert "Product: Family car" not in deal["description"]


# --- what HubSpot says


@pytest.mark.parametrize(
    ("policy", "header", "seconds"),
    [("TEN_SECONDLY_ROLLING", "", 10), ("TEN_SECONDLY_ROLLING", "3", 3), ("DAILY", "", 3600)],
)
def test_a_limit_is_waited_for(own: HubSpotBench, policy: str, header: str, seconds: float) -> None:
    own.hubspot.limit(policy, retry_after=header)
    failure = failure_of(lambda: own.target.deliver(a_message()))
    assert (failure.trouble, failure.retry_after) == (Trouble.BUSY, seconds)
    assert policy in failure.detail


@pytest.mark.parametrize(
    ("status", "headers", "seconds"), [(423, {}, 2), (477, {"Retry-After": "600"}, 600), (477, {}, 3600)]
)
def test_a_lock_and_a_move_of_the_account_pass(
    own: HubSpotBench, status: int, headers: Mapping[str, str], seconds: float
) -> None:
    own.hubspot.fail_next(status, {"status": "error", "message": "wait"}, headers)
    failure = failure_of(lambda: own.target.deliver(a_message()))
    assert (failure.trouble, failure.retry_after) == (Trouble.BUSY, seconds)


def test_a_success_with_errors_in_it_is_none(own: HubSpotBench) -> None:
    inner = {"status": "error", "category": "OBJECT_NOT_FOUND", "message": "gone", "context": {}}
    own.hubspot.fail_next(207, {"status": "COMPLETE", "results": [], "numErrors": 1, "errors": [inner]})
    failure = failure_of(lambda: own.target.deliver(a_message()))
    assert (failure.trouble, failure.detail) == (Trouble.MISSING, "OBJECT_NOT_FOUND: gone")


def test_two_tries_that_meet_are_a_conflict(own: HubSpotBench) -> None:
    said = "Cannot set PropertyValueCoordinates{propertyName=customer_profiler_lead_id}. 7 already has that value."
    own.hubspot.fail_next(400, {"status": "error", "category": "VALIDATION_ERROR", "message": said})
    assert failure_of(lambda: own.target.deliver(a_message())).trouble is Trouble.CONFLICT


def test_a_conflict_of_contacts_is_tried_again(own: HubSpotBench) -> None:
    said = {"status": "error", "category": "CONFLICT", "message": "Contact already exists. Existing ID: 7"}
    own.hubspot.fail_next(409, said, on="contacts/batch/upsert")
    message = a_message()
    assert failure_of(lambda: own.target.deliver(message)).trouble is Trouble.CONFLICT
    own.target.deliver(again(message))
    assert len(own.hubspot.stored()) == 1


def test_an_address_that_hubspot_refuses_is_told_and_the_deal_is_there(own: HubSpotBench) -> None:
    failure = failure_of(lambda: own.target.deliver(a_message(email="no address")))
    assert failure.trouble is Trouble.INVALID_VALUE
    assert "email: Email address no address is invalid" in failure.detail
    assert len(own.hubspot.stored()) == 1


def test_a_missing_scope_is_named(own: HubSpotBench) -> None:
    own.hubspot.scopes.remove("crm.objects.contacts.write")
    failure = failure_of(lambda: own.target.deliver(a_message()))
    assert failure.trouble is Trouble.FORBIDDEN
    assert "crm.objects.contacts.write" in failure.detail


def test_a_token_that_has_expired_is_unauthorized(own: HubSpotBench) -> None:
    said = "The OAuth token used to make this call expired 7 second(s) ago."
    own.hubspot.fail_next(401, {"status": "error", "category": "EXPIRED_AUTHENTICATION", "message": said})
    failure = failure_of(lambda: own.target.deliver(a_message()))
    assert failure.trouble is Trouble.UNAUTHORIZED
    assert said in failure.detail


def test_a_page_of_somebody_on_the_way_is_tried_again(own: HubSpotBench) -> None:
    own.hubspot.fail_next(403, "<html>Attention required</html>", {"Content-Type": "text/html"})
    assert failure_of(lambda: own.target.deliver(a_message())).trouble is Trouble.NOT_UNDERSTOOD


# --- the check


def test_a_check_says_that_a_key_must_be_unique(own: HubSpotBench) -> None:
    own.hubspot.properties["deals"]["customer_profiler_lead_id"].is_unique = False
    assert "does not require unique values" in " ".join(wrong(list(own.target.check())))
    assert failure_of(lambda: own.target.deliver(a_message())).trouble is Trouble.MISCONFIGURED


def test_a_check_says_that_a_key_is_missing(own: HubSpotBench) -> None:
    del own.hubspot.properties["deals"]["customer_profiler_lead_id"]
    assert "no property “customer_profiler_lead_id”" in " ".join(wrong(list(own.target.check())))


def test_a_check_names_the_scope_that_is_missing(own: HubSpotBench) -> None:
    own.hubspot.scopes.remove("crm.objects.deals.write")
    [said] = wrong(list(own.target.check()))
    assert "crm.objects.deals.write" in said


def test_a_check_names_stages_and_properties_that_are_not_there(own: HubSpotBench) -> None:
    target = own.with_keys({"contact.shoe_size": "product", "hs_object_id": "product"}, withdrawn_stage="gone")
    said = " ".join(wrong(list(target.check())))
    for told in (
        "contacts have no property “shoe_size”",
        "“hs_object_id” of deals cannot be written",
        "no stage “gone”",
    ):
        assert told in said
    assert own.count() == 0


def test_a_check_of_another_pipeline_names_those_there_are(own: HubSpotBench) -> None:
    [said, *_] = wrong(list(own.with_keys(pipeline="cars").check()))
    assert "no pipeline “cars” of deals, only default" in said


def test_a_check_after_which_something_was_stored_says_so(own: HubSpotBench) -> None:
    own.hubspot.properties["deals"]["customer_profiler_dry_run"] = own.hubspot.properties["deals"]["dealname"]
    assert "L-00000-00000" in " ".join(wrong(list(own.target.check())))


def test_a_lead_made_by_hand_in_the_stand_in_is_not_ours(own: HubSpotBench) -> None:
    own.hubspot.put("deals", dealname="by hand", customer_profiler_lead_id="")
    assert own.target.deliver(a_message()) != Receipt("1000")
