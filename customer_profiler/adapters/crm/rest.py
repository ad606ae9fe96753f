"""Type ``rest``: JSON to any web address, with an idempotency key (design, section 10); also the generic webhook."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from pydantic import Field, SecretStr, root_validator, validator

from customer_profiler.adapters.crm.findings import failed, well
from customer_profiler.adapters.crm.http import Answer, Http, failure
from customer_profiler.adapters.crm.target import Guarded, TargetConfig, mapped
from customer_profiler.core.delivery import DeliveryFailed, Finding, LeadMessage, Receipt, Trouble

UPDATE = "PATCH {path}/{lead_id}"
NO_UPDATE = "none"

_UPDATE = re.compile(r"(PATCH|PUT|POST) (/|\{path\}).*")
_PLACE = re.compile(r"\{([^{}]*)\}")
_PLACES = ("path", "lead_id", "remote_id")


class Config(TargetConfig):
    """Keys of type ``rest``: POST to ``url`` + ``path``, ``update`` for later revisions.

    ``sign`` is the key of the HMAC-SHA256 that ``X-Profiler-Signature-256`` carries. Without ``mapping`` the body has
    all our fields.
    """

    url: str
    # It may be what a webhook keeps secret.
    path: str = Field("", repr=False)
    token: SecretStr | None = None
    sign: SecretStr | None = None
    headers: dict[str, Guarded] = Field(default_factory=dict)
    update: str = UPDATE
    ca_file: Path | None = None

    @validator("path")
    def _begins_with_a_stroke(cls, path: str) -> str:
        if path and not path.startswith("/"):
            raise ValueError("does not begin with “/”; write it so: /api/leads")
        return path

    @validator("update")
    def _is_a_call(cls, update: str) -> str:
        if update == NO_UPDATE:
            return update
        unknown = [name for name in _PLACE.findall(update) if name not in _PLACES]
        if unknown or not _UPDATE.fullmatch(update):
            raise ValueError(
                f"is no call; write “none”, or a method and a path such as “{UPDATE}”; a path can name {{path}}, "
                "{lead_id} and {remote_id}, the “id” of the answer to the first call"
            )
        return update

    @root_validator(skip_on_failure=True)
    def _path_can_go_on(cls, values: dict[str, object]) -> dict[str, object]:
        if "?" in str(values["path"]) and "{path}" in str(values["update"]):
            raise ValueError(
                "“path” holds a “?”, after which “update” cannot go on; write “update: none”, or its whole path"
            )
        return values

    @validator("headers")
    def _are_not_ours(cls, headers: dict[str, Guarded]) -> dict[str, Guarded]:
        for name in headers:
            if name.casefold() in _OURS:
                raise ValueError(
                    f"names “{name}”, which is set already; remove it (for a bearer token there is “token”)"
                )
        return headers


_OURS = ("idempotency-key", "content-type", "content-length", "host", "x-profiler-signature-256")


class _Call(NamedTuple):
    method: str
    path: str
    key: str


class RestTarget:
    """Sends leads as JSON."""

    def __init__(self, config: Config) -> None:
        self._config = config
        given = {name: value.get_secret_value() for name, value in config.headers.items()}
        if config.token is not None:
            given["Authorization"] = f"Bearer {config.token.get_secret_value()}"
        self._http = Http(config.url, given, verify=str(config.ca_file or ""))

    def deliver(self, message: LeadMessage) -> Receipt:
        """Create the lead, or change it when the target has it; raise ``DeliveryFailed``."""
        if message.revision > 1 and message.is_known:
            return self._change(message, message.remote_id)
        answer = self._send(_Call("POST", self._config.path, message.lead_id), message)
        if answer.status != 409:
            _accepted(answer)
        if message.revision == 1:
            return Receipt(_id(answer))
        # An earlier revision may be there from a call whose answer was lost. Neither 409 nor a success, which may be
        # what was answered then, says that the values of this one are.
        return self._change(message, _id(answer))

    def check(self) -> Iterator[Finding]:
        """Reach the address; what cannot be tried without making a lead is said."""
        step = f"reach {self._config.url}"
        try:
            answer = self._http.call("OPTIONS", self._config.path, status_is_enough=True)
            # 403, 404, 405 and 501 may be about OPTIONS alone.
            if answer.status in (401, 407, 429) or (answer.status >= 500 and answer.status != 501):
                raise failure(answer)
        except DeliveryFailed as trouble:
            yield failed(step, trouble)
            return
        yield well(step, f"HTTP {answer.status} to OPTIONS")
        tried = [
            name for name, is_given in (("token", self._config.token), ("signature", self._config.sign)) if is_given
        ]
        what = ", ".join([*tried, "fields"])
        yield well(f"not tried: {what}", "a plain web address has no dry run; the first lead will tell")

    def close(self) -> None:
        """Give this thread's connections back."""
        self._http.close()

    def _change(self, message: LeadMessage, remote_id: str) -> Receipt:
        if self._config.update == NO_UPDATE:
            return Receipt(remote_id)
        method, template = self._config.update.split(" ", 1)
        if "{remote_id}" in template and not remote_id:
            said = "“update” needs {remote_id}, and the answer to the first call had no “id”"
            raise DeliveryFailed(Trouble.MISCONFIGURED, said)
        places = {"path": self._config.path.rstrip("/"), "lead_id": message.lead_id, "remote_id": remote_id}
        path = _PLACE.sub(lambda match: quote(places[match[1]], "/" if match[1] == "path" else ""), template)
        answer = self._send(_Call(method, path, message.key), message)
        if answer.status == 409:
            # Unlike a second POST, a change that was refused has not been made.
            raise DeliveryFailed(Trouble.CONFLICT, failure(answer).detail, answer.retry_after)
        told = _id(_accepted(answer))
        return Receipt(remote_id or told)

    def _send(self, call: _Call, message: LeadMessage) -> Answer:
        body = json.dumps(self._body(message)).encode()
        headers = {"Content-Type": "application/json", "Idempotency-Key": call.key}
        if self._config.sign is not None:
            digest = hmac.new(self._config.sign.get_secret_value().encode(), body, hashlib.sha256).hexdigest()
            headers["X-Profiler-Signature-256"] = f"sha256={digest}"
        return self._http.call(call.method, call.path, raw=body, headers=headers, status_is_enough=True)

    def _body(self, message: LeadMessage) -> dict[str, object]:
        return mapped(self._config.mapping, message) if self._config.mapping else dict(message.values)


def _accepted(answer: Answer) -> Answer:
    if not 200 <= answer.status < 300:
        raise failure(answer)
    return answer


def _id(answer: Answer) -> str:
    """Give the target's own id of the lead, empty when its answer has none."""
    found = answer.json.get("id") if isinstance(answer.json, dict) else None
    return str(found) if isinstance(found, str | int) and not isinstance(found, bool) else ""
