"""One whole ``rasa train``, from nothing: neither an old model nor Rasa's cache shortens it."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench import process


def train(folder: Path, environment: Mapping[str, str], log: Path, options: Sequence[str] = ()) -> float:
    """Train the project in the folder into its ``models``; give the seconds the process took."""
    command = [sys.executable, "-m", "rasa", "train", "--force", "--quiet", *options]
    with tempfile.TemporaryDirectory() as cache:
        started = time.perf_counter()
        process.run(command, folder, {**environment, "RASA_CACHE_DIRECTORY": cache}, log)
        return time.perf_counter() - started
