"""What HubSpot's answers mean: its categories of errors, its complaints about properties, its limits.

Sources: HubSpot developer documentation, “Error handling”, “Usage guidelines”, “Properties”.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from customer_profiler.adapters.crm.hosted import as_dict, dicts, listed, unexplained
from customer_profiler.adapters.crm.http import Answer, brief, failure
from customer_profiler.core.delivery import DeliveryFailed, Trouble

DAILY_PAUSE = 3600.0
"""Seconds to wait after the daily limit, which ends at midnight in the account's own time zone."""


@dataclass(frozen=True)
class Problem:
    """What HubSpot says of one property: its ``name``, its ``code`` of the trouble, and the words for people."""

    name: str
    code: str
    said: str


_TROUBLES: Mapping[str, Trouble] = {
    "INVALID_AUTHENTICATION": Trouble.UNAUTHORIZED,
    "EXPIRED_AUTHENTICATION": Trouble.UNAUTHORIZED,
    "MISSING_SCOPES": Trouble.FORBIDDEN,
    "USER_DOES_NOT_HAVE_PERMISSIONS": Trouble.FORBIDDEN,
    "BANNED": Trouble.FORBIDDEN,
    "CONFLICT": Trouble.CONFLICT,
    "OBJECT_NOT_FOUND": Trouble.MISSING,
    "RATE_LIMITS": Trouble.BUSY,
}
"""HubSpot's categories of errors."""

_STATUSES = {"OBJECT_NOT_FOUND": 404, "CONFLICT": 409, "RATE_LIMITS": 429, "INTERNAL_ERROR": 500}
"""The HTTP status that a category stands for where it is not told."""

_MENDED_BY_WAITING = {423: (Trouble.BUSY, 2.0), 477: (Trouble.BUSY, DAILY_PAUSE)}
"""A lock, which lasts 2 s, and a move to another data centre, which takes up to a day (“Error handling”)."""


def body_of(answer: Answer, key: str = "") -> dict[str, Any]:
    """Give the body of a success; raise ``DeliveryFailed`` for all else, also for a 2xx that lists errors.

    ``key`` is the property that records are upserted by: two tries that meet at it are a conflict.
    """
    body = answer.json
    if answer.status >= 300 or answer.status < 200:
        raise refusal(answer, key, problems_of(as_dict(body)))
    if not isinstance(body, dict):
        raise DeliveryFailed(Trouble.NOT_UNDERSTOOD, f"HTTP {answer.status} without an answer that can be read")
    errors = dicts(body.get("errors"))
    if errors or body.get("numErrors"):
        inner = errors[0] if errors else {}
        raise refusal(Answer(_status(inner), answer.headers, answer.text, inner), key, problems_of(inner))
    return body


def refusal(answer: Answer, key: str, problems: tuple[Problem, ...]) -> DeliveryFailed:
    """Give what an answer that is no success means; ``problems`` are those of it to speak of."""
    body = answer.json
    if answer.status in _MENDED_BY_WAITING:
        trouble, seconds = _MENDED_BY_WAITING[answer.status]
        return DeliveryFailed(trouble, brief(answer), answer.retry_after or seconds)
    if not isinstance(body, dict):
        return unexplained(answer)
    said = "; ".join(f"{each.name}: {each.said}" for each in problems) or str(body.get("message") or "")
    category = str(body.get("category") or "")
    if answer.status == 429 or category == "RATE_LIMITS" or body.get("errorType") == "RATE_LIMIT":
        policy = str(body.get("policyName") or "")
        return DeliveryFailed(Trouble.BUSY, f"{policy} {said}", answer.retry_after or _pause(answer, policy))
    if category == "VALIDATION_ERROR":
        return DeliveryFailed(_of_validation(body, key, problems), said)
    if category in _TROUBLES:
        return DeliveryFailed(_TROUBLES[category], f"{category}: {said}{_scopes(body)}")
    return failure(answer, said)


def _of_validation(body: Mapping[str, Any], key: str, problems: tuple[Problem, ...]) -> Trouble:
    message, codes = str(body.get("message") or ""), {problem.code for problem in problems}
    if "PROPERTY_DOESNT_EXIST" in codes:
        return Trouble.UNKNOWN_FIELD
    if "by non-unique" in message:
        return Trouble.MISCONFIGURED
    if key and key in message and ("already has that value" in message or any("UNIQUE" in code for code in codes)):
        # Two tries met: the next finds the record that the other made.
        return Trouble.CONFLICT
    return Trouble.INVALID_VALUE


def problems_of(body: Mapping[str, Any]) -> tuple[Problem, ...]:
    """Give what is said of single properties: a JSON list within the message, or a list beside it."""
    _, _, text = str(body.get("message") or "").partition("Property values were not valid: ")
    try:
        found = json.loads(text) if text else None
    except ValueError:
        found = None
    if found:
        return tuple(
            Problem(str(each.get("name")), str(each.get("error")), str(each.get("message"))) for each in dicts(found)
        )
    return tuple(problem for each in dicts(body.get("errors")) if (problem := _of_context(each)) is not None)


def _of_context(error: Mapping[str, Any]) -> Problem | None:
    named = as_dict(error.get("context")).get("propertyName")
    name = named[0] if isinstance(named, list) and named else named
    return Problem(str(name), str(error.get("code")), str(error.get("message"))) if name else None


def _scopes(body: Mapping[str, Any]) -> str:
    """Give the scopes that a token lacks."""
    contexts = [as_dict(error.get("context")) for error in dicts(body.get("errors"))]
    scopes = [scope for context in contexts for name in context if "copes" in name for scope in listed(context[name])]
    return f" ({', '.join(map(str, scopes))})" if scopes else ""


def _pause(answer: Answer, policy: str) -> float:
    """Give how long a limit lasts when no ``Retry-After`` tells."""
    if policy == "DAILY":
        return DAILY_PAUSE
    window = answer.headers.get("X-HubSpot-RateLimit-Interval-Milliseconds", "")
    return int(window) / 1000 if window.isdecimal() else 10.0


def _status(error: Mapping[str, Any]) -> int:
    """Give the HTTP status that an error of one record stands for."""
    return _STATUSES.get(str(error.get("category")), 400)


def id_of(record: Mapping[str, Any]) -> str:
    """Give the id of a record; raise ``DeliveryFailed`` when it has none."""
    found = record.get("id")
    if not isinstance(found, str | int) or not str(found).isalnum():
        raise DeliveryFailed(Trouble.NOT_UNDERSTOOD, "HubSpot's answer holds no id")
    return str(found)
