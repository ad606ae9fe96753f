"""Leads in BottleCRM (django-crm 1.35).

A lead is made by the lead webhook, which takes each ``external_id`` once whatever is lost or raced, and is then changed
over the REST interface. The webhook gets neither e-mail address nor telephone number: by those it would merge a lead
into any other that has them, fill only what is blank there, and forget whose lead it was. BottleCRM has one lead for
each e-mail address; the address of a person's second lead therefore stands in its notes, and the field stays empty.

A later revision finds its lead by the id that BottleCRM gave, else by posting to the webhook again, which tells it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import SecretStr

from customer_profiler.adapters.crm.bottlecrm_calls import EMAIL_TAKEN, Rest, Webhook, keys_of
from customer_profiler.adapters.crm.findings import failed, tried
from customer_profiler.adapters.crm.mapping import extended
from customer_profiler.adapters.crm.notes import is_withdrawn, notes
from customer_profiler.adapters.crm.remarks import remarks, was_withdrawn
from customer_profiler.adapters.crm.sample import sample
from customer_profiler.adapters.crm.target import TargetConfig, mapped_texts
from customer_profiler.core.delivery import DeliveryFailed, Finding, LeadMessage, Receipt, Trouble

MAPPING: Mapping[str, str] = {
    "title": "product_title",
    "first_name": "first_name",
    "last_name": "last_name",
    "email": "email",
    "phone": "phone",
}
"""Columns of a lead -> our fields, unless ``crm.yml`` says otherwise; answers and reasons stand in the notes."""

COLUMNS: Mapping[str, int] = {
    "title": 255,
    "salutation": 64,
    "first_name": 255,
    "last_name": 255,
    "email": 254,
    "phone": 25,
    "job_title": 255,
    "website": 255,
    "linkedin_url": 500,
    "status": 255,
    "source": 255,
    "source_detail": 100,
    "source_ref": 255,
    "industry": 255,
    "rating": 10,
    "opportunity_amount": 0,
    "currency": 3,
    "probability": 0,
    "close_date": 0,
    "address_line": 255,
    "city": 255,
    "state": 255,
    "postcode": 64,
    "country": 3,
    "last_contacted": 0,
    "next_follow_up": 0,
    "description": 0,
    "company_name": 255,
    "is_active": 0,
}
"""Columns that the REST interface writes -> their length in characters, 0 where that does not count.

From ``LeadCreateSerializer`` and ``Lead`` of django-crm 1.35; all others it drops without a word.
"""

CUSTOM = "custom_fields."
"""What the names of custom fields begin with in a mapping."""

_CLOSED, _OPENED_AGAIN, _CONVERTED = "closed", "recycled", "converted"
"""States of a lead: BottleCRM itself calls one recycled that was closed and comes back."""

_FIRST = ("title", "first_name", "last_name")
"""What the webhook is told of a lead, so that it does not stand there without a name for a moment."""


class Config(TargetConfig):
    """The keys of a target of type ``bottlecrm``.

    ``intake`` is the id in the webhook's address and ``intake_key`` its key. ``token`` is a personal access token of an
    administrator, or of the webhook's assignee, with the scopes ``leads:read`` and ``leads:write``; with
    ``custom-fields:read``, too, custom fields are checked before the first lead. ``notes`` is the column for the lead
    in words, empty for none. ``withdrawn`` says what a withdrawn lead becomes: closed, or kept with a note. ``rate`` is
    that of the webhook.
    """

    type: Literal["bottlecrm"] = "bottlecrm"
    url: str
    intake: str
    intake_key: SecretStr
    token: SecretStr
    notes: str = "description"
    withdrawn: Literal["close", "keep"] = "close"
    ca_file: Path | None = None
    rate: float = 2

    @property
    def fields(self) -> dict[str, str]:
        """Their fields -> ours, the type's own mapping included."""
        return extended(MAPPING, self.mapping)


