"""What became of a lead, as the CRM tells: won, lost, or returned to be worked on again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import NamedTuple

from customer_profiler.core.errors import ProfilerError
from customer_profiler.core.moment import read_moment

FIELDS = ("lead_id", "outcome", "reason", "at")
"""The fields of a record, and the columns of an import."""

LONGEST_REASON = 500
"""Characters of a reason."""

LONGEST_ID = 100
"""Characters of a lead id; ours have 13, and one that is not ours is still to be told from a mistake."""

AHEAD = timedelta(days=1)
"""How far in the future a moment may lie: today's date in Auckland is tomorrow's in UTC."""

_QUOTED = 40
"""Characters of a wrong value that are shown."""


class OutcomeKind(str, Enum):
    """How a lead ended."""

    WON = "won"
    """The customer bought."""
    LOST = "lost"
    """The customer did not buy, or bought elsewhere."""
    RETURNED = "returned"
    """The sales people gave it back: wrong number, not interested yet, nobody there ..."""


@dataclass(frozen=True)
class Outcome:
    """What became of a lead. ``happened_at`` is aware UTC; ``reason`` is in the CRM's words, or empty.

    A lead has any number of them, told apart by kind and moment.
    """

    lead_id: str
    kind: OutcomeKind
    reason: str
    happened_at: datetime


class Fault(NamedTuple):
    """What is wrong with a field of a record (or with all of it: ``field`` empty), why, and how to mend it."""

    field: str
    what: str
    why: str
    mend: str


class InvalidOutcome(ProfilerError):
    """A record cannot be taken; ``faults`` holds one for each field that is wrong. The text quotes nothing of it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(f"wrong: {', '.join(fault.field or 'record' for fault in faults)}")
        self.faults = tuple(faults)


def read_outcome(record: object, now: datetime) -> Outcome:
    """Read a map with ``FIELDS`` as a CRM or a spreadsheet gives it; what else it holds is passed over.

    ``reason`` may be missing, empty or None. ``at`` is a moment in ISO 8601, UTC without an offset; a date alone is
    its first moment. ``now`` is aware. Raises ``InvalidOutcome`` with every fault, and nothing else.
    """
    if not isinstance(record, Mapping):
        what, why = "the record is no object", "an outcome has several fields"
        raise InvalidOutcome([Fault("", what, why, f"give an object with {', '.join(FIELDS)}")])
    reader = _Reader(record)
    outcome = Outcome(reader.lead_id(), reader.kind(), reader.reason(), reader.moment(now))
    if reader.faults:
        raise InvalidOutcome(reader.faults)
    return outcome


class _Reader:
    """Reads the fields of one record; each gives a stand-in after noting what is wrong with it."""

    def __init__(self, record: Mapping[str, object]) -> None:
        self._record = record
        self.faults: list[Fault] = []

    def lead_id(self) -> str:
        mend = "give the reference that the customer was told, such as L-7KQ2M-X94TB"
        text = self._text("lead_id", "nobody could tell which lead is meant", mend)
        if len(text) > LONGEST_ID or not text.isprintable():
            self._note("lead_id", f"{_quoted(text)} is no lead id", "an id is one short line of visible letters", mend)
        return text

    def kind(self) -> OutcomeKind:
        mend = f"write one of {', '.join(kind.value for kind in OutcomeKind)}"
        text = self._text("outcome", "nobody could tell how the lead ended", mend)
        try:
            return OutcomeKind(text.lower())
        except ValueError:
            if text:
                self._note("outcome", f"{_quoted(text)} is no outcome", "a lead can end in three ways", mend)
            return OutcomeKind.LOST

    def reason(self) -> str:
        given = self._record.get("reason")
        mend = f"write at most {LONGEST_REASON} characters, or leave it out"
        if not isinstance(given, str | None):
            self._note("reason", "the reason is no text", "it is kept in somebody's words", mend)
            return ""
        reason = (given or "").strip()
        if len(reason) > LONGEST_REASON:
            why = f"only {LONGEST_REASON} can be kept"
            self._note("reason", f"the reason has {len(reason):,} characters", why, mend)
        return reason

    def moment(self, now: datetime) -> datetime:
        mend = "write it as 2026-01-31 or 2026-01-31T09:30:00+01:00"
        text = self._text("at", "without its moment it could not be told from a repeat", mend)
        try:
            moment = read_moment(text)
        except (ValueError, OverflowError):
            if text:
                self._note("at", f"{_quoted(text)} is no moment", "it must be a date or a time in ISO 8601", mend)
            return now
        if moment > now + AHEAD:
            mend = "give the moment at which it happened"
            self._note("at", f"{_quoted(text)} is in the future", "what has not happened is no outcome", mend)
        return moment

    def _text(self, field: str, why: str, mend: str) -> str:
        """Give the text of a field that must be there, trimmed."""
        given = self._record.get(field)
        text = given.strip() if isinstance(given, str) else ""
        if not text:
            is_missing = given is None or isinstance(given, str)
            self._note(field, f"{field} is {'missing' if is_missing else 'no text'}", why, mend)
        return text

    def _note(self, field: str, what: str, why: str, mend: str) -> None:
        self.faults.append(Fault(field, what, why, mend))


def _quoted(text: str) -> str:
    """Show a wrong value, or the beginning of it; what cannot be seen becomes a question mark."""
    shown = text if len(text) <= _QUOTED else f"{text[:_QUOTED]}…"
    return f"“{''.join(letter if letter.isprintable() else '?' for letter in shown)}”"
