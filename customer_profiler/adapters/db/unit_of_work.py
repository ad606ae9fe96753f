"""One transaction over the product's database; the only place that commits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DataError, IntegrityError

from customer_profiler.adapters.db.alerts import SqlAlerts
from customer_profiler.adapters.db.deliveries import SqlDeliveries
from customer_profiler.adapters.db.leads import SqlLeads
from customer_profiler.adapters.db.messaging import SqlConsents, SqlInboxEvents, SqlOutgoingMessages
from customer_profiler.adapters.db.outcomes import SqlOutcomes
from customer_profiler.adapters.db.repositories import SqlHandovers, SqlProfiles, SqlRuns, SqlVersions
from customer_profiler.adapters.db.trouble import REFUSALS, unavailable
from customer_profiler.core.errors import StoreRefused


class SqlUnitOfWork:
    """A transaction that begins on entering; leaving it without ``commit`` rolls back.

    Whatever the database refuses (locked, read-only, away, full) leaves as ``StoreUnavailable``.
    """

    profiles: SqlProfiles
    runs: SqlRuns
    leads: SqlLeads
    deliveries: SqlDeliveries
    outcomes: SqlOutcomes
    alerts: SqlAlerts
    versions: SqlVersions
    handovers: SqlHandovers
    inbox: SqlInboxEvents
    outgoing: SqlOutgoingMessages
    consents: SqlConsents

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None

    def __enter__(self) -> SqlUnitOfWork:
        try:
            connection = self._engine.connect()
            connection.begin()
        except REFUSALS as error:
            raise unavailable(error) from None
        self._connection = connection
        self.profiles, self.runs = SqlProfiles(connection), SqlRuns(connection)
        self.leads, self.deliveries = SqlLeads(connection), SqlDeliveries(connection)
        self.alerts = SqlAlerts(connection)
        self.versions, self.handovers = SqlVersions(connection), SqlHandovers(connection)
        self.inbox, self.outgoing = SqlInboxEvents(connection), SqlOutgoingMessages(connection)
        self.consents, self.outcomes = SqlConsents(connection), SqlOutcomes(connection)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if isinstance(error, REFUSALS):
            raise unavailable(error) from None

    @contextmanager
    def nested(self) -> Iterator[None]:
        """See ``services.ports.UnitOfWork``."""
        assert self._connection is not None, "a nested part belongs inside the with block"
        try:
            with self._connection.begin_nested():
                yield
        except (IntegrityError, DataError) as error:
            raise StoreRefused(type(error).__name__) from None

    def commit(self) -> None:
        """See ``services.ports.UnitOfWork``."""
        assert self._connection is not None, "commit belongs inside the with block"
        self._connection.commit()
