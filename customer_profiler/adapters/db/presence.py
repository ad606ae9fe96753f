"""How workers learn of new leads at once, and of workers that died: by what the database offers for it.

PostgreSQL tells with LISTEN/NOTIFY and drops an advisory lock with the connection of its holder. SQLite counts
commits in ``PRAGMA data_version``, and the system drops the lock on a file with the process that held it.
"""

from __future__ import annotations

import select
import sqlite3
import threading
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import structlog
from filelock import FileLock, Timeout
from sqlalchemy import text
from sqlalchemy.engine import Engine

from customer_profiler.adapters.db.deliveries import CHANNEL
from customer_profiler.adapters.db.trouble import REFUSALS, unavailable
from customer_profiler.core.errors import WorkerRunning

log = structlog.get_logger()

LOOK_SECONDS = 0.05
"""Between two looks at SQLite's count of commits, which take some microseconds each."""

BACK_SECONDS = 3.0
"""Between two looks for a worker whose connection is gone, before it is taken for dead."""

AGAIN_SECONDS = 1.0
"""Before a lost connection to the database is opened again."""


class SqlitePresence:
    """The one worker on a SQLite file."""

    def __init__(self, engine: Engine) -> None:
        self._file = Path(str(engine.url.database)).absolute()
        self._lock = FileLock(f"{self._file}.worker")
        self._leaving = threading.Event()

    def arrive(self, worker: str, on_change: Callable[[], None]) -> None:
        """Begin to call ``on_change`` after every commit of others; raise ``WorkerRunning`` when there is a worker."""
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            what = f"another worker delivers from {self._file.name}"
            raise WorkerRunning(f"{what}: on SQLite there is one at a time, stop it first") from None
        threading.Thread(target=self._look, args=(on_change,), daemon=True).start()

    def gone(self, workers: Sequence[str], own: str) -> Sequence[str]:
        """Give those of the workers that live no more: all but our own, which holds the lock."""
        return [worker for worker in workers if worker != own]

    def leave(self) -> None:
        """Let another worker come."""
        self._leaving.set()
        self._lock.release()

    def _look(self, on_change: Callable[[], None]) -> None:
        is_told = False
        while not self._leaving.is_set():
            try:
                self._watch(on_change)
            except sqlite3.Error as error:
                # Leads come late, not never: the worker looks for them every few seconds by itself.
                if not is_told:
                    log.warning("commits_are_not_seen", file=self._file.name, reason=str(error))
                is_told = True
            self._leaving.wait(AGAIN_SECONDS)

    def _watch(self, on_change: Callable[[], None]) -> None:
        seen: Any = None
        with closing(sqlite3.connect(f"{self._file.as_uri()}?mode=ro", uri=True)) as connection:
            while not self._leaving.wait(LOOK_SECONDS):
                # Versions of two connections cannot be compared: the first of each counts as new.
                version = connection.execute("PRAGMA data_version").fetchone()
                if version != seen:
                    seen = version
                    on_change()


class PostgresPresence:
    """One of any number of workers on PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._leaving = threading.Event()

    def arrive(self, worker: str, on_change: Callable[[], None]) -> None:
        """Begin to call ``on_change`` when something is owed, and to be known as alive."""
        ready = threading.Event()
        threading.Thread(target=self._listen, args=(worker, on_change, ready), daemon=True).start()
        # Until the lock is held others would take this worker for dead; without a database nothing is leased anyway.
        ready.wait(AGAIN_SECONDS)

    def gone(self, workers: Sequence[str], own: str) -> Sequence[str]:
        """Give those of the workers whose connection has ended; raises ``StoreUnavailable``."""
        others = self._unheld([worker for worker in workers if worker != own])
        # A live worker that lost its connection is back within a second or two.
        if not others or self._leaving.wait(BACK_SECONDS):
            return []
        return self._unheld(others)

    def leave(self) -> None:
        """Let others take over what is leased."""
        self._leaving.set()

    def _unheld(self, workers: Sequence[str]) -> Sequence[str]:
        if not workers:
            return []
        try:
            with self._engine.connect() as connection:
                return [worker for worker in workers if self._is_free(connection, worker)]
        except REFUSALS as error:
            raise unavailable(error) from None

    @staticmethod
    def _is_free(connection: Any, worker: str) -> bool:
        key = {"key": _key(worker)}
        free = connection.execute(text("SELECT pg_try_advisory_lock(:key)"), key).scalar_one()
        if free:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), key)
        return bool(free)

    def _listen(self, worker: str, on_change: Callable[[], None], ready: threading.Event) -> None:
        while not self._leaving.is_set():
            with suppress(*REFUSALS, OSError), self._engine.connect() as connection:
                connection = connection.execution_options(isolation_level="AUTOCOMMIT")
                connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _key(worker)})
                connection.execute(text(f"LISTEN {CHANNEL}"))
                ready.set()
                # What was owed while nobody listened.
                on_change()
                self._wait(connection.connection.dbapi_connection, on_change)
                connection.invalidate()
            self._leaving.wait(AGAIN_SECONDS)

    def _wait(self, connection: Any, on_change: Callable[[], None]) -> None:
        while not self._leaving.is_set():
            if select.select([connection], [], [], AGAIN_SECONDS)[0]:
                try:
                    connection.poll()
                except Exception:  # the driver's own errors are not SQLAlchemy's here; a new connection is opened
                    return
                if connection.notifies:
                    connection.notifies.clear()
                    on_change()


def presence(engine: Engine) -> SqlitePresence | PostgresPresence:
    """Give the presence for a database."""
    return SqlitePresence(engine) if engine.dialect.name == "sqlite" else PostgresPresence(engine)


def _key(worker: str) -> int:
    """Give the advisory lock of a worker: 60 bits of its id, a hexadecimal number."""
    return int(worker[:15], 16)
