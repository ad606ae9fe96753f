"""Deliveries: what a lead owes to a target, the reasons why one fails, and when it is tried again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

FIRST_PAUSE = timedelta(seconds=1)
"""Between the first attempt and the second; it doubles with every further one."""

LONGEST_PAUSE = timedelta(days=1)
"""Between two attempts, also when a ``Retry-After`` asks for more."""

LONGEST_DETAIL = 500
"""Characters of a target's own words that are kept."""


class Trouble(str, Enum):
    """Why a delivery failed: a closed set, so that people and programs can act on it.

    ``is_passing`` tells those that are tried again by themselves from those that need a person: a *dead letter*.
    """

    UNREACHABLE = "unreachable"
    """Nobody answers at the address."""
    TIMEOUT = "timeout"
    """No answer in time; whether the target took the lead is unknown."""
    TLS = "tls"
    """The target's certificate cannot be trusted."""
    BUSY = "busy"
    """Too many calls; a ``Retry-After`` is honoured."""
    SERVER_ERROR = "server_error"
    """The target, or its database, has trouble of its own."""
    NOT_UNDERSTOOD = "not_understood"
    """The answer is none: HTML, half of one, or far too long; whether the target took the lead is unknown."""
    CONFLICT = "conflict"
    """Somebody changes the same record at the same moment."""

    UNAUTHORIZED = "unauthorized"
    """The password, key or token is wrong or has expired."""
    FORBIDDEN = "forbidden"
    """The account lacks a right."""
    UNKNOWN_FIELD = "unknown_field"
    """The mapping names a field that the target does not have."""
    INVALID_VALUE = "invalid_value"
    """The target does not take a value: an e-mail address, a choice, a mandatory field that is empty."""
    MISSING = "missing"
    """The record, table or address that the delivery speaks of does not exist."""
    AMBIGUOUS = "ambiguous"
    """Several records of the target bear the lead's id."""
    REDIRECTED = "redirected"
    """The target has moved; credentials are not sent to another address."""
    TOO_LARGE = "too_large"
    """The lead is larger than the target takes."""
    REFUSED = "refused"
    """The target refused it for another reason."""
    MISCONFIGURED = "misconfigured"
    """``crm.yml`` names no such target any more, or it cannot be used."""
    FAULT = "fault"
    """We failed ourselves: a defect of this program, whose kind stands in ``detail``."""
    GIVEN_UP = "given_up"
    """It was tried for as long as ``crm.yml`` allows; ``detail`` names the last trouble."""

    @property
    def is_passing(self) -> bool:
        """Tell whether trying again may help without anybody mending anything."""
        return self in _PASSING

    @property
    def is_of_target(self) -> bool:
        """Tell whether other leads would meet the same trouble now: it is the target's, not this lead's."""
        return self in _OF_TARGET


_PASSING = {
    Trouble.UNREACHABLE,
    Trouble.TIMEOUT,
    Trouble.TLS,
    Trouble.BUSY,
    Trouble.SERVER_ERROR,
    Trouble.NOT_UNDERSTOOD,
    Trouble.CONFLICT,
}

_OF_TARGET = (_PASSING - {Trouble.CONFLICT}) | {Trouble.UNAUTHORIZED, Trouble.FORBIDDEN, Trouble.REDIRECTED}


@dataclass(eq=False)
class DeliveryFailed(Exception):
    """A target did not take a lead.

    ``detail`` is what the target said, for the person who must mend it; it may hold a customer's words and never
    reaches a log. ``retry_after`` is in seconds, 0 when the target named none.
    """

    trouble: Trouble
    detail: str = ""
    retry_after: float = 0.0

    def __post_init__(self) -> None:
        self.detail = " ".join(self.detail.split())[:LONGEST_DETAIL]
        super().__init__(self.trouble.value)


