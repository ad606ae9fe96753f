"""Leads with their revisions; each is stored together with what is owed for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from customer_profiler.adapters.db import tables as t
from customer_profiler.adapters.db.deliveries import owe
from customer_profiler.core.lead import Lead


class SqlLeads:
    """Leads."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, lead_id: str) -> Lead | None:
        """See ``services.ports.Leads``."""
        return self._one(t.lead.c.id == lead_id)

    def of_run(self, run_id: str) -> Lead | None:
        """See ``services.ports.Leads``."""
        return self._one(t.lead.c.run_id == run_id)

    def of_profile(self, profile_id: str) -> Sequence[Lead]:
        """See ``services.ports.Leads``."""
        theirs = select(t.lead).where(t.lead.c.profile_id == profile_id).order_by(t.lead.c.created_at)
        return [Lead(**row) for row in self._connection.execute(theirs).mappings()]

    def add(self, lead: Lead, targets: Sequence[str]) -> None:
        """See ``services.ports.Leads``."""
        self._connection.execute(insert(t.lead).values(**asdict(lead)))
        self._revise(lead, targets, lead.created_at)

    def change(self, lead: Lead, targets: Sequence[str], at: datetime) -> None:
        """See ``services.ports.Leads``."""
        # What became of earlier revisions is counted by the deliveries.
        kept = ("id", "status", "attempts", "last_error")
        values = {name: value for name, value in asdict(lead).items() if name not in kept}
        status = "pending" if targets else t.lead.c.status
        self._connection.execute(update(t.lead).where(t.lead.c.id == lead.id).values(**values, status=status))
        self._revise(lead, targets, at)

    def _revise(self, lead: Lead, targets: Sequence[str], at: datetime) -> None:
        owed_at = at if targets else None
        revision = {"lead_id": lead.id, "revision": lead.revision, "body": lead.body, "created_at": at}
        if targets and lead.revision > 1:
            # This revision says all that earlier ones would, which nobody was owed.
            columns = t.lead_revision.c
            earlier = update(t.lead_revision).where(columns.lead_id == lead.id, columns.owed_at.is_(None))
            self._connection.execute(earlier.values(owed_at=at))
        self._connection.execute(insert(t.lead_revision).values(**revision, owed_at=owed_at))
        owe(self._connection, lead.id, lead.revision, targets, at)

    def _one(self, condition: Any) -> Lead | None:
        # Runs of before had a lead for each product; the newest counts.
        newest = select(t.lead).where(condition).order_by(t.lead.c.created_at.desc(), t.lead.c.id).limit(1)
        row = self._connection.execute(newest).mappings().one_or_none()
        return Lead(**row) if row else None
