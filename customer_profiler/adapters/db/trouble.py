"""What the database refuses, told without a word of what was to be stored."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from customer_profiler.core.errors import StoreUnavailable

REFUSALS = (DBAPIError, InvalidatePoolError, PoolTimeoutError)
"""Everything by which SQLAlchemy says that the database did not take a statement or a connection."""


def unavailable(error: Exception) -> StoreUnavailable:
    """Give the core's error for one of ``REFUSALS``.

    Only the driver's first line: the statement's parameters, and the details PostgreSQL adds on further
    lines, are personal data and must not reach a log.
    """
    said = str(getattr(error, "orig", None) or "").strip().splitlines()
    return StoreUnavailable(said[0] if said else type(error).__name__)
