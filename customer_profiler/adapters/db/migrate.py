"""Brings a database to the newest schema; safe when several processes start at once."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import text
from sqlalchemy.engine import Connection, Engine

from customer_profiler.adapters.db.trouble import REFUSALS, unavailable
from customer_profiler.core.errors import StoreUnavailable

MIGRATIONS = Path(__file__).parents[3] / "migrations"

_LOCK_KEY = 7_302_115_904_551
"""Names our advisory lock in PostgreSQL; any number will do as long as it stays the same."""


def migrate(engine: Engine) -> None:
    """Run the migrations that are missing, in one transaction.

    SQLite's write lock, which every one of our transactions takes at its start, and an advisory lock on
    PostgreSQL make a second process wait and then find nothing to do. Raises ``StoreUnavailable``.
    """
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})
            command.upgrade(alembic_config(connection), "head")
    except REFUSALS as error:
        raise unavailable(error) from None
    except CommandError as error:
        raise StoreUnavailable(f"{error}: the database was made by a newer version, run that one") from None


def alembic_config(connection: Connection) -> Config:
    """Give Alembic's configuration for an open connection."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config
