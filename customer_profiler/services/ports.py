"""What the use cases need of the world, as protocols; `adapters` provides them, `bootstrap` joins them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from types import TracebackType
from typing import Protocol

from customer_profiler.core.alert import Alert
from customer_profiler.core.delivery import (
    DeliveryFailed,
    DeliveryStatus,
    Finding,
    LeadDelivery,
    LeadMessage,
    Lease,
    Receipt,
    Trouble,
)
from customer_profiler.core.events import Status
from customer_profiler.core.inbox import InboxEvent, InboxStatus
from customer_profiler.core.lead import Lead
from customer_profiler.core.outcome import Outcome
from customer_profiler.core.outgoing import Delivery, OutgoingMessage
from customer_profiler.core.profile import Address, Identity, Profile
from customer_profiler.core.profiler import Profiler
from customer_profiler.core.ranking import Ranking
from customer_profiler.core.run import Run


class Profiles(Protocol):
    """Stored profiles, found by identity."""

    def visited(self, identity: Identity, at: datetime) -> Profile:
        """Give the profile of the identity, made when it is new, with ``last_seen_at`` set to ``at``."""

    def seen(self, profile_id: str, at: datetime) -> Profile:
        """Give the profile of that id with ``last_seen_at`` set to ``at``; raise ``UnknownProfile``."""

    def met(self, identities: Sequence[Identity], at: datetime, inbound_at: datetime | None = None) -> str:
        """Give the id of the profile that these identities of one person point to, made when all are new.

        Those that are new, or point to another profile than that of whoever wrote last, are pointed to it, and what is
        on its way goes with them. ``inbound_at`` is when the person wrote.
        """

    def move(self, old: Identity, new: Identity) -> str | None:
        """Let the profile of ``old`` be found by ``new`` instead, and nobody else by it any more.

        Gives the profile's id, or None when nobody has ``old``.
        """

    def find(self, identity: Identity) -> str | None:
        """Give the id of the profile that the identity points to, or None."""

    def addresses(self, profile_id: str, channel: str) -> Sequence[Address]:
        """Give the person's identities on a channel, the one that wrote last first."""

    def save(self, profile: Profile) -> None:
        """Store the changed fields of a profile that exists."""


class Runs(Protocol):
    """Stored runs with their answers and recommendations."""

    def get(self, run_id: str, profile_id: str) -> Run | None:
        """Give the run of that id if it is that person's, else None."""

    def latest(self, profile_id: str, profiler: str) -> Run | None:
        """Give the person's newest run of a profiler, or None."""

    def latest_completed(self, profile_id: str) -> Run | None:
        """Give the person's newest run that has a recommendation, or None."""

    def add(self, run: Run) -> None:
        """Store a new run."""

    def save(self, run: Run) -> None:
        """Store the run's own fields; answers and recommendations have calls of their own."""

    def save_answer(self, run_id: str, level: int, question: str, option: str, at: datetime) -> None:
        """Store an answer; an earlier answer to the question is kept as taken back."""

    def withdraw(self, run_id: str, questions: Iterable[str], at: datetime) -> None:
        """Mark the answers to these questions as taken back."""

    def save_recommendation(self, run: Run, ranking: Ranking, at: datetime) -> None:
        """Store what was recommended; it becomes the run's newest recommendation."""


class Leads(Protocol):
    """Stored leads."""

    def of_run(self, run_id: str) -> Lead | None:
        """Give the lead of that run, or None; a run has one at most."""

    def of_profile(self, profile_id: str) -> Sequence[Lead]:
        """Give the person's leads, oldest first."""

    def get(self, lead_id: str) -> Lead | None:
        """Give the lead of that id, or None."""

    def add(self, lead: Lead, targets: Sequence[str]) -> None:
        """Store a new lead, and that these targets are owed its first revision."""

    def change(self, lead: Lead, targets: Sequence[str], at: datetime) -> None:
        """Store a new revision of a lead, and that these targets are owed it; ``body`` holds all of it."""


