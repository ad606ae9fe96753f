"""Tryton's REST interface (8.2): records of models, buttons, and what its errors mean."""

from __future__ import annotations

import html
import json
import re
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from customer_profiler.adapters.crm.http import Answer, Http, failure
from customer_profiler.core.delivery import DeliveryFailed, Trouble

Record = dict[str, Any]

_NO_FIELD = "customer_profiler_dry_run"


class Rest:
    """Calls of one database with the key of a user application.

    ``company`` is its id, 0 for the one that the user works in.
    """

    def __init__(self, url: str, database: str, key: str, company: int = 0, verify: str = "") -> None:
        # Errors have no codes: they are told apart by their English words.
        headers = {"Authorization": f"bearer {key}", "Accept-Language": "en"}
        self._http = Http(url, headers, verify)
        self._path = f"/{quote(database, safe='')}/rest/model"
        self._company = company

    def company(self) -> int:
        """Give the company that records are made in, asked for once."""
        if not self._company:
            found = self._call("POST", "res.user/get_preferences", {"context_only": True}, in_company=False)
            company = found.get("company") if isinstance(found, dict) else None
            if not isinstance(found, dict) or "language" not in found:
                raise DeliveryFailed(Trouble.NOT_UNDERSTOOD, "the answer holds no preferences")
            if not isinstance(company, int):
                raise DeliveryFailed(Trouble.FORBIDDEN, "the user works in no company; choose one, or set “company”")
            self._company = company
        return self._company

    def search(
        self, model: str, domain: Sequence[object], fields: Iterable[str], limit: int = 0, order: str = "id"
    ) -> list[Record]:
        """Give the records that a domain describes, the oldest first."""
        query = [("d", _packed(domain)), ("o", _packed([[order, "ASC"]])), *_wanted(fields)]
        if limit:
            query.append(("s", str(limit)))
        found = self._call("GET", f"{model}?{urlencode(query)}")
        if not isinstance(found, list) or not all(_is_record(record) for record in found):
            raise DeliveryFailed(Trouble.NOT_UNDERSTOOD, f"the answer to a search for {model} is no list of records")
        return found

    def create(self, model: str, values: Mapping[str, object]) -> int:
        """Make a record; give its id, 0 when the user may not see it."""
        found = self._call("POST", f"{model}?f=id", values)
        if found is None:
            return 0
        if not _is_record(found):
            raise DeliveryFailed(Trouble.NOT_UNDERSTOOD, f"the answer to making a {model} is no record")
        return int(found["id"])

    def try_create(self, model: str, values: Mapping[str, object]) -> None:
        """Make a record and let it be undone; raise ``DeliveryFailed`` for what speaks against it.

        The answer is to hold a field that no model has: Tryton makes and examines the record, stumbles over the
        answer, and undoes the transaction.
        """
        try:
            self._call("POST", f"{model}?f={_NO_FIELD}", values)
        except DeliveryFailed as failure:
            if failure.trouble is Trouble.UNKNOWN_FIELD and _NO_FIELD in failure.detail:
                return
            raise
        raise DeliveryFailed(Trouble.NOT_UNDERSTOOD, f"Tryton made a {model} that it had to undo; remove it")

    def change(self, model: str, record: int, values: Mapping[str, object]) -> None:
        """Change a record."""
        found = self._call("PUT", f"{model}/{record}?f=id", values)
        if found is not None and not _is_record(found):
            raise DeliveryFailed(Trouble.NOT_UNDERSTOOD, f"the answer to changing a {model} is no record")

    def press(self, model: str, record: int, button: str) -> None:
        """Press a button of a record, such as ``cancel``."""
        self._call("POST", f"{model}/{record}/{button}?f=id")

    def delete(self, model: str, record: int) -> None:
        """Delete a record."""
        self._call("DELETE", f"{model}/{record}")

    def definitions(self, model: str) -> Mapping[str, Mapping[str, Any]]:
        """Give what the fields of a model are, by their names."""
        found = self._call("POST", f"{model}/fields_get")
        if not isinstance(found, dict) or not isinstance(found.get("id"), dict):
            raise DeliveryFailed(Trouble.NOT_UNDERSTOOD, f"the answer names no fields of {model}")
        return {name: kind for name, kind in found.items() if isinstance(kind, dict)}

    def close(self) -> None:
        """Give connections back."""
        self._http.close()

    def _call(self, method: str, path: str, body: Mapping[str, object] | None = None, in_company: bool = True) -> Any:
        headers = {"X-Tryton-Context": _packed({"company": self.company()})} if in_company else None
        given = None if body is None else dict(body)
        answer = self._http.call(method, f"{self._path}/{path}", given, headers=headers)
        if answer.status == 204:
            return None
        if answer.status // 100 != 2:
            raise failure_of(answer)
        if not answer.is_json:
            raise DeliveryFailed(Trouble.NOT_UNDERSTOOD, f"HTTP {answer.status} without JSON")
        return answer.json


def failure_of(answer: Answer) -> DeliveryFailed:
    """Give what an answer other than a success means.

    Tryton says 400 for whatever it explains, a missing right too, and 500 for what its program stumbles over: a wrong
    field as well as a database that is away.
    """
    said = _words(answer)
    detail = f"HTTP {answer.status} {said}".strip()
    if answer.status == 400:
        if _STATE.search(said):
            return DeliveryFailed(Trouble.REFUSED, detail)
        return DeliveryFailed(Trouble.FORBIDDEN if _NO_RIGHT.search(said) else Trouble.INVALID_VALUE, detail)
    if answer.status == 409:
        return DeliveryFailed(Trouble.CONFLICT, detail)
    if answer.status == 500 and _KEY.fullmatch(said):
        return DeliveryFailed(Trouble.UNKNOWN_FIELD, detail)
    if answer.status == 500 and _VALUE.search(said):
        return DeliveryFailed(Trouble.INVALID_VALUE, detail)
    return failure(answer, said)


_STATE = re.compile(r"not allowed to modify the field|can not call")
_NO_RIGHT = re.compile(r"not allowed|not authori[sz]ed")
_KEY = re.compile(r"'[\w.]+'")
_VALUE = re.compile(
    r"could not convert|invalid literal|Invalid isoformat|cannot contain NUL|ConversionSyntax|is out of range"
)


def _words(answer: Answer) -> str:
    """Give what an error says: ``message`` of JSON, or the paragraph of Tryton's page of HTML."""
    if isinstance(answer.json, dict):
        parts = (str(answer.json.get(name) or "") for name in ("message", "description"))
        return " ".join(part for part in parts if part)
    found = re.search(r"<p>(.*?)</p>", answer.text, re.DOTALL)
    return html.unescape(found[1]).strip() if found else ""


def escaped(text: str) -> str:
    r"""Give a text for ``ilike`` that stands for itself: ``_`` and ``%`` are wildcards there."""
    return re.sub(r"([\\%_])", r"\\\1", text)


def _packed(value: object) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).decode()


def _wanted(fields: Iterable[str]) -> list[tuple[str, str]]:
    return [("f", name) for name in fields]


def _is_record(found: object) -> bool:
    return isinstance(found, dict) and isinstance(found.get("id"), int)
