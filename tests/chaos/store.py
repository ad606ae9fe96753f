"""What targets remember: one record a lead, or every call there was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Body = Mapping[str, Any]


@dataclass(frozen=True)
class Call:
    """A call that a target has acted on, at a time of the monotonic clock."""

    at: float
    method: str
    lead_id: str
    key: str
    body: Body

    @property
    def revision(self) -> int:
        """The lead's revision that the call is about."""
        return int(self.body["revision"])


@dataclass
class Records:
    """One record a lead: a second POST makes no second one, a PATCH changes what is there.

    ``repeated`` are the statuses by which a target says, in turns, that it knows a key: 409, or 200 as if it were new.
    """

    repeated: Sequence[int]
    held: dict[str, Body] = field(default_factory=dict)
    repetitions: int = 0

    def take(self, call: Call) -> int:
        """Act on a call; give the status to answer."""
        if call.method == "PATCH":
            if call.lead_id not in self.held:
                return 404
            self.held[call.lead_id] = call.body
            return 200
        if call.key in self.held:
            self.repetitions += 1
            return self.repeated[self.repetitions % len(self.repeated)]
        self.held[call.key] = call.body
        return 201


@dataclass
class Journal:
    """Every call, in the order in which they came."""

    calls: list[Call] = field(default_factory=list)

    def take(self, call: Call) -> int:
        """Act on a call; give the status to answer."""
        self.calls.append(call)
        return 201


Store = Records | Journal
