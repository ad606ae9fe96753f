"""Whether every target holds every lead exactly once with the last values, or it stands in dead letters."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from customer_profiler.core.lead import as_text
from tests.chaos.customer import Customer
from tests.chaos.plan import Plan
from tests.chaos.store import Body, Call
from tests.chaos.stored import Row, Stored
from tests.chaos.targets import CONCURRENCY, FEED, Targets, is_refused

HASTE_SECONDS = 1.0
"""By how much a call may be written down later than the death of who made it."""


class Wrong(Enum):
    """What can be wrong with a lead."""

    LOST = "lost"
    """It is nowhere, still waits, or is a dead letter that nobody has refused."""
    DOUBLED = "doubled"
    """There are two of it."""
    STALE = "stale"
    """Its values are not the last."""


@dataclass(frozen=True)
class Problem:
    """Something that must not be."""

    wrong: Wrong
    said: str


@dataclass(frozen=True)
class Happening:
    """What may make a worker deliver again, at a time of the monotonic clock: a death or a jump of a clock."""

    at: float
    subject: str


@dataclass
class Verdict:
    """What was found in the end."""

    plan: Plan
    stored: Stored
    targets: Targets
    customers: Sequence[Customer]
    happened: Sequence[Happening]
    refused: int = 0
    repeated: int = 0
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lead_of = {row["id"]: row for row in self.stored.leads}
        owed = ((row["lead_id"], row["target"]) for row in self.stored.deliveries)
        self._owed: defaultdict[tuple[str, str], dict[int, Row]] = defaultdict(dict)
        for key, row in zip(owed, self.stored.deliveries, strict=True):
            self._owed[key][row["revision"]] = row
        self.problems += [*self._of_customers(), *self._of_queues(), *self._of_records()]
        self.problems += [*self._of_journal(), *self._of_feed()]

    def count(self, wrong: Wrong) -> int:
        """Count one kind of problems."""
        return sum(problem.wrong is wrong for problem in self.problems)

    @property
    def revised(self) -> int:
        """How often leads were changed."""
        return sum(row["revision"] - 1 for row in self.stored.leads)

    @property
    def turns(self) -> int:
        """How often customers had to say something."""
        return sum(customer.talk.turns for customer in self.customers)

    # --- what customers were told

    def _of_customers(self) -> Iterator[Problem]:
        found: defaultdict[str, list[Row]] = defaultdict(list)
        for row in self.stored.leads:
            found[row["sender"]].append(row)
        for customer in self.customers:
            yield from self._of_customer(customer, found[customer.known.sender])

    def _of_customer(self, customer: Customer, leads: Sequence[Row]) -> Iterator[Problem]:
        who, talk = customer.known.sender, customer.talk
        if not customer.is_done:
            yield Problem(Wrong.LOST, f"{who} has said {talk.said!r} and heard {talk.heard!r} as the last")
        if len(leads) != 1:
            yield Problem(Wrong.DOUBLED if leads else Wrong.LOST, f"{who} has {len(leads)} leads")
            return
        lead = leads[0]
        if customer.reference not in ("", lead["id"]):
            yield Problem(Wrong.LOST, f"{who} was told {customer.reference}, and the lead is {lead['id']}")
        told = (customer.email, customer.product, customer.is_withdrawn)
        holds = (lead["body"]["email"], lead["body"]["product"], lead["withdrawn_at"] is not None)
        if customer.is_done and told != holds:
            yield Problem(Wrong.STALE, f"{who} was told {told}, and {lead['id']} holds {holds}")

    # --- what the product says of its deliveries

    def _of_queues(self) -> Iterator[Problem]:
        for lead in self.stored.leads:
            for target in self.targets.names:
                yield from self._of_queue(lead, target, self._owed[lead["id"], target])

    def _of_queue(self, lead: Row, target: str, owed: Mapping[int, Row]) -> Iterator[Problem]:
        name = f"{lead['id']} for {target}"
        if set(owed) != set(range(1, lead["revision"] + 1)):
            yield Problem(Wrong.LOST, f"{name}: revisions {sorted(owed)} of {lead['revision']} are owed")
            return
        last = owed[lead["revision"]]
        self.refused += last["status"] == "dead"
        for row in owed.values():
            is_last_or_waits = row is last or row["status"] == "waiting"
            if is_last_or_waits and row["status"] != "delivered" and not self._is_rightly_dead(row):
                yield Problem(Wrong.LOST, f"{name}: {_told(row)}")
        if last["status"] == "delivered" and any(row["status"] == "dead" for row in owed.values()):
            yield Problem(Wrong.STALE, f"{name}: an earlier revision is a dead letter still")

    def _is_rightly_dead(self, row: Row) -> bool:
        is_due = is_refused(self.plan, row["target"], self.stored.revisions[row["lead_id"], row["revision"]])
        return is_due and row["status"] == "dead" and row["trouble"] == "invalid_value"

    def _delivered(self, target: str) -> Iterator[Row]:
        """Give the leads whose last revision a target is said to have."""
        for lead in self.stored.leads:
            last = self._owed[lead["id"], target].get(lead["revision"])
            if last is not None and last["status"] == "delivered":
                yield lead

    # --- what targets hold

    def _of_records(self) -> Iterator[Problem]:
        for target, records in self.targets.records.items():
            yield from self._of_strangers(target, records.held)
            for lead in self._delivered(target):
                body = records.held.get(lead["id"])
                if body is None:
                    yield Problem(Wrong.LOST, f"{target} has no {lead['id']}, which is said to be delivered")
                elif body != lead["body"]:
                    yield Problem(Wrong.STALE, f"{target} has {lead['id']} with {_differences(body, lead['body'])}")

    def _of_strangers(self, target: str, held: Mapping[str, Body]) -> Iterator[Problem]:
        for lead_id in held.keys() - self._lead_of.keys():
            yield Problem(Wrong.DOUBLED, f"{target} has {lead_id}, which is no lead")

    def _of_journal(self) -> Iterator[Problem]:
        calls: defaultdict[str, list[Call]] = defaultdict(list)
        for call in self.targets.journal.calls:
            calls[call.lead_id].append(call)
        yield from self._of_strangers("journal", {lead_id: of_lead[-1].body for lead_id, of_lead in calls.items()})
        for lead in self._delivered("journal"):
            yield from self._of_order("journal", lead, [call.revision for call in calls[lead["id"]]])
            for call in calls[lead["id"]]:
                if call.body != self.stored.revisions.get((lead["id"], call.revision)):
                    yield Problem(Wrong.STALE, f"journal: {lead['id']} came with other values than were stored")
            yield from self._of_repetitions(calls[lead["id"]])
        most = CONCURRENCY * (len(self.happened) + 1)
        if self.repeated > most:
            yield Problem(Wrong.DOUBLED, f"journal: {self.repeated} repetitions, more than {most} were on their way")

    def _of_repetitions(self, calls: Sequence[Call]) -> Iterator[Problem]:
        first: dict[int, Call] = {}
        for call in calls:
            earlier = first.setdefault(call.revision, call)
            if call is earlier:
                continue
            if any(earlier.at - HASTE_SECONDS <= each.at <= call.at for each in self.happened):
                self.repeated += 1
            else:
                pause = call.at - earlier.at
                yield Problem(
                    Wrong.DOUBLED, f"journal: {call.key} came again after {pause:.1f} s in which nothing died"
                )

    def _of_feed(self) -> Iterator[Problem]:
        rows: defaultdict[str, list[Mapping[str, str]]] = defaultdict(list)
        for row in self.targets.rows():
            rows[row["lead_id"]].append(row)
        yield from self._of_strangers(FEED, {lead_id: of_lead[-1] for lead_id, of_lead in rows.items()})
        for lead in self._delivered(FEED):
            revisions = [int(row["revision"]) for row in rows[lead["id"]]]
            yield from self._of_order(FEED, lead, revisions)
            for revision, times in Counter(revisions).items():
                if times > 1:
                    yield Problem(Wrong.DOUBLED, f"{FEED} has {times} rows of {lead['id']} revision {revision}")
            for row in rows[lead["id"]][-1:]:
                body = {name: as_text(value) for name, value in lead["body"].items()}
                if dict(row) != body:
                    yield Problem(Wrong.STALE, f"{FEED} has {lead['id']} with {_differences(row, body)}")

    def _of_order(self, target: str, lead: Row, revisions: Sequence[int]) -> Iterator[Problem]:
        missing = set(range(1, lead["revision"] + 1)) - set(revisions)
        if missing:
            yield Problem(Wrong.LOST, f"{target} has no revision {sorted(missing)} of {lead['id']}")
        elif list(revisions) != sorted(revisions):
            yield Problem(Wrong.STALE, f"{target} has revisions of {lead['id']} in the order {list(revisions)}")


def _told(row: Row) -> str:
    """Say how it stands with a delivery."""
    names = ("revision", "status", "attempts", "trouble", "detail", "lease", "tried_at", "due_at", "put_off_at")
    return ", ".join(f"{name} {row[name]}" for name in names if row.get(name))


def _differences(holds: Body, should: Body) -> str:
    names = sorted({name for name in {**holds, **should} if holds.get(name) != should.get(name)})
    return "; ".join(f"{name} {holds.get(name)!r}, not {should.get(name)!r}" for name in names)
