"""Leads that are stored, what became of them, and a look at what was kept."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.engine import Engine

from customer_profiler.adapters.db import tables as t
from customer_profiler.core.outcome import Outcome, OutcomeKind

AT = datetime(2026, 5, 4, 10, tzinfo=timezone.utc)
MAY_1, MAY_2 = datetime(2026, 5, 1, tzinfo=timezone.utc), datetime(2026, 5, 2, tzinfo=timezone.utc)


def an_outcome(lead_id: str = "L-1", **fields: Any) -> Outcome:
    """A lead that was lost on the first of May, unless told otherwise."""
    given: dict[str, Any] = {"kind": OutcomeKind.LOST, "reason": "too dear", "happened_at": MAY_1, **fields}
    return Outcome(lead_id, **given)


def store_leads(engine: Engine, *lead_ids: str, profile_id: str = "ana") -> None:
    """Store leads of one person."""
    runs = [
        {
            "id": f"run of {lead_id}", "profile_id": profile_id, "profiler": "cars", "content_version": f"of {lead_id}",
            "channel": "rest", "language": "en", "source": "menu", "status": "completed", "started_at": AT,
        }
        for lead_id in lead_ids
    ]  # fmt: skip
    versions = [{"hash": run["content_version"], "profiler": "cars", "document": {}, "created_at": AT} for run in runs]
    leads = [
        {
            "id": lead_id, "run_id": f"run of {lead_id}", "profile_id": profile_id, "product": "hatch",
            "consent_text": "Yes.", "body": {}, "status": "delivered", "created_at": AT,
        }
        for lead_id in lead_ids
    ]  # fmt: skip
    with engine.begin() as connection:
        connection.execute(insert(t.profile).values(id=profile_id, first_seen_at=AT, last_seen_at=AT))
        connection.execute(insert(t.content_version), versions)
        connection.execute(insert(t.run), runs)
        connection.execute(insert(t.lead), leads)


def kept(engine: Engine) -> list[tuple[str, str, str]]:
    """The lead, kind and reason of every outcome stored, the oldest first."""
    with engine.connect() as connection:
        rows = connection.execute(select(t.outcome).order_by(t.outcome.c.id))
        return [(row.lead_id, row.outcome, row.reason) for row in rows]