class Deliveries(Protocol):
    """What is owed to the targets of leads; see ``core.delivery``."""

    def is_behind(self) -> bool:
        """Tell whether there are leads that nobody is owed."""

    def catch_up(self, targets: Sequence[str], at: datetime, limit: int) -> int:
        """Owe to the targets the leads that nobody was owed, made while there was no target; give how many."""

    def next_due(self, targets: Sequence[str]) -> datetime | None:
        """Give when the first delivery to one of the targets is due, or None when none waits."""

    def claim(self, target: str, worker: str, limit: int, now: datetime, until: datetime) -> Sequence[LeadDelivery]:
        """Lease to the worker the deliveries longest due, at most ``limit``, with one more attempt counted each.

        Those that are leased are left out, as are those whose lead has another revision leased for the target, or an
        earlier one waiting. ``until`` is when the worker will have given up at the latest.
        """

    def message(self, delivery: LeadDelivery) -> LeadMessage:
        """Give what the target gets."""

    def settle(self, delivery: LeadDelivery, worker: str, now: datetime) -> bool:
        """Store what became of a delivery; False when the worker's lease of this attempt is over.

        Once delivered, earlier revisions that were dead are superseded: a revision holds all of a lead.
        """

    def repeat_newer(self, delivery: LeadDelivery, now: datetime) -> bool:
        """Owe the newest revision once more that the target has taken, or is taking, after this one, if any."""

    def leases(self) -> Sequence[Lease]:
        """Give all leases there are."""

    def end_leases(self, leases: Collection[Lease], now: datetime) -> int:
        """End those of the leases that are in force still; what they were of is due. Give how many."""

    def orphans(self, targets: Sequence[str], before: datetime, limit: int) -> Sequence[LeadDelivery]:
        """Give deliveries to other targets than these that were due before, at most so many; nobody is at them."""

    def set_aside(self, delivery: LeadDelivery, failure: DeliveryFailed, now: datetime) -> None:
        """Make an orphan a dead letter."""

    def hasten(self, target: str, now: datetime) -> int:
        """Make due all that waits for a target, which is well again; give how many."""

    def is_ahead_of_clock(self, targets: Sequence[str], now: datetime, tolerance: timedelta) -> bool:
        """Tell whether there is anything for ``mend_clock`` to do."""

    def mend_clock(self, targets: Sequence[str], now: datetime, tolerance: timedelta) -> int:
        """Make due what was put off at a time that is still to come: the clock has run back; give how many."""

    def get(self, number: int) -> LeadDelivery | None:
        """Give the delivery of that number, or None."""

    def of_lead(self, lead_id: str) -> Sequence[LeadDelivery]:
        """Give the deliveries of a lead, oldest revision first."""

    def listed(self, statuses: Sequence[DeliveryStatus], target: str = "", limit: int = 50) -> Sequence[LeadDelivery]:
        """Give the newest deliveries in one of the statuses, to one target or to all, oldest first."""

    def retry(self, number: int, now: datetime) -> bool:
        """Let a dead, cancelled or put-off delivery be tried at once; False for any other."""

    def cancel(self, number: int, now: datetime) -> bool:
        """End a waiting or dead delivery that no worker is at; False for any other."""

    def depths(self) -> Sequence[tuple[str, str, int]]:
        """Give (target, ``waiting`` or ``dead``, how many) for all that have any."""

    def oldest(self, target: str) -> datetime | None:
        """Give when the oldest lead that waits for the target was made, or None."""

    def deaths(self) -> Mapping[str, tuple[int, datetime]]:
        """Give how many dead letters each target has, if any, and when the newest died."""

    def dead(self, target: str, trouble: Trouble | None = None) -> Sequence[int]:
        """Give the numbers of a target's dead letters, or of those of one trouble, in the order of making."""


