"""Reading a text file that a person wrote: UTF-8 with or without a byte order mark, of a sane size."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from customer_profiler.adapters.content.defects import Defects, Spot

MAX_BYTES = 20_000_000
"""Far above any profiler; keeps a file chosen by mistake from filling the memory."""


def line_after(text: str) -> int:
    """Give the number of the line on which the text that follows would begin."""
    return text.count("\n") + 1


def read_text(path: Path, defects: Defects, row_after: Callable[[str], int] = line_after) -> str | None:
    """Give the file's text, or None after reporting why it cannot be had.

    ``row_after`` tells from the text before a broken byte in which row or line that byte stands.
    """
    try:
        too_large = path.stat().st_size > MAX_BYTES
        raw = b"" if too_large else path.read_bytes()
    except OSError as error:
        _report(path, defects, f"the file cannot be read ({error.strerror})")
        return None
    if too_large:
        _report(path, defects, f"the file is larger than {MAX_BYTES // 1_000_000} MB")
        return None
    return _decode(raw, path, defects, row_after)


def _decode(raw: bytes, path: Path, defects: Defects, row_after: Callable[[str], int]) -> str | None:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The codec counts from behind a byte order mark; a person's editor counts from the file's start.
        position = error.start + len(raw) - len(error.object)
        row = row_after(raw[:position].decode("utf-8-sig", errors="replace"))
        defects.error(
            Spot(path.name, row),
            f"the file is not UTF-8 (byte {position + 1} is 0x{raw[position]:02X})",
            "accents and other letters would come out wrong",
            "save it again as “CSV UTF-8” or, in an editor, with encoding UTF-8",
        )
        return None


def _report(path: Path, defects: Defects, what: str) -> None:
    defects.error(Spot(path.name), what, "without it the profiler cannot be used", "put a readable file in its place")
