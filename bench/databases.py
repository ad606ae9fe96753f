"""The kinds of databases that the product has."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import boot

KINDS = SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """Give the address of an empty database, with its data in an empty folder, for the time of the context."""
    if kind == SQLITE:
        yield f"sqlite:///{folder / 'profiler.db'}"
        return
    with boot.postgres(folder) as url:
        yield url
