"""Leads in Odoo (``crm.lead``): over JSON-2 from release 19 on, over JSON-RPC for 11 to 21.

A lead is written with ``load`` under an external id made of ours. Odoo keeps external ids unique, so a lost answer or a
race ends in the same record, and a later revision is the same call. What sales people decide stays theirs: lead or
opportunity, sales person and stage are set when the lead is made, never after.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import SecretStr, root_validator, validator

from customer_profiler.adapters.crm.findings import failed, tried, well
from customer_profiler.adapters.crm.mapping import extended
from customer_profiler.adapters.crm.notes import as_html, is_withdrawn, notes
from customer_profiler.adapters.crm.odoo_calls import Calls, Json2, JsonRpc
from customer_profiler.adapters.crm.odoo_errors import trouble_of_import
from customer_profiler.adapters.crm.remarks import remarks, was_withdrawn
from customer_profiler.adapters.crm.sample import sample
from customer_profiler.adapters.crm.target import TargetConfig, mapped_texts
from customer_profiler.core.delivery import DeliveryFailed, Finding, LeadMessage, Receipt, Trouble

MAPPING: Mapping[str, str] = {
    "name": "product_title",
    "contact_name": "name",
    "email_from": "email",
    "phone": "phone",
}
"""Fields of ``crm.lead`` -> ours, unless ``crm.yml`` says otherwise; answers and reasons stand in the notes."""

MODULE = "customer_profiler"
"""The first part of our external ids; no module of Odoo's has that name, so no update touches them."""

_LEAD = "crm.lead"
_ALL_LEADS = "sales_team.group_sale_salesman_all_leads"
_OWN_LEADS = (
    "own leads only, so that changes by the customer fail once a sales person has taken the lead; "
    "“Sales / User: All Documents” would allow them"
)


class Config(TargetConfig):
    """The keys of a target of type ``odoo``.

    ``protocol`` is ``json2`` with an API key (Odoo 19 and later), or ``jsonrpc`` with ``login`` and its password or API
    key (11 to 21). ``source`` names the ``utm.source`` of the leads, made when it is missing; empty for none.
    ``lead_type`` is what a new lead is, ``notes`` the field for the lead in words, empty for none. ``withdrawn`` says
    what a withdrawn lead becomes: archived, lost (with ``lost_reason``, which must exist), or kept with a note.
    """

    type: Literal["odoo"] = "odoo"
    url: str
    database: str = ""
    key: SecretStr
    protocol: Literal["json2", "jsonrpc"] = "json2"
    login: str = ""
    source: str = "Customer Profiler"
    lead_type: Literal["lead", "opportunity"] = "lead"
    notes: str = "description"
    withdrawn: Literal["archive", "lost", "keep"] = "archive"
    lost_reason: str = ""
    ca_file: Path | None = None

    @validator("mapping")
    def _is_free(cls, mapping: dict[str, str]) -> dict[str, str]:
        for name in ("id", ".id"):
            if name in mapping:
                raise ValueError(f"maps “{name}”, which is made of the lead's id; remove it from the mapping")
        return mapping

    @root_validator(skip_on_failure=True)
    def _can_log_in(cls, values: dict[str, Any]) -> dict[str, Any]:
        if values["protocol"] == "jsonrpc" and not (values["login"] and values["database"]):
            raise ValueError("“protocol: jsonrpc” needs “login” and “database”; add them, or choose json2")
        if values["withdrawn"] != "lost" and values["lost_reason"]:
            raise ValueError("“lost_reason” needs “withdrawn: lost”; add it, or remove the reason")
        return values

    @property
    def fields(self) -> dict[str, str]:
        """Their fields -> ours, the type's own mapping included."""
        return extended(MAPPING, self.mapping)


