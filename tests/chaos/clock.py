"""A clock that the test sets: how far it is wrong stands in a file, from where a worker reads it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path


class Clock:
    """The clock of one machine; with no file it is right."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def jump(self, by: timedelta) -> None:
        """Be wrong by so much from now on."""
        fresh = self.file.with_suffix(".new")
        fresh.write_text(str(by.total_seconds()), "ascii")
        fresh.replace(self.file)

    def now(self) -> datetime:
        """Give the time that this clock shows."""
        try:
            wrong = float(self.file.read_text("ascii"))
        except FileNotFoundError:
            wrong = 0.0
        return datetime.now(timezone.utc) + timedelta(seconds=wrong)
