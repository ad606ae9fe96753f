"""The two protocols of Odoo behind one call: JSON-2 (from 19 on) and JSON-RPC (11 to 21; Odoo drops it in 22)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Protocol

from customer_profiler.adapters.crm.hosted import unexplained
from customer_profiler.adapters.crm.http import Answer, Http, failure
from customer_profiler.adapters.crm.odoo_errors import failure_of
from customer_profiler.core.delivery import DeliveryFailed, Trouble


class Calls(Protocol):
    """Calls of a model's methods; arguments go by name."""

    def __call__(self, model: str, method: str, ids: Sequence[int] | None = None, **arguments: object) -> object:
        """Give what a method answers; ``ids`` are the records it is called on, None for the model itself.

        Raises ``DeliveryFailed``; what the answer looks like is for the caller to see.
        """

    def user(self) -> int:
        """Log in, and give the user's id."""

    def close(self) -> None:
        """Give connections back."""


class Json2:
    """``POST /json/2/<model>/<method>`` with an API key.

    ``database`` may be empty where the host has but one.
    """

    def __init__(self, url: str, database: str, key: str, verify: str = "") -> None:
        headers = {"Authorization": f"bearer {key}", **({"X-Odoo-Database": database} if database else {})}
        self._http = Http(url, headers, verify)

    def __call__(self, model: str, method: str, ids: Sequence[int] | None = None, **arguments: object) -> object:
        """Call a method."""
        body = {**arguments, **({} if ids is None else {"ids": list(ids)})}
        answer = self._http.call("POST", f"/json/2/{model}/{method}", body)
        if answer.status // 100 == 2:
            return _json(answer)
        if isinstance(answer.json, dict) and isinstance(answer.json.get("name"), str):
            raise failure_of(answer.json["name"], str(answer.json.get("message", "")))
        if answer.status == 404 and not answer.is_json:
            raise DeliveryFailed(Trouble.SERVER_ERROR, f"HTTP 404 without JSON: {_NO_DATABASE}")
        raise failure(answer) if answer.is_json else unexplained(answer)

    def user(self) -> int:
        """Give the user's id; the key is the log-in."""
        context = self("res.users", "context_get")
        user = context.get("uid") if isinstance(context, dict) else None
        if not isinstance(user, int):
            raise DeliveryFailed(Trouble.NOT_UNDERSTOOD, "the answer to context_get names no user")
        return user

    def close(self) -> None:
        """Give connections back."""
        self._http.close()


_NO_DATABASE = "the database is away, there is none of that name, or Odoo is older than 19 (use “protocol: jsonrpc”)"


class JsonRpc:
    """``POST /jsonrpc`` with a log-in and a password or API key; every answer is HTTP 200, errors, too."""

    def __init__(self, url: str, database: str, login: str, key: str, verify: str = "") -> None:
        self._http = Http(url, verify=verify)
        self._database, self._login, self._key = database, login, key
        self._user: int | None = None
        self._numbers = count(1)

    def __call__(self, model: str, method: str, ids: Sequence[int] | None = None, **arguments: object) -> object:
        """Call a method."""
        user = self._user or self.user()
        records = [] if ids is None else [list(ids)]
        return self._call("object", "execute_kw", self._database, user, self._key, model, method, records, arguments)

    def user(self) -> int:
        """Log in, and give the user's id."""
        user = self._call("common", "authenticate", self._database, self._login, self._key, {})
        if user is False:
            raise DeliveryFailed(Trouble.UNAUTHORIZED, "no such log-in, or not with this key")
        if not isinstance(user, int):
            raise DeliveryFailed(Trouble.NOT_UNDERSTOOD, "the answer to the log-in names no user")
        self._user = user
        return user

    def close(self) -> None:
        """Give connections back."""
        self._http.close()

    def _call(self, service: str, method: str, *arguments: object) -> object:
        parameters = {"service": service, "method": method, "args": arguments}
        body = {"jsonrpc": "2.0", "method": "call", "id": next(self._numbers), "params": parameters}
        answer = self._http.call("POST", "/jsonrpc", body)
        if answer.status // 100 != 2:
            raise unexplained(answer)
        found = _json(answer)
        if isinstance(found, dict) and isinstance(found.get("error"), dict):
            raise _failure_in(found["error"])
        if not isinstance(found, dict) or "result" not in found:
            raise DeliveryFailed(Trouble.NOT_UNDERSTOOD, "the answer has neither a result nor an error")
        result: object = found["result"]
        return result


def _failure_in(error: dict[str, object]) -> DeliveryFailed:
    data = error.get("data")
    if isinstance(data, dict) and isinstance(data.get("name"), str):
        return failure_of(data["name"], str(data.get("message", "")))
    return DeliveryFailed(Trouble.SERVER_ERROR, str(error.get("message", "an error without a name")))


def _json(answer: Answer) -> object:
    if not answer.is_json:
        raise DeliveryFailed(Trouble.NOT_UNDERSTOOD, f"HTTP {answer.status} without JSON")
    return answer.json
