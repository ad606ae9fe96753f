"""What the answers of Dynamics 365 Sales are taken for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from customer_profiler.adapters.crm.dynamics_answer import id_of, is_missing, refusal, within
from customer_profiler.adapters.crm.http import Answer
from customer_profiler.core.delivery import DeliveryFailed, Trouble

KEY = "new_externalid"
ID = "11111111-2222-3333-4444-555555555555"


def answer(status: int, code: str, message: str = "said", **headers: str) -> Answer:
    """An answer with an error."""
    body = {"error": {"code": code, "message": message}}
    return Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, json.dumps(body), body)


@pytest.mark.parametrize(
    ("told", "trouble"),
    [
        (answer(401, "0x80072560"), Trouble.UNAUTHORIZED),
        (answer(403, "0x80072560", "The user is not a member of the organization."), Trouble.FORBIDDEN),
        (answer(403, "0x80040220"), Trouble.FORBIDDEN),
        (answer(403, "0x80099999"), Trouble.FORBIDDEN),
        (answer(429, "0x80072322"), Trouble.BUSY),
        (answer(503, "0x80072321"), Trouble.BUSY),
        (answer(404, "0x80040217"), Trouble.MISSING),
        (answer(404, "0x80060891"), Trouble.MISSING),
        (answer(412, "0x80060882"), Trouble.CONFLICT),
        (answer(412, "0x80040237"), Trouble.CONFLICT),
        (answer(412, "0x80099999"), Trouble.CONFLICT),
        (answer(412, "0x80060892", f"A record with the same value for {KEY} exists."), Trouble.CONFLICT),
        (answer(412, "0x80060892", "A record with the same value for e-mail exists."), Trouble.INVALID_VALUE),
        (answer(412, "0x80040333", "duplicate detection"), Trouble.REFUSED),
        (answer(400, "0x80040265", "a plug-in says no"), Trouble.REFUSED),
        (answer(400, "0x80060890"), Trouble.MISCONFIGURED),
        (answer(400, "0x80048d19", "An undeclared property 'x' which only has"), Trouble.UNKNOWN_FIELD),
        (answer(400, "0x80060888", "Could not find a property named 'x' on type"), Trouble.UNKNOWN_FIELD),
        (answer(400, "0x80048d19", "Cannot convert a value 'a' to the expected target type"), Trouble.INVALID_VALUE),
        (answer(400, "0x80044331", "exceeded the maximum allowed length"), Trouble.INVALID_VALUE),
        (answer(400, "0x8004431A", "outside the valid range"), Trouble.INVALID_VALUE),
        (answer(413, "", "too large"), Trouble.TOO_LARGE),
        (answer(500, "0x80040216", "An unexpected error occurred."), Trouble.SERVER_ERROR),
        (Answer(503, {}, "<html>"), Trouble.BUSY),
        (Answer(401, {}, ""), Trouble.UNAUTHORIZED),
        (Answer(404, {}, "<html>"), Trouble.NOT_UNDERSTOOD),
        (Answer(204, {}, ""), Trouble.NOT_UNDERSTOOD),
    ],
)
def test_an_answer_is_a_trouble(told: Answer, trouble: Trouble) -> None:
    assert refusal(told, KEY).trouble is trouble


def test_a_limit_lasts_as_long_as_it_says() -> None:
    assert refusal(answer(429, "0x80072322", Retry_After="40"), KEY).retry_after == 40


@pytest.mark.parametrize(
    ("told", "missing"),
    [
        (answer(404, "0x80060891"), True),
        (answer(404, "0x80040217"), True),
        (answer(404, "0x80060888", "Resource not found for the segment"), False),
        (Answer(404, {}, "<html>"), False),
        (answer(400, "0x80060891"), False),
    ],
)
def test_only_what_says_so_is_missing(told: Answer, missing: bool) -> None:
    assert is_missing(told) is missing


def test_the_error_within_a_batch_counts() -> None:
    text = '--b\r\nHTTP/1.1 404 Not Found\r\n\r\n{"error":{"code":"0x80040217","message":"x"}}\r\n--b--'
    inner = within(Answer(200, {}, text))
    assert (inner.status, is_missing(inner)) == (404, True)


@pytest.mark.parametrize(
    "text", ["", "--b\r\nHTTP/1.1 204 No Content\r\n--b--", '--b\r\n\r\n{"error": {"code"', "<html>"]
)
def test_a_batch_without_an_error_is_its_own_answer(text: str) -> None:
    told = Answer(200, {}, text)
    assert within(told) is told


def test_an_id_is_one() -> None:
    assert id_of({"leadid": ID}) == ID


@pytest.mark.parametrize("body", [{}, {"leadid": None}, {"leadid": 7}, {"leadid": "../WhoAmI"}, {"leadid": {"a": 1}}])
def test_what_holds_no_id_is_not_understood(body: dict[str, Any]) -> None:
    with pytest.raises(DeliveryFailed):
        id_of(body)
