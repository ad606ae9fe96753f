"""Moments as people and programs write them in ISO 8601."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

_DATE = r"([0-9]{4})(-?)([0-9]{2})\2([0-9]{2})"
_TIME = r"([0-9]{2})(?::?([0-9]{2})(?::?([0-9]{2})(?:[.,]([0-9]+))?)?)?"
_OFFSET = r"[Zz]|([+-])([0-9]{2})(?::?([0-9]{2}))?"
_MOMENT = re.compile(f"{_DATE}(?:[Tt ]{_TIME}(?:{_OFFSET})?)?")


def read_moment(text: str) -> datetime:
    """Give the moment that a text names: a date, or a date with a time; UTC unless it has an offset. Gives aware UTC.

    Raises ``ValueError``, or ``OverflowError`` at the ends of time.
    """
    found = _MOMENT.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    year, _, month, day, hour, minute, second, fraction, sign, hours, minutes = found.groups(default="0")
    offset = timedelta(hours=int(hours), minutes=int(minutes)) * (-1 if sign == "-" else 1)
    rest = timedelta(microseconds=int(f"{fraction:0<6}"[:6]))
    named = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second), tzinfo=timezone(offset))
    return (named + rest).astimezone(timezone.utc)
