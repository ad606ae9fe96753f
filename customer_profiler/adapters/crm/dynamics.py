"""Dynamics 365 Sales: one record of the table ``lead`` a lead, upserted by an alternate key that holds the lead's id.

Sources: Microsoft Learn, “Use an alternate key to reference a record”, “Update and delete table rows using the Web
API”, “Execute batch operations using the Web API”, “Lead table/entity reference”.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote
from uuid import uuid4

from pydantic import Field, SecretStr, root_validator

from customer_profiler.adapters.crm.dynamics_answer import body_of, id_of, is_missing, refusal, within
from customer_profiler.adapters.crm.findings import tried
from customer_profiler.adapters.crm.hosted import dicts, listed, may_exist, nameless, refuse_own, remarked, sent, title
from customer_profiler.adapters.crm.http import Http
from customer_profiler.adapters.crm.mapping import extended
from customer_profiler.adapters.crm.notes import is_withdrawn
from customer_profiler.adapters.crm.oauth import OAuthHttp, Tokens, by_secret
from customer_profiler.adapters.crm.remarks import was_withdrawn
from customer_profiler.adapters.crm.sample import sample
from customer_profiler.adapters.crm.target import TargetConfig, mapped_texts
from customer_profiler.core.delivery import DeliveryFailed, Finding, LeadMessage, Receipt, Trouble

MAPPING: Mapping[str, str] = {
    "firstname": "first_name",
    "lastname": "last_name",
    "emailaddress1": "email",
    "mobilephone": "phone",
}
"""Columns of ``lead`` -> our fields, unless ``crm.yml`` says otherwise; ``subject`` is made unless it is mapped."""

LONGEST_SUBJECT, LONGEST_LAST_NAME, LONGEST_NOTES = 300, 50, 2000
"""Characters of those columns as they come (“Lead table/entity reference”)."""

OPEN, QUALIFIED, DISQUALIFIED = 0, 1, 2
"""Values of ``statecode`` (“Lead table/entity reference”)."""

NEW = 1
"""The ``statuscode`` of a lead that is open and that nobody has worked at."""

TYPES_OF_NUMBERS = ("Integer", "BigInt", "Decimal", "Double", "Money", "Picklist", "Boolean", "State", "Status")
"""The types of columns that take no text (“AttributeTypeCode EnumType”)."""


class Config(TargetConfig):
    """Keys of type ``dynamics``.

    ``url`` is the environment's address; the log-in is that of an application registered with the Entra ``tenant``.
    ``key`` is the column of the alternate key. The columns in ``numbers`` get a number, or true or false, instead of a
    text. ``withdrawn_reason`` is the status reason of a withdrawn lead, one of the state Disqualified. ``notes`` is the
    column for the lead in words, empty for none.
    """

    type: Literal["dynamics"] = "dynamics"
    url: str
    tenant: str = Field(min_length=1)
    client_id: str = Field(min_length=1)
    client_secret: SecretStr
    token_url: str = ""
    version: str = Field("v9.2", regex=r"^v\d+\.\d+$")
    key: str = Field("new_externalid", min_length=1)
    numbers: list[str] = Field(default_factory=list)
    withdrawn_reason: int = 7
    notes: str = "description"
    ca_file: Path | None = None

    @root_validator(skip_on_failure=True)
    def _can_be_used(cls, values: dict[str, Any]) -> dict[str, Any]:
        refuse_own(values["mapping"], values["key"], "statecode", "statuscode")
        return values

    @property
    def columns(self) -> dict[str, str]:
        """Columns of theirs -> our fields, the type's own mapping included."""
        return extended(MAPPING, self.mapping)


@dataclass(frozen=True)
class _Known:
    """A lead as Dynamics has it."""

    id: str
    state: int
    reason: int = 0
    notes: str = ""


