"""The two ways into BottleCRM: the webhook that makes a lead once, and the REST interface that changes it.

The words that errors are told apart by are those of release 1.35, which has no codes for them and translates none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from customer_profiler.adapters.crm.hosted import unexplained
from customer_profiler.adapters.crm.http import Answer, Http, failure
from customer_profiler.core.delivery import DeliveryFailed, Trouble

NO_FIELDS = "has no lead fields"
"""What the webhook says of a post with its key and nothing else."""

EMAIL_TAKEN = "already uses that email address"
"""What BottleCRM says when another lead has the e-mail address: within an organization it has one lead for each."""


_DEFINITIONS = "/api/custom-fields/?target_model=Lead&active_only=true&include_counts=false"


class Webhook:
    """The lead webhook: idempotent by ``external_id``, 120 posts a minute and 5,000 a day."""

    def __init__(self, url: str, intake: str, key: str, verify: str = "") -> None:
        self._http = Http(url, {"Authorization": f"Bearer {key}"}, verify)
        self._path = f"/api/public/leads/{quote(intake, safe='')}/"

    def received(self, body: Mapping[str, str]) -> tuple[str, str]:
        """Post a lead; give the result (created, duplicate, merged) and the lead's id."""
        answer = self._post(body)
        found = answer.json
        if not isinstance(found, dict) or not isinstance(found.get("lead"), str):
            raise DeliveryFailed(Trouble.NOT_UNDERSTOOD, "the answer of the webhook names no lead")
        return str(found.get("result")), found["lead"]

    def probe(self) -> None:
        """Post what no lead can be made of; raise ``DeliveryFailed`` unless the webhook would take leads."""
        try:
            self._post({})
        except DeliveryFailed as failure:
            if NO_FIELDS not in failure.detail:
                raise
            return
        raise DeliveryFailed(Trouble.NOT_UNDERSTOOD, "the webhook took a post without a lead")

    def close(self) -> None:
        """Give connections back."""
        self._http.close()

    def _post(self, body: Mapping[str, str]) -> Answer:
        answer = self._http.call("POST", self._path, dict(body))
        return _success(answer)


class Rest:
    """The REST interface with a personal access token, scopes ``leads:read`` and ``leads:write``."""

    def __init__(self, url: str, token: str, verify: str = "") -> None:
        self._http = Http(url, {"Authorization": f"Bearer {token}"}, verify)

    def lead(self, lead: str) -> dict[str, Any] | None:
        """Give all that is known of a lead, or None when there is none that the token's user may see."""
        try:
            found = self._call("GET", f"/api/leads/{quote(lead, safe='')}/")
        except DeliveryFailed as failure:
            if failure.trouble is Trouble.MISSING:
                return None
            raise
        if not isinstance(found.get("lead_obj"), dict):
            raise DeliveryFailed(Trouble.NOT_UNDERSTOOD, "the answer holds no lead")
        return found

    def change(self, lead: str, values: Mapping[str, object]) -> None:
        """Change a lead."""
        found = self._call("PATCH", f"/api/leads/{quote(lead, safe='')}/", values)
        if found.get("error") is not False:
            raise DeliveryFailed(Trouble.NOT_UNDERSTOOD, "the answer does not tell that the lead was changed")

    def refused(self, values: Mapping[str, object]) -> Mapping[str, object]:
        """Give what BottleCRM has against a new lead that it must refuse for one of its values: field to words."""
        answer = self._http.call("POST", "/api/leads/", dict(values))
        found = answer.json
        if answer.status == 400 and isinstance(found, dict) and isinstance(found.get("errors"), dict):
            return dict(found["errors"])
        _success(answer)
        raise DeliveryFailed(Trouble.NOT_UNDERSTOOD, "BottleCRM took a lead that it had to refuse")

    def is_administrator(self, intake: str) -> bool:
        """Tell whether the token's user is one, and so sees every lead: only they may look at a webhook."""
        try:
            self._call("GET", f"/api/leads/intakes/{quote(intake, safe='')}/")
        except DeliveryFailed as failure:
            if failure.trouble in (Trouble.FORBIDDEN, Trouble.MISSING):
                return False
            raise
        return True

    def sources(self) -> int:
        """Count the sources of leads: the cheapest call that needs the right to read leads."""
        found = self._call("GET", "/api/leads/sources/")
        return len(found["sources"]) if isinstance(found.get("sources"), list) else 0

    def custom_fields(self) -> set[str] | None:
        """Give the keys of the leads' custom fields; None when the token lacks the scope ``custom-fields:read``."""
        try:
            found = self._call("GET", _DEFINITIONS)
        except DeliveryFailed as failure:
            if failure.trouble is Trouble.FORBIDDEN:
                return None
            raise
        return keys_of(found.get("definitions"))

    def close(self) -> None:
        """Give connections back."""
        self._http.close()

    def _call(self, method: str, path: str, body: Mapping[str, object] | None = None) -> dict[str, Any]:
        answer = _success(self._http.call(method, path, None if body is None else dict(body)))
        if not isinstance(answer.json, dict):
            raise DeliveryFailed(Trouble.NOT_UNDERSTOOD, f"HTTP {answer.status} without an object")
        return answer.json


def keys_of(definitions: object) -> set[str]:
    """Give the keys of custom fields that are in use, from their definitions."""
    if not isinstance(definitions, list):
        raise DeliveryFailed(Trouble.NOT_UNDERSTOOD, "the answer holds no definitions of custom fields")
    found = (each for each in definitions if isinstance(each, dict) and each.get("target_model", "Lead") == "Lead")
    return {str(each.get("key")) for each in found if each.get("is_active", True)}


def _success(answer: Answer) -> Answer:
    if answer.status // 100 == 2:
        return answer
    raise _failure(answer)


def _failure(answer: Answer) -> DeliveryFailed:
    if not answer.is_json:
        return unexplained(answer)
    said = _words(answer.json)
    if answer.status == 403 and said.startswith("Organization context"):
        # What BottleCRM says to a token that it does not know.
        return DeliveryFailed(Trouble.UNAUTHORIZED, f"HTTP 403 {said}")
    return failure(answer, said)


def _words(found: object) -> str:
    """Give what an error says, in one text: ``detail``, and each field with its words."""
    if not isinstance(found, dict):
        return ""
    errors = found.get("errors")
    if isinstance(errors, dict):
        parts = [f"{name}: {_flat(words)}" for name, words in errors.items()]
    else:
        parts = [_flat(errors)] if errors else []
    return "; ".join([*([str(found["detail"])] if found.get("detail") else []), *parts])


def _flat(words: object) -> str:
    if isinstance(words, dict):
        return ", ".join(f"{name}: {_flat(each)}" for name, each in words.items())
    return " ".join(map(_flat, words)) if isinstance(words, list) else str(words)
