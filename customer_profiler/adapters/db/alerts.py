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
        alerts = [Alert(**row) for row in self._connection.execute(select(t.alert)).mappings()]
        # Not by the database, whose order of names depends on its locale: workers lock in the order of Python.
        return sorted(alerts, key=lambda alert: alert.reason)

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

    def take(self, alert: Alert, at: datetime) -> bool:
        """See ``services.ports.Alerts``."""
        columns = t.alert.c
        untouched = and_(_equals(columns.sent_at, alert.sent_at), _equals(columns.taken_at, alert.taken_at))
        mine = update(t.alert).where(_is(*alert.reason), untouched)
        return bool(self._connection.execute(mine.values(taken_at=at)).rowcount)

    def told(self, alert: Alert, at: datetime) -> None:
        """See ``services.ports.Alerts``."""
        mine = update(t.alert).where(_is(*alert.reason), t.alert.c.taken_at == at)
        self._connection.execute(mine.values(sent_at=at, taken_at=None))

    def clear(self, alert: Alert) -> None:
        """See ``services.ports.Alerts``."""
        self._connection.execute(delete(t.alert).where(_is(*alert.reason), t.alert.c.seen_at == alert.seen_at))


def _is(kind: str, target: str) -> Any:
    return and_(t.alert.c.kind == kind, t.alert.c.target == target)


def _equals(column: Any, value: datetime | None) -> Any:
    return column.is_(None) if value is None else column == value
