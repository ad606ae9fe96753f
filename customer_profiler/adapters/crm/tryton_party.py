"""Customers in Tryton: a party found by its e-mail address, or made, and kept up with what the customer changes.

What we add to a party bears the lead's id in its comment, and only that is changed or removed later.

Tryton keeps no e-mail address unique. Threads of one worker wait for each other, so that two leads of a new customer
make one party; two workers that meet him in the same moment may make two, each with its lead.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from customer_profiler.adapters.crm.tryton_calls import Record, Rest, escaped
from customer_profiler.core.delivery import DeliveryFailed, LeadMessage
from customer_profiler.core.lead import as_text

PARTY = "party.party"

_MECHANISMS = "contact_mechanisms"
_PHONES = ("phone", "mobile")
_WANTED = ("name", *(f"{_MECHANISMS}.{name}" for name in ("type", "value", "value_compact", "comment")))


@dataclass(frozen=True)
class Person:
    """The customer of a lead; what is not known is empty."""

    lead_id: str
    name: str
    email: str
    phone: str

    @classmethod
    def of(cls, message: LeadMessage) -> Person:
        """Give the customer of a message."""
        name, email, phone = (as_text(message.values.get(field)) for field in ("name", "email", "phone"))
        return cls(message.lead_id, name or email or phone or message.lead_id, email, phone)

    def as_record(self) -> dict[str, object]:
        """Give the party to be made. One without e-mail and telephone gets our id to be found by."""
        details = [("email", self.email), ("phone", self.phone)]
        known = [(kind, value) for kind, value in details if value] or [("other", self.lead_id)]
        return {"name": self.name, _MECHANISMS: [["create", [self.mechanism(*detail) for detail in known]]]}

    def mechanism(self, kind: str, value: str) -> dict[str, object]:
        """Give a way to reach the customer that bears our mark."""
        return {"type": kind, "value": value, "comment": self.lead_id}


class Parties:
    """The parties of a database."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest
        # Customers share locks: a wait for somebody else's party is rare and short.
        self._locks = [threading.Lock() for _ in range(64)]

    def put(self, person: Person, lead: Record | None) -> tuple[int, int | None]:
        """Give the ids of the customer's party, made or brought up to date, and of the way to reach it.

        ``lead`` is the opportunity as far as there is one, with ``party`` and ``contact.value``. Its party stays as
        long as the customer's e-mail address does, whatever sales people have made of it.
        """
        with self._locks[hash(person.email.casefold()) % len(self._locks)]:
            party = self._found(person, lead) or self._made(person)
        if self._mended(party, person):
            party = self._read(party["id"]) or party
        return party["id"], _contact(party, person)

    def _found(self, person: Person, lead: Record | None) -> Record | None:
        contact = lead.get("contact") if lead else None
        value = contact.get("value") if isinstance(contact, dict) else None
        if lead and isinstance(lead.get("party"), int) and (not person.email or _same(value, person.email)):
            return self._read(lead["party"])
        return self._by_email(person.email) or self._ours(person)

    def _by_email(self, email: str) -> Record | None:
        """Give the oldest party with an e-mail address, in whatever case it is written."""
        if not email:
            return None
        found = self._where([["type", "=", "email"], ["value", "ilike", escaped(email)]])
        return next((party for party in found if _mechanism(party, ("email",), email)), None)

    def _ours(self, person: Person) -> Record | None:
        """Give the party that was made for this lead: after a lost answer, or when the e-mail address has changed."""
        kind = ["email", "other"] if person.email else ["email", "phone", "other"]
        return next(iter(self._where([["comment", "=", person.lead_id], ["type", "in", kind]])), None)

    def _made(self, person: Person) -> Record:
        made = self._rest.create(PARTY, person.as_record())
        # Another worker may have made one for another lead of the same person; who sees both keeps the older.
        first = self._by_email(person.email) or self._ours(person) or self._read(made)
        if first is None:
            return {"id": made, "name": person.name, _MECHANISMS: []}
        if made and first["id"] != made:
            self._remove(made)
        return first

    def _remove(self, party: int) -> None:
        try:
            self._rest.delete(PARTY, party)
        except DeliveryFailed as failure:
            # Without the right to, a customer stands there twice; the lead does not.
            if failure.trouble.is_passing:
                raise

    def _mended(self, party: Record, person: Person) -> bool:
        """Bring what is ours of a party up to date; tell whether anything changed."""
        ours = {each.get("type"): each for each in _mechanisms(party) if each.get("comment") == person.lead_id}
        changes = [*_mended_email(ours, person), *_mended_phone(party, ours, person)]
        values: dict[str, object] = {_MECHANISMS: changes} if changes else {}
        if ("email" in ours or "other" in ours) and party.get("name") != person.name:
            values["name"] = person.name
        if values:
            self._rest.change(PARTY, party["id"], values)
        return bool(values)

    def _where(self, conditions: Sequence[object]) -> list[Record]:
        return self._rest.search(PARTY, [[_MECHANISMS, "where", conditions]], _WANTED)

    def _read(self, party: int) -> Record | None:
        return next(iter(self._rest.search(PARTY, [["id", "=", party]], _WANTED)), None)


def _mended_email(ours: Mapping[Any, Record], person: Person) -> list[object]:
    mine = ours.get("email")
    if mine is None or not person.email or _same(mine.get("value"), person.email):
        return []
    return [["write", [mine["id"]], {"value": person.email}]]


def _mended_phone(party: Record, ours: Mapping[Any, Record], person: Person) -> list[object]:
    mine = ours.get("phone") or ours.get("mobile")
    if not person.phone:
        return [["delete", [mine["id"]]]] if mine else []
    if _mechanism(party, _PHONES, person.phone):
        return []
    if mine:
        return [["write", [mine["id"]], {"value": person.phone}]]
    return [["create", [person.mechanism("phone", person.phone)]]]


def _contact(party: Record, person: Person) -> int | None:
    found = _mechanism(party, ("email",), person.email) or _mechanism(party, _PHONES, person.phone)
    return found["id"] if found else None


def _mechanism(party: Record, kinds: Sequence[str], value: str) -> Record | None:
    """Give the way to reach a party that is of one of the kinds and has this value."""
    matching = (each for each in _mechanisms(party) if each.get("type") in kinds)
    return next((each for each in matching if _same(each.get("value_compact") or each.get("value"), value)), None)


def _mechanisms(party: Record) -> list[Record]:
    found = party.get(_MECHANISMS)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _same(one: object, other: str) -> bool:
    return isinstance(one, str) and one.replace(" ", "").casefold() == other.replace(" ", "").casefold()
