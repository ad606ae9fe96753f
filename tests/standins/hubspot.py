"""HubSpot: deals, contacts, their associations, properties and pipelines at the dated paths of its interface.

Modelled on the developer documentation: batch upsert by a property of unique values, validation that lists every
property that is wrong, 409 for a contact whose e-mail address another one has, scopes, limits with their headers.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from tests.standins.base import Call, Refused, Reply, Route, StandIn

TOKEN = "pat-eu1-0123-secret-of-a-service-key"
SCOPES = frozenset(
    f"crm.{what}.{right}" for what in ("objects.deals", "objects.contacts") for right in ("read", "write")
)
LONGEST = 65_536
LIMITS = {
    "X-HubSpot-RateLimit-Max": "100",
    "X-HubSpot-RateLimit-Remaining": "0",
    "X-HubSpot-RateLimit-Interval-Milliseconds": "10000",
}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass
class Property:
    """A property of an object."""

    type: str = "string"
    options: tuple[str, ...] = ()
    is_unique: bool = False
    is_fixed: bool = False


@dataclass
class Record:
    """A deal or contact."""

    id: str
    values: dict[str, str] = field(default_factory=dict)


def _texts(*names: str) -> dict[str, Property]:
    return {name: Property() for name in names}


class HubSpot(StandIn):
    """An account with the key ``customer_profiler_lead_id`` on deals, and ``product_of_interest``."""

    def __init__(self) -> None:
        super().__init__()
        self.scopes = set(SCOPES)
        self.stages = {"default": ["appointmentscheduled", "qualifiedtobuy", "closedwon", "closedlost"]}
        self.properties: dict[str, dict[str, Property]] = {
            "deals": {
                **_texts("dealname", "description", "product_of_interest"),
                "amount": Property("number"),
                "pipeline": Property("enumeration", ("default",)),
                "dealstage": Property("enumeration", tuple(self.stages["default"])),
                "deal_currency_code": Property("enumeration", ("EUR", "USD")),
                "hs_object_id": Property("number", is_fixed=True),
                "customer_profiler_lead_id": Property(is_unique=True),
            },
            "contacts": {**_texts("firstname", "lastname", "phone", "city"), "email": Property(is_unique=True)},
        }
        self.records: dict[str, dict[str, Record]] = {"deals": {}, "contacts": {}}
        self.associations: set[tuple[str, str]] = set()

    def stored(self) -> list[dict[str, Any]]:
        """Give each deal with each of its contacts."""
        with self._lock:
            return [row for deal in self.records["deals"].values() for row in self._rows(deal)]

    def _rows(self, deal: Record) -> list[dict[str, Any]]:
        contacts = [self.records["contacts"][contact] for one, contact in self.associations if one == deal.id]
        return [{**deal.values, "id": deal.id, **_of_contact(contact)} for contact in contacts or [Record("")]]

    def contacts(self) -> list[dict[str, Any]]:
        """Give the contacts."""
        with self._lock:
            return [{**contact.values, "id": contact.id} for contact in self.records["contacts"].values()]

    def put(self, objects: str, **values: str) -> str:
        """Store what sales people would; give its id."""
        with self._lock:
            return self._make(objects, values).id

    def change(self, objects: str, id: str, **values: str) -> None:
        """Change what sales people would."""
        with self._lock:
            self.records[objects][id].values.update(values)

    def limit(self, policy: str, *, times: int = 1, retry_after: str = "") -> None:
        """Let the next calls meet a limit: ``DAILY`` or ``TEN_SECONDLY_ROLLING``."""
        body = {"status": "error", "errorType": "RATE_LIMIT", "category": "RATE_LIMITS", "policyName": policy}
        body |= {"message": f"You have reached your {policy.lower()} limit.", "correlationId": "c-1"}
        self.fail_next(429, body, {**LIMITS, **({"Retry-After": retry_after} if retry_after else {})}, times=times)

    # --- answers

    def routes(self) -> list[Route]:
        objects, version = "(deals|contacts)", r"\d{4}-\d{2}"
        at = f"/crm/objects/{version}"
        return [
            ("POST", f"{at}/{objects}/batch/upsert", self._upsert),
            ("GET", f"{at}/{objects}", self._list),
            ("GET", f"{at}/{objects}/([^/]+)", self._get),
            ("POST", f"{at}/{objects}", self._create),
            ("PATCH", f"{at}/{objects}/([^/]+)", self._update),
            ("PUT", f"{at}/deals/([^/]+)/associations/default/contacts/([^/]+)", self._associate),
            ("DELETE", f"{at}/deals/([^/]+)/associations/contacts/([^/]+)", self._dissociate),
            ("GET", f"/crm/properties/{version}/{objects}/([^/]+)", self._property),
            ("GET", f"/crm/pipelines/{version}/deals", self._pipelines),
        ]

    def answer(self, call: Call) -> Reply:
        token = call.headers.get("Authorization", "")
        if token != f"Bearer {TOKEN}":
            return _error(401, "INVALID_AUTHENTICATION", "Authentication credentials not found.").reply
        return super().answer(call)

    def not_found(self, call: Call) -> Reply:
        return Reply(404, "<html><body>Error 404 Not Found</body></html>", {"Content-Type": "text/html"})

    def _upsert(self, call: Call, objects: str) -> Reply:
        self._needs(objects, "write")
        results = []
        for given in call.json["inputs"]:
            key, value, properties = given["idProperty"], given["id"], given["properties"]
            definition = self.properties[objects].get(key)
            if definition is None or not definition.is_unique:
                number = {"contacts": "0-1", "deals": "0-3"}[objects]
                said = f"Unable to perform update/upsert by non-unique {number} property {key} in portal ID 1"
                raise _error(400, "VALIDATION_ERROR", said)
            found = self._by(objects, key, value)
            wanted = {**properties, key: value.lower() if key == "email" else value}
            self._validate(objects, wanted, found)
            record = found or self._make(objects, {})
            record.values.update(wanted)
            results.append({"id": record.id, "new": found is None, "properties": record.values, "archived": False})
        return Reply(200, {"status": "COMPLETE", "results": results, "startedAt": "x", "completedAt": "x"})

    def _list(self, call: Call, objects: str) -> Reply:
        self._needs(objects, "read")
        shown = list(self.records[objects].values())[: int(call.query.get("limit", "10"))]
        return Reply(200, {"results": [{"id": record.id, "properties": record.values} for record in shown]})

    def _get(self, call: Call, objects: str, id: str) -> Reply:
        self._needs(objects, "read")
        key = call.query.get("idProperty")
        record = self._by(objects, key, id) if key else self.records[objects].get(id)
        if record is None:
            raise _error(404, "OBJECT_NOT_FOUND", "Object not found.  objectId are usually numeric.")
        asked = call.query.get("properties", "").split(",")
        values: dict[str, Any] = {name: record.values.get(name) for name in asked}
        if "hs_is_closed_won" in values:
            values["hs_is_closed_won"] = str(record.values.get("dealstage") == "closedwon").lower()
        body: dict[str, Any] = {"id": record.id, "properties": values, "archived": False}
        contacts = [contact for deal, contact in sorted(self.associations) if deal == record.id]
        if "contacts" in call.query.get("associations", "") and contacts:
            ends = [{"id": contact, "type": "deal_to_contact"} for contact in contacts]
            body["associations"] = {"contacts": {"results": ends}}
        return Reply(200, body)

    def _create(self, call: Call, objects: str) -> Reply:
        self._needs(objects, "write")
        properties = call.json["properties"]
        self._validate(objects, properties, None)
        for association in call.json.get("associations", []):
            assert association["types"] == [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 4}]
            assert association["to"]["id"] in self.records["deals"]
        record = self._make(objects, properties)
        self.associations |= {(each["to"]["id"], record.id) for each in call.json.get("associations", [])}
        return Reply(201, {"id": record.id, "properties": record.values})

    def _update(self, call: Call, objects: str, id: str) -> Reply:
        self._needs(objects, "write")
        record = self.records[objects].get(id)
        if record is None:
            raise _error(404, "OBJECT_NOT_FOUND", "Object not found.  objectId are usually numeric.")
        self._validate(objects, call.json["properties"], record)
        record.values.update(call.json["properties"])
        return Reply(200, {"id": record.id, "properties": record.values})

    def _associate(self, call: Call, deal: str, contact: str) -> Reply:
        if deal not in self.records["deals"] or contact not in self.records["contacts"]:
            raise _error(404, "OBJECT_NOT_FOUND", "One of the records does not exist.")
        self.associations.add((deal, contact))
        return Reply(200, {"status": "COMPLETE", "results": [{"from": {"id": deal}, "to": {"id": contact}}]})

    def _dissociate(self, call: Call, deal: str, contact: str) -> Reply:
        self.associations.discard((deal, contact))
        return Reply(204)

    def _property(self, call: Call, objects: str, name: str) -> Reply:
        found = self.properties[objects].get(name)
        if found is None:
            raise _error(404, "OBJECT_NOT_FOUND", f'property "{name}" not found')
        body = {"name": name, "type": found.type, "hasUniqueValue": found.is_unique}
        return Reply(200, {**body, "modificationMetadata": {"readOnlyValue": found.is_fixed}})

    def _pipelines(self, call: Call) -> Reply:
        shown = [{"id": id, "stages": [{"id": stage} for stage in stages]} for id, stages in self.stages.items()]
        return Reply(200, {"results": shown})

    # --- rules

    def _needs(self, objects: str, right: str) -> None:
        scope = f"crm.objects.{objects}.{right}"
        if scope not in self.scopes:
            said = "This app hasn't been granted all required scopes to make this call."
            errors = [{"message": "One or more scopes are required.", "context": {"requiredGranularScopes": [scope]}}]
            raise _error(403, "MISSING_SCOPES", said, errors=errors)

    def _by(self, objects: str, key: str, value: str) -> Record | None:
        wanted = value.lower() if key == "email" else value
        return next((record for record in self.records[objects].values() if record.values.get(key) == wanted), None)

    def _make(self, objects: str, values: dict[str, str]) -> Record:
        id = str(1000 + len(self.records["deals"]) + len(self.records["contacts"]))
        self.records[objects][id] = Record(id, dict(values))
        return self.records[objects][id]

    def _validate(self, objects: str, values: dict[str, str], own: Record | None) -> None:
        wrong = [each for name, value in values.items() if (each := self._wrong(objects, name, value))]
        if wrong:
            raise _error(400, "VALIDATION_ERROR", f"Property values were not valid: {json.dumps(wrong)}")
        for name, value in values.items():
            definition = self.properties[objects][name]
            other = self._by(objects, name, value) if definition.is_unique and value else None
            if other is not None and other is not own:
                if objects == "contacts" and name == "email":
                    raise _error(409, "CONFLICT", f"Contact already exists. Existing ID: {other.id}")
                said = f"Cannot set PropertyValueCoordinates{{propertyName={name}}}. {other.id} already has that value."
                raise _error(400, "VALIDATION_ERROR", said)

    def _wrong(self, objects: str, name: str, value: str) -> dict[str, Any] | None:
        definition = self.properties[objects].get(name)
        if definition is None:
            return _invalid(name, "PROPERTY_DOESNT_EXIST", f'Property "{name}" does not exist')
        if definition.is_fixed:
            return _invalid(name, "READ_ONLY_VALUE", f'"{name}" is a read only property')
        if value and definition.options and value not in definition.options:
            return _invalid(name, "INVALID_OPTION", f"{value} was not one of the allowed options")
        if value and definition.type == "number" and not re.fullmatch(r"-?\d+(\.\d+)?", value):
            return _invalid(name, "INVALID_LONG", f"{value} was not a valid number.")
        if name == "email" and value and not _EMAIL.fullmatch(value):
            return _invalid(name, "INVALID_EMAIL", f"Email address {value} is invalid")
        if len(value) > LONGEST:
            return _invalid(name, "PROPERTY_VALUE_TOO_LONG", f"the value is longer than {LONGEST} characters")
        return None


def _invalid(name: str, code: str, said: str) -> dict[str, Any]:
    return {"isValid": False, "message": said, "error": code, "name": name}


def _error(status: int, category: str, said: str, **more: Any) -> Refused:
    return Refused(status, {"status": "error", "message": said, "correlationId": "c-1", "category": category, **more})


def _of_contact(contact: Record) -> dict[str, str]:
    return {f"contact.{name}": value for name, value in {"id": contact.id, **contact.values}.items()}
