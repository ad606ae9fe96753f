"""Leads in Tryton (8.2): sale opportunities, each with a party.

Tryton has neither an upsert nor a unique key for opportunities; ``reference`` holds the lead's id. It is searched for
before a lead is made, so that a lost answer makes no second, and again after it: of several the oldest stays and the
others are removed. Two that make it at once - a worker whose lease ran out and the one that has it now - therefore end
with one: whoever comes last sees both. For that moment there are two, and the history of the removed one stays.

Its fields are read-only once sales people have converted it, lost it or cancelled it; what the customer changes after
that arrives as a note on the record.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, validator

from customer_profiler.adapters.crm.findings import tried
from customer_profiler.adapters.crm.mapping import extended
from customer_profiler.adapters.crm.notes import is_withdrawn, notes
from customer_profiler.adapters.crm.remarks import remarks, was_withdrawn
from customer_profiler.adapters.crm.sample import sample
from customer_profiler.adapters.crm.target import TargetConfig, mapped_texts
from customer_profiler.adapters.crm.tryton_calls import Record, Rest, escaped
from customer_profiler.adapters.crm.tryton_party import PARTY, Parties, Person
from customer_profiler.core.delivery import DeliveryFailed, Finding, LeadMessage, Receipt, Trouble

MAPPING: Mapping[str, str] = {"description": "product_title"}
"""Fields of ``sale.opportunity`` -> ours, unless ``crm.yml`` says otherwise; the party has name, e-mail and phone."""

LEAD = "sale.opportunity"

_OURS = ("id", "number", "reference", "party", "contact", "state", "company")
"""What a mapping cannot name: it is made of the lead itself."""

_OPEN, _ENDED = ("lead", "opportunity"), ("cancelled", "lost")
_TEXTS = ("char", "text", "fulltext", "selection", "numeric", "float", "integer", "biginteger")
"""Kinds of fields that take a text and read it for themselves."""


class Config(TargetConfig):
    """The keys of a target of type ``tryton``.

    ``key`` is that of a user application of kind REST; ``company`` the company's id, 0 for the user's own. ``notes`` is
    the field for the lead in words, empty for none. ``withdrawn`` says what a withdrawn lead becomes: cancelled, lost,
    or kept with a note.
    """

    type: Literal["tryton"] = "tryton"
    url: str
    database: str
    key: SecretStr
    company: int = Field(0, ge=0)
    notes: str = "comment"
    withdrawn: Literal["cancel", "lost", "keep"] = "cancel"
    ca_file: Path | None = None

    @validator("mapping")
    def _is_free(cls, mapping: dict[str, str]) -> dict[str, str]:
        for name in _OURS:
            if name in mapping:
                raise ValueError(f"maps “{name}”, which is made of the lead itself; remove it from the mapping")
        return mapping

    @property
    def fields(self) -> dict[str, str]:
        """Their fields -> ours, the type's own mapping included."""
        return extended(MAPPING, self.mapping)


