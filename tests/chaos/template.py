"""The snapshot as the files of a PostgreSQL server that is stopped."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.chaos.folder import scratch
from tests.chaos.postgres import Postgres
from tests.chaos.snapshot import Snapshot


@contextmanager
def template(snapshot: Snapshot) -> Iterator[Path]:
    """Make the files, deleted in the end."""
    with scratch() as folder:
        server = Postgres(folder / "data")
        try:
            server.prepare()
            snapshot.copy_product(server.url)
        finally:
            server.stop()
        yield folder / "data"
