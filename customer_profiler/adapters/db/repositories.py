"""Repositories: they turn rows into the core's objects and back, inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime, timezone
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from customer_profiler.adapters.db import tables as t
from customer_profiler.core.document import from_document, to_document
from customer_profiler.core.errors import UnknownProfile, UnknownProfiler
from customer_profiler.core.numbers import spellings
from customer_profiler.core.profile import PHONE, Address, Identity, Profile
from customer_profiler.core.profiler import Profiler
from customer_profiler.core.ranking import Ranking
from customer_profiler.core.run import RecommendedProduct, Run, RunStatus

_RUN_FIELDS = [column.name for column in t.run.columns]


class SqlProfiles:
    """Profiles and their identities."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def visited(self, identity: Identity, at: datetime) -> Profile:
        """See ``services.ports.Profiles``."""
        return self.seen(self.find(identity) or self._add(identity, at), at)

    def seen(self, profile_id: str, at: datetime) -> Profile:
        """See ``services.ports.Profiles``."""
        seen = update(t.profile).where(t.profile.c.id == profile_id).values(last_seen_at=at)
        self._connection.execute(seen)
        row = self._connection.execute(select(t.profile).where(t.profile.c.id == profile_id)).mappings().one_or_none()
        if row is None:
            raise UnknownProfile(f"there is no profile {profile_id}")
        return Profile(**row)

    def met(self, identities: Sequence[Identity], at: datetime, inbound_at: datetime | None = None) -> str:
        """See ``services.ports.Profiles``."""
        known = [profile_id for identity in identities if (profile_id := self.find(identity))]
        profile_id = self._wrote_last(known) if known else self._add(identities[0], at)
        for identity in identities:
            self._point(identity, profile_id, at)
            if inbound_at is not None:
                earlier = t.identity.c.last_inbound_at.is_(None) | (t.identity.c.last_inbound_at < inbound_at)
                wrote = update(t.identity).where(_is(identity), earlier).values(last_inbound_at=inbound_at)
                self._connection.execute(wrote)
        return profile_id

    def move(self, old: Identity, new: Identity) -> str | None:
        """See ``services.ports.Profiles``."""
        profile_id = self.find(old)
        if profile_id is None:
            return None
        if self.find(new) not in (None, profile_id):
            # The number was given to somebody else before; whoever had it is not this person.
            self._connection.execute(delete(t.identity).where(_is(new)))
        if old.value != new.value:
            self._connection.execute(update(t.identity).where(_is(old)).values(value=new.value))
        return profile_id

    def addresses(self, profile_id: str, channel: str) -> Sequence[Address]:
        """See ``services.ports.Profiles``."""
        theirs = select(t.identity).where(t.identity.c.profile_id == profile_id, t.identity.c.channel == channel)
        rows = self._connection.execute(theirs).mappings().all()
        found = [Address(Identity(row["scheme"], row["value"]), row["last_inbound_at"]) for row in rows]
        never = datetime.min.replace(tzinfo=timezone.utc)
        # A number is what every platform call takes; so it goes first when both wrote in the same message.
        return sorted(found, key=lambda a: (a.last_inbound_at or never, a.identity.scheme == PHONE), reverse=True)

    def save(self, profile: Profile) -> None:
        """See ``services.ports.Profiles``."""
        values = asdict(profile)
        self._connection.execute(update(t.profile).where(t.profile.c.id == values.pop("id")).values(**values))

    def find(self, identity: Identity) -> str | None:
        """See ``services.ports.Profiles``."""
        known = select(t.identity.c.profile_id).where(_is(identity)).limit(1)
        profile_id: str | None = self._connection.execute(known).scalar_one_or_none()
        return profile_id

    def _add(self, identity: Identity, at: datetime) -> str:
        profile_id = uuid4().hex
        try:
            with self._connection.begin_nested():
                new = insert(t.profile).values(id=profile_id, first_seen_at=at, last_seen_at=at)
                self._connection.execute(new)
                self._connection.execute(insert(t.identity).values(**_identity_values(identity, profile_id, at)))
        except IntegrityError:
            # Another process met the same person at the same moment; its profile is the one.
            return self.find(identity) or ""
        return profile_id

    def _wrote_last(self, profile_ids: Sequence[str]) -> str:
        """Give the profile of the person who wrote last; one that staff made has not written at all."""
        wrote = (
            select(func.max(t.identity.c.last_inbound_at))
            .where(t.identity.c.profile_id == t.profile.c.id)
            .scalar_subquery()
        )
        never_last = wrote.is_(None)
        newest = select(t.profile.c.id).where(t.profile.c.id.in_(profile_ids))
        ordered = newest.order_by(never_last, wrote.desc(), t.profile.c.last_seen_at.desc())
        found: str = self._connection.execute(ordered.limit(1)).scalar_one()
        return found

    def _point(self, identity: Identity, profile_id: str, at: datetime) -> None:
        """Let an identity point to a profile, whether it is new, points elsewhere, or points there already."""
        current = self.find(identity)
        if current is None:
            try:
                with self._connection.begin_nested():
                    self._connection.execute(insert(t.identity).values(**_identity_values(identity, profile_id, at)))
            except IntegrityError:
                # Another process met the same person at the same moment.
                current = self.find(identity)
        if current is not None and current != profile_id:
            self._connection.execute(update(t.identity).where(_is(identity)).values(profile_id=profile_id))
            self._hand_over(current, profile_id, identity.channel)

    def _hand_over(self, former: str, profile_id: str, channel: str) -> None:
        """Let what is on its way from and to a person follow the identity to another profile."""
        for table in (t.inbox_event, t.outgoing_message):
            theirs = (table.c.profile_id == former) & (table.c.channel == channel)
            self._connection.execute(update(table).where(theirs).values(profile_id=profile_id))
        consent = t.marketing_consent.c.profile_id == former
        self._connection.execute(update(t.marketing_consent).where(consent).values(profile_id=profile_id))