class Presence(Protocol):
    """How a worker is known to others."""

    def arrive(self, worker: str, on_change: Callable[[], None]) -> None:
        """Begin to be known, and to be told that something is owed; raises ``WorkerRunning``."""

    def gone(self, workers: Sequence[str], own: str) -> Sequence[str]:
        """Give those of the workers that live no more; raises ``StoreUnavailable``."""

    def leave(self) -> None:
        """End it."""


class Alerts(Protocol):
    """Reasons to look after the delivery of leads, and when somebody was told."""

    def raised(self) -> Sequence[Alert]:
        """Give all that are raised, by kind and target: who changes several keeps to that order."""

    def seen(self, kind: str, target: str, at: datetime) -> None:
        """Store that there is reason for an alert, raised by it when it was not."""

    def take(self, alert: Alert, at: datetime) -> bool:
        """Store that this worker begins to tell of it; False when another was faster."""

    def told(self, alert: Alert, at: datetime) -> None:
        """Store that the e-mail about what was taken at that time has gone out."""

    def clear(self, alert: Alert) -> None:
        """Store that the reason is no more; unless it has been seen again since the alert was read."""


class Outcomes(Protocol):
    """What became of leads, as the CRM told."""

    def people(self, lead_ids: Sequence[str]) -> Mapping[str, str]:
        """Give the profile's id of each of these leads that exists."""

    def add(self, outcome: Outcome, profile_id: str, source: str, at: datetime) -> bool:
        """Store an outcome told at that time; False when one of the same lead, kind and moment is stored."""

    def of_profile(self, profile_id: str) -> Sequence[Outcome]:
        """Give the outcomes of a person's leads, in the order in which they happened."""


class LeadTarget(Protocol):
    """Where leads go: a CRM, a mailbox, a file. Adapters of ``adapters/crm``; several threads may call at once."""

    def deliver(self, message: LeadMessage) -> Receipt:
        """Create or update the lead; raise ``DeliveryFailed``.

        The same message again, after an answer was lost, must not make a second lead.
        """

    def check(self) -> Iterable[Finding]:
        """Try log-in, rights, mapped fields and a dry run, step by step; nothing is left behind."""

    def close(self) -> None:
        """Give connections back."""


class Versions(Protocol):
    """Stored content versions."""

    def add(self, version: str, profiler: Profiler, at: datetime) -> None:
        """Store a profiler under the hash of its content; storing it again changes nothing."""

    def get(self, version: str) -> Profiler:
        """Give the profiler of that hash; raise ``UnknownProfiler``."""


class Handovers(Protocol):
    """Wishes to talk to a person."""

    def add(self, profile_id: str, run_id: str, reason: str, at: datetime) -> None:
        """Store that the person asked for a member of staff."""


class InboxEvents(Protocol):
    """Events accepted from messaging platforms."""

    def known(self, channel: str, ids: Sequence[str]) -> set[str]:
        """Give those of the ids that are stored already."""

    def add(self, event: InboxEvent) -> bool:
        """Store an event; False when it is stored already."""

    def take(self, channel: str, profile_id: str) -> InboxEvent | None:
        """Give the person's oldest waiting event with one more attempt counted, or None."""

    def senders(self, channel: str) -> Sequence[str]:
        """Give the ids of the profiles that have events waiting, the longest waiting first."""

    def finish(self, number: int, status: InboxStatus, at: datetime, error: str = "") -> None:
        """Store what became of an event."""

    def failed(self, number: int) -> InboxEvent | None:
        """Give the failed event of that number, or None."""

    def drop(self, number: int) -> None:
        """Delete the event of that number, so that it can be accepted again."""

    def note(self, number: int, error: str) -> None:
        """Store why the last try of an event failed; it waits on."""

    def listed(self, statuses: Sequence[InboxStatus], limit: int) -> Sequence[InboxEvent]:
        """Give the newest events in one of the statuses, oldest first."""

    def forget(self, status: InboxStatus, before: datetime) -> int:
        """Delete events of that status received before that time; give how many."""


