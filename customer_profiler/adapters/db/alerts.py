"""Alerts that are raised, and when somebody was told: every worker sees the same, one tells."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from customer_profiler.adapters.db import tables as t
from customer_profiler.core.alert import Alert


class SqlAlerts:
    """Alerts."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def raised(self) -> Sequence[Alert]:
        """See ``services.ports.Alerts``."""
        return [Alert(**row) for row in self._connection.execute(select(t.alert)).mappings()]

    def seen(self, kind: str, target: str, at: datetime) -> None:
        """See ``services.ports.Alerts``."""
        again = update(t.alert).where(_is(kind, target)).values(seen_at=at)
        if self._connection.execute(again).rowcount:
            return
        try:
            with self._connection.begin_nested():
                new = {"kind": kind, "target": target, "raised_at": at, "seen_at": at}
                self._connection.execute(insert(t.alert).values(**new))
        except IntegrityError:
            # Another worker raised it at the same moment.
            return

    def tell(self, alert: Alert, at: datetime) -> bool:
        """See ``services.ports.Alerts``."""
        before = t.alert.c.sent_at.is_(None) if alert.sent_at is None else t.alert.c.sent_at == alert.sent_at
        mine = update(t.alert).where(_is(alert.kind, alert.target), before)
        return bool(self._connection.execute(mine.values(sent_at=at)).rowcount)

    def untell(self, alert: Alert) -> None:
        """See ``services.ports.Alerts``."""
        this = update(t.alert).where(_is(alert.kind, alert.target))
        self._connection.execute(this.values(sent_at=alert.sent_at))

    def clear(self, kind: str, target: str) -> None:
        """See ``services.ports.Alerts``."""
        self._connection.execute(delete(t.alert).where(_is(kind, target)))


def _is(kind: str, target: str) -> Any:
    return and_(t.alert.c.kind == kind, t.alert.c.target == target)
