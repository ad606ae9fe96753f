"""Rows for people, in aligned columns, or for programs, as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone

import click

Row = Mapping[str, object]
"""Name of a column -> its value: a text, a number, a time, or None."""


def show(columns: Sequence[str], rows: Sequence[Row], as_json: bool) -> None:
    """Print rows, all with these columns: as one JSON array, or below a header."""
    if as_json:
        plain = [{column: _plain(row[column]) for column in columns} for row in rows]
        click.echo(json.dumps(plain, ensure_ascii=False))
        return
    lines = [[column.upper() for column in columns], *([_text(row[column]) for column in columns] for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(columns))]
    for line in lines:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _plain(value: object) -> object:
    return in_utc(value) if isinstance(value, datetime) else value


def _text(value: object) -> str:
    return "-" if value in (None, "") else str(_plain(value))


def in_utc(moment: datetime) -> str:
    """Give a time as ISO 8601 in UTC, to the second."""
    return moment.astimezone(timezone.utc).isoformat(timespec="seconds").replace("+00:00", "Z")