class TrytonTarget:
    """Delivers to one company of a Tryton database."""

    def __init__(self, config: Config) -> None:
        self._config = config
        # A field that is mapped holds what it is mapped to.
        self._notes = "" if config.notes in config.fields else config.notes
        key, verify = config.key.get_secret_value(), str(config.ca_file or "")
        self._rest = Rest(config.url, config.database, key, config.company, verify)
        self._parties = Parties(self._rest)
        self._kinds: Mapping[str, Mapping[str, Any]] = {}
        self._named: dict[tuple[str, str], int] = {}

    def deliver(self, message: LeadMessage) -> Receipt:
        """Create or update the lead; raise ``DeliveryFailed``."""
        values = self._values(message)
        leads, made = self._leads(message), 0
        if not leads:
            made = self._made(message, values)
            leads = self._leads(message)
        if not leads:
            raise DeliveryFailed(Trouble.FORBIDDEN, "the user may make opportunities, but not see them")
        if len(leads) > 1:
            leads = self._without_doubles(message, leads)
        lead = leads[0]
        if lead["id"] != made:
            self._update(lead, message, values)
        elif self._is_to_end(message):
            self._rest.press(LEAD, made, self._config.withdrawn)
        return Receipt(str(lead["id"]))

    def check(self) -> Iterator[Finding]:
        """Try key, fields, rights and values; the dry run is undone by Tryton itself."""
        step = tried("key", lambda: f"company {self._rest.company()}")
        yield step
        if not step.is_well:
            return
        step = tried("fields", lambda: f"all {len(self._config.fields)} are there, of {len(self._known_kinds())}")
        yield step
        if not step.is_well:
            return
        yield tried("right to read", self._read_something)
        yield tried("dry run", self._dry_run)

    def close(self) -> None:
        """Give connections back."""
        self._rest.close()

    # --- which lead

    def _leads(self, message: LeadMessage) -> list[Record]:
        """Give the opportunities of a lead, the oldest first: by our id, or by theirs if somebody has removed ours."""
        found = self._search([["reference", "=", message.lead_id]])
        if not found and message.remote_id.isdecimal():
            found = self._search([["id", "=", int(message.remote_id)]])
        return found

    def _search(self, domain: list[object]) -> list[Record]:
        wanted = ["state", "party", "contact.value", *([self._notes] if self._notes else [])]
        return self._rest.search(LEAD, domain, wanted)

    def _made(self, message: LeadMessage, values: Mapping[str, object]) -> int:
        party, contact = self._parties.put(Person.of(message), None)
        known = {"party": party, "contact": contact, "reference": message.lead_id}
        return self._rest.create(LEAD, {**values, **known, **self._remarks(message, "")})

    def _without_doubles(self, message: LeadMessage, leads: list[Record]) -> list[Record]:
        """Remove all but the oldest of a lead's opportunities; another worker may be doing the same."""
        for lead in leads[1:]:
            if lead.get("state") not in ("lead", "cancelled"):
                raise DeliveryFailed(Trouble.AMBIGUOUS, f"{len(leads)} opportunities have this reference")
            self._remove(lead)
        left = self._leads(message)
        if len(left) != 1:
            raise DeliveryFailed(Trouble.CONFLICT, f"{len(left)} opportunities have this reference")
        return left

    def _remove(self, lead: Record) -> None:
        try:
            if lead["state"] != "cancelled":
                self._rest.press(LEAD, lead["id"], "cancel")
            self._rest.delete(LEAD, lead["id"])
        except DeliveryFailed as failure:
            if failure.trouble is Trouble.FORBIDDEN:
                said = f"the double {lead['id']} cannot be removed: {failure.detail}"
                raise DeliveryFailed(Trouble.AMBIGUOUS, said) from None
            if failure.trouble not in (Trouble.MISSING, Trouble.REFUSED):
                raise

    # --- what it holds

    def _update(self, lead: Record, message: LeadMessage, values: Mapping[str, object]) -> None:
        state, current = lead.get("state"), str(lead.get(self._notes) or "")
        is_ours = state in _ENDED and (not self._notes or was_withdrawn(message.lead_id, current))
        if state not in _OPEN and not is_ours:
            self._note(lead, message)
            return
        new = self._remarks(message, current)
        if is_ours and self._is_to_end(message) and new and new[self._notes] == current:
            return
        if is_ours:
            self._rest.press(LEAD, lead["id"], "lead")
        party, contact = self._parties.put(Person.of(message), lead)
        self._rest.change(LEAD, lead["id"], {**values, "party": party, "contact": contact, **new})
        if self._is_to_end(message):
            self._rest.press(LEAD, lead["id"], self._config.withdrawn)

    def _is_to_end(self, message: LeadMessage) -> bool:
        return is_withdrawn(message) and self._config.withdrawn != "keep"

    def _remarks(self, message: LeadMessage, current: str) -> dict[str, object]:
        if not self._notes:
            return {}
        return {self._notes: remarks(message.lead_id, notes(message, _reach(message)), current)}

    def _note(self, lead: Record, message: LeadMessage) -> None:
        """Leave a note on a record whose fields are closed; the same once."""
        values = {"resource": f"{LEAD},{lead['id']}", "message": notes(message, _reach(message))}
        if not self._rest.search("ir.note", [[name, "=", value] for name, value in values.items()], ["id"], limit=1):
            self._rest.create("ir.note", values)

    def _values(self, message: LeadMessage) -> dict[str, object]:
        kinds = self._known_kinds()
        return {
            name: self._value(name, text, kinds[name])
            for name, text in mapped_texts(self._config.fields, message).items()
        }

    def _value(self, name: str, text: str, kind: Mapping[str, Any]) -> object:
        """Give a value as the kind of the field wants it, None for an empty one."""
        of = str(kind.get("type"))
        if not text:
            return None
        if of in _TEXTS:
            return text
        if of == "date":
            return text[:10]
        if of == "boolean":
            return text.casefold() in ("true", "yes", "1")
        if of == "many2one":
            return self._record(str(kind.get("relation")), text)
        raise DeliveryFailed(Trouble.UNKNOWN_FIELD, f"{name}: fields of kind {of} cannot be mapped")

    def _record(self, model: str, name: str) -> int:
        """Give the id of a record by its id or, whatever the case, by its name."""
        if name.isdecimal():
            return int(name)
        if (model, name) not in self._named:
            found = self._rest.search(model, [["rec_name", "ilike", escaped(name)]], ["id"], limit=2)
            if len(found) != 1:
                how_many = "no record" if not found else "more than one record"
                raise DeliveryFailed(Trouble.INVALID_VALUE, f"{how_many} of {model} is named “{name}”")
            self._named[model, name] = found[0]["id"]
        return self._named[model, name]

    def _known_kinds(self) -> Mapping[str, Mapping[str, Any]]:
        """Give what the fields are, asked for once; raise ``DeliveryFailed`` for one that is not there."""
        if not self._kinds:
            found = self._rest.definitions(LEAD)
            wanted = {*self._config.fields, *([self._notes] if self._notes else [])}
            if missing := sorted(wanted - set(found)):
                raise DeliveryFailed(Trouble.UNKNOWN_FIELD, f"{LEAD} has no field {', '.join(missing)}")
            self._kinds = found
        return self._kinds

    # --- the check

    def _read_something(self) -> str:
        for model in (LEAD, PARTY):
            self._rest.search(model, [], ["id"], limit=1)
        return "opportunities and parties"

    def _dry_run(self) -> str:
        message = sample()
        self._rest.try_create(PARTY, Person.of(message).as_record())
        values = {**self._values(message), "reference": message.lead_id, **self._remarks(message, "")}
        self._rest.try_create(LEAD, values)
        return "a lead would be taken; nothing was stored"


def _reach(message: LeadMessage) -> str:
    """Give how to reach the customer: the record has no fields of its own for it."""
    person = Person.of(message)
    pairs = (("Name", person.name), ("E-mail", person.email), ("Phone", person.phone))
    return "\n".join(f"{label}: {value}" for label, value in pairs if value)
