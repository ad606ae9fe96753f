"""What a messaging platform tells us: events of a webhook batch, each read into one of a few meanings.

``parse`` of a channel turns a batch into events; the inbox stores them; the dispatcher acts on their meaning.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from customer_profiler.core.profile import Identity


@dataclass(frozen=True)
class Said:
    """Words a person typed (or the label of a button without a payload of ours). They are data, never commands.

    ``source`` is what brought the person here, ``ad:<id>`` say, when this message tells it.
    """

    text: str
    source: str = ""


@dataclass(frozen=True)
class Tapped:
    """A button of ours: ``payload`` is what we gave it, ``/intent{...}``."""

    payload: str


@dataclass(frozen=True)
class Started:
    """A wish to begin a profiler: a template's button, an ad, a link, an ice breaker (``start:<profiler>[:<source>]``).

    ``source`` is the campaign or link, with the id of the message that held the button behind a colon when known.
    """

    profiler: str
    source: str = ""


@dataclass(frozen=True)
class Opened:
    """A conversation opened without words, by "Get started" for example. ``source`` as in ``Said``."""

    source: str = ""


@dataclass(frozen=True)
class Sent:
    """Something that is no text. ``kind`` is one of ``ATTACHMENTS``."""

    kind: str


UNSUPPORTED = "unsupported"

ATTACHMENTS = ("photo", "video", "voice", "file", "sticker", "location", "contact", "order", UNSUPPORTED)
"""What people send besides text; each has a phrase of its own, ``sent_<kind>``."""


@dataclass(frozen=True)
class More:
    """A tap on "More ..." under a list of ours: ``message_id`` is the id we gave that message."""

    message_id: str


@dataclass(frozen=True)
class Status:
    """What became of a message of ours.

    ``platform_ids`` are the platform's ids of the messages meant, ``message_id`` is our own id when the platform
    gives it back. ``state`` is ``sent``, ``delivered``, ``read`` or ``failed``; ``code`` is the platform's error code
    with ``failed``, else 0. With ``up_to`` every message to the person sent until then is meant instead.
    """

    state: str
    platform_ids: tuple[str, ...] = ()
    message_id: str = ""
    code: int = 0
    up_to: datetime | None = None


@dataclass(frozen=True)
class Moved:
    """A person's identity has changed its value; both have the same scheme."""

    old: Identity
    new: Identity


@dataclass(frozen=True)
class Preference:
    """The person allowed or forbade marketing messages in the platform's own settings."""

    wants: bool


@dataclass(frozen=True)
class Nothing:
    """An event that asks for nothing; ``reason`` says why in a few words (echo, reaction, unknown type ...)."""

    reason: str


ELSEWHERE = ("another number", "another page")
"""Reasons of events that are meant for a number or page that is not ours."""

Meaning = Said | Tapped | Started | Opened | Sent | More | Status | Moved | Preference | Nothing

FROM_CUSTOMER = (Said, Tapped, Started, Opened, Sent, More)
"""Meanings that a person caused by writing or tapping; they are answered, and they open the 24-hour window."""


@dataclass(frozen=True)
class Event:
    """One event of a batch.

    ``id`` is unique within the channel: the platform's message id, or one built of what makes the event unique,
    or a hash of the event when it has none. ``identities`` name the person, the most lasting first (a business-scoped
    id before a phone number); empty when no person is concerned. ``at`` is the platform's time, aware UTC (the time
    of the entry, else 1970, when the event has none of its own).
    ``batch`` is a batch of this one event, which the same parser reads again to an equal event: it is what is stored.
    """

    id: str
    at: datetime
    meaning: Meaning
    identities: tuple[Identity, ...]
    batch: Mapping[str, object]

    @property
    def is_from_customer(self) -> bool:
        """Whether a person wrote or tapped."""
        return isinstance(self.meaning, FROM_CUSTOMER)
