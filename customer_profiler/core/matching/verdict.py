"""What the matcher says about a reply."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Status(str, Enum):
    """What came of reading a reply."""

    MATCH = "match"
    AMBIGUOUS = "ambiguous"
    NONE = "none"


@dataclass(frozen=True)
class Match:
    """How a reply was understood.

    ``options`` holds one id for ``MATCH``, two or more in content order for ``AMBIGUOUS``, none for ``NONE``.
    ``strong`` tells that the reply equals a label or synonym, or is nothing but a position; only then
    does it win over a command word. ``hint`` names, on ``NONE``, the options to offer as "did you mean".
    """

    status: Status
    options: tuple[str, ...] = ()
    strong: bool = False
    hint: tuple[str, ...] = ()