class SqlRuns:
    """Runs with their answers and recommendations."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, run_id: str, profile_id: str) -> Run | None:
        """See ``services.ports.Runs``."""
        return self._one(t.run.c.id == run_id, t.run.c.profile_id == profile_id)

    def latest(self, profile_id: str, profiler: str) -> Run | None:
        """See ``services.ports.Runs``."""
        return self._one(t.run.c.profile_id == profile_id, t.run.c.profiler == profiler)

    def latest_completed(self, profile_id: str) -> Run | None:
        """See ``services.ports.Runs``."""
        return self._one(t.run.c.profile_id == profile_id, t.run.c.status == RunStatus.COMPLETED.value)

    def add(self, run: Run) -> None:
        """See ``services.ports.Runs``."""
        self._connection.execute(insert(t.run).values(**_run_values(run)))

    def save(self, run: Run) -> None:
        """See ``services.ports.Runs``."""
        values = _run_values(run)
        self._connection.execute(update(t.run).where(t.run.c.id == values.pop("id")).values(**values))

    def save_answer(self, run_id: str, level: int, question: str, option: str, at: datetime) -> None:
        """See ``services.ports.Runs``."""
        self.withdraw(run_id, [question], at)
        new = insert(t.answer).values(run_id=run_id, level=level, question=question, option=option, answered_at=at)
        self._connection.execute(new)

    def withdraw(self, run_id: str, questions: Iterable[str], at: datetime) -> None:
        """See ``services.ports.Runs``."""
        in_force = (t.answer.c.run_id == run_id) & t.answer.c.withdrawn_at.is_(None)
        these = in_force & t.answer.c.question.in_(list(questions))
        self._connection.execute(update(t.answer).where(these).values(withdrawn_at=at))

    def save_recommendation(self, run: Run, ranking: Ranking, at: datetime) -> None:
        """See ``services.ports.Runs``."""
        earlier = update(t.recommendation).where(t.recommendation.c.run_id == run.id)
        self._connection.execute(earlier.values(is_newest=False))
        products = [
            {
                "product": entry.product.id,
                "score": entry.score,
                "near_match": entry.near_match,
                "reasons": [[str(reason.when), reason.points] for reason in entry.reasons],
            }
            for entry in ranking.products
        ]
        self._connection.execute(
            insert(t.recommendation).values(
                run_id=run.id, is_newest=True, products=products, scores=ranking.scores, created_at=at
            )
        )

    def _one(self, *conditions: Any) -> Run | None:
        newest = select(t.run).where(*conditions).order_by(t.run.c.started_at.desc(), t.run.c.id.desc()).limit(1)
        row = self._connection.execute(newest).mappings().one_or_none()
        return self._run(dict(row)) if row else None

    def _run(self, row: dict[str, Any]) -> Run:
        answers = select(t.answer.c.question, t.answer.c.option).where(
            t.answer.c.run_id == row["id"], t.answer.c.withdrawn_at.is_(None)
        )
        status = RunStatus(row.pop("status"))
        given = dict(self._connection.execute(answers.order_by(t.answer.c.level)).all())
        recommended = self._recommended(row["id"]) if status is RunStatus.COMPLETED else ()
        return Run(**row, status=status, answers=given, recommended=recommended)

    def _recommended(self, run_id: str) -> tuple[RecommendedProduct, ...]:
        newest = select(t.recommendation.c.products).where(
            t.recommendation.c.run_id == run_id, t.recommendation.c.is_newest
        )
        products = self._connection.execute(newest).scalar_one_or_none() or []
        return tuple(
            RecommendedProduct(
                entry["product"],
                entry["score"],
                entry["near_match"],
                tuple((when, points) for when, points in entry["reasons"]),
            )
            for entry in products
        )


class SqlVersions:
    """Content versions."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, version: str, profiler: Profiler, at: datetime) -> None:
        """See ``services.ports.Versions``."""
        document = to_document(profiler)
        try:
            with self._connection.begin_nested():
                self._connection.execute(
                    insert(t.content_version).values(
                        hash=version, profiler=profiler.id, document=document, created_at=at
                    )
                )
        except IntegrityError:
            # The same content was stored before, here or by another process: nothing to do.
            return

    def get(self, version: str) -> Profiler:
        """See ``services.ports.Versions``."""
        stored = select(t.content_version.c.document).where(t.content_version.c.hash == version)
        document = self._connection.execute(stored).scalar_one_or_none()
        if document is None:
            raise UnknownProfiler(f"no content is stored under version {version}")
        return from_document(document)


class SqlHandovers:
    """Wishes to talk to a person."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, profile_id: str, run_id: str, reason: str, at: datetime) -> None:
        """See ``services.ports.Handovers``."""
        values = {"profile_id": profile_id, "run_id": run_id, "reason": reason, "requested_at": at}
        self._connection.execute(insert(t.handover).values(**values))


def _run_values(run: Run) -> dict[str, Any]:
    return {name: getattr(run, name) for name in _RUN_FIELDS} | {"status": run.status.value}


def _is(identity: Identity) -> Any:
    values = spellings(identity.value) if identity.scheme == PHONE else (identity.value,)
    return (t.identity.c.scheme == identity.scheme) & t.identity.c.value.in_(values)


def _identity_values(identity: Identity, profile_id: str, at: datetime) -> dict[str, Any]:
    named = {"scheme": identity.scheme, "value": identity.value, "channel": identity.channel}
    return {**named, "profile_id": profile_id, "created_at": at}
