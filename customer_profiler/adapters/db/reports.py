"""Streaming reads for the CSV exports: constant memory however many rows there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, literal, select, tuple_
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.sql.selectable import Select

from customer_profiler.adapters.db import tables as t
from customer_profiler.adapters.db.engine import reading
from customer_profiler.adapters.db.trouble import REFUSALS, unavailable

BATCH_ROWS = 1_000
"""Rows held in memory at a time."""

Row = Mapping[str, Any]


class SqlReports:
    """Reads runs, leads, profiles and outcomes in batches, each a short transaction, so that writers never wait."""

    def __init__(self, engine: Engine) -> None:
        self._engine = reading(engine)

    def runs(self, since: datetime | None) -> Iterable[Row]:
        """See ``services.ports.Reports``."""
        query = (
            select(
                t.run,
                t.profile.c.name,
                t.profile.c.email,
                t.profile.c.phone,
                t.recommendation.c.products,
                t.lead.c.id.label("lead_id"),
                t.lead.c.status.label("lead_status"),
                t.lead.c.product.label("lead_product"),
                t.lead.c.body.label("lead_body"),
            )
            .join(t.profile, t.profile.c.id == t.run.c.profile_id)
            .outerjoin(
                t.recommendation,
                and_(
                    t.recommendation.c.run_id == t.run.c.id,
                    t.recommendation.c.is_newest,
                    t.run.c.status == "completed",
                ),
            )
            .outerjoin(t.lead, t.lead.c.id == _newest_lead())
        )
        return self._batches(query, t.run.c.started_at, t.run.c.id, since, _add_answers)

    def leads(self, since: datetime | None) -> Iterable[Row]:
        """See ``services.ports.Reports``."""
        return self._batches(select(t.lead), t.lead.c.created_at, t.lead.c.id, since)

    def profiles(self, since: datetime | None) -> Iterable[Row]:
        """See ``services.ports.Reports``."""
        query = select(t.profile)
        if since is not None:
            query = query.where(t.profile.c.last_seen_at >= since)
        return self._batches(query, t.profile.c.first_seen_at, t.profile.c.id, None, _add_channels)

    def outcomes(self, since: datetime | None) -> Iterable[Row]:
        """See ``services.ports.Reports``."""
        query = select(t.outcome)
        if since is not None:
            query = query.where(t.outcome.c.received_at >= since)
        # The id grows with every outcome received.
        return self._batches(query, t.outcome.c.id, t.outcome.c.id, None)

    def _batches(
        self, query: Select, moment: Any, key: Any, since: datetime | None, complete: Any = None
    ) -> Iterator[Row]:
        """Walk the rows by (moment, key): each batch begins behind the last row of the one before."""
        if since is not None:
            query = query.where(moment >= since)
        last: tuple[Any, Any] | None = None
        while True:
            batch = query if last is None else query.where(tuple_(moment, key) > tuple_(*_literals(moment, key, last)))
            rows = self._read(_page(batch, moment, key), complete)
            yield from rows
            if len(rows) < BATCH_ROWS:
                return
            last = (rows[-1][moment.name], rows[-1][key.name])

    def _read(self, page: Select, complete: Any) -> list[dict[str, Any]]:
        try:
            with self._engine.connect() as connection:
                rows = [dict(row) for row in connection.execute(page).mappings()]
                if complete is not None and rows:
                    complete(connection, rows)
                return rows
        except REFUSALS as error:
            raise unavailable(error) from None


def _newest_lead() -> Any:
    """Give the id of the newest lead of the run in the same row."""
    leads = t.lead.alias()
    newest = select(leads.c.id).where(leads.c.run_id == t.run.c.id).order_by(leads.c.created_at.desc(), leads.c.id)
    return newest.limit(1).correlate(t.run).scalar_subquery()


def _page(query: Select, moment: Any, key: Any) -> Select:
    return query.order_by(moment, key).limit(BATCH_ROWS)


def _literals(moment: Any, key: Any, last: tuple[Any, Any]) -> Sequence[Any]:
    return [literal(last[0], moment.type), literal(last[1], key.type)]


def _add_answers(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Put each run's answers in force into its row: level -> (question, option)."""
    ids = [row["id"] for row in rows]
    columns = (t.answer.c.run_id, t.answer.c.level, t.answer.c.question, t.answer.c.option)
    query = select(*columns).where(t.answer.c.run_id.in_(ids), t.answer.c.withdrawn_at.is_(None))
    by_run: dict[str, dict[int, tuple[str, str]]] = {}
    for run_id, level, question, option in connection.execute(query):
        by_run.setdefault(run_id, {})[level] = (question, option)
    for row in rows:
        row["answers"] = by_run.get(row["id"], {})


def _add_channels(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    ids = [row["id"] for row in rows]
    query = select(t.identity.c.profile_id, t.identity.c.channel).where(t.identity.c.profile_id.in_(ids))
    by_profile: dict[str, set[str]] = {}
    for profile_id, channel in connection.execute(query):
        by_profile.setdefault(profile_id, set()).add(channel)
    for row in rows:
        row["channels"] = sorted(by_profile.get(row["id"], ()))
