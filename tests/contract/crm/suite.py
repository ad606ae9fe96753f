"""The contract of a lead target, as claims that run against a real CRM or a stand-in.

A test module gives a ``bench`` and takes the claims over::

    from tests.contract.crm.suite import LeadTargetContract

    @pytest.fixture
    def bench(...) -> Iterator[Bench]:
        with LossyProxy(host, port) as proxy:          # tests.proxy
            yield MyBench(proxy, ...)

    class TestMyTarget(LeadTargetContract):
        \"\"\"The contract.\"\"\"

A claim that a CRM cannot keep is overridden there, with the reason, by one that says what happens instead. Leads have
ids and e-mail addresses of their own, so that a server can be shared by all tests of a module.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any, ClassVar, Protocol

import pytest

from customer_profiler.adapters.crm import http
from customer_profiler.core.delivery import DeliveryFailed, Finding, LeadMessage, Receipt, Trouble
from customer_profiler.core.lead import FIELDS, new_reference
from customer_profiler.services.ports import LeadTarget
from tests.proxy import LossyProxy, Mode

NAMES = ("Zoë “O'Brien” <b>&amp;</b>", "李小龙 😀", "=cmd()", '{"a": [1]} %s ${x} \\n', "Ana")
"""What people call themselves, or try."""


CALLS = range(1, 9)
"""The call of a delivery whose answer is lost; where a delivery takes fewer calls, nothing is."""


class Bench(Protocol):
    """A target that works, the server behind it, and ways to make the target go wrong."""

    proxy: LossyProxy
    """Stands before the server; ``target`` and all that the methods give go through it."""

    target: LeadTarget
    """Configured well, with a mapping that holds at least ``shown``."""

    shown: Mapping[str, str]
    """Our field to the key of ``stored`` that shows it: at least name, email, phone and product_title."""

    secrets: Sequence[str]
    """What must never be in an error's detail."""

    def stored(self, message: LeadMessage) -> list[dict[str, Any]]:
        """Read, past the proxy, all that the CRM has of a lead: each record that bears its id or its e-mail address.

        A record's values are texts by the keys of ``shown``; other keys are the bench's own.
        """

    def count(self) -> int:
        """Count all leads of the CRM, so that what a check leaves behind is seen."""

    def is_withdrawn(self, record: Mapping[str, Any]) -> bool:
        """Tell whether a record of ``stored`` is marked as withdrawn."""

    def wrongly_keyed(self) -> LeadTarget:
        """Give the target with a wrong key, token or password."""

    def mapping_also(self, theirs: str, ours: str) -> LeadTarget:
        """Give the target with one more field in its mapping."""

    def refusing(self) -> LeadTarget:
        """Give the target with a mapping, such as ``=nonsense`` to a choice, whose value the CRM refuses."""


def a_message(
    lead_id: str = "", *, revision: int = 1, attempt: int = 1, remote_id: str = "", **fields: Any
) -> LeadMessage:
    """A lead of Ana's with all ``FIELDS``; ``fields`` says what is different.

    The target knows it when ``revision`` is greater than 1; ``replace(message, is_known=False)`` says otherwise.
    """
    lead_id = lead_id or new_reference()
    values: dict[str, object] = {
        "lead_id": lead_id,
        "revision": revision,
        "status": "open",
        "created_at": "2026-05-04T10:30:15Z",
        "changed_at": "2026-05-04T10:30:15Z",
        "name": "Ana Silva",
        "first_name": "Ana",
        "last_name": "Silva",
        "email": f"ana.{lead_id.lower()}@example.com",
        "phone": "+351912345678",
        "product": "family_car",
        "product_title": "Family car",
        "products": ["family_car"],
        "price": "21500.00",
        "currency": "EUR",
        "price_basis": "list price of 2026-05-01",
        "score": 7,
        "reasons": [{"when": "use=family", "points": 5}, {"when": "budget=mid", "points": 2}],
        "reasons_in_words": ["For the family", "Up to 25,000 €"],
        "profiler": "cars",
        "profiler_title": "Find your car",
        "profiler_version": "0123456789abcdef",
        "run_id": "run-1",
        "answers": {"use": "family", "budget": "mid"},
        "answers_in_words": {
            "use": {"question": "What do you need it for?", "answer": "For the family"},
            "budget": {"question": "What may it cost?", "answer": "Up to 25,000 €"},
        },
        "channel": "whatsapp",
        "language": "en",
        "source": "ad:spring",
        "campaign": "spring",
        "consent_text": "We pass your details on to the dealer.",
        "consent_at": "2026-05-04T10:30:10Z",
        "profile_id": "profile-1",
        "profile_url": "http://127.0.0.1:8080/profiles/profile-1",
        **fields,
    }
    assert set(values) == set(FIELDS)
    return LeadMessage(lead_id, revision, values, is_known=revision > 1)


