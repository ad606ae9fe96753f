"""One pass of one person through a profiler, pinned to one content version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum


class RunStatus(str, Enum):
    """Where a run stands.

    ``ACTIVE``: questions are open. ``COMPLETED``: a recommendation was given. ``STOPPED``: the person stopped,
    or began anew; a stopped run can still be resumed.
    """

    ACTIVE = "active"
    COMPLETED = "completed"
    STOPPED = "stopped"


@dataclass(frozen=True)
class RecommendedProduct:
    """A product as it was recommended: id, score (None for a near match), reasons as (condition text, points)."""

    product: str
    score: int | None
    near_match: bool
    reasons: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Run:
    """The state of a run.

    ``answers`` maps question ids to option ids, without those taken back. ``recommended`` holds the
    products of the newest recommendation, best first, and is empty while questions are open.
    ``shown_product`` is the product of the last card, ``chosen_product`` the one a quotation was asked
    for, ``refusal_reason`` why neither pleased. Times are aware UTC.
    """

    id: str
    profile_id: str
    profiler: str
    content_version: str
    channel: str
    language: str
    source: str
    started_at: datetime
    status: RunStatus = RunStatus.ACTIVE
    finished_at: datetime | None = None
    shown_product: str = ""
    chosen_product: str = ""
    refusal_reason: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    recommended: tuple[RecommendedProduct, ...] = ()

    @property
    def is_broken_off(self) -> bool:
        """Tell whether there is something to resume: answers, but no recommendation yet."""
        return self.status is not RunStatus.COMPLETED and bool(self.answers)

    def has_recommended(self, product: str) -> bool:
        """Tell whether the product is one of those recommended."""
        return any(entry.product == product for entry in self.recommended)
