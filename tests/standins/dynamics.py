"""Dynamics 365 Sales: log-in at Entra, the table ``lead`` by an alternate key, its definition, change sets.

Modelled on Microsoft Learn (Dataverse Web API): errors as ``{"error": {"code", "message"}}``, ``If-Match``, ``Prefer``,
types that take no text, states with their reasons, limits with ``Retry-After``. One server has both addresses.
"""

from __future__ import annotations

import copy
import json
import re
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from tests.standins.base import Call, Refused, Reply, Route, TokenStandIn

STATES = {0: (1, 2), 1: (3,), 2: (4, 5, 6, 7)}
"""State of a lead to its reasons."""

LIMIT = {
    "error": {
        "code": "0x80072322",
        "message": "Number of requests exceeded the limit of 6000 over time window of 300 seconds.",
    }
}


@dataclass
class Column:
    """A column of the table."""

    type: str = "String"
    length: int = 100
    choices: tuple[int, ...] = ()
    is_fixed: bool = False


class Dynamics(TokenStandIn):
    """An environment with the alternate key ``new_externalid`` and the column ``new_product``."""

    key = "new_externalid"
    tenant = "tenant-1"
    token_seconds = 3599

    def __init__(self) -> None:
        super().__init__()
        self.columns = {
            "leadid": Column("Uniqueidentifier", is_fixed=True),
            "subject": Column(length=300),
            "firstname": Column(length=50),
            "lastname": Column(length=50),
            "emailaddress1": Column(),
            "mobilephone": Column(length=20),
            "description": Column("Memo", 2000),
            "leadsourcecode": Column("Picklist", choices=(1, 8, 9)),
            "budgetamount": Column("Money"),
            "statecode": Column("State"),
            "statuscode": Column("Status"),
            "new_product": Column(),
            self.key: Column(),
        }
        self.key_status = "Active"
        self.is_member, self.may_create = True, True
        self.leads: list[dict[str, Any]] = []

    @property
    def token_url(self) -> str:
        """Where tokens are given."""
        return f"{self.url}/{self.tenant}/oauth2/v2.0/token"

    def stored(self) -> list[dict[str, Any]]:
        """Give the leads."""
        with self._lock:
            return copy.deepcopy(self.leads)

    def change(self, lead_id: str, **values: Any) -> None:
        """Change what sales people would."""
        with self._lock:
            next(lead for lead in self.leads if lead.get(self.key) == lead_id).update(values)

    # --- answers

    def routes(self) -> list[Route]:
        at, of_lead = r"/api/data/v9\.2", r"EntityDefinitions\(LogicalName='lead'\)"
        return [
            ("POST", r"/([^/]+)/oauth2/v2\.0/token", self._token),
            ("GET", f"{at}/WhoAmI", self._who),
            ("GET", f"{at}/{of_lead}/Attributes", self._attributes),
            ("GET", f"{at}/{of_lead}/Keys", self._keys),
            ("GET", rf"{at}/leads\((.+)\)", self._get),
            ("PATCH", rf"{at}/leads\((.+)\)", self._upsert),
            ("POST", rf"{at}/\$batch", self._batch),
        ]

    def answer(self, call: Call) -> Reply:
        if call.path.startswith("/api/"):
            if not self.is_logged_in(call):
                return Reply(401, "", {"WWW-Authenticate": "Bearer"})
            if not self.is_member:
                return _error(403, "0x80072560", "The user is not a member of the organization.").reply
        return super().answer(call)

    def not_found(self, call: Call) -> Reply:
        return _error(404, "0x80060888", "Resource not found for the segment.").reply

    def _token(self, call: Call, tenant: str) -> Reply:
        form = call.form
        if tenant != self.tenant:
            raise Refused(
                400, {"error": "invalid_request", "error_description": f"AADSTS90002: Tenant '{tenant}' not found."}
            )
        if form.get("client_id") != self.client_id:
            said = f"AADSTS700016: Application '{form.get('client_id')}' was not found in the directory."
            raise Refused(400, {"error": "unauthorized_client", "error_description": said, "error_codes": [700016]})
        if form.get("client_secret") != self.client_secret:
            said = "AADSTS7000215: Invalid client secret provided."
            raise Refused(401, {"error": "invalid_client", "error_description": said, "error_codes": [7000215]})
        if not form.get("scope", "").endswith("/.default"):
            raise Refused(400, {"error": "invalid_scope", "error_description": "AADSTS70011: The scope is not valid."})
        return self.give_token(ext_expires_in=3599)

    def _who(self, call: Call) -> Reply:
        return Reply(200, {"UserId": str(uuid4()), "OrganizationId": str(uuid4())})

    def _attributes(self, call: Call) -> Reply:
        shown = [
            {
                "LogicalName": name,
                "AttributeType": column.type,
                "IsValidForCreate": not column.is_fixed,
                "IsValidForUpdate": not column.is_fixed,
            }
            for name, column in self.columns.items()
        ]
        return Reply(200, {"value": shown})

    def _keys(self, call: Call) -> Reply:
        if not self.key_status:
            return Reply(200, {"value": []})
        shown = {"LogicalName": "new_key", "KeyAttributes": [self.key], "EntityKeyIndexStatus": self.key_status}
        return Reply(200, {"value": [shown]})

    def _get(self, call: Call, which: str) -> Reply:
        return Reply(200, _selected(self._existing(which), call))

    def _upsert(self, call: Call, which: str) -> Reply:
        found = self._found(which)
        if found is None and call.headers.get("If-Match") == "*":
            raise _nobody(which)
        if found is not None and call.headers.get("If-None-Match") == "*":
            raise _error(412, "0x80040237", "A record with matching key values already exists.")
        key = _key(which)
        self._judge(call.json, is_new=found is None)
        lead = found if found is not None else self._make({key[0]: key[1]} if key else {"leadid": which})
        lead.update(call.json)
        if call.headers.get("Prefer") == "return=representation":
            return Reply(201 if found is None else 200, _selected(lead, call))
        return Reply(204, None, {"OData-EntityId": f"{self.url}/api/data/v9.2/leads({which})"})

    def _batch(self, call: Call) -> Reply:
        """Do a batch of one change set: all of it, or nothing."""
        before, failed = copy.deepcopy(self.leads), None
        for part in re.split(r"--changeset_[^\r\n]+", call.content.decode())[1:]:
            request = re.search(r"(PATCH) (\S+) HTTP/1.1\r\n(.*?)\r\n\r\n(.*)", part, re.DOTALL)
            if request is None:
                continue
            assert "Content-ID:" in part
            headers = dict(line.split(": ", 1) for line in request[3].split("\r\n"))
            inner = Call(request[1], request[2], {}, {**call.headers, **headers}, request[4].encode())
            reply = self.answer(inner)
            if reply.status >= 300:
                self.leads, failed = before, reply
                break
        name = f"batchresponse_{uuid4()}"
        told = "HTTP/1.1 204 No Content\r\n\r\n"
        if failed is not None:
            told = f"HTTP/1.1 {failed.status} Refused\r\nContent-Type: application/json\r\n\r\n"
            told += f"{json.dumps(failed.body)}\r\n"
        body = f"--{name}\r\nContent-Type: application/http\r\n\r\n{told}--{name}--\r\n"
        status = 200 if failed is None else failed.status
        return Reply(status, body, {"Content-Type": f"multipart/mixed; boundary={name}"})

    # --- rules

    def _found(self, which: str) -> dict[str, Any] | None:
        key = _key(which)
        if key is None:
            return next((lead for lead in self.leads if lead["leadid"] == which), None)
        if key[0] != self.key or self.key_status != "Active":
            said = f"The specified key attributes are not a defined key for the lead entity: {key[0]}"
            raise _error(400, "0x80060890", said)
        return next((lead for lead in self.leads if lead.get(key[0]) == key[1]), None)

    def _existing(self, which: str) -> dict[str, Any]:
        found = self._found(which)
        if found is None:
            raise _nobody(which)
        return found

    def _make(self, values: dict[str, Any]) -> dict[str, Any]:
        if not self.may_create:
            said = "Principal user is missing prvCreateLead privilege"
            raise _error(403, "0x80040220", said)
        lead = {"leadid": str(uuid4()), "statecode": 0, "statuscode": 1, **values}
        self.leads.append(lead)
        return lead

    def _judge(self, values: dict[str, Any], is_new: bool) -> None:
        for name, value in values.items():
            column = self.columns.get(name)
            if column is None:
                said = "Error identified in Payload provided by the user for Entity :'leads' ----> InnerException : "
                said += f"Microsoft.OData.ODataException: An undeclared property '{name}' which only has property "
                said += "annotations in the payload but no property value was found in the payload."
                raise _error(400, "0x80048d19", said)
            if value is not None:
                _judge_value(name, value, column)
        state = values.get("statecode")
        if state is not None and is_new and state != 0:
            raise _error(400, "0x80048408", f"{state} is not a valid state code on lead with a new record.")
        if state is not None and values.get("statuscode") not in STATES[state]:
            raise _error(400, "0x80048408", f"{values.get('statuscode')} is not a valid status code for that state.")


