"""What became of leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from customer_profiler.adapters.db import tables as t
from customer_profiler.core.outcome import Outcome, OutcomeKind

_IDS_AT_A_TIME = 500
"""SQLite takes at most 999 values in one statement."""

_KEY = ("lead_id", "outcome", "happened_at")
"""What tells the outcomes of a lead apart."""

# A savepoint a row, as elsewhere, would take three times as long, and files have many rows.
_ADD = {
    "sqlite": sqlite.insert(t.outcome).on_conflict_do_nothing(index_elements=_KEY),
    "postgresql": postgresql.insert(t.outcome).on_conflict_do_nothing(index_elements=_KEY),
}


class SqlOutcomes:
    """Outcomes of leads."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def people(self, lead_ids: Sequence[str]) -> Mapping[str, str]:
        """See ``services.ports.Outcomes``."""
        wanted, found = list(dict.fromkeys(lead_ids)), {}
        for begin in range(0, len(wanted), _IDS_AT_A_TIME):
            these = t.lead.c.id.in_(wanted[begin : begin + _IDS_AT_A_TIME])
            rows = self._connection.execute(select(t.lead.c.id, t.lead.c.profile_id).where(these))
            found.update({row.id: row.profile_id for row in rows})
        return found

    def add(self, outcome: Outcome, profile_id: str, source: str, at: datetime) -> bool:
        """See ``services.ports.Outcomes``."""
        values = {
            "lead_id": outcome.lead_id,
            "profile_id": profile_id,
            "outcome": outcome.kind.value,
            "reason": outcome.reason,
            "happened_at": outcome.happened_at,
            "received_at": at,
            "source": source,
        }
        return bool(self._connection.execute(_ADD[self._connection.dialect.name], values).rowcount)

    def of_profile(self, profile_id: str) -> Sequence[Outcome]:
        """See ``services.ports.Outcomes``."""
        theirs = select(t.outcome).where(t.outcome.c.profile_id == profile_id)
        rows = self._connection.execute(theirs.order_by(t.outcome.c.happened_at, t.outcome.c.id))
        return [Outcome(row.lead_id, OutcomeKind(row.outcome), row.reason, row.happened_at) for row in rows]