class DynamicsTarget:
    """Leads as leads of Dynamics 365 Sales."""

    def __init__(self, config: Config) -> None:
        self._config = config
        verify, url = str(config.ca_file or ""), config.url.rstrip("/")
        token_url = config.token_url or f"https://login.microsoftonline.com/{config.tenant}/oauth2/v2.0/token"
        log_in = by_secret(config.client_id, config.client_secret.get_secret_value(), f"{url}/.default")
        tokens = Tokens(Http(token_url, {"Accept": "application/json"}, verify), log_in)
        headers = {"Accept": "application/json", "OData-MaxVersion": "4.0", "OData-Version": "4.0"}
        # A column that is mapped holds what it is mapped to.
        self._notes = "" if config.notes in config.columns else config.notes
        self._shown = ",".join(["leadid", "statecode", "statuscode", *([self._notes] if self._notes else [])])
        self._http = OAuthHttp(Http(f"{url}/api/data/{config.version}", headers, verify), tokens)

    def deliver(self, message: LeadMessage) -> Receipt:
        """Upsert the lead by its id; then disqualify it if it is withdrawn, or open it again."""
        known = self._find(message.lead_id) if may_exist(message) else None
        if known is not None and known.state == QUALIFIED:
            return _of_qualified(message, known)
        if known is not None and not is_withdrawn(message) and self._is_ours(message, known):
            self._set_state(known.id, OPEN, NEW)
        stored = self._upsert(message, known.notes if known else "")
        # A lead cannot be made disqualified, only become so.
        if is_withdrawn(message) and stored.state != DISQUALIFIED:
            self._set_state(stored.id, DISQUALIFIED, self._config.withdrawn_reason)
        return Receipt(stored.id)

    def check(self) -> Iterable[Finding]:
        """Try the log-in, the columns, the key, and a dry run.

        The dry run is one change set: the lead, and a change of a lead that does not exist. Change sets are done as a
        whole or not at all, so Dynamics takes back the first, whose plug-ins and rules have all been run.
        """
        log_in = tried("log-in", self._log_in)
        yield log_in
        if log_in.is_well:
            yield tried("columns", self._check_columns)
            yield tried("key", self._check_key)
            yield tried("dry run", self._dry_run)

    def close(self) -> None:
        """Give connections back."""
        self._http.close()

    # --- the lead

    def _path(self, lead_id: str) -> str:
        literal = lead_id.replace("'", "''")
        return f"/leads({self._config.key}='{quote(literal, safe='')}')"

    def _find(self, lead_id: str) -> _Known | None:
        answer = self._http.call("GET", self._path(lead_id), params={"$select": self._shown})
        if is_missing(answer):
            return None
        if answer.status != 200:
            raise refusal(answer, self._config.key)
        return self._known(body_of(answer))

    def _known(self, body: Mapping[str, object]) -> _Known:
        state, reason = body.get("statecode"), body.get("statuscode")
        text = str(body.get(self._notes) or "")
        return _Known(
            id_of(body), state if isinstance(state, int) else OPEN, reason if isinstance(reason, int) else 0, text
        )

    def _is_ours(self, message: LeadMessage, known: _Known) -> bool:
        """Tell whether a lead was disqualified by a withdrawal; sales people do it, too, and then it stays so."""
        if (known.state, known.reason) != (DISQUALIFIED, self._config.withdrawn_reason):
            return False
        return not self._notes or was_withdrawn(message.lead_id, known.notes)

    def _upsert(self, message: LeadMessage, current: str) -> _Known:
        answer = self._http.call(
            "PATCH",
            self._path(message.lead_id),
            self._columns(message, current),
            params={"$select": self._shown},
            headers={"Prefer": "return=representation"},
        )
        if answer.status not in (200, 201):
            raise refusal(answer, self._config.key)
        return self._known(body_of(answer))

    def _set_state(self, id: str, state: int, reason: int) -> None:
        body = {"statecode": state, "statuscode": reason}
        answer = self._http.call("PATCH", f"/leads({id})", body, headers={"If-Match": "*"})
        if answer.status not in (200, 204):
            raise refusal(answer, self._config.key)

    def _columns(self, message: LeadMessage, current: str = "") -> dict[str, object]:
        texts = {"subject": title(message, LONGEST_SUBJECT), **mapped_texts(self._config.columns, message)}
        if self._notes:
            texts[self._notes] = remarked(message, current, LONGEST_NOTES)
        columns = sent(texts, message)
        if "lastname" in self._config.columns and not columns.get("lastname"):
            # Sales people could not save such a lead in its form.
            columns["lastname"] = nameless(message, LONGEST_LAST_NAME)
        return {name: self._value(name, text) for name, text in columns.items()}

    def _value(self, name: str, text: str) -> object:
        """Give a value as its column takes it: OData makes no number of a text."""
        if not text:
            return None
        try:
            return json.loads(text) if name in self._config.numbers else text
        except ValueError:
            return text

    # --- the check

    def _log_in(self) -> str:
        answer = self._http.call("GET", "/WhoAmI")
        if answer.status != 200:
            raise refusal(answer, self._config.key)
        if not isinstance(user := body_of(answer).get("UserId"), str):
            raise DeliveryFailed(Trouble.NOT_UNDERSTOOD, "the answer does not tell who we are")
        return f"the application is the user {user}"

    def _check_columns(self) -> str:
        asked = {"$select": "LogicalName,AttributeType,IsValidForCreate,IsValidForUpdate"}
        answer = self._http.call("GET", "/EntityDefinitions(LogicalName='lead')/Attributes", params=asked)
        if answer.status != 200:
            raise refusal(answer, self._config.key)
        there = {str(column.get("LogicalName")): column for column in dicts(body_of(answer).get("value"))}
        # A lookup is written as its name with “@odata.bind”, in the letters of its schema name.
        names = [name.partition("@")[0].casefold() for name in self._columns(sample())]
        missing = [name for name in names if name not in there]
        if missing:
            raise DeliveryFailed(Trouble.UNKNOWN_FIELD, f"leads have no column {', '.join(missing)}")
        fixed = [n for n in names if not (there[n].get("IsValidForCreate") and there[n].get("IsValidForUpdate"))]
        if fixed:
            raise DeliveryFailed(Trouble.INVALID_VALUE, f"the column {', '.join(fixed)} cannot be written")
        texts = set(names) - set(self._config.numbers)
        numbers = [name for name in sorted(texts) if there[name].get("AttributeType") in TYPES_OF_NUMBERS]
        if numbers:
            said = f"the column {', '.join(numbers)} takes no text: name it under “numbers”"
            raise DeliveryFailed(Trouble.MISCONFIGURED, said)
        return f"all {len(names)} that are written exist"

    def _check_key(self) -> str:
        asked = {"$select": "LogicalName,KeyAttributes,EntityKeyIndexStatus"}
        answer = self._http.call("GET", "/EntityDefinitions(LogicalName='lead')/Keys", params=asked)
        if answer.status != 200:
            raise refusal(answer, self._config.key)
        key = self._config.key
        found = [each for each in dicts(body_of(answer).get("value")) if listed(each.get("KeyAttributes")) == [key]]
        if not found:
            said = f"leads have no alternate key of the column {key} alone: add one to the table"
            raise DeliveryFailed(Trouble.UNKNOWN_FIELD, said)
        status = found[0].get("EntityKeyIndexStatus")
        if status != "Active":
            said = f"the index of the alternate key {key} is {status}: wait until it is Active, or make it again"
            raise DeliveryFailed(Trouble.MISCONFIGURED, said)
        return f"leads are known by {key}"

    def _dry_run(self) -> str:
        message, nobody = sample(), str(uuid4())
        first = (self._path(message.lead_id), self._columns(message))
        second = (f"/leads({nobody})", {"subject": "check"})
        boundary, raw = _change_set(f"/api/data/{self._config.version}", first, second)
        told = {"Content-Type": f"multipart/mixed; boundary={boundary}"}
        answer = self._http.call("POST", "/$batch", raw=raw, headers=told)
        inner = within(answer)
        if is_missing(inner) and nobody in inner.text.casefold():
            return "a lead was taken, and taken back"
        if inner.status < 300:
            said = f"Dynamics did not take the dry run back: look for the lead {message.lead_id} and delete it"
            raise DeliveryFailed(Trouble.NOT_UNDERSTOOD, said)
        raise refusal(inner, self._config.key)


