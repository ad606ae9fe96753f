"""One person, and how channels name that person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

CHANNELS = ("whatsapp", "facebook", "rest")
"""The channels a run can have; Rasa's own terminal channels count as ``rest``."""

PHONE, BSUID, PSID, REST = "whatsapp_phone", "whatsapp_bsuid", "messenger_psid", "rest_sender"
"""The schemes of identities. A phone number is digits with the country code; a BSUID is Meta's business-scoped id."""

_CHANNEL_OF = {PHONE: "whatsapp", BSUID: "whatsapp", PSID: "facebook", REST: "rest"}


@dataclass(frozen=True)
class Identity:
    """A (scheme, value) pair that points to one profile, such as (``whatsapp_phone``, ``34600...``)."""

    scheme: str
    value: str

    @property
    def channel(self) -> str:
        """The channel on which the identity was met, ``""`` for one that no channel gave."""
        return _CHANNEL_OF.get(self.scheme, "")


@dataclass(frozen=True)
class Address:
    """An identity by which a person can be written to.

    ``last_inbound_at`` is when the person last wrote from it (aware UTC), None when never.
    """

    identity: Identity
    last_inbound_at: datetime | None = None


@dataclass(frozen=True)
class Profile:
    """What is known of one person.

    ``name``, ``email`` and ``phone`` (E.164) are empty until given; ``language`` is empty until chosen;
    ``current_run_id`` is the run the conversation is about. Times are aware UTC.
    """

    id: str
    first_seen_at: datetime
    last_seen_at: datetime
    name: str = ""
    email: str = ""
    phone: str = ""
    language: str = ""
    current_run_id: str = ""

    def contact(self, lead_field: str) -> str:
        """Give the contact detail of one of ``LEAD_FIELDS``, or an empty text."""
        return {"name": self.name, "email": self.email, "phone": self.phone}[lead_field]
