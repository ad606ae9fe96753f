"""One CSV file that rows are appended to: each once, whole or not at all, by any number of threads and processes."""

from __future__ import annotations

import csv
import fcntl
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from customer_profiler.adapters.crm.disk import as_failures, make_last, try_folder
from customer_profiler.adapters.crm.findings import tried
from customer_profiler.core.delivery import DeliveryFailed, Finding, Trouble

LOCK_SECONDS = 10.0
"""How long another process may keep the file to itself."""

RECENT_BYTES = 1_000_000
"""How far back a first attempt looks for its row: beyond what another worker, who took over, can have written since."""

_END = b"\r\n"
"""Of a row, and of nothing else: the line ends within cells are ``\\n`` alone."""

_MOVE = "move it away, and a new one is begun"

_CHUNK = 1 << 16


class Feed:
    """The file at ``path`` with this ``header`` line; ``key`` are the columns that tell rows apart, from 0.

    The header and the rows are lines of CSV as bytes, with their end.
    """

    def __init__(self, path: Path, header: bytes, key: Sequence[int]) -> None:
        self._path = path
        self._header = header
        self._key = tuple(key)

    def add(self, row: bytes, key: Sequence[str], is_repeat: bool) -> None:
        """Append a row unless one of that key stands there; ``is_repeat`` says that it may. Raises ``DeliveryFailed``.

        What a writer that was killed has left of a row is cut off first.
        """
        with as_failures():
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._locked(os.O_CREAT) as file:
                end = self._mended(file)
                if not self._has(file, end, tuple(key), is_repeat):
                    self._append(file, end, row if end else self._header + row)

    def check(self) -> Iterator[Finding]:
        """Try whether rows can be appended."""
        yield tried(f"file {self._path}", self._try)

    def _try(self) -> str:
        if not self._path.exists():
            return f"does not exist yet; its folder {try_folder(self._path.parent)}"
        with as_failures(), self._locked() as file:
            self._refuse_others(file, os.fstat(file).st_size)
        return "can be written and has the right columns"

    @contextmanager
    def _locked(self, flags: int = 0) -> Iterator[int]:
        """Open the file for this thread alone; it is the one of that name, even if somebody has just moved it away."""
        deadline = time.monotonic() + LOCK_SECONDS
        while True:
            file = os.open(self._path, os.O_RDWR | os.O_CLOEXEC | flags, 0o666)
            try:
                _lock(file, deadline)
                if self._is_still(file):
                    yield file
                    return
            finally:
                os.close(file)

    def _is_still(self, file: int) -> bool:
        try:
            return os.path.samestat(os.fstat(file), self._path.stat())
        except FileNotFoundError:
            return False

    def _mended(self, file: int) -> int:
        """Give where the whole rows end, after cutting off what is less than one."""
        size = os.fstat(file).st_size
        self._refuse_others(file, size)
        end = _last_end(file, size)
        if end < size:
            os.ftruncate(file, end)
        return end

    def _refuse_others(self, file: int, size: int) -> None:
        """Refuse a file that was begun by somebody else or with other columns: what looks torn there may be whole."""
        begin = os.pread(file, len(self._header), 0)
        is_torn = size < len(self._header) and self._header.startswith(begin)
        if begin != self._header and not is_torn:
            said = f"{self._path.name} does not begin with the columns of this target; {_MOVE}"
            raise DeliveryFailed(Trouble.MISCONFIGURED, said)

    def _has(self, file: int, end: int, key: tuple[str, ...], is_repeat: bool) -> bool:
        begin = 0 if is_repeat else max(0, end - RECENT_BYTES)
        # Reading rows is slow beside looking for the bytes of the lead's id, which hardly ever stand there.
        return _mentions(file, begin, end, key[0].encode()) and key in self._keys()

    def _keys(self) -> Iterator[tuple[str, ...]]:
        with self._path.open(encoding="utf-8", errors="replace", newline="") as text:
            try:
                for row in csv.reader(text):
                    yield tuple(row[place] if place < len(row) else "" for place in self._key)
            except csv.Error as error:
                said = f"{self._path.name} cannot be read as CSV ({error}); {_MOVE}"
                raise DeliveryFailed(Trouble.MISCONFIGURED, said) from None

    def _append(self, file: int, end: int, content: bytes) -> None:
        try:
            place = end
            while content:
                written = os.pwrite(file, content, place)
                place, content = place + written, content[written:]
            os.fsync(file)
        except OSError:
            # On a full disk: the next try would cut it off as well, but somebody may read the file before.
            with suppress(OSError):
                os.ftruncate(file, end)
            raise
        if not end:
            make_last(self._path.parent)


def _lock(file: int, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                said = f"another program has kept the file to itself for {LOCK_SECONDS:.0f} s"
                raise DeliveryFailed(Trouble.BUSY, said) from None
            time.sleep(0.01)
        else:
            return


def _last_end(file: int, size: int) -> int:
    """Give the place behind the last end of a row, 0 when there is none."""
    place = size
    while place > 0:
        begin = max(0, place - _CHUNK)
        # One byte more, for an end that two pieces share.
        found = os.pread(file, place - begin + 1, begin).rfind(_END)
        if found >= 0:
            return begin + found + len(_END)
        place = begin
    return 0


def _mentions(file: int, begin: int, end: int, text: bytes) -> bool:
    rest = b""
    while begin < end:
        piece = os.pread(file, min(_CHUNK, end - begin), begin)
        if not piece:
            return False
        if text in rest + piece:
            return True
        begin, rest = begin + len(piece), piece[-len(text) :]
    return False
