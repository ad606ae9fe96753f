"""What the answers of the Dataverse Web API mean: ``{"error": {"code", "message"}}`` with codes such as 0x80060891.

Sources: Microsoft Learn, “Compose HTTP requests and handle errors”, “Web service error codes”, “Service protection API
limits”, “Execute batch operations using the Web API”.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from customer_profiler.adapters.crm.hosted import as_dict, unexplained
from customer_profiler.adapters.crm.http import Answer, failure
from customer_profiler.core.delivery import DeliveryFailed, Trouble

_MISSING = ("0x80040217", "0x80060891")
"""No record of this id, and none of this key."""

_TROUBLES: Mapping[str, Trouble] = {
    "0x80072321": Trouble.BUSY,
    "0x80072322": Trouble.BUSY,
    "0x80072326": Trouble.BUSY,
    "0x80040220": Trouble.FORBIDDEN,
    "0x80048306": Trouble.FORBIDDEN,
    "0x80072560": Trouble.FORBIDDEN,
    "0x80040217": Trouble.MISSING,
    "0x80060891": Trouble.MISSING,
    "0x80060882": Trouble.CONFLICT,
    "0x80040237": Trouble.CONFLICT,
    "0x80060890": Trouble.MISCONFIGURED,
    "0x80040333": Trouble.REFUSED,
    "0x80040265": Trouble.REFUSED,
    "0x80044331": Trouble.INVALID_VALUE,
    "0x8004431a": Trouble.INVALID_VALUE,
}
_DUPLICATE_KEY = "0x80060892"

_UNKNOWN = re.compile(r"undeclared property|Could not find a property named|Invalid property '", re.IGNORECASE)
_PART = re.compile(r"^HTTP/1\.[01] (\d{3})", re.MULTILINE)


def body_of(answer: Answer) -> dict[str, Any]:
    """Give the body of a success; raise ``DeliveryFailed`` when it is none."""
    if not isinstance(answer.json, dict) or "error" in answer.json:
        raise DeliveryFailed(Trouble.NOT_UNDERSTOOD, f"HTTP {answer.status} without an answer that can be read")
    return answer.json


def id_of(body: Mapping[str, object]) -> str:
    """Give a lead's id; raise ``DeliveryFailed`` when there is none."""
    found = body.get("leadid")
    if not isinstance(found, str) or not re.fullmatch(r"[0-9a-fA-F-]{36}", found):
        raise DeliveryFailed(Trouble.NOT_UNDERSTOOD, "the answer holds no id of a lead")
    return found


def is_missing(answer: Answer) -> bool:
    """Tell whether an answer says that there is no such record."""
    return answer.status == 404 and str(_error(answer).get("code")).casefold() in _MISSING


def refusal(answer: Answer, key: str) -> DeliveryFailed:
    """Give what an answer that is no success means; ``key`` is the column of the alternate key."""
    error = _error(answer)
    if not error:
        return unexplained(answer)
    code, text = str(error.get("code")).casefold(), str(error.get("message"))
    said = f"{code}: {text}"
    if answer.status in (401, 429):
        return failure(answer, said)
    if _UNKNOWN.search(text):
        return DeliveryFailed(Trouble.UNKNOWN_FIELD, said)
    if code == _DUPLICATE_KEY:
        # On our key two tries met, and the next finds what the other made; on another nothing changes by itself.
        return DeliveryFailed(Trouble.CONFLICT if key.casefold() in text.casefold() else Trouble.INVALID_VALUE, said)
    if answer.status == 412 and code not in _TROUBLES:
        return DeliveryFailed(Trouble.CONFLICT, said)
    if code in _TROUBLES:
        return DeliveryFailed(_TROUBLES[code], said, answer.retry_after)
    return failure(answer, said)


def within(answer: Answer) -> Answer:
    """Give what a batch of one change set answered: its first error, else its own answer."""
    begin = answer.text.find('{"error"')
    if begin < 0:
        return answer
    try:
        body, end = json.JSONDecoder().raw_decode(answer.text, begin)
    except ValueError:
        return answer
    statuses = _PART.findall(answer.text[:begin])
    status = int(statuses[-1]) if statuses else answer.status
    return Answer(status, answer.headers, answer.text[begin:end], body)


def _error(answer: Answer) -> dict[str, Any]:
    return as_dict(as_dict(answer.json).get("error"))
