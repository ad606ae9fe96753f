"""What Salesforce's answers are taken for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from customer_profiler.adapters.crm.http import Answer
from customer_profiler.adapters.crm.salesforce_answer import body_of, id_of, refusal
from customer_profiler.core.delivery import DeliveryFailed, Trouble

KEY = "Lead_Id__c"


def refused(status: int, body: Any) -> DeliveryFailed:
    """What an answer means."""
    text = body if isinstance(body, str) else json.dumps(body)
    return refusal(Answer(status, {}, text, None if isinstance(body, str) else body), KEY)


def error(code: str, message: str = "said", *fields: str) -> list[dict[str, Any]]:
    """An error as Salesforce writes it."""
    return [{"errorCode": code, "message": message, "fields": list(fields)}]


@pytest.mark.parametrize(
    ("status", "body", "trouble"),
    [
        (401, error("INVALID_SESSION_ID"), Trouble.UNAUTHORIZED),
        (403, error("REQUEST_LIMIT_EXCEEDED"), Trouble.BUSY),
        (403, error("STORAGE_LIMIT_EXCEEDED"), Trouble.SERVER_ERROR),
        (403, error("INSUFFICIENT_ACCESS_OR_READONLY"), Trouble.FORBIDDEN),
        (400, error("INVALID_FIELD_FOR_INSERT_UPDATE"), Trouble.FORBIDDEN),
        (403, error("API_DISABLED_FOR_ORG"), Trouble.FORBIDDEN),
        (400, error("INVALID_FIELD"), Trouble.UNKNOWN_FIELD),
        (404, error("NOT_FOUND"), Trouble.UNKNOWN_FIELD),
        (400, error("REQUIRED_FIELD_MISSING"), Trouble.INVALID_VALUE),
        (400, error("INVALID_EMAIL_ADDRESS"), Trouble.INVALID_VALUE),
        (400, error("STRING_TOO_LONG"), Trouble.INVALID_VALUE),
        (400, error("FIELD_CUSTOM_VALIDATION_EXCEPTION"), Trouble.INVALID_VALUE),
        (400, error("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"), Trouble.INVALID_VALUE),
        (400, error("JSON_PARSER_ERROR"), Trouble.INVALID_VALUE),
        (400, error("UNABLE_TO_LOCK_ROW"), Trouble.CONFLICT),
        (400, error("DUPLICATE_VALUE", f"duplicate value found: {KEY} duplicates value on record"), Trouble.CONFLICT),
        (400, error("DUPLICATE_VALUE", "duplicate value found: Email__c duplicates value"), Trouble.INVALID_VALUE),
        (400, error("DUPLICATES_DETECTED"), Trouble.REFUSED),
        (400, error("CANNOT_UPDATE_CONVERTED_LEAD"), Trouble.REFUSED),
        (400, error("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "trigger failed"), Trouble.REFUSED),
        (400, error("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "x UNABLE_TO_LOCK_ROW y"), Trouble.CONFLICT),
        (400, error("ENTITY_IS_LOCKED"), Trouble.REFUSED),
        (400, error("CODE_OF_THE_FUTURE"), Trouble.INVALID_VALUE),
        (500, error("UNKNOWN_EXCEPTION"), Trouble.SERVER_ERROR),
        (503, error("SERVER_UNAVAILABLE"), Trouble.BUSY),
        (503, "<html>maintenance</html>", Trouble.BUSY),
        (
            300,
            ["/services/data/v64.0/sobjects/Lead/00Q1", "/services/data/v64.0/sobjects/Lead/00Q2"],
            Trouble.AMBIGUOUS,
        ),
        (300, "", Trouble.AMBIGUOUS),
        (404, "<html>", Trouble.NOT_UNDERSTOOD),
        (403, "<html>", Trouble.NOT_UNDERSTOOD),
        (400, {"message": "an object where a list should be"}, Trouble.NOT_UNDERSTOOD),
        (204, "", Trouble.NOT_UNDERSTOOD),
    ],
)
def test_an_answer_is_a_trouble(status: int, body: Any, trouble: Trouble) -> None:
    assert refused(status, body).trouble is trouble


def test_every_error_is_told_with_its_fields() -> None:
    failure = refused(400, [*error("STRING_TOO_LONG", "too long", "FirstName"), *error("INVALID_EMAIL_ADDRESS", "bad")])
    assert failure.detail == "STRING_TOO_LONG: too long (FirstName); INVALID_EMAIL_ADDRESS: bad"


def test_the_leads_that_bear_one_id_are_told() -> None:
    paths = [f"/services/data/v64.0/sobjects/Lead/00Q{n}" for n in (1, 2)]
    assert refused(300, paths).detail == "several leads bear this Lead_Id__c: 00Q1, 00Q2"


@pytest.mark.parametrize("body", [{}, {"id": 7}, {"id": ""}, {"id": "00Q1", "success": False}, {"id": "../x"}])
def test_what_holds_no_id_is_not_understood(body: dict[str, Any]) -> None:
    with pytest.raises(DeliveryFailed) as caught:
        id_of(body)
    assert caught.value.trouble is Trouble.NOT_UNDERSTOOD


def test_a_success_is_its_body() -> None:
    assert id_of(body_of(Answer(201, {}, "", {"id": "00Q1", "success": True}))) == "00Q1"