class BottleCrmTarget:
    """Delivers to one organization of BottleCRM."""

    def __init__(self, config: Config) -> None:
        verify = str(config.ca_file or "")
        self._config = config
        # A column that is mapped holds what it is mapped to.
        self._notes = "" if config.notes in config.fields else config.notes
        self._webhook = Webhook(config.url, config.intake, config.intake_key.get_secret_value(), verify)
        self._rest = Rest(config.url, config.token.get_secret_value(), verify)
        self._custom: set[str] | None = None

    def deliver(self, message: LeadMessage) -> Receipt:
        """Create or update the lead; raise ``DeliveryFailed``."""
        self._refuse_unknown()
        values = self._values(message)
        lead, found = self._lead(message, values)
        if self._custom is None and self._wanted_custom():
            # Without the scope for it, only a lead tells which custom fields there are.
            found = found or self._seen(lead)
            self._custom = keys_of(found.get("custom_field_definitions"))
            self._refuse_unknown()
        self._change(lead, message, values, found["lead_obj"] if found else {})
        return Receipt(lead)

    def check(self) -> Iterator[Finding]:
        """Try token, webhook, fields and values; the webhook's list of deliveries shows a refused post."""
        step = tried("token", lambda: f"reads leads, {self._rest.sources()} sources")
        yield step
        if not step.is_well:
            return
        yield tried("webhook", self._probed)
        yield self._right_to_change()
        yield tried("fields", self._fields_in_words)
        yield tried("dry run", self._dry_run)

    def close(self) -> None:
        """Give connections back."""
        self._webhook.close()
        self._rest.close()

    # --- which lead

    def _lead(self, message: LeadMessage, values: Mapping[str, object]) -> tuple[str, dict[str, Any] | None]:
        """Give the id of the lead, made when it is not there, and what is known of one that was."""
        if message.remote_id and (found := self._rest.lead(message.remote_id)):
            return message.remote_id, found
        told = {name: str(values[name]) for name in _FIRST if values.get(name)}
        body = {"external_id": message.lead_id, **(told or {"title": message.lead_id})}
        result, lead = self._webhook.received(body)
        if result == "created":
            return lead, None
        found = self._seen(lead)
        if result == "merged" or found["lead_obj"].get("external_id") != message.lead_id:
            raise DeliveryFailed(Trouble.AMBIGUOUS, f"BottleCRM has merged it into the lead {lead}, which is another's")
        return lead, found

    def _seen(self, lead: str) -> dict[str, Any]:
        found = self._rest.lead(lead)
        if found is None:
            raise DeliveryFailed(Trouble.FORBIDDEN, _HIDDEN)
        return found

    # --- what it holds

    def _values(self, message: LeadMessage) -> dict[str, object]:
        """Give the values of the columns, None for empty ones; raise ``DeliveryFailed`` for one that is too long."""
        texts = mapped_texts(self._config.fields, message)
        for name, text in texts.items():
            if COLUMNS.get(name) and len(text) > COLUMNS[name]:
                # The webhook would cut it, and make half a lead before the REST interface refuses it.
                raise DeliveryFailed(Trouble.INVALID_VALUE, f"{name}: {len(text)} characters, {COLUMNS[name]} at most")
        values: dict[str, object] = {name: text or None for name, text in texts.items() if not name.startswith(CUSTOM)}
        custom = {name[len(CUSTOM) :]: text or None for name, text in texts.items() if name.startswith(CUSTOM)}
        return {**values, **({"custom_fields": custom} if custom else {})}

    def _change(
        self, lead: str, message: LeadMessage, values: Mapping[str, object], current: Mapping[str, Any]
    ) -> None:
        changes = {**values, **self._remarks(message, current), **self._state(message, current)}
        try:
            self._rest.change(lead, changes)
        except DeliveryFailed as failure:
            if failure.trouble is Trouble.MISSING:
                raise DeliveryFailed(Trouble.FORBIDDEN, _HIDDEN) from None
            if EMAIL_TAKEN not in failure.detail:
                raise
            kept = f"E-mail: {values['email']} (another lead has it)"
            self._rest.change(lead, {**changes, "email": None, **self._remarks(message, current, kept)})

    def _remarks(self, message: LeadMessage, current: Mapping[str, Any], *more: str) -> dict[str, object]:
        if not self._notes:
            return {}
        text = notes(message, *more)
        return {self._notes: remarks(message.lead_id, text, str(current.get(self._notes) or ""))}

    def _state(self, message: LeadMessage, current: Mapping[str, Any]) -> dict[str, object]:
        """Give the state of a lead that is withdrawn or opened again; what sales people have decided stays."""
        state = current.get("status")
        if self._config.withdrawn == "keep" or state == _CONVERTED:
            return {}
        if is_withdrawn(message):
            return {"status": _CLOSED}
        # Without notes nobody can tell who closed it; BottleCRM itself opens what is asked for again.
        is_ours = not self._notes or was_withdrawn(message.lead_id, str(current.get(self._notes) or ""))
        is_change = message.revision > 1
        return {"status": _OPENED_AGAIN} if state == _CLOSED and is_ours and is_change else {}

    # --- fields

    def _refuse_unknown(self) -> None:
        """Raise ``DeliveryFailed`` for fields that BottleCRM would drop without a word."""
        columns = {name for name in self._config.fields if not name.startswith(CUSTOM)} | {self._notes} - {""}
        missing = sorted(columns - set(COLUMNS))
        if self._custom is None and self._wanted_custom():
            self._custom = self._rest.custom_fields()
        if self._custom is not None:
            missing += sorted(self._wanted_custom() - self._custom)
            # Whoever adds the field need not restart us.
            self._custom = None if missing else self._custom
        if missing:
            raise DeliveryFailed(Trouble.UNKNOWN_FIELD, f"leads have no field {', '.join(missing)}")

    def _wanted_custom(self) -> set[str]:
        return {name[len(CUSTOM) :] for name in self._config.fields if name.startswith(CUSTOM)}

    # --- the check

    def _probed(self) -> str:
        self._webhook.probe()
        return "takes leads"

    def _right_to_change(self) -> Finding:
        step = "right to change"
        try:
            self._rest.change(_NOBODY, {})
        except DeliveryFailed as failure:
            if failure.trouble is not Trouble.MISSING:
                return failed(step, failure)
        return tried(step, self._reach_in_words)

    def _reach_in_words(self) -> str:
        if self._rest.is_administrator(self._config.intake):
            return "all leads, the token is an administrator's"
        return "the user's own leads only, so the webhook must assign its leads to the token's user"

    def _fields_in_words(self) -> str:
        self._refuse_unknown()
        if self._wanted_custom() and self._custom is None:
            return "custom fields are not known before the first lead; the scope custom-fields:read would tell them"
        return f"all {len(self._config.fields)} are there"

    def _dry_run(self) -> str:
        """Send a lead that must be refused for one value, and see what else is said against it."""
        spoilt = {**self._values(sample()), "probability": 101}
        errors = dict(self._rest.refused(spoilt))
        if errors.pop("probability", None) is None:
            raise DeliveryFailed(Trouble.NOT_UNDERSTOOD, "BottleCRM does not say what was wrong on purpose")
        errors = {name: words for name, words in errors.items() if EMAIL_TAKEN not in str(words)}
        if errors:
            raise DeliveryFailed(Trouble.INVALID_VALUE, "; ".join(f"{name}: {said}" for name, said in errors.items()))
        return "a lead would be taken; nothing was stored"


_NOBODY = "00000000-0000-0000-0000-000000000000"
_HIDDEN = (
    "the leads of the webhook are hidden from the token's user; make it an administrator or the webhook's assignee"
)