class DeliveryStatus(str, Enum):
    """Where a delivery stands."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"
    """Not to be tried again until a person says so."""
    CANCELLED = "cancelled"
    """A person has said that it is not owed any more."""
    SUPERSEDED = "superseded"
    """It was dead, and a later revision of the lead, which holds all of it, has been delivered since."""


@dataclass(frozen=True)
class Lease:
    """That a worker tries a delivery now, ``attempts`` counting from 1; no two tries ever have the same."""

    number: int
    attempts: int
    worker: str


@dataclass(frozen=True)
class LeadDelivery:
    """One revision of a lead that is owed to one target.

    Revisions count from 1; those of one lead reach a target in order. ``attempts`` counts tries begun; ``lease`` is
    the id of the worker that tries it now, else empty; ``remote_id`` is the target's own id of the lead. ``due_at``,
    for a leased one, is when its worker gives up. ``created_at`` is when the lead had this revision, ``patient_from``
    when its patience began if that was later. Times are aware UTC.
    """

    number: int
    lead_id: str
    revision: int
    target: str
    created_at: datetime
    due_at: datetime
    status: DeliveryStatus = DeliveryStatus.WAITING
    attempts: int = 0
    lease: str = ""
    trouble: Trouble | None = None
    detail: str = ""
    remote_id: str = ""
    tried_at: datetime | None = None
    settled_at: datetime | None = None
    patient_from: datetime | None = None

    @property
    def as_leased(self) -> Lease:
        """What holds it now."""
        return Lease(self.number, self.attempts, self.lease)

    def as_delivered(self, remote_id: str, at: datetime) -> LeadDelivery:
        """Give the delivery after the target took it."""
        done = replace(self, status=DeliveryStatus.DELIVERED, remote_id=remote_id, trouble=None, detail="", lease="")
        return replace(done, settled_at=at)

    def as_failed(self, failure: DeliveryFailed, at: datetime, patience: timedelta, share: float) -> LeadDelivery:
        """Give the delivery after a failed attempt: put off, or dead.

        ``patience`` is how long it is tried at all; ``share`` is the jitter, see ``pause``.
        """
        tried = replace(self, trouble=failure.trouble, detail=failure.detail, lease="")
        if not failure.trouble.is_passing:
            return replace(tried, status=DeliveryStatus.DEAD, settled_at=at)
        if at - (self.patient_from or self.created_at) > patience:
            detail = f"{failure.trouble.value}: {failure.detail}"[:LONGEST_DETAIL]
            return replace(tried, status=DeliveryStatus.DEAD, trouble=Trouble.GIVEN_UP, detail=detail, settled_at=at)
        return replace(tried, due_at=at + pause(self.attempts, share, failure.retry_after))


def pause(attempts: int, share: float, retry_after: float = 0.0) -> timedelta:
    """Give how long to wait after so many attempts (1 or more), at most ``LONGEST_PAUSE``.

    The wait doubles with every attempt; ``share`` from 0 to 1 spreads it over its upper half (equal jitter), so that
    leads that failed together do not come back together. A target's ``retry_after`` in seconds is waited for at least.
    """
    # Beyond 2^20 seconds the longest pause has long been reached, and larger powers would overflow.
    whole: timedelta = min(FIRST_PAUSE * 2.0 ** min(max(attempts, 1) - 1, 20), LONGEST_PAUSE)
    return min(max(whole * (0.5 + share / 2), timedelta(seconds=retry_after)), LONGEST_PAUSE)


@dataclass(frozen=True)
class LeadMessage:
    """A revision of a lead as a target gets it.

    ``values`` maps ``core.lead.FIELDS`` to values. ``is_known`` says that the target has taken an earlier revision,
    under ``remote_id`` as far as it told. ``attempt`` counts from 1; from 2 on the target may have it already.
    """

    lead_id: str
    revision: int
    values: Mapping[str, object]
    is_known: bool = False
    remote_id: str = ""
    attempt: int = 1

    @property
    def key(self) -> str:
        """The idempotency key: the lead's id for its first revision, the same for ever for every other."""
        return self.lead_id if self.revision == 1 else f"{self.lead_id}:{self.revision}"


@dataclass(frozen=True)
class Receipt:
    """What a target answered on taking a lead: its own id of it, empty when it told none."""

    remote_id: str = ""


@dataclass(frozen=True)
class Queue:
    """What is owed to one target: how many wait and are dead, and when the oldest that waits was made."""

    target: str
    waiting: int
    dead: int
    oldest: datetime | None


@dataclass(frozen=True)
class Finding:
    """One step of ``profiler crm check``: what was tried, whether it is well, and how to mend it."""

    step: str
    is_well: bool
    said: str
    mend: str = ""
