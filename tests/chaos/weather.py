"""What goes wrong at a target: drawn from the seed for each call of each customer, whenever it comes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from random import Random


class Fault(Enum):
    """What becomes of a call."""

    NONE = "none"
    BUSY = "busy"
    """429 with a ``Retry-After``; nothing is stored."""
    ERROR = "error"
    """500; nothing is stored."""
    ERROR_STORED = "error stored"
    """500, although it is stored."""
    SILENCE = "silence"
    """It is stored, and no answer comes."""
    HALF = "half"
    """It is stored, and the answer breaks off in its body."""
    HALF_HEAD = "half head"
    """It is stored, and the answer breaks off in its head."""
    HTML_STORED = "html stored"
    """It is stored, and the answer is a web page that says 200."""
    HTML_ERROR = "html error"
    """A web page that says 502; nothing is stored."""
    RESET = "reset"
    """It is stored, and the connection is reset."""
    HUNG_UP = "hung up"
    """The connection ends before the call is read; nothing is stored."""


FAIR: Mapping[Fault, int] = {Fault.NONE: 1}
"""The weather of a target that is well."""

STORM: Mapping[Fault, int] = {
    Fault.NONE: 60,
    Fault.BUSY: 2,
    Fault.ERROR: 8,
    Fault.ERROR_STORED: 6,
    Fault.SILENCE: 3,
    Fault.HALF: 4,
    Fault.HALF_HEAD: 4,
    Fault.HTML_STORED: 4,
    Fault.HTML_ERROR: 4,
    Fault.RESET: 4,
    Fault.HUNG_UP: 4,
}
"""The weights of what happens at a target that fails badly: two calls in five go wrong."""


@dataclass
class Weather:
    """What happens at one target; ``calm_down`` ends all of it."""

    seed: int
    target: str
    weights: Mapping[Fault, int]
    _calls: dict[int, int] = field(default_factory=dict)

    def next(self, customer: int) -> Fault:
        """Give what becomes of the customer's next call."""
        call = self._calls[customer] = self._calls.get(customer, 0) + 1
        chance = Random(f"{self.seed} {self.target} {customer} {call}")
        return chance.choices(list(self.weights), list(self.weights.values()))[0]

    def calm_down(self) -> None:
        """Let nothing go wrong from now on."""
        self.weights = FAIR