class OutgoingMessages(Protocol):
    """Messages owed to people."""

    def add(self, messages: Sequence[OutgoingMessage]) -> None:
        """Store messages, to be sent in this order."""

    def get(self, message_id: str) -> OutgoingMessage | None:
        """Give the message of that id, or None; nobody else changes it until the transaction ends."""

    def next(self, channel: str, profile_id: str, now: datetime) -> OutgoingMessage | None:
        """Give the person's first message that waits, or None; a template put off lets all others pass."""

    def recipients(self, channel: str, now: datetime) -> Sequence[str]:
        """Give the ids of the profiles that have messages due by now, the longest waiting first."""

    def forget(self, before: datetime) -> int:
        """Delete messages made before that time that wait no more; give how many."""

    def save(self, message: OutgoingMessage) -> None:
        """Store what became of a message: status, reason, attempts and times."""

    def meant_by(self, channel: str, profile_id: str | None, status: Status) -> Sequence[OutgoingMessage]:
        """Give the messages a platform's status speaks of."""

    def listed(self, statuses: Sequence[Delivery], limit: int) -> Sequence[OutgoingMessage]:
        """Give the newest messages in one of the statuses, oldest first."""


class Consents(Protocol):
    """Consents to marketing messages."""

    def grant(self, profile_id: str, source: str, at: datetime) -> None:
        """Store a consent unless one is in force."""

    def withdraw(self, profile_id: str, at: datetime) -> bool:
        """End the consent in force; False when there is none."""

    def in_force(self, profile_id: str) -> bool:
        """Tell whether the person has agreed to marketing messages."""


class UnitOfWork(Protocol):
    """One transaction.

    Leaving it without ``commit`` undoes everything; database trouble leaves it as ``StoreUnavailable``.
    """

    @property
    def profiles(self) -> Profiles:
        """The profiles."""

    @property
    def runs(self) -> Runs:
        """The runs."""

    @property
    def leads(self) -> Leads:
        """The leads."""

    @property
    def deliveries(self) -> Deliveries:
        """What is owed for leads."""

    @property
    def outcomes(self) -> Outcomes:
        """What became of leads."""

    @property
    def alerts(self) -> Alerts:
        """The reasons to look after the delivery of leads."""

    @property
    def versions(self) -> Versions:
        """The content versions."""

    @property
    def handovers(self) -> Handovers:
        """The wishes to talk to a person."""

    @property
    def inbox(self) -> InboxEvents:
        """The events accepted from messaging platforms."""

    @property
    def outgoing(self) -> OutgoingMessages:
        """The messages owed to people."""

    @property
    def consents(self) -> Consents:
        """The consents to marketing messages."""

    def nested(self) -> AbstractContextManager[object]:
        """Open a part of the transaction that can fail by itself; raises ``StoreRefused`` for what cannot be stored."""

    def __enter__(self) -> UnitOfWork: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def commit(self) -> None:
        """Make everything done so far last."""


class Contacts(Protocol):
    """Checks of contact details; each raises ``InvalidContact`` with the reason."""

    def clean(self, lead_field: str, text: str) -> str:
        """Give the detail in its canonical form: name trimmed, e-mail normalised, phone in E.164."""


class Reports(Protocol):
    """Streaming reads for the CSV exports; each row is a mapping of column to value."""

    def runs(self, since: datetime | None) -> Iterable[Mapping[str, object]]:
        """Give the runs begun since then, oldest first."""

    def leads(self, since: datetime | None) -> Iterable[Mapping[str, object]]:
        """Give the leads made since then, oldest first."""

    def profiles(self, since: datetime | None) -> Iterable[Mapping[str, object]]:
        """Give the profiles seen since then, in the order of their first visit."""

    def outcomes(self, since: datetime | None) -> Iterable[Mapping[str, object]]:
        """Give the outcomes of leads received since then, in the order in which they were stored."""
