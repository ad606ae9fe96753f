"""One person, and how channels name that person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

CHANNELS = ("whatsapp", "facebook", "rest")
"""The channels a run can have; Rasa's own terminal channels count as ``rest``."""

_SCHEMES = {"whatsapp": "whatsapp_phone", "facebook": "messenger_psid", "rest": "rest_sender"}


@dataclass(frozen=True)
class Identity:
    """A (scheme, value) pair that points to one profile, such as (``whatsapp_phone``, ``34600...``)."""

    scheme: str
    value: str

    @classmethod
    def on_channel(cls, channel: str, sender: str) -> Identity:
        """Give the identity that a channel's sender id stands for; ``channel`` is one of ``CHANNELS``."""
        return cls(_SCHEMES[channel], sender)

    @property
    def channel(self) -> str:
        """The channel on which the identity was met, ``""`` for one that no channel gave."""
        return next((channel for channel, scheme in _SCHEMES.items() if scheme == self.scheme), "")


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
