"""Where the chaos keeps its files while it runs."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MEMORY = Path("/dev/shm")
LEAST_BYTES = 1 << 30
"""Free in memory, else a disk is taken."""


@contextmanager
def scratch() -> Iterator[Path]:
    """Give a new folder, deleted in the end; in memory where there is such a place.

    What was written outlives a kill -9 there as it does on a disk. Only a loss of power would tell the two apart, and
    that is not played; but on a disk that others use too, most of the time would go into waiting for it.
    """
    folder = Path(tempfile.mkdtemp(prefix="profiler-chaos-", dir=MEMORY if _is_fit(MEMORY) else None))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _is_fit(place: Path) -> bool:
    return place.is_dir() and os.access(place, os.W_OK) and shutil.disk_usage(place).free >= LEAST_BYTES
