"""Salesforce: log-in, leads by an external id, their description, composite requests of all or nothing.

Modelled on the REST API Developer Guide: errors as a list of ``{message, errorCode, fields}``, 300 for several matches,
sessions that expire, duplicate rules, converted leads, lengths of fields.
"""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass
from typing import Any

import jwt

from tests.standins.base import Call, Refused, Reply, Route, TokenStandIn

STATUSES = ("Open - Not Contacted", "Working - Contacted", "Closed - Converted", "Closed - Not Converted")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass
class Field:
    """A field of leads."""

    length: int = 255
    choices: tuple[str, ...] = ()
    external_id: bool = False
    unique: bool = False
    updateable: bool = True


class Salesforce(TokenStandIn):
    """An organization with the external id ``Customer_Profiler_Lead_Id__c`` and ``Product_of_Interest__c``."""

    key = "Customer_Profiler_Lead_Id__c"

    def __init__(self) -> None:
        super().__init__()
        self.fields = {
            "FirstName": Field(40),
            "LastName": Field(80),
            "Company": Field(255),
            "Email": Field(80),
            "Phone": Field(40),
            "LeadSource": Field(255),
            "Description": Field(32_000),
            "Industry": Field(255, ("Banking", "Retail")),
            "Status": Field(255, STATUSES),
            "IsConverted": Field(updateable=False),
            "Product_of_Interest__c": Field(),
            self.key: Field(80, external_id=True, unique=True),
        }
        self.rights = {"createable": True, "updateable": True, "queryable": True}
        self.duplicate_rule = ""
        """What happens to a second lead of an e-mail address: nothing, ``alert`` or ``block``."""
        self.public_key = ""
        """The public half of the key that signs log-ins."""
        self.leads: list[dict[str, Any]] = []

    def stored(self) -> list[dict[str, Any]]:
        """Give the leads."""
        with self._lock:
            return copy.deepcopy(self.leads)

    def convert(self, lead_id: str) -> None:
        """Do what sales people do with a lead that becomes a customer."""
        with self._lock:
            self._only(lead_id).update(IsConverted=True, Status="Closed - Converted")

    def change(self, lead_id: str, **values: Any) -> None:
        """Change what sales people would."""
        with self._lock:
            self._only(lead_id).update(values)

    def double(self, lead_id: str) -> None:
        """Let a second lead have the id, as an organization can whose field is not unique."""
        with self._lock:
            self.leads.append({**self._only(lead_id), "Id": self._new_id()})

    # --- answers

    def routes(self) -> list[Route]:
        at = r"/services/data/v\d+\.\d"
        return [
            ("POST", "/services/oauth2/token", self._token),
            ("GET", f"{at}/sobjects/Lead/describe", self._describe),
            ("GET", f"{at}/sobjects/Lead/([^/]+)/([^/]+)", self._get),
            ("PATCH", f"{at}/sobjects/Lead/([^/]+)/([^/]+)", self._upsert),
            ("POST", f"{at}/sobjects/Lead", self._create),
            ("POST", f"{at}/composite", self._composite),
        ]

    def answer(self, call: Call) -> Reply:
        if call.path != "/services/oauth2/token" and not self.is_logged_in(call):
            return _error(401, "INVALID_SESSION_ID", "Session expired or invalid").reply
        return super().answer(call)

    def not_found(self, call: Call) -> Reply:
        return _error(404, "NOT_FOUND", "The requested resource does not exist").reply

    def _token(self, call: Call) -> Reply:
        form = call.form
        if form.get("grant_type") == "urn:ietf:params:oauth:grant-type:jwt-bearer":
            self._verify(form["assertion"])
        elif form.get("grant_type") != "client_credentials":
            raise _log_in_error("unsupported_grant_type", "grant type not supported")
        elif form.get("client_id") != self.client_id:
            raise _log_in_error("invalid_client_id", "client identifier invalid")
        elif form.get("client_secret") != self.client_secret:
            raise _log_in_error("invalid_client", "invalid client credentials")
        return self.give_token(instance_url=self.url, scope="api", issued_at="1", signature="x")

    def _verify(self, assertion: str) -> None:
        try:
            claims = jwt.decode(assertion, self.public_key, ["RS256"], audience="https://login.salesforce.com")
        except jwt.PyJWTError:
            raise _log_in_error("invalid_grant", "invalid assertion") from None
        if claims["iss"] != self.client_id or claims["sub"] != "chatbot@example.com":
            raise _log_in_error("invalid_grant", "user hasn't approved this consumer")
        if claims["exp"] - claims["iat"] > 300:
            raise _log_in_error("invalid_grant", "expired authorization code")

    def _describe(self, call: Call) -> Reply:
        fields = [
            {
                "name": name,
                "createable": field.updateable,
                "updateable": field.updateable,
                "externalId": field.external_id,
                "unique": field.unique,
            }
            for name, field in self.fields.items()
        ]
        return Reply(200, {"name": "Lead", **self.rights, "fields": fields})

    def _get(self, call: Call, key: str, value: str) -> Reply:
        found = self._found(key, value)
        if found is None:
            raise _error(404, "NOT_FOUND", "The requested resource does not exist")
        names = call.query.get("fields", "Id").split(",")
        return Reply(200, {"attributes": {"type": "Lead"}, **{name: found.get(name) for name in names}})

    def _upsert(self, call: Call, key: str, value: str) -> Reply:
        found = self._found(key, value)
        values = call.json
        if key in values:
            raise _error(400, "INVALID_FIELD", f"The {key} field should not be specified in the sobject data.", [key])
        if found is not None and found.get("IsConverted"):
            raise _error(400, "CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead")
        lead = self._save({**values, key: value}, found, call.headers)
        return Reply(
            201 if found is None else 200, {"id": lead["Id"], "success": True, "errors": [], "created": not found}
        )

    def _create(self, call: Call) -> Reply:
        lead = self._save(call.json, None, call.headers)
        return Reply(201, {"id": lead["Id"], "success": True, "errors": []})

    def _composite(self, call: Call) -> Reply:
        assert call.json["allOrNone"] is True
        before, parts = copy.deepcopy(self.leads), []
        for request in call.json["compositeRequest"]:
            content = _json(request["body"])
            headers = {**dict(call.headers), **request.get("httpHeaders", {})}
            reply = self.answer(Call(request["method"], request["url"], {}, headers, content))
            parts.append({"referenceId": request["referenceId"], "httpStatusCode": reply.status, "body": reply.body})
        if any(part["httpStatusCode"] >= 300 for part in parts):
            self.leads = before
            halted = "The transaction was rolled back since another operation in the same transaction failed."
            for part in parts:
                if part["httpStatusCode"] < 300:
                    part |= {"httpStatusCode": 400, "body": [{"errorCode": "PROCESSING_HALTED", "message": halted}]}
        return Reply(200, {"compositeResponse": [{"httpHeaders": {}, **part} for part in parts]})

    # --- rules

    def _found(self, key: str, value: str) -> dict[str, Any] | None:
        field = self.fields.get(key)
        if field is None or not field.external_id:
            said = f"Provided external ID field does not exist or is not accessible: {key}"
            raise _error(404, "NOT_FOUND", said)
        found = [lead for lead in self.leads if str(lead.get(key, "")).casefold() == value.casefold()]
        if len(found) > 1:
            raise Refused(300, [f"/services/data/v64.0/sobjects/Lead/{lead['Id']}" for lead in found])
        return found[0] if found else None

    def _save(self, values: dict[str, Any], own: dict[str, Any] | None, headers: Any) -> dict[str, Any]:
        for name, value in values.items():
            self._judge(name, value)
        saved = {**(own or {}), **values}
        missing = [name for name in ("LastName", "Company") if not saved.get(name)]
        if missing:
            said = f"Required fields are missing: [{', '.join(missing)}]"
            raise _error(400, "REQUIRED_FIELD_MISSING", said, missing)
        self._judge_duplicates(saved, own, headers)
        if own is None:
            own = {"Status": STATUSES[0], "IsConverted": False, "Id": self._new_id()}
            self.leads.append(own)
        own.update(values)
        return own

    def _judge(self, name: str, value: Any) -> None:
        field = self.fields.get(name)
        if field is None:
            raise _error(400, "INVALID_FIELD", f"No such column '{name}' on sobject of type Lead")
        if not field.updateable:
            said = f"Unable to create/update fields: {name}. Please check the security settings of this field"
            raise _error(400, "INVALID_FIELD_FOR_INSERT_UPDATE", said, [name])
        if value is None:
            return
        if len(value) > field.length:
            said = f"{name}: data value too large: {value[:50]} (max length={field.length})"
            raise _error(400, "STRING_TOO_LONG", said, [name])
        if field.choices and value not in field.choices:
            said = f"{name}: bad value for restricted picklist field: {value}"
            raise _error(400, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", said, [name])
        if name == "Email" and not _EMAIL.fullmatch(value):
            raise _error(400, "INVALID_EMAIL_ADDRESS", f"Email: invalid email address: {value}", [name])

    def _judge_duplicates(self, saved: dict[str, Any], own: dict[str, Any] | None, headers: Any) -> None:
        others = [lead for lead in self.leads if lead is not own and lead.get("Email") == saved.get("Email")]
        allowed = self.duplicate_rule == "alert" and "allowSave=true" in headers.get("Sforce-Duplicate-Rule-Header", "")
        if self.duplicate_rule and others and not allowed:
            result = {"allowSave": self.duplicate_rule == "alert", "duplicateRule": "Standard_Lead_Duplicate_Rule"}
            body = [
                {"errorCode": "DUPLICATES_DETECTED", "message": "Use one of these records?", "duplicateResult": result}
            ]
            raise Refused(400, body)

    def _only(self, lead_id: str) -> dict[str, Any]:
        return next(lead for lead in self.leads if lead.get(self.key) == lead_id)

    def _new_id(self) -> str:
        return f"00Q{len(self.leads):012d}AAA"


def _json(value: Any) -> bytes:
    return Reply(200, value).content


def _error(status: int, code: str, said: str, fields: list[str] | None = None) -> Refused:
    return Refused(status, [{"message": said, "errorCode": code, **({"fields": fields} if fields else {})}])


def _log_in_error(error: str, said: str) -> Refused:
    return Refused(400, {"error": error, "error_description": said})
