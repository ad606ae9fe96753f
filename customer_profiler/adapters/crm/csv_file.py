"""Type ``csv``: leads as rows of a file, or each as a file of its own in a folder or on an SFTP server."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

from pydantic import root_validator

from customer_profiler.adapters.crm.feed import Feed
from customer_profiler.adapters.crm.folder import Folder
from customer_profiler.adapters.crm.sftp import Sftp, SftpConfig
from customer_profiler.adapters.crm.target import TargetConfig, mapped_texts
from customer_profiler.adapters.csv_writer import write_csv
from customer_profiler.core.delivery import DeliveryFailed, Finding, LeadMessage, Receipt, Trouble
from customer_profiler.core.lead import FIELDS

LONGEST_CELL = 100_000
"""Characters; readers such as Python's refuse cells from 131,072 on."""

_KEY = ("lead_id", "revision")


class Config(TargetConfig):
    """Keys of type ``csv``: one of ``file``, ``drop`` (a folder) and ``sftp``. ``mapping`` is column -> field."""

    file: Path | None = None
    drop: Path | None = None
    sftp: SftpConfig | None = None

    @root_validator(skip_on_failure=True)
    def _has_one_place(cls, values: dict[str, object]) -> dict[str, object]:
        if sum(values[key] is not None for key in ("file", "drop", "sftp")) != 1:
            raise ValueError("nothing tells where rows go, or too much; give one of “file”, “drop” and “sftp”")
        mapping = values["mapping"]
        assert isinstance(mapping, dict), "the field is one"
        missing = [name for name in _KEY if mapping and name not in mapping.values()]
        if values["file"] is not None and missing:
            what = f"“mapping” has no column for {' and '.join(missing)}, by which a row that is there already is known"
            raise ValueError(f"{what}; add one, such as “Reference: lead_id”")
        return values

    @property
    def own_path(self) -> Path | None:
        """The file or folder that no other target may write, or None."""
        return self.file or self.drop


class _Place(Protocol):
    def put(self, name: str, content: bytes, attempt: int) -> None: ...

    def check(self) -> Iterable[Finding]: ...


class CsvTarget:
    """Writes leads as CSV (RFC 4180, UTF-8, CRLF)."""

    def __init__(self, config: Config) -> None:
        self._mapping = config.mapping or {name: name for name in FIELDS}
        self._header = _line([_cell(column) for column in self._mapping])
        self._feed = Feed(config.file, self._header, self._key_columns()) if config.file else None
        self._place: _Place | None = None
        if config.sftp:
            self._place = Sftp(config.sftp)
        elif config.drop:
            self._place = Folder(config.drop)

    def deliver(self, message: LeadMessage) -> Receipt:
        """Write the revision; what was written already is not written again."""
        texts = mapped_texts(self._mapping, message)
        for column, text in texts.items():
            if len(text) > LONGEST_CELL:
                raise DeliveryFailed(Trouble.TOO_LARGE, f"{column} has {len(text):,} of {LONGEST_CELL:,} characters")
        row = _line([_cell(text) for text in texts.values()])
        if self._feed is not None:
            self._feed.add(row, (message.lead_id, str(message.revision)), message.attempt > 1)
        if self._place is not None:
            self._place.put(f"lead-{message.lead_id}-{message.revision}.csv", self._header + row, message.attempt)
        return Receipt()

    def check(self) -> Iterable[Finding]:
        """Try to write without leaving anything."""
        found = self._feed or self._place
        assert found is not None, "the configuration names one place"
        return found.check()

    def close(self) -> None:
        """Do nothing: files and connections end with each lead."""

    def _key_columns(self) -> list[int]:
        ours = list(self._mapping.values())
        return [ours.index(name) for name in _KEY]


def _line(cells: Sequence[str]) -> bytes:
    text = io.StringIO(newline="")
    write_csv([cells], text)
    # What half an emoji leaves behind is no letter in any encoding.
    return text.getvalue().encode("utf-8", "replace")


def _cell(text: str) -> str:
    """Give a text as it can stand in a cell: rows alone end in CRLF, and no program reads NUL."""
    return text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
