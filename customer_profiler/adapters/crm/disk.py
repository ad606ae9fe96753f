"""What a disk can refuse, as a ``DeliveryFailed``."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from customer_profiler.core.delivery import DeliveryFailed, Trouble


@contextmanager
def as_failures() -> Iterator[None]:
    """Turn errors of the operating system into failures; a full disk passes, a missing right does not."""
    try:
        yield
    except OSError as error:
        raise DeliveryFailed(_trouble(error), error.strerror or type(error).__name__) from None


def try_folder(folder: Path) -> str:
    """Write into a folder without leaving anything; give what was found. Raises ``DeliveryFailed``."""
    with as_failures():
        there = next(each for each in (folder, *folder.absolute().parents) if each.exists())
        with tempfile.TemporaryFile(dir=there) as file:
            file.write(b"?")
        return "can be written" if there == folder else f"will be made below {there}, which can be written"


def make_last(folder: Path) -> None:
    """Let new names in a folder outlive a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _trouble(error: OSError) -> Trouble:
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return Trouble.FORBIDDEN
    if isinstance(error, IsADirectoryError | NotADirectoryError | FileExistsError):
        return Trouble.MISCONFIGURED
    return Trouble.SERVER_ERROR
