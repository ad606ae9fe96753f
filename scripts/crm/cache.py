"""The cache folder: what is made once, and the lock that keeps two installations apart."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def cache_folder() -> Path:
    """Give the folder that holds all servers; it need not exist."""
    if own := os.environ.get("PROFILER_CRM_CACHE"):
        return Path(own).expanduser().resolve()
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser().resolve() / "customer-profiler" / "crm"


def fingerprint(*sources: Path | str) -> str:
    """Hash the contents of files, and texts, into one mark."""
    digest = hashlib.sha256()
    for source in sources:
        digest.update(source.encode() if isinstance(source, str) else source.read_bytes())
        digest.update(b"\0")
    return digest.hexdigest()


def is_made(folder: Path, mark: str) -> bool:
    """Tell whether a folder was made to its end, from sources with this mark."""
    try:
        return (folder / "stamp").read_text("ascii") == mark
    except OSError:
        return False


@contextmanager
def making(folder: Path, mark: str) -> Iterator[Path]:
    """Give the folder, emptied, to be filled; the stamp comes last, so that one cut short is made again."""
    (folder / "stamp").unlink(missing_ok=True)
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    yield folder
    (folder / "stamp").write_text(mark, "ascii")


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Let one installation at a time into the cache; the lock goes with the process that holds it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Waiting for another installation of the CRM servers ...", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
