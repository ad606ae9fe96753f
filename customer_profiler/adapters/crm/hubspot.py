"""HubSpot: one deal a lead, upserted by the lead's id, and the contact of the person, upserted by e-mail address.

A contact alone could not carry leads: HubSpot has one a person. HubSpot's own lead objects could not either: they need
Sales Hub Professional, and an association with a contact that an upsert cannot make.
Sources: HubSpot developer documentation, “Deals”, “Contacts”, “Associations”, “Properties”, “Error handling”, “Usage
guidelines”, and the changelog on date-based versions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from pydantic import Field, SecretStr, root_validator

from customer_profiler.adapters.crm.findings import failed, tried, well
from customer_profiler.adapters.crm.hosted import as_dict, dicts, may_exist, refuse_own, remarked, sent, title
from customer_profiler.adapters.crm.http import Http
from customer_profiler.adapters.crm.hubspot_answer import body_of, id_of, problems_of, refusal
from customer_profiler.adapters.crm.mapping import extended
from customer_profiler.adapters.crm.notes import is_withdrawn
from customer_profiler.adapters.crm.remarks import was_withdrawn
from customer_profiler.adapters.crm.sample import sample
from customer_profiler.adapters.crm.target import TargetConfig, mapped_texts
from customer_profiler.core.delivery import DeliveryFailed, Finding, LeadMessage, Receipt, Trouble

OF_CONTACT = "contact."
"""How keys of the mapping begin that name properties of the contact instead of the deal."""

MAPPING: Mapping[str, str] = {
    "amount": "price",
    "contact.email": "email",
    "contact.firstname": "first_name",
    "contact.lastname": "last_name",
    "contact.phone": "phone",
}
"""Properties -> our fields, unless ``crm.yml`` says otherwise; ``dealname`` is made unless it is mapped."""

LONGEST_NAME, LONGEST_NOTES = 255, 65_536
"""Characters of a deal's name that are made, and those that a property of HubSpot takes."""

CONTACT_TO_DEAL = 4
"""HubSpot's id of the association without a label (“Associations”, table of association types)."""

BOGUS = "customer_profiler_dry_run"
"""A property that no account has: what asks for it is read, judged and never stored."""


class Config(TargetConfig):
    """Keys of type ``hubspot``.

    ``token`` is a service key's or a private app's; ``key`` the deals' property of unique values that takes the lead's
    id. ``stage`` is the deal stage of new leads, in ``pipeline`` unless that is the default one, ``withdrawn_stage``
    that of withdrawn ones, all by their internal names. ``notes`` is the deals' property for the lead in words, empty
    for none. ``version`` is that of HubSpot's interface.
    """

    type: Literal["hubspot"] = "hubspot"
    token: SecretStr
    url: str = "https://api.hubapi.com"
    version: str = Field("2026-09", regex=r"^\d{4}-\d{2}$")
    key: str = Field("customer_profiler_lead_id", min_length=1)
    pipeline: str = "default"
    stage: str = "appointmentscheduled"
    withdrawn_stage: str = "closedlost"
    notes: str = "description"
    ca_file: Path | None = None

    @root_validator(skip_on_failure=True)
    def _can_be_used(cls, values: dict[str, Any]) -> dict[str, Any]:
        refuse_own(values["mapping"], values["key"], "pipeline", "dealstage")
        return values

    @property
    def of_deal(self) -> dict[str, str]:
        """Properties of deals -> our fields."""
        return {name: ours for name, ours in self._fields.items() if not name.startswith(OF_CONTACT)}

    @property
    def of_contact(self) -> dict[str, str]:
        """Properties of contacts -> our fields."""
        found = self._fields.items()
        return {name[len(OF_CONTACT) :]: ours for name, ours in found if name.startswith(OF_CONTACT)}

    @property
    def _fields(self) -> dict[str, str]:
        return extended(MAPPING, self.mapping)


@dataclass(frozen=True)
class _Deal:
    """A deal as HubSpot has it: its stage and whether that is one of success, its notes, the ids of its contacts."""

    id: str
    stage: str = ""
    is_won: bool = False
    notes: str = ""
    contacts: tuple[str, ...] = ()