def revised(message: LeadMessage, receipt: Receipt | None = None, **fields: Any) -> LeadMessage:
    """The next revision of a lead with other values; ``receipt`` is what the target said to the one before."""
    revision, fields = message.revision + 1, {"changed_at": "2026-05-04T11:00:00Z", **fields}
    values = {**message.values, **fields, "revision": revision}
    remote_id = receipt.remote_id if receipt else ""
    return LeadMessage(message.lead_id, revision, values, is_known=receipt is not None, remote_id=remote_id)


def again(message: LeadMessage) -> LeadMessage:
    """The next attempt of a message."""
    return replace(message, attempt=message.attempt + 1)


def failure_of(call: Callable[[], object]) -> DeliveryFailed:
    """Give what a call that must fail fails with."""
    with pytest.raises(DeliveryFailed) as caught:
        call()
    return caught.value


def delivered(target: LeadTarget, message: LeadMessage, attempts: int = 5) -> Receipt:
    """Deliver as a worker does: again after a trouble that is passing, a few times."""
    for _ in range(attempts - 1):
        try:
            return target.deliver(message)
        except DeliveryFailed as failure:
            assert failure.trouble.is_passing, f"{failure.trouble.value}: {failure.detail}"
        message = again(message)
    return target.deliver(message)


@contextmanager
def impatient(seconds: float) -> Iterator[None]:
    """Within it, targets do not wait long for answers that do not come."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(http, "READ_SECONDS", seconds)
        yield


def wrong(findings: Sequence[Finding]) -> list[str]:
    """What findings say that are not well, one text each."""
    return [f"{finding.step}: {finding.said} {finding.mend}" for finding in findings if not finding.is_well]


class LeadTargetContract:
    """What every target does; test classes inherit it."""

    quick: ClassVar[float] = 1.0
    """Seconds that calls wait for an answer where a server is made to hang."""

    # --- once, with the last values

    def test_a_new_lead_is_stored_with_its_mapped_values(self, bench: Bench) -> None:
        message = a_message()
        receipt = bench.target.deliver(message)
        assert receipt.remote_id
        self.is_stored_once(bench, message)

    @pytest.mark.parametrize("name", NAMES)
    def test_names_are_stored_as_they_are(self, bench: Bench, name: str) -> None:
        first_name, _, last_name = name.rpartition(" ")
        message = a_message(name=name, first_name=first_name, last_name=last_name)
        bench.target.deliver(message)
        self.is_stored_once(bench, message)

    def test_the_same_message_twice_makes_one_lead(self, bench: Bench) -> None:
        message = a_message()
        receipt = bench.target.deliver(message)
        assert bench.target.deliver(again(message)) == receipt
        self.is_stored_once(bench, message)

    def test_a_later_revision_changes_the_same_lead(self, bench: Bench) -> None:
        receipt = bench.target.deliver(first := a_message())
        mended = f"ana.silva.{first.lead_id.lower()}@example.com"
        later = revised(first, receipt, email=mended, phone="+351900000000", product_title="Sports car")
        assert bench.target.deliver(later) == receipt
        self.is_stored_once(bench, later)
        assert bench.stored(first) == bench.stored(later)

    def test_a_later_revision_finds_the_lead_without_its_remote_id(self, bench: Bench) -> None:
        receipt = bench.target.deliver(first := a_message())
        later = revised(first, Receipt(), email=f"new.{first.lead_id.lower()}@example.com", product_title="Sports car")
        assert bench.target.deliver(later) == receipt
        self.is_stored_once(bench, later)

    def test_a_later_revision_without_the_first_makes_the_lead(self, bench: Bench) -> None:
        later = revised(a_message(), product_title="Sports car")
        assert not later.is_known
        assert bench.target.deliver(later).remote_id
        self.is_stored_once(bench, later)

    def test_a_later_revision_twice_changes_nothing_more(self, bench: Bench) -> None:
        later = revised(first := a_message(), bench.target.deliver(first), product_title="Sports car")
        assert bench.target.deliver(later) == bench.target.deliver(again(later))
        self.is_stored_once(bench, later)

    def test_a_value_taken_back_is_emptied(self, bench: Bench) -> None:
        later = revised(first := a_message(), bench.target.deliver(first), phone="")
        bench.target.deliver(later)
        self.is_stored_once(bench, later)

    def test_two_leads_of_one_person_are_two(self, bench: Bench) -> None:
        bench.target.deliver(one := a_message())
        bench.target.deliver(other := a_message(email=one.values["email"], product_title="Sports car"))
        titles = sorted(record[bench.shown["product_title"]] for record in bench.stored(one))
        assert titles == ["Family car", "Sports car"]
        assert bench.stored(other)

    # --- whatever becomes of the answer

    @pytest.mark.parametrize("mode", [Mode.DROP, Mode.RESET, Mode.CUT, Mode.HTML])
    @pytest.mark.parametrize("call", CALLS)
    def test_after_a_lost_answer_another_try_makes_no_second_lead(self, bench: Bench, mode: Mode, call: int) -> None:
        message = a_message()
        bench.proxy.play(*[Mode.PASS] * (call - 1), mode)
        delivered(bench.target, message)
        bench.proxy.mode = Mode.PASS
        self.is_stored_once(bench, message)

    @pytest.mark.parametrize("mode", [Mode.DROP, Mode.CUT])
    @pytest.mark.parametrize("call", CALLS)
    def test_after_a_lost_answer_a_later_revision_stands(self, bench: Bench, mode: Mode, call: int) -> None:
        later = revised(first := a_message(), bench.target.deliver(first), product_title="Sports car")
        bench.proxy.play(*[Mode.PASS] * (call - 1), mode)
        delivered(bench.target, later)
        bench.proxy.mode = Mode.PASS
        self.is_stored_once(bench, later)

    @pytest.mark.parametrize("call", [1, 2])
    def test_after_an_answer_that_never_came_another_try_makes_no_second_lead(self, bench: Bench, call: int) -> None:
        message = a_message()
        bench.proxy.play(*[Mode.PASS] * (call - 1), Mode.HANG)
        with impatient(self.quick), suppress(DeliveryFailed):
            bench.target.deliver(message)
        bench.proxy.mode = Mode.PASS
        delivered(bench.target, again(message))
        self.is_stored_once(bench, message)

    def test_the_next_try_need_not_be_the_same_worker(self, bench: Bench) -> None:
        message = a_message()
        bench.proxy.play(Mode.DROP)
        try:
            bench.target.deliver(message)
        except DeliveryFailed as failure:
            assert failure.trouble.is_passing
        bench.target.close()
        delivered(bench.target, again(message))
        self.is_stored_once(bench, message)

    def test_four_at_once_make_one_lead(self, bench: Bench) -> None:
        message = a_message()
        with ThreadPoolExecutor(4) as pool:
            receipts = set(pool.map(lambda _: delivered(bench.target, message), range(4)))
        assert len(receipts) == 1
        self.is_stored_once(bench, message)

    # --- what failures are called

    def test_a_dead_server_is_unreachable(self, bench: Bench) -> None:
        bench.proxy.mode = Mode.REFUSE
        failure = failure_of(lambda: bench.target.deliver(a_message()))
        bench.proxy.mode = Mode.PASS
        assert failure.trouble is Trouble.UNREACHABLE
        self.tells_no_secret(bench, failure.detail)

    def test_a_server_that_never_answers_is_a_timeout(self, bench: Bench) -> None:
        bench.proxy.mode = Mode.DEAF
        with impatient(self.quick):
            failure = failure_of(lambda: bench.target.deliver(a_message()))
        bench.proxy.mode = Mode.PASS
        assert failure.trouble is Trouble.TIMEOUT

    @pytest.mark.parametrize("status", [429, 503])
    def test_a_busy_server_is_left_alone_for_as_long_as_it_says(self, bench: Bench, status: int) -> None:
        bench.proxy.say(status, {"Retry-After": "17", "Content-Type": "application/json"}, '{"detail": "slow down"}')
        failure = failure_of(lambda: bench.target.deliver(a_message()))
        bench.proxy.mode = Mode.PASS
        assert (failure.trouble, failure.retry_after) == (Trouble.BUSY, 17)

    @pytest.mark.parametrize("status", [200, 201, 500, 502, 504])
    @pytest.mark.parametrize("body", ["<html><body>Bad Gateway</body></html>", "", '{"half": '])
    def test_an_answer_that_is_none_is_passing(self, bench: Bench, status: int, body: str) -> None:
        bench.proxy.say(status, {"Content-Type": "text/html"}, body)
        failure = failure_of(lambda: bench.target.deliver(a_message()))
        bench.proxy.mode = Mode.PASS
        assert failure.trouble.is_passing

    @pytest.mark.parametrize("body", ["null", "[]", "{}", "7", '"text"', '[{"a": 1}, null]', '{"id": {"id": []}}'])
    def test_an_answer_of_another_shape_is_not_taken_for_a_success(self, bench: Bench, body: str) -> None:
        bench.proxy.say(200, {"Content-Type": "application/json"}, body)
        failure = failure_of(lambda: bench.target.deliver(a_message()))
        bench.proxy.mode = Mode.PASS
        assert failure.trouble in (Trouble.NOT_UNDERSTOOD, Trouble.UNAUTHORIZED, Trouble.UNKNOWN_FIELD), failure.detail

    def test_a_redirect_to_another_host_gets_no_key(self, bench: Bench) -> None:
        with LossyProxy("127.0.0.1", 9) as elsewhere:
            bench.proxy.say(307, {"Location": f"{elsewhere.url}/json"})
            failure = failure_of(lambda: bench.target.deliver(a_message()))
            bench.proxy.mode = Mode.PASS
            assert failure.trouble is Trouble.REDIRECTED
            assert elsewhere.requests == 0

    def test_a_wrong_key_is_unauthorized(self, bench: Bench) -> None:
        failure = failure_of(lambda: bench.wrongly_keyed().deliver(a_message()))
        assert failure.trouble is Trouble.UNAUTHORIZED
        self.tells_no_secret(bench, failure.detail)

    def test_a_field_that_the_crm_does_not_have_is_told_by_its_name(self, bench: Bench) -> None:
        message = a_message()
        failure = failure_of(lambda: bench.mapping_also("no_such_field", "product").deliver(message))
        assert failure.trouble is Trouble.UNKNOWN_FIELD
        assert "no_such_field" in failure.detail
        assert bench.stored(message) == [], "half a lead was stored"

    def test_a_value_that_the_crm_does_not_take_is_told(self, bench: Bench) -> None:
        failure = failure_of(lambda: bench.refusing().deliver(a_message()))
        assert failure.trouble is Trouble.INVALID_VALUE
        assert failure.detail

    def test_a_name_of_100_kilobytes_is_stored_or_refused(self, bench: Bench) -> None:
        message = a_message(name="Ana " + "Silva" * 20_000, last_name="Silva" * 20_000)
        try:
            bench.target.deliver(message)
        except DeliveryFailed as failure:
            assert failure.trouble in (Trouble.INVALID_VALUE, Trouble.TOO_LARGE, Trouble.REFUSED), failure.detail
        assert len(bench.stored(message)) <= 1

    # --- withdrawn

    def test_a_withdrawn_lead_is_marked_as_such(self, bench: Bench) -> None:
        receipt = bench.target.deliver(first := a_message())
        assert not bench.is_withdrawn(self.only(bench, first))
        later = revised(first, receipt, status="withdrawn")
        assert bench.target.deliver(later) == receipt
        assert bench.is_withdrawn(self.only(bench, later))

    def test_a_lead_withdrawn_before_it_was_delivered_is_stored_as_such(self, bench: Bench) -> None:
        bench.target.deliver(message := revised(a_message(), status="withdrawn"))
        assert bench.is_withdrawn(self.only(bench, message))

    def test_a_withdrawn_lead_that_is_opened_again_is_the_same(self, bench: Bench) -> None:
        receipt = bench.target.deliver(first := a_message())
        bench.target.deliver(withdrawn := revised(first, receipt, status="withdrawn"))
        opened = revised(withdrawn, receipt, status="open")
        assert bench.target.deliver(opened) == receipt
        assert not bench.is_withdrawn(self.only(bench, opened))
        self.is_stored_once(bench, opened)

    # --- the check

    def test_a_check_finds_all_well_and_leaves_nothing_behind(self, bench: Bench) -> None:
        before = bench.count()
        findings = list(bench.target.check())
        assert wrong(findings) == []
        assert len(findings) >= 3
        assert bench.count() == before

    def test_a_check_tells_a_wrong_key(self, bench: Bench) -> None:
        (said, *_) = wrong(list(bench.wrongly_keyed().check()))
        self.tells_no_secret(bench, said)

    def test_a_check_names_a_field_that_the_crm_does_not_have(self, bench: Bench) -> None:
        assert "no_such_field" in " ".join(wrong(list(bench.mapping_also("no_such_field", "product").check())))

    def test_a_check_tells_a_value_that_the_crm_does_not_take(self, bench: Bench) -> None:
        before = bench.count()
        assert wrong(list(bench.refusing().check()))
        assert bench.count() == before

    def test_a_check_tells_a_dead_server(self, bench: Bench) -> None:
        bench.proxy.mode = Mode.REFUSE
        findings = list(bench.target.check())
        bench.proxy.mode = Mode.PASS
        assert wrong(findings)

    # --- words of the claims

    def is_stored_once(self, bench: Bench, message: LeadMessage) -> None:
        """Claim that the CRM has the lead once, with the values of the message."""
        record = self.only(bench, message)
        shown = {theirs: message.values[ours] for ours, theirs in bench.shown.items()}
        assert {theirs: record[theirs] for theirs in shown} == shown

    @staticmethod
    def only(bench: Bench, message: LeadMessage) -> dict[str, Any]:
        """Give the only record of a lead."""
        records = bench.stored(message)
        assert len(records) == 1, f"the CRM has {len(records)} of the lead"
        return records[0]

    @staticmethod
    def tells_no_secret(bench: Bench, text: str) -> None:
        """Claim that a text for people holds no secret."""
        assert bench.secrets
        assert [secret for secret in bench.secrets if secret in text] == []
