"""Moments as options."""

from __future__ import annotations

from datetime import datetime

import click

from customer_profiler.core.moment import read_moment


def moment(_context: click.Context, _option: click.Parameter, value: str | None) -> datetime | None:
    """Read an option: a date, or a date with a time; UTC unless it has an offset. Gives aware UTC."""
    try:
        return None if value is None else read_moment(value)
    except (ValueError, OverflowError):
        example = "2026-01-31 or 2026-01-31T09:30:00+01:00"
        raise click.BadParameter(f"“{value}” is no moment in ISO 8601; write it as {example}") from None
