"""Files put into a folder of this machine, or of one that it has mounted."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from customer_profiler.adapters.crm.disk import as_failures, make_last, try_folder
from customer_profiler.adapters.crm.findings import tried
from customer_profiler.core.delivery import Finding


class Folder:
    """A folder, made when there is none."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def put(self, name: str, content: bytes, attempt: int) -> None:
        """Put a file so that nobody ever sees half of it; the same again replaces it. Raises ``DeliveryFailed``.

        ``attempt`` counts from 1: what earlier ones have left unfinished is removed.
        """
        with as_failures():
            self._path.mkdir(parents=True, exist_ok=True)
            for earlier in range(1, attempt):
                (self._path / draft(name, earlier)).unlink(missing_ok=True)
            unfinished = self._path / draft(name, attempt)
            with unfinished.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(self._path / name)
            make_last(self._path)

    def check(self) -> Iterator[Finding]:
        """Try to write."""
        yield tried(f"folder {self._path}", lambda: try_folder(self._path))


def draft(name: str, attempt: int) -> str:
    """Give the name that a file bears until it is whole; one of its own for every attempt."""
    return f".{name}.{attempt}.part"
