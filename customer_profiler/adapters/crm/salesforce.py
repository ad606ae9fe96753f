"""Salesforce: one record of ``Lead`` a lead, upserted by an external id field that holds the lead's id.

Sources: Salesforce, “REST API Developer Guide” (“Insert or Update (Upsert) a Record Using an External ID”, “Composite”,
“sObject Describe”, “Duplicate Rule Header”) and “Authorize Apps with OAuth”.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from pydantic import Field, SecretStr, root_validator

from customer_profiler.adapters.crm.findings import tried
from customer_profiler.adapters.crm.hosted import as_dict, dicts, may_exist, nameless, refuse_own, remarked, sent
from customer_profiler.adapters.crm.http import Answer, Http
from customer_profiler.adapters.crm.mapping import extended
from customer_profiler.adapters.crm.notes import is_withdrawn
from customer_profiler.adapters.crm.oauth import LogIn, OAuthHttp, Tokens, by_assertion, by_secret
from customer_profiler.adapters.crm.remarks import was_withdrawn
from customer_profiler.adapters.crm.salesforce_answer import body_of, id_of, refusal
from customer_profiler.adapters.crm.sample import sample
from customer_profiler.adapters.crm.target import TargetConfig, mapped_texts
from customer_profiler.core.delivery import DeliveryFailed, Finding, LeadMessage, Receipt, Trouble

MAPPING: Mapping[str, str] = {
    "FirstName": "first_name",
    "LastName": "last_name",
    "Company": "=-",
    "Email": "email",
    "Phone": "phone",
    "LeadSource": "=Web",
}
"""Fields of ``Lead`` -> ours, unless ``crm.yml`` says otherwise; a company is mandatory there."""

LONGEST_LAST_NAME, LONGEST_NOTES = 80, 32_000
"""Characters of a lead's ``LastName`` and ``Description`` (“Object Reference”, Lead)."""


class Config(TargetConfig):
    """Keys of type ``salesforce``.

    ``url`` is the organization's own domain (My Domain). The log-in is by ``client_id`` and ``client_secret``, or by
    ``key_file`` (an RSA key as PEM) for ``username`` at ``audience``. ``key`` is the external id field. A new lead gets
    the organization's own default status, a withdrawn one ``withdrawn_status``, one opened again ``open_status``.
    ``notes`` is the field for the lead in words, empty for none. ``allow_duplicates`` saves leads that a duplicate rule
    would only warn of.
    """

    type: Literal["salesforce"] = "salesforce"
    url: str
    client_id: str = Field(min_length=1)
    client_secret: SecretStr | None = None
    key_file: Path | None = None
    username: str = ""
    audience: str = "https://login.salesforce.com"
    token_url: str = ""
    version: str = Field("v64.0", regex=r"^v\d+\.\d$")
    key: str = Field("Customer_Profiler_Lead_Id__c", min_length=1)
    withdrawn_status: str = "Closed - Not Converted"
    open_status: str = "Open - Not Contacted"
    notes: str = "Description"
    allow_duplicates: bool = True
    ca_file: Path | None = None

    @root_validator(skip_on_failure=True)
    def _can_be_used(cls, values: dict[str, Any]) -> dict[str, Any]:
        if (values["client_secret"] is None) == (values["key_file"] is None):
            raise ValueError("the log-in must be by a secret or by a key; give one of client_secret and key_file")
        if values["key_file"] is not None and not values["username"]:
            raise ValueError("the log-in by a key has no user; give username")
        refuse_own(values["mapping"], values["key"], "Status")
        return values

    @property
    def fields(self) -> dict[str, str]:
        """Fields of theirs -> ours, the type's own mapping included."""
        return extended(MAPPING, self.mapping)


@dataclass(frozen=True)
class _Known:
    """A lead as Salesforce has it."""

    id: str
    status: str
    is_converted: bool
    notes: str