def _judge_value(name: str, value: Any, column: Column) -> None:
    is_text = column.type in ("String", "Memo", "Uniqueidentifier")
    if isinstance(value, str) != is_text:
        kind = "Edm.String" if is_text else "Edm.Int32"
        said = f"Cannot convert a value '{value}' to the expected target type '{kind}'."
        raise _error(400, "0x80048d19", f"Error identified in Payload provided by the user for Entity :'leads': {said}")
    if is_text and len(value) > column.length:
        said = f"The length of the '{name}' attribute of the 'lead' entity exceeded the maximum allowed length of "
        raise _error(400, "0x80044331", f"A validation error occurred. {said}'{column.length}'.")
    if column.choices and value not in column.choices:
        said = f"The value {value} of '{name}' on record of type 'lead' is outside the valid range."
        raise _error(400, "0x8004431A", f"A validation error occurred. {said}")


def _key(which: str) -> tuple[str, str] | None:
    match = re.fullmatch(r"(\w+)='(.*)'", which)
    return (match[1], match[2].replace("''", "'")) if match else None


def _selected(lead: dict[str, Any], call: Call) -> dict[str, Any]:
    names = call.query["$select"].split(",") if "$select" in call.query else list(lead)
    return {"@odata.context": "x", "@odata.etag": 'W/"1"', **{name: lead.get(name) for name in names}}


def _nobody(which: str) -> Refused:
    if _key(which):
        return _error(404, "0x80060891", "A record with the specified key values does not exist in lead entity")
    return _error(404, "0x80040217", f"Entity 'lead' With Id = {which} Does Not Exist")


def _error(status: int, code: str, said: str) -> Refused:
    return Refused(status, {"error": {"code": code, "message": said}})