def _of_qualified(message: LeadMessage, known: _Known) -> Receipt:
    """Say what becomes of a lead that sales people have qualified: it has become a contact and an opportunity."""
    if message.revision == 1:
        # It was made by a try whose answer was lost.
        return Receipt(known.id)
    said = f"the lead {known.id} has been qualified: change its contact and opportunity by hand"
    raise DeliveryFailed(Trouble.REFUSED, said)


def _change_set(base: str, upsert: tuple[str, object], update: tuple[str, object]) -> tuple[str, bytes]:
    """Give the boundary and the body of a batch with one change set: an upsert, and a change of what must exist."""
    batch, changes = f"batch_{uuid4().hex}", f"changeset_{uuid4().hex}"
    lines = [f"--{batch}", f"Content-Type: multipart/mixed; boundary={changes}", ""]
    for number, (path, body) in enumerate((upsert, update), 1):
        lines += [f"--{changes}", "Content-Type: application/http", "Content-Transfer-Encoding: binary"]
        lines += [f"Content-ID: {number}", "", f"PATCH {base}{path} HTTP/1.1"]
        lines += ["Content-Type: application/json", *(["If-Match: *"] if number == 2 else [])]
        lines += ["", json.dumps(body), ""]
    lines += [f"--{changes}--", "", f"--{batch}--", ""]
    return batch, "\r\n".join(lines).encode()