class HubSpotTarget:
    """Leads as deals of HubSpot."""

    def __init__(self, config: Config) -> None:
        self._config = config
        headers = {"Authorization": f"Bearer {config.token.get_secret_value()}", "Accept": "application/json"}
        self._http = Http(config.url, headers, str(config.ca_file or ""))
        self._objects = f"/crm/objects/{config.version}"
        # A property that is mapped holds what it is mapped to.
        self._notes = "" if config.notes in config.of_deal else config.notes

    def deliver(self, message: LeadMessage) -> Receipt:
        """Upsert the deal, then the contact, and associate both; each step can be repeated."""
        known = self._find(message.lead_id) if may_exist(message) else None
        properties = self._deal_properties(message, known)
        deal = self._upsert("deals", self._config.key, message.lead_id, properties)
        self._attach(message, _Deal(deal, contacts=known.contacts if known and known.id == deal else ()))
        return Receipt(deal)

    def check(self) -> Iterable[Finding]:
        """Try the token, the properties, the key, the stages, and writes that HubSpot must refuse.

        HubSpot has no dry run, so each write names one property that no account has: HubSpot checks token, scopes and
        all values, complains of whatever is wrong, and stores nothing. Associations are not tried.
        """
        log_in = tried("log-in and rights to read", self._log_in)
        yield log_in
        if log_in.is_well:
            yield tried("properties", self._check_properties)
            yield tried("key", self._check_key)
            yield tried("stages", self._check_stages)
            yield from self._dry_run()

    def close(self) -> None:
        """Give connections back."""
        self._http.close()

    # --- the deal

    def _find(self, lead_id: str) -> _Deal | None:
        path = f"{self._objects}/deals/{quote(lead_id, safe='')}"
        names = ",".join(["dealstage", "hs_is_closed_won", *([self._notes] if self._notes else [])])
        asked = {"idProperty": self._config.key, "properties": names, "associations": "contacts"}
        answer = self._http.call("GET", path, params=asked)
        if answer.status == 404 and isinstance(answer.json, dict):
            return None
        found = body_of(answer)
        properties = as_dict(found.get("properties"))
        ends = as_dict(as_dict(found.get("associations")).get("contacts")).get("results")
        contacts = [str(end["id"]) for end in dicts(ends) if end.get("id")]
        stage, text = (str(properties.get(name) or "") for name in ("dealstage", self._notes))
        is_won = str(properties.get("hs_is_closed_won")).casefold() == "true"
        return _Deal(id_of(found), stage, is_won, text, tuple(dict.fromkeys(contacts)))

    def _deal_properties(self, message: LeadMessage, known: _Deal | None) -> dict[str, str]:
        properties = {"dealname": title(message, LONGEST_NAME), **mapped_texts(self._config.of_deal, message)}
        if self._notes:
            properties[self._notes] = remarked(message, known.notes if known else "", LONGEST_NOTES)
        return sent(properties, message) | self._stage(message, known)

    def _stage(self, message: LeadMessage, known: _Deal | None) -> dict[str, str]:
        """Give the stage of a new deal, and what withdrawing changes: else a deal stays where sales people put it."""
        withdrawn, stage = self._config.withdrawn_stage, self._config.stage
        if known is None:
            return {"pipeline": self._config.pipeline, "dealstage": withdrawn if is_withdrawn(message) else stage}
        if is_withdrawn(message):
            # A deal that is won has become a matter of its own; its description says that the lead is withdrawn.
            return {} if known.is_won else {"dealstage": withdrawn}
        return {"dealstage": stage} if known.stage == withdrawn and self._is_ours(message, known) else {}

    def _is_ours(self, message: LeadMessage, known: _Deal) -> bool:
        """Tell, as far as the notes tell, whether a deal was lost by a withdrawal, not by sales people."""
        return not self._notes or was_withdrawn(message.lead_id, known.notes)

    # --- the contact

    def _attach(self, message: LeadMessage, deal: _Deal) -> None:
        """Give the deal the person's contact, in place of one of an e-mail address that the customer has corrected."""
        properties = self._contact_properties(message)
        email = properties.pop("email", "")
        if not email:
            self._attach_without_email(properties, deal)
            return
        contact = self._upsert("contacts", "email", email, properties)
        if contact in deal.contacts:
            return
        if len(deal.contacts) == 1:
            # Of several it cannot be told which one is ours: all stay.
            self._change("DELETE", f"{self._objects}/deals/{deal.id}/associations/contacts/{deal.contacts[0]}")
        self._change("PUT", f"{self._objects}/deals/{deal.id}/associations/default/contacts/{contact}")

    def _attach_without_email(self, properties: dict[str, str], deal: _Deal) -> None:
        """Make the contact together with its association, so that another try finds it by the deal."""
        if deal.contacts:
            body_of(
                self._http.call("PATCH", f"{self._objects}/contacts/{deal.contacts[0]}", {"properties": properties})
            )
        elif properties.get("firstname") or properties.get("lastname"):
            types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": CONTACT_TO_DEAL}]
            body = {"properties": properties, "associations": [{"to": {"id": deal.id}, "types": types}]}
            id_of(body_of(self._http.call("POST", f"{self._objects}/contacts", body)))

    def _contact_properties(self, message: LeadMessage) -> dict[str, str]:
        return sent(mapped_texts(self._config.of_contact, message), message)

    # --- the calls

    def _upsert(self, objects: str, key: str, value: str, properties: Mapping[str, str]) -> str:
        body = {"inputs": [{"idProperty": key, "id": value, "properties": properties}]}
        found = body_of(self._http.call("POST", f"{self._objects}/{objects}/batch/upsert", body), key)
        results = dicts(found.get("results"))
        if len(results) != 1:
            raise DeliveryFailed(Trouble.NOT_UNDERSTOOD, "HubSpot's answer holds no record")
        return id_of(results[0])

    def _change(self, method: str, path: str) -> None:
        answer = self._http.call(method, path)
        if answer.status != 204:
            body_of(answer)

    # --- the check

    def _log_in(self) -> str:
        for objects in ("deals", "contacts"):
            body_of(self._http.call("GET", f"{self._objects}/{objects}", params={"limit": 1}))
        return "the token may read deals and contacts"

    def _check_properties(self) -> str:
        deal, contact = self._deal_properties(sample(), None), self._contact_properties(sample())
        names = [("deals", name) for name in deal] + [("contacts", name) for name in contact]
        wrong = [problem for objects, name in names if (problem := self._problem(objects, name))]
        if wrong:
            raise DeliveryFailed(Trouble.UNKNOWN_FIELD, "; ".join(wrong))
        return f"all {len(names)} that are written exist"

    def _problem(self, objects: str, name: str) -> str:
        found = self._property(objects, name)
        if found is None:
            return f"{objects} have no property “{name}”"
        is_fixed = as_dict(found.get("modificationMetadata")).get("readOnlyValue") is True
        return f"the property “{name}” of {objects} cannot be written" if is_fixed else ""

    def _property(self, objects: str, name: str) -> dict[str, Any] | None:
        path = f"/crm/properties/{self._config.version}/{objects}/{quote(name, safe='')}"
        answer = self._http.call("GET", path)
        return None if answer.status == 404 and isinstance(answer.json, dict) else body_of(answer)

    def _check_key(self) -> str:
        key = self._config.key
        found = self._property("deals", key)
        if found is None:
            said = f"deals have no property “{key}”: add one of type single-line text that requires unique values"
            raise DeliveryFailed(Trouble.UNKNOWN_FIELD, said)
        if found.get("hasUniqueValue") is not True:
            raise DeliveryFailed(Trouble.MISCONFIGURED, f"the deals' property “{key}” does not require unique values")
        return f"deals are known by “{key}”"

    def _check_stages(self) -> str:
        found = body_of(self._http.call("GET", f"/crm/pipelines/{self._config.version}/deals"))
        pipelines = {str(each.get("id")): dicts(each.get("stages")) for each in dicts(found.get("results"))}
        if self._config.pipeline not in pipelines:
            said = f"there is no pipeline “{self._config.pipeline}” of deals, only {', '.join(pipelines)}"
            raise DeliveryFailed(Trouble.INVALID_VALUE, said)
        stages = [str(stage.get("id")) for stage in pipelines[self._config.pipeline]]
        missing = [stage for stage in (self._config.stage, self._config.withdrawn_stage) if stage not in stages]
        if missing:
            said = f"there is no stage {', '.join(f'“{stage}”' for stage in missing)}, only {', '.join(stages)}"
            raise DeliveryFailed(Trouble.INVALID_VALUE, said)
        return f"“{self._config.stage}”, and “{self._config.withdrawn_stage}” when withdrawn"

    def _dry_run(self) -> Iterator[Finding]:
        message = sample()
        deal, contact = self._deal_properties(message, None), self._contact_properties(message)
        yield self._refused("dry run of a deal", "deals", self._config.key, message.lead_id, deal)
        email = contact.pop("email", "") or "check@example.com"
        yield self._refused("dry run of a contact", "contacts", "email", email, contact)

    def _refused(self, step: str, objects: str, key: str, value: str, properties: Mapping[str, str]) -> Finding:
        body = {"inputs": [{"idProperty": key, "id": value, "properties": {**properties, BOGUS: "check"}}]}
        try:
            answer = self._http.call("POST", f"{self._objects}/{objects}/batch/upsert", body)
            problems = problems_of(as_dict(answer.json))
            if [problem.name for problem in problems] == [BOGUS]:
                return well(step, "every value is taken; nothing was stored")
            others = tuple(problem for problem in problems if problem.name != BOGUS)
            if answer.status >= 300:
                return failed(step, refusal(answer, key, others or problems))
        except DeliveryFailed as failure:
            return failed(step, failure)
        said = f"HubSpot stored what names a property “{BOGUS}”: look for “{value}” among the {objects} and delete it"
        return failed(step, DeliveryFailed(Trouble.NOT_UNDERSTOOD, said))
