"""Targets of type ``rest`` (design, section 10), on a real web server."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import replace
from socket import socket
from typing import Any

import pytest
from pydantic import ValidationError

from customer_profiler.adapters.crm import http
from customer_profiler.adapters.crm.rest import Config, RestTarget
from customer_profiler.core.delivery import DeliveryFailed, LeadMessage, Receipt, Trouble
from tests.unit.crm.samples import a_message
from tests.unit.crm.web import Reply, Web, answer, endless, head, sent, silence

LEAD = "L-7KQ2M-X94TB"
MAPPING = {"ref": "lead_id", "who": "name", "budget": "answers.budget", "why": "reasons", "from": "=chat"}


def target(web: Web, **keys: Any) -> RestTarget:
    return RestTarget(Config(type="rest", url=web.url, path="/leads", **keys))


def first(**changes: Any) -> LeadMessage:
    return a_message(LEAD, **changes)


def later(**changes: Any) -> LeadMessage:
    """The second revision of a lead that the target has taken."""
    return replace(a_message(LEAD, revision=2), **changes)


def repeating(web: Web, held: dict[str, Any], *statuses: int) -> Reply:
    """Keep leads by their keys in ``held``: a POST under a known key changes nothing and is answered as if it were new.

    ``statuses`` are answered first, one a call, whatever is kept.
    """
    left = list(statuses)

    def reply(connection: socket) -> None:
        call = web.calls[-1]
        if call.method == "POST":
            held.setdefault(call.headers["idempotency-key"], call.json)
        else:
            held[call.path.rpartition("/")[2]] = call.json
        answer(left.pop(0) if left else 200, {"id": 17})(connection)

    return reply


def failing(deliver: RestTarget, message: LeadMessage) -> DeliveryFailed:
    with pytest.raises(DeliveryFailed) as failed:
        deliver.deliver(message)
    return failed.value


# --- a new lead


def test_a_lead_is_one_post_with_its_id_as_idempotency_key(web: Web) -> None:
    target(web, token="hush").deliver(first())

    (call,) = web.calls
    assert (call.method, call.path) == ("POST", "/leads")
    assert call.headers["idempotency-key"] == LEAD
    assert call.headers["authorization"] == "Bearer hush"
    assert call.headers["content-type"] == "application/json"


def test_without_a_token_there_is_no_authorization(web: Web) -> None:
    target(web).deliver(first())

    assert "authorization" not in web.calls[0].headers


def test_the_body_is_what_the_mapping_names(web: Web) -> None:
    target(web, mapping=MAPPING).deliver(first())

    reasons = [{"when": "use=family", "points": 5}, {"when": "budget=mid", "points": 2}]
    assert web.calls[0].json == {"ref": LEAD, "who": "Ana Silva", "budget": "mid", "why": reasons, "from": "chat"}


def test_without_a_mapping_the_body_is_all_our_fields(web: Web) -> None:
    target(web).deliver(first())

    assert web.calls[0].json == dict(first().values)


@pytest.mark.parametrize(
    "name", ["李小龙 😀", "Zoë “O'Brien” <b>", "\ud83d", "x" * 100_000], ids=["cjk", "marks", "half", "long"]
)
def test_any_name_arrives_as_it_is(web: Web, name: str) -> None:
    target(web, mapping={"who": "name"}).deliver(first(name=name))

    assert web.calls[0].json == {"who": name}


def test_every_retry_carries_the_identical_body(web: Web) -> None:
    posting = target(web, mapping=MAPPING, sign="hush")
    for attempt in (1, 2, 3):
        posting.deliver(replace(first(), attempt=attempt))

    assert len({(call.body, call.headers["x-profiler-signature-256"]) for call in web.calls}) == 1


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_2xx_is_delivered(web: Web, status: int) -> None:
    web.gives(answer(status))

    assert target(web).deliver(first()) == Receipt()


@pytest.mark.parametrize(
    ("body", "remote_id"),
    [({"id": 17}, "17"), ({"id": "a-1"}, "a-1"), ({"id": None}, ""), ({"id": True}, ""), ([1], ""), (b"<p>ok", "")],
)
def test_the_targets_own_id_is_kept_when_it_tells_one(web: Web, body: object, remote_id: str) -> None:
    web.gives(answer(201, body))

    assert target(web).deliver(first()).remote_id == remote_id


@pytest.mark.parametrize(
    "reply",
    [sent(head(201, **{"Content-Length": "50"}) + b'{"id'), endless(b"x" * 100_000, begin=head(200))],
    ids=["half", "far too long"],
)
def test_2xx_is_delivered_whatever_its_body(web: Web, reply: Any) -> None:
    web.gives(reply)

    assert target(web).deliver(first()) == Receipt()


def test_409_is_there_already_and_counts_as_delivered(web: Web) -> None:
    web.gives(answer(409, {"id": 17}))

    assert (target(web).deliver(first()).remote_id, len(web.calls)) == ("17", 1)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_what_passes_is_tried_again_when_the_target_says(web: Web, status: int) -> None:
    web.gives(answer(status, Retry_After="17"))

    failed = failing(target(web), first())

    assert (failed.trouble.is_passing, failed.retry_after) == (True, 17)


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 405, 406, 410, 411, 413, 415, 422, 451])
def test_any_other_4xx_needs_a_person_who_reads_what_the_target_said(web: Web, status: int) -> None:
    web.gives(answer(status, {"error": "no such dealer"}))

    failed = failing(target(web), first())

    assert not failed.trouble.is_passing
    assert failed.detail == f'HTTP {status} {{"error": "no such dealer"}}'


def test_a_timeout_is_tried_again(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "READ_SECONDS", 0.2)
    web.gives(silence)

    assert failing(target(web), first()).trouble is Trouble.TIMEOUT


def test_a_refused_connection_is_tried_again() -> None:
    gone = RestTarget(Config(type="rest", url="http://127.0.0.1:1"))

    assert failing(gone, first()).trouble is Trouble.UNREACHABLE


# --- a later revision


def test_a_later_revision_changes_the_lead_under_a_key_of_its_own(web: Web) -> None:
    target(web, mapping={"who": "name"}).deliver(later())

    (call,) = web.calls
    assert (call.method, call.path, call.json) == ("PATCH", f"/leads/{LEAD}", {"who": "Ana Silva"})
    assert call.headers["idempotency-key"] == f"{LEAD}:2"


def test_the_call_for_later_revisions_can_be_another(web: Web) -> None:
    target(web, update="PUT /v2/items/{remote_id}/state").deliver(later(remote_id="a/b c"))

    assert (web.calls[0].method, web.calls[0].path) == ("PUT", "/v2/items/a%2Fb%20c/state")


def test_an_id_that_the_target_never_told_cannot_be_put_into_an_address(web: Web) -> None:
    failed = failing(target(web, update="PUT {path}/{remote_id}"), later())

    assert (failed.trouble, web.calls) == (Trouble.MISCONFIGURED, [])


def test_with_update_none_later_revisions_count_as_delivered_untold(web: Web) -> None:
    assert target(web, update="none").deliver(later(remote_id="17")) == Receipt("17")
    assert web.calls == []


@pytest.mark.parametrize("status", [201, 200, 409], ids=["new", "repeated", "known"])
def test_a_later_revision_of_a_lead_not_known_to_be_there_is_posted_and_then_changed(web: Web, status: int) -> None:
    """Whether the target had it, a first answer does not tell; that it has these values now, the second does."""
    web.gives(answer(status, {"id": 17}), answer(200))

    receipt = target(web, mapping={"who": "name"}).deliver(later(is_known=False))

    assert [(call.method, call.headers["idempotency-key"], call.json) for call in web.calls] == [
        ("POST", LEAD, {"who": "Ana Silva"}),
        ("PATCH", f"{LEAD}:2", {"who": "Ana Silva"}),
    ]
    assert receipt.remote_id == "17"


def test_a_corrected_address_arrives_although_the_target_repeats_its_answer_to_a_known_key(web: Web) -> None:
    """The first try was stored and answered by an error, the second one was refused for good."""
    held: dict[str, Any] = {}
    web.gives(repeating(web, held, 500, 401))
    posting, corrected = target(web, mapping={"email": "email"}), "ana.new@example.com"

    troubles = [failing(posting, first()).trouble, failing(posting, first(attempt=2)).trouble]
    receipt = posting.deliver(replace(a_message(LEAD, revision=2, email=corrected), is_known=False))

    assert troubles == [Trouble.SERVER_ERROR, Trouble.UNAUTHORIZED]
    assert (held, receipt) == ({LEAD: {"email": corrected}}, Receipt("17"))


def test_what_cannot_be_posted_is_not_changed(web: Web) -> None:
    web.gives(answer(422), answer(200))

    assert failing(target(web), later(is_known=False)).trouble is Trouble.INVALID_VALUE
    assert [call.method for call in web.calls] == ["POST"]


def test_with_update_none_a_lead_not_known_to_be_there_is_posted_only(web: Web) -> None:
    web.gives(answer(201, {"id": 17}))

    receipt = target(web, update="none").deliver(later(is_known=False))

    assert ([call.method for call in web.calls], receipt) == (["POST"], Receipt("17"))


def test_a_change_that_meets_another_is_tried_again(web: Web) -> None:
    web.gives(answer(409))

    assert failing(target(web), later()).trouble is Trouble.CONFLICT


def test_a_change_of_a_lead_that_was_deleted_there_needs_a_person(web: Web) -> None:
    web.gives(answer(404))

    assert failing(target(web), later()).trouble is Trouble.MISSING


# --- the webhook


def test_a_signature_covers_the_bytes_of_the_body(web: Web) -> None:
    target(web, sign="hush").deliver(first())

    (call,) = web.calls
    digest = hmac.new(b"hush", call.body, hashlib.sha256).hexdigest()
    assert call.headers["x-profiler-signature-256"] == f"sha256={digest}"


def test_further_headers_go_along(web: Web) -> None:
    target(web, headers={"X-Api-Key": "hush", "X-Shop": "north"}).deliver(first())

    assert (web.calls[0].headers["x-api-key"], web.calls[0].headers["x-shop"]) == ("hush", "north")


# --- the configuration


@pytest.mark.parametrize(
    "keys",
    [{"path": "leads"}, {"update": "PATCH"}, {"update": "DELETE {path}"}, {"update": "PATCH {path}/{id}"},
     {"update": "PATCH leads"}, {"headers": {"Idempotency-Key": "x"}}, {"path": "/leads?key=1"}, {"method": "PUT"}],
)  # fmt: skip
def test_what_cannot_be_called_is_refused(keys: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Config(type="rest", url="https://crm.example.com", **keys)


def test_secrets_hide_themselves() -> None:
    secrets = {"token": "hush-1", "sign": "hush-2", "headers": {"X-Api-Key": "hush-3"}, "path": "/hush-4"}

    assert "hush" not in repr(Config(type="rest", url="https://crm.example.com", **secrets))


# --- the check


def test_the_check_reaches_the_address_and_says_what_it_cannot_try(web: Web) -> None:
    web.gives(answer(405))

    reached, untried = target(web, token="hush").check()

    assert [call.method for call in web.calls] == ["OPTIONS"]
    assert (reached.is_well, reached.said) == (True, "HTTP 405 to OPTIONS")
    assert (untried.is_well, untried.step) == (True, "not tried: token, fields")


@pytest.mark.parametrize("status", [401, 407, 429, 500, 503])
def test_the_check_fails_where_a_lead_would(web: Web, status: int) -> None:
    web.gives(answer(status))

    (finding,) = target(web, token="hush").check()

    assert not finding.is_well
    assert finding.mend


@pytest.mark.parametrize("status", [403, 404, 405, 501])
def test_that_a_server_knows_no_options_says_nothing_about_leads(web: Web, status: int) -> None:
    web.gives(answer(status))

    assert all(finding.is_well for finding in target(web, token="hush").check())


def test_the_check_tells_when_nobody_answers() -> None:
    (finding,) = RestTarget(Config(type="rest", url="http://127.0.0.1:1")).check()

    assert (finding.is_well, finding.said) == (False, "unreachable: ConnectionRefusedError: Connection refused")


def test_a_body_is_the_same_bytes_in_every_process(web: Web) -> None:
    """Receivers compare what they have seen; nothing in it may depend on the order of a hash."""
    target(web, mapping=MAPPING).deliver(first())

    assert web.calls[0].body == json.dumps(web.calls[0].json).encode()