class SalesforceTarget:
    """Leads as leads of Salesforce."""

    def __init__(self, config: Config) -> None:
        self._config = config
        verify = str(config.ca_file or "")
        token_url = config.token_url or f"{config.url.rstrip('/')}/services/oauth2/token"
        tokens = Tokens(Http(token_url, {"Accept": "application/json"}, verify), _log_in(config))
        self._http = OAuthHttp(Http(config.url, {"Accept": "application/json"}, verify), tokens)
        self._data = f"/services/data/{config.version}"
        # A field that is mapped holds what it is mapped to.
        self._notes = "" if config.notes in config.fields else config.notes
        # An alert of a duplicate rule is meant for people; a lead that is none's duplicate must not end there.
        self._headers = {"Sforce-Duplicate-Rule-Header": "allowSave=true"} if config.allow_duplicates else {}

    def deliver(self, message: LeadMessage) -> Receipt:
        """Upsert the lead by its id."""
        known = self._find(message.lead_id) if may_exist(message) else None
        if known is not None and known.is_converted:
            return _of_converted(message, known)
        answer = self._http.call(
            "PATCH", self._path(message.lead_id), self._fields(message, known), headers=self._headers
        )
        if answer.status == 204 and known is not None:
            return Receipt(known.id)
        if answer.status not in (200, 201):
            raise refusal(answer, self._config.key)
        return Receipt(id_of(body_of(answer)))

    def check(self) -> Iterable[Finding]:
        """Try the log-in, the rights, the fields, the key, and a dry run.

        The dry run is one composite request of all or nothing: the lead, and a second one that is empty. The second
        cannot be made, so Salesforce takes back the first, whose triggers and rules have all been run.
        """
        log_in = tried("log-in", self._log_in)
        yield log_in
        if log_in.is_well:
            described: dict[str, Any] = {}
            yield tried("rights", lambda: self._check_rights(described))
            if described:
                yield tried("fields", lambda: self._check_fields(described))
                yield tried("key", lambda: self._check_key(described))
            yield tried("dry run", self._dry_run)

    def close(self) -> None:
        """Give connections back."""
        self._http.close()

    # --- the lead

    def _path(self, lead_id: str) -> str:
        return f"{self._data}/sobjects/Lead/{self._config.key}/{quote(lead_id, safe='')}"

    def _find(self, lead_id: str) -> _Known | None:
        names = ",".join(["Id", "Status", "IsConverted", *([self._notes] if self._notes else [])])
        answer = self._http.call("GET", self._path(lead_id), params={"fields": names})
        if answer.status == 404 and isinstance(answer.json, list):
            return None
        if answer.status != 200:
            raise refusal(answer, self._config.key)
        found = body_of(answer)
        status, text = (str(found.get(name) or "") for name in ("Status", self._notes))
        return _Known(id_of(found), status, found.get("IsConverted") is True, text)

    def _fields(self, message: LeadMessage, known: _Known | None) -> dict[str, str | None]:
        fields = sent(mapped_texts(self._config.fields, message), message)
        if self._notes:
            fields[self._notes] = remarked(message, known.notes if known else "", LONGEST_NOTES)
        if "LastName" in self._config.fields and not fields.get("LastName"):
            # Salesforce takes no lead without one.
            fields["LastName"] = nameless(message, LONGEST_LAST_NAME)
        return {name: text or None for name, text in (fields | self._status(message, known)).items()}

    def _status(self, message: LeadMessage, known: _Known | None) -> dict[str, str]:
        """Give what withdrawing changes: else a lead keeps the status that sales people gave it."""
        if is_withdrawn(message):
            return {"Status": self._config.withdrawn_status}
        if known is None or known.status != self._config.withdrawn_status:
            return {}
        # Sales people close leads, too, and then they stay closed.
        is_ours = not self._notes or was_withdrawn(message.lead_id, known.notes)
        return {"Status": self._config.open_status} if is_ours else {}

    # --- the check

    def _log_in(self) -> str:
        self._http.log_in()
        return f"Salesforce gave a token for {self._config.username or self._config.client_id}"

    def _check_rights(self, described: dict[str, Any]) -> str:
        answer = self._http.call("GET", f"{self._data}/sobjects/Lead/describe")
        if answer.status != 200:
            raise refusal(answer, self._config.key)
        found = body_of(answer)
        missing = [right for right in ("createable", "updateable", "queryable") if found.get(right) is not True]
        if missing:
            raise DeliveryFailed(Trouble.FORBIDDEN, f"for the user, leads are not {', '.join(missing)}")
        described.update({str(field.get("name")): field for field in dicts(found.get("fields"))})
        return "the user may read, create and edit leads"

    def _check_fields(self, described: Mapping[str, Any]) -> str:
        names = [*self._fields(sample(), None), "Status"]
        missing = [name for name in names if name not in described]
        if missing:
            said = f"leads have no field {', '.join(missing)}, or the user may not see it"
            raise DeliveryFailed(Trouble.UNKNOWN_FIELD, said)
        fixed = [
            name for name in names if not (described[name].get("createable") and described[name].get("updateable"))
        ]
        if fixed:
            raise DeliveryFailed(Trouble.FORBIDDEN, f"the user may not edit the field {', '.join(fixed)}")
        return f"all {len(names)} that are written exist"

    def _check_key(self, described: Mapping[str, Any]) -> str:
        key = self._config.key
        if key not in described:
            said = (
                f"leads have no field {key}: add one of type Text, “External ID” and “Unique”, that the user may edit"
            )
            raise DeliveryFailed(Trouble.UNKNOWN_FIELD, said)
        field = described[key]
        if not (field.get("externalId") and field.get("unique")):
            raise DeliveryFailed(Trouble.MISCONFIGURED, f"the field {key} is not marked “External ID” and “Unique”")
        return f"leads are known by {key}"

    def _dry_run(self) -> str:
        message = sample()
        first = {
            "referenceId": "lead",
            "method": "PATCH",
            "url": self._path(message.lead_id),
            "httpHeaders": self._headers,
            "body": self._fields(message, None),
        }
        second = {"referenceId": "stop", "method": "POST", "url": f"{self._data}/sobjects/Lead", "body": {}}
        body = {"allOrNone": True, "compositeRequest": [first, second]}
        answer = self._http.call("POST", f"{self._data}/composite", body)
        if answer.status != 200:
            raise refusal(answer, self._config.key)
        parts = {part.get("referenceId"): part for part in dicts(body_of(answer).get("compositeResponse"))}
        said = as_dict(parts.get("lead"))
        status, inner = said.get("httpStatusCode"), said.get("body")
        if any(error.get("errorCode") == "PROCESSING_HALTED" for error in dicts(inner)):
            return "a lead was taken, and taken back"
        if not isinstance(status, int) or status < 300:
            told = f"Salesforce did not take the dry run back: look for the lead {message.lead_id} and delete it"
            raise DeliveryFailed(Trouble.NOT_UNDERSTOOD, told)
        raise refusal(Answer(status, answer.headers, answer.text, inner), self._config.key)


def _log_in(config: Config) -> LogIn:
    if config.key_file is not None:
        return by_assertion(config.client_id, config.key_file, config.username, config.audience)
    secret = config.client_secret.get_secret_value() if config.client_secret else ""
    return by_secret(config.client_id, secret)


def _of_converted(message: LeadMessage, known: _Known) -> Receipt:
    """Say what becomes of a lead that sales people have converted: nobody can change it any more."""
    if message.revision == 1:
        # It was made by a try whose answer was lost.
        return Receipt(known.id)
    said = f"the lead {known.id} has been converted: change its contact and opportunity by hand"
    raise DeliveryFailed(Trouble.REFUSED, said)
