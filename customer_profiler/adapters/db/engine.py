"""Engines that behave alike on SQLite and PostgreSQL."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine as sqlalchemy_engine
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError

from customer_profiler.core.errors import SettingsError

LOCK_WAIT_SECONDS = 5
"""How long SQLite waits for another writer before the turn is answered with an apology."""

_WAL_ATTEMPTS = 50
_WAL_PAUSE_SECONDS = 0.02


def create_engine(url: str, lock_wait_seconds: float = LOCK_WAIT_SECONDS) -> Engine:
    """Make an engine; for SQLite the folder of the file is made, and write-ahead logging switched on.

    Raises ``SettingsError`` for an address that cannot be used; its text does not repeat the address, which may
    hold a password.
    """
    try:
        return _create_engine(make_url(url), lock_wait_seconds)
    except (ArgumentError, ImportError, OSError) as error:
        reason = error.strerror if isinstance(error, OSError) else type(error).__name__
        mend = "write it as sqlite:///folder/file.db or postgresql://user:password@host/database"
        raise SettingsError(f"PROFILER_DATABASE_URL cannot be used ({reason}): {mend}") from None


def _create_engine(address: URL, lock_wait_seconds: float) -> Engine:
    if address.drivername == "postgresql":
        # SQLAlchemy 2.1 would take another driver by default than the one Rasa brings.
        address = address.set(drivername="postgresql+psycopg2")
    if not address.drivername.startswith("sqlite"):
        return sqlalchemy_engine(address, future=True, pool_pre_ping=True)
    if address.database and not address.database.startswith((":", "file:")):
        Path(address.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = sqlalchemy_engine(address, future=True, connect_args={"timeout": lock_wait_seconds})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def reading(engine: Engine) -> Engine:
    """Give an engine whose transactions only read, so that on SQLite they do not queue behind writers."""
    return engine.execution_options(profiler_reads_only=True)


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    # The driver's own idea of transactions would commit before schema changes; we begin them ourselves.
    connection.isolation_level = None
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    _switch_to_wal(connection)


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """Switch write-ahead logging on, once for the file.

    SQLite does not wait for other connections here, so two processes that start at once have to try again.
    A file that cannot be written stays as it is; the first transaction will say so.
    """
    for _ in range(_WAL_ATTEMPTS):
        try:
            if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            time.sleep(_WAL_PAUSE_SECONDS)


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that first reads and then writes may fail at once when another writer came between;
    # asking for the write lock at the start makes it wait its turn instead.
    reads_only = connection.get_execution_options().get("profiler_reads_only")
    connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")
