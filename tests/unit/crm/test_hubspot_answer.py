"""What HubSpot's answers are taken for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from customer_profiler.adapters.crm.http import Answer
from customer_profiler.adapters.crm.hubspot_answer import body_of, problems_of
from customer_profiler.core.delivery import DeliveryFailed, Trouble

KEY = "customer_profiler_lead_id"


def failure_of(status: int, body: Any, headers: dict[str, str] | None = None) -> DeliveryFailed:
    """What an answer fails with."""
    text = body if isinstance(body, str) else json.dumps(body)
    with pytest.raises(DeliveryFailed) as caught:
        body_of(Answer(status, headers or {}, text, None if isinstance(body, str) else body), KEY)
    return caught.value


def error(category: str, message: str = "said", **more: Any) -> dict[str, Any]:
    """An error as HubSpot writes it."""
    return {"status": "error", "category": category, "message": message, "correlationId": "c", **more}


def invalid(*problems: tuple[str, str]) -> dict[str, Any]:
    """A refusal of properties by name and code."""
    listed = [{"isValid": False, "name": name, "error": code, "message": f"{name} is wrong"} for name, code in problems]
    return error("VALIDATION_ERROR", f"Property values were not valid: {json.dumps(listed)}")


@pytest.mark.parametrize(
    ("status", "body", "trouble"),
    [
        (401, error("INVALID_AUTHENTICATION"), Trouble.UNAUTHORIZED),
        (401, error("EXPIRED_AUTHENTICATION"), Trouble.UNAUTHORIZED),
        (403, error("MISSING_SCOPES"), Trouble.FORBIDDEN),
        (403, error("USER_DOES_NOT_HAVE_PERMISSIONS"), Trouble.FORBIDDEN),
        (403, error("BANNED"), Trouble.FORBIDDEN),
        (404, error("OBJECT_NOT_FOUND"), Trouble.MISSING),
        (409, error("CONFLICT"), Trouble.CONFLICT),
        (429, error("RATE_LIMITS"), Trouble.BUSY),
        (429, {"errorType": "RATE_LIMIT", "policyName": "DAILY"}, Trouble.BUSY),
        (400, invalid(("shoe_size", "PROPERTY_DOESNT_EXIST")), Trouble.UNKNOWN_FIELD),
        (400, invalid(("email", "INVALID_EMAIL")), Trouble.INVALID_VALUE),
        (400, invalid(("dealstage", "INVALID_OPTION"), ("x", "PROPERTY_DOESNT_EXIST")), Trouble.UNKNOWN_FIELD),
        (400, error("VALIDATION_ERROR", "upsert by non-unique 0-3 property x"), Trouble.MISCONFIGURED),
        (400, error("VALIDATION_ERROR", f"{KEY}: 7 already has that value."), Trouble.CONFLICT),
        (400, error("VALIDATION_ERROR", "order_number: 7 already has that value."), Trouble.INVALID_VALUE),
        (400, error("VALIDATION_ERROR", f"Property values were not valid: {KEY} half a lis"), Trouble.INVALID_VALUE),
        (413, error("REQUEST_TOO_LARGE"), Trouble.TOO_LARGE),
        (423, error("LOCKED"), Trouble.BUSY),
        (477, "", Trouble.BUSY),
        (500, error("INTERNAL_ERROR"), Trouble.SERVER_ERROR),
        (502, "<html>", Trouble.SERVER_ERROR),
        (504, "", Trouble.TIMEOUT),
        (521, "", Trouble.SERVER_ERROR),
        (400, "<html>", Trouble.NOT_UNDERSTOOD),
        (404, "<html>", Trouble.NOT_UNDERSTOOD),
        (401, "", Trouble.UNAUTHORIZED),
        (200, "<html>", Trouble.NOT_UNDERSTOOD),
        (207, {"results": [], "errors": [error("VALIDATION_ERROR")]}, Trouble.INVALID_VALUE),
        (207, {"results": [], "errors": [error("RATE_LIMITS")]}, Trouble.BUSY),
        (200, {"results": [], "errors": [error("INTERNAL_ERROR")]}, Trouble.SERVER_ERROR),
        (207, {"results": [{"id": "1"}], "numErrors": 1}, Trouble.INVALID_VALUE),
    ],
)
def test_an_answer_is_a_trouble(status: int, body: Any, trouble: Trouble) -> None:
    assert failure_of(status, body).trouble is trouble


def test_every_wrong_property_is_told() -> None:
    failure = failure_of(400, invalid(("email", "INVALID_EMAIL"), ("amount", "INVALID_LONG")))
    assert failure.detail == "email: email is wrong; amount: amount is wrong"


def test_properties_can_be_told_beside_the_message() -> None:
    listed = [{"message": "too long", "code": "TOO_LONG", "context": {"propertyName": ["lastname"]}}]
    [problem] = problems_of(error("VALIDATION_ERROR", errors=listed))
    assert (problem.name, problem.code, problem.said) == ("lastname", "TOO_LONG", "too long")


def test_the_scopes_that_are_missing_are_told() -> None:
    context = {"requiredGranularScopes": ["crm.objects.deals.write"]}
    failure = failure_of(403, error("MISSING_SCOPES", "no", errors=[{"message": "x", "context": context}]))
    assert failure.detail == "MISSING_SCOPES: no (crm.objects.deals.write)"


@pytest.mark.parametrize(
    ("headers", "policy", "seconds"),
    [
        ({"Retry-After": "7"}, "DAILY", 7),
        ({}, "DAILY", 3600),
        ({"X-HubSpot-RateLimit-Interval-Milliseconds": "20000"}, "TEN_SECONDLY_ROLLING", 20),
        ({"X-HubSpot-RateLimit-Interval-Milliseconds": "soon"}, "SECONDLY", 10),
    ],
)
def test_how_long_a_limit_lasts(headers: dict[str, str], policy: str, seconds: float) -> None:
    assert failure_of(429, {"policyName": policy, "message": "no"}, headers).retry_after == seconds


def test_a_success_is_its_body() -> None:
    assert body_of(Answer(200, {}, "{}", {"results": []})) == {"results": []}