class OdooTarget:
    """Delivers to one database of Odoo."""

    def __init__(self, config: Config) -> None:
        self._config = config
        # A field that is mapped holds what it is mapped to.
        self._notes = "" if config.notes in config.fields else config.notes
        self._calls = _calls(config)
        self._kinds: Mapping[str, str] = {}
        self._source: int | None = None

    def deliver(self, message: LeadMessage) -> Receipt:
        """Create or update the lead; raise ``DeliveryFailed``."""
        kinds = self._known_kinds()
        row = {"id": external_id(message.lead_id), **self._row(message, kinds)}
        if self._config.source and "source_id" not in _bases(row):
            row["source_id/.id"] = str(self._known_source())
        is_first = message.revision == 1 and message.attempt == 1
        if is_first and self._notes:
            row[self._notes] = remarks(message.lead_id, notes(message), is_html=kinds[self._notes] == "html")
        lead = self._load(_LEAD, row)
        if not is_first:
            self._settle(lead, message, kinds)
        return Receipt(str(lead))

    def check(self) -> Iterator[Finding]:
        """Try log-in, fields, source, lost reason and rights; the dry run is undone by Odoo itself."""
        step = tried("log-in", lambda: f"user {self._calls.user()}")
        yield step
        if not step.is_well:
            return
        step = tried("fields", lambda: f"all {len(self._known_kinds())} are there")
        yield step
        if not step.is_well:
            return
        yield tried("source", self._source_in_words)
        if self._config.lost_reason:
            yield tried("lost reason", lambda: f"record {self._lost_reason()}")
        yield self._right_to_change()
        yield tried("dry run", self._dry_run)

    def close(self) -> None:
        """Give connections back."""
        self._calls.close()

    # --- the lead

    def _row(self, message: LeadMessage, kinds: Mapping[str, str]) -> dict[str, str]:
        texts = mapped_texts(self._config.fields, message)
        return {name: as_html(text) if kinds.get(name) == "html" else text for name, text in texts.items()}

    def _load(self, model: str, row: Mapping[str, str]) -> int:
        """Create or update a record under its external id; give its number."""
        try:
            return self._load_once(model, row)
        except DeliveryFailed as failure:
            if failure.trouble not in (Trouble.REFUSED, Trouble.CONFLICT):
                raise
            return self._load_in_english(model, row, failure)

    def _load_in_english(self, model: str, row: Mapping[str, str], failure: DeliveryFailed) -> int:
        """Try again: the loser of a race finds the record now, and only what is said in English can be told apart."""
        try:
            return self._load_once(model, row, lang="en_US")
        except DeliveryFailed as second:
            is_told = second.trouble in (Trouble.CONFLICT, Trouble.FORBIDDEN) or second.trouble.is_passing
            raise (second if is_told else failure) from None

    def _load_once(self, model: str, row: Mapping[str, str], **context: object) -> int:
        ids, messages = self._import(model, row, [list(row.values())], context)
        if messages:
            raise self._import_failure(messages[0])
        if not ids or not isinstance(ids[0], int):
            raise DeliveryFailed(Trouble.NOT_UNDERSTOOD, "load told neither a record nor an error")
        return ids[0]

    def _import(
        self, model: str, row: Mapping[str, str], rows: list[list[str]], context: Mapping[str, object]
    ) -> tuple[list[Any], list[dict[str, object]]]:
        """Give the ids that ``load`` tells, and its errors."""
        # Defaults count for new records only. No sales person: Odoo would give the lead to the account of the profiler.
        defaults = {"default_type": self._config.lead_type, "default_user_id": False} if model == _LEAD else {}
        found = self._calls(model, "load", fields=list(row), data=rows, context={**defaults, **context})
        if not isinstance(found, dict) or "ids" not in found:
            raise DeliveryFailed(Trouble.NOT_UNDERSTOOD, "the answer to load has no ids")
        said = found.get("messages")
        messages = [each for each in said if isinstance(each, dict)] if isinstance(said, list) else []
        errors = [each for each in messages if each.get("type") == "error"]
        ids = found["ids"] if isinstance(found["ids"], list) else []
        return ids, errors

    def _import_failure(self, message: Mapping[str, object]) -> DeliveryFailed:
        if message.get("field") == "source_id" and self._source is not None:
            self._source = None
            return DeliveryFailed(Trouble.CONFLICT, "the source was deleted just now")
        name = message.get("field")
        said = f"{name}: {message.get('message')}" if name else str(message.get("message"))
        return DeliveryFailed(trouble_of_import(message), said)

    # --- fields and names

    def _known_kinds(self) -> Mapping[str, str]:
        """Give the kinds of the fields we write; raise ``DeliveryFailed`` for one that is not there.

        Odoo 11 drops unknown fields without a word, so they are asked for once in the life of the target.
        """
        if not self._kinds:
            asked = _bases(self._config.fields) | ({self._notes} if self._notes else set())
            own = {"name", "type", "active", "probability", "lost_reason_id", "lost_reason"}
            found = self._calls(_LEAD, "fields_get", allfields=sorted(asked | own), attributes=["type"])
            if not isinstance(found, dict) or not isinstance(found.get("name"), dict):
                raise DeliveryFailed(Trouble.NOT_UNDERSTOOD, "the answer to fields_get names no fields")
            if missing := sorted(asked - set(found)):
                raise DeliveryFailed(Trouble.UNKNOWN_FIELD, f"{_LEAD} has no field {', '.join(missing)}")
            self._kinds = {name: str(kind.get("type")) for name, kind in found.items() if isinstance(kind, dict)}
        return self._kinds

    def _known_source(self) -> int:
        """Give the number of the source, made when it is missing."""
        if self._source is None:
            self._source = self._found("utm.source", self._config.source) or self._made_source()
        return self._source

    def _made_source(self) -> int:
        # Under an external id of its own, since not every release keeps the names of sources unique.
        digest = hashlib.sha256(self._config.source.encode()).hexdigest()[:16]
        try:
            return self._load("utm.source", {"id": f"{MODULE}.source_{digest}", "name": self._config.source})
        except DeliveryFailed:
            if made := self._found("utm.source", self._config.source):
                return made  # by another worker, just now
            raise

    def _found(self, model: str, name: str) -> int | None:
        """Give the number of a record by its name, or None."""
        found = self._calls(model, "search_read", domain=[["name", "=", name]], fields=["id"], limit=1, order="id")
        records = _records(found, "search_read")
        return int(records[0]["id"]) if records else None

    # --- what sales people may have changed meanwhile

    def _settle(self, lead: int, message: LeadMessage, kinds: Mapping[str, str]) -> None:
        """Renew our part of the notes, archive a withdrawn lead, or open one again that we archived."""
        # Its name has changed between the releases.
        reason = "lost_reason_id" if "lost_reason_id" in kinds else "lost_reason"
        fields = ["active", "probability", reason, *([self._notes] if self._notes else [])]
        records = _records(self._calls(_LEAD, "read", ids=[lead], fields=fields), "read")
        if not records:
            raise DeliveryFailed(Trouble.CONFLICT, "the lead was deleted just now")
        record = records[0]
        changes: dict[str, object] = {}
        current = record.get(self._notes) or ""
        if self._notes:
            is_html = kinds[self._notes] == "html"
            changes[self._notes] = remarks(message.lead_id, notes(message), current, is_html)
        if self._config.withdrawn != "keep":
            changes.update(self._withdrawal(message, record, reason, current))
        if changes:
            self._calls(_LEAD, "write", ids=[lead], vals=changes)

    def _withdrawal(
        self, message: LeadMessage, record: Mapping[str, Any], reason: str, current: str
    ) -> dict[str, object]:
        """Give what a withdrawal changes, or its end; a lead that is won, or lost by sales people, stays so."""
        if not is_withdrawn(message):
            is_ours = was_withdrawn(message.lead_id, current) if self._notes else self._is_ours(record.get(reason))
            return {"active": True, reason: False} if is_ours and not record.get("active") else {}
        if not record.get("active") or record.get("probability") == 100:
            return {}
        if self._config.withdrawn == "archive":
            return {"active": False}
        return {"active": False, "probability": 0, reason: self._lost_reason() if self._config.lost_reason else False}

    def _is_ours(self, reason: object) -> bool:
        """Tell, where there are no notes, whether a lead was archived for the reason that we give."""
        if not reason:
            return True
        name = reason[1] if isinstance(reason, list) and len(reason) == 2 else None
        return bool(self._config.lost_reason) and name == self._config.lost_reason

    def _lost_reason(self) -> int:
        found = self._found("crm.lost.reason", self._config.lost_reason)
        if found is None:
            raise DeliveryFailed(Trouble.MISSING, f"there is no lost reason “{self._config.lost_reason}”")
        return found

    # --- the check

    def _source_in_words(self) -> str:
        if not self._config.source or "source_id" in _bases(self._config.fields):
            return "not wanted, or mapped"
        found = self._found("utm.source", self._config.source)
        return "it is made with the first lead" if found is None else f"record {found}"

    def _right_to_change(self) -> Finding:
        """Tell an account that loses a lead as soon as a sales person takes it."""
        step = "right to change"
        try:
            can_change_all = self._has_group(self._calls.user(), _ALL_LEADS)
        except DeliveryFailed as failure:
            return failed(step, failure)
        if can_change_all:
            return well(step, "leads of all sales people")
        return well(step, _OWN_LEADS)

    def _has_group(self, user: int, group: str) -> bool:
        try:
            return self._calls("res.users", "has_group", ids=[user], group_ext_id=group) is True
        except DeliveryFailed as failure:
            if failure.trouble.is_passing or self._config.protocol == "json2":
                raise
            # Until Odoo 17 the question was about whoever asks.
            return self._calls("res.users", "has_group", group_ext_id=group) is True

    def _dry_run(self) -> str:
        """Import a lead beside one that Odoo must refuse: an import with an error in it is undone as a whole."""
        row = {"type": "lead", **self._row(sample(), self._known_kinds()), "id": external_id(sample().lead_id)}
        spoilt = {**row, "id": external_id(f"{sample().lead_id}-spoilt"), "type": "spoilt on purpose"}
        _, errors = self._import(_LEAD, row, [list(row.values()), list(spoilt.values())], {})
        ours = [error for error in errors if error.get("record") != 1]
        if ours:
            raise self._import_failure(ours[0])
        if not errors:
            raise DeliveryFailed(Trouble.NOT_UNDERSTOOD, "Odoo took a lead that it had to refuse")
        return "a lead would be taken; nothing was stored"


def external_id(lead_id: str) -> str:
    """Give the external id of a lead: letters, digits, ``_`` and ``-`` after the only dot."""
    return f"{MODULE}.{re.sub(r'[^A-Za-z0-9_-]', '_', lead_id)}"


def _calls(config: Config) -> Calls:
    key, verify = config.key.get_secret_value(), str(config.ca_file or "")
    if config.protocol == "json2":
        return Json2(config.url, config.database, key, verify)
    return JsonRpc(config.url, config.database, config.login, key, verify)


def _bases(row: Mapping[str, object]) -> set[str]:
    """Give the names of fields without the ways into other records: ``team_id`` for ``team_id/id``."""
    return {name.partition("/")[0] for name in row} - {"id"}


def _records(answer: object, method: str) -> list[dict[str, Any]]:
    if not isinstance(answer, list) or not all(isinstance(record, dict) for record in answer):
        raise DeliveryFailed(Trouble.NOT_UNDERSTOOD, f"the answer to {method} is no list of records")
    return answer
