"""What Salesforce's answers mean: a JSON list of errors, each with a code.

Sources: Salesforce, “REST API Developer Guide” (“Status Codes and Error Responses”) and “SOAP API Developer Guide”
(“Core Data Types Used in API Calls”, StatusCode).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from customer_profiler.adapters.crm.hosted import dicts, listed, unexplained
from customer_profiler.adapters.crm.http import Answer, failure
from customer_profiler.core.delivery import DeliveryFailed, Trouble

_TROUBLES: Mapping[Trouble, str] = {
    Trouble.UNAUTHORIZED: "INVALID_SESSION_ID INVALID_AUTH_HEADER INVALID_LOGIN",
    Trouble.BUSY: "REQUEST_LIMIT_EXCEEDED SERVER_UNAVAILABLE TXN_SECURITY_METERING_ERROR",
    Trouble.SERVER_ERROR: "STORAGE_LIMIT_EXCEEDED QUERY_TIMEOUT UNKNOWN_EXCEPTION INTERNAL_SERVER_ERROR",
    Trouble.CONFLICT: "UNABLE_TO_LOCK_ROW",
    Trouble.FORBIDDEN: (
        "INSUFFICIENT_ACCESS INSUFFICIENT_ACCESS_OR_READONLY INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY"
        " INVALID_FIELD_FOR_INSERT_UPDATE API_DISABLED_FOR_ORG API_CURRENTLY_DISABLED FUNCTIONALITY_NOT_ENABLED"
    ),
    Trouble.UNKNOWN_FIELD: "INVALID_FIELD",
    Trouble.INVALID_VALUE: (
        "REQUIRED_FIELD_MISSING INVALID_EMAIL_ADDRESS STRING_TOO_LONG FIELD_CUSTOM_VALIDATION_EXCEPTION"
        " INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST NUMBER_OUTSIDE_VALID_RANGE FIELD_INTEGRITY_EXCEPTION"
        " INVALID_TYPE_ON_FIELD_IN_RECORD FIELD_FILTER_VALIDATION_EXCEPTION INVALID_CROSS_REFERENCE_KEY MALFORMED_ID"
        " JSON_PARSER_ERROR"
    ),
    Trouble.REFUSED: (
        "DUPLICATES_DETECTED CANNOT_UPDATE_CONVERTED_LEAD CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY ENTITY_IS_LOCKED"
        " ENTITY_IS_DELETED"
    ),
}
_BY_CODE = {code: trouble for trouble, codes in _TROUBLES.items() for code in codes.split()}


def body_of(answer: Answer) -> dict[str, Any]:
    """Give the body of a success; raise ``DeliveryFailed`` when it is none."""
    if not isinstance(answer.json, dict):
        raise DeliveryFailed(Trouble.NOT_UNDERSTOOD, f"HTTP {answer.status} without an answer that can be read")
    return answer.json


def id_of(body: Mapping[str, Any]) -> str:
    """Give a record's id; raise ``DeliveryFailed`` when there is none, or the record was not saved."""
    found = body.get("Id") or body.get("id")
    if body.get("success") is False or not isinstance(found, str) or not found.isalnum():
        raise DeliveryFailed(Trouble.NOT_UNDERSTOOD, "Salesforce's answer holds no id")
    return found


def refusal(answer: Answer, key: str) -> DeliveryFailed:
    """Give what an answer that is no success means; ``key`` is the external id field."""
    if answer.status == 300:
        records = ", ".join(str(path).rpartition("/")[2] for path in listed(answer.json))
        return DeliveryFailed(Trouble.AMBIGUOUS, f"several leads bear this {key}: {records}")
    errors = dicts(answer.json)
    if not errors:
        return unexplained(answer)
    said = "; ".join(_said(error) for error in errors)
    code, text = str(errors[0].get("errorCode")), str(errors[0].get("message"))
    if code == "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY" and "UNABLE_TO_LOCK_ROW" in text:
        return DeliveryFailed(Trouble.CONFLICT, said)
    if code == "DUPLICATE_VALUE":
        # On the key two tries met, and the next finds what the other made; on another field nothing changes by itself.
        return DeliveryFailed(Trouble.CONFLICT if key in text else Trouble.INVALID_VALUE, said)
    if code == "NOT_FOUND":
        return DeliveryFailed(Trouble.UNKNOWN_FIELD, f"{said}: is {key} a field of leads that the user may see?")
    if code in _BY_CODE:
        return DeliveryFailed(_BY_CODE[code], said, answer.retry_after)
    return failure(answer, said)


def _said(error: Mapping[str, Any]) -> str:
    fields = [str(field) for field in listed(error.get("fields"))]
    return f"{error.get('errorCode')}: {error.get('message')}" + (f" ({', '.join(fields)})" if fields else "")
