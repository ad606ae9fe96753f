"""What the product's database says in the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Engine

from customer_profiler.adapters.db import tables as t
from customer_profiler.adapters.db.engine import reading
from customer_profiler.core.profile import REST

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Stored:
    """Leads with their senders, all their revisions, and what was owed for them."""

    leads: Sequence[Row]
    revisions: Mapping[tuple[str, int], Row]
    deliveries: Sequence[Row]


def waiting(engine: Engine) -> int:
    """Count what is still owed."""
    counted = select(func.count()).where(t.lead_delivery.c.status == "waiting")
    with reading(engine).connect() as connection:
        return int(connection.execute(counted).scalar_one())


def read(engine: Engine) -> Stored:
    """Read everything about leads."""
    senders = select(t.lead, t.identity.c.value.label("sender"))
    senders = senders.join(t.identity, t.identity.c.profile_id == t.lead.c.profile_id)
    with reading(engine).connect() as connection:
        leads = connection.execute(senders.where(t.identity.c.scheme == REST)).mappings().all()
        revisions = connection.execute(select(t.lead_revision)).mappings().all()
        deliveries = connection.execute(select(t.lead_delivery)).mappings().all()
    bodies = {(row["lead_id"], row["revision"]): row["body"] for row in revisions}
    return Stored(leads, bodies, deliveries)
