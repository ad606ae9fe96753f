"""Understanding a typed reply to a multiple-choice question.

Readings are tried from the surest to the boldest; the first that has an opinion decides. A reading that
fits several options says ``AMBIGUOUS``, one that fits none safely says ``NONE``, so that a person is asked
once more rather than misunderstood.
"""

from __future__ import annotations

from customer_profiler.core.matching.match import match
from customer_profiler.core.matching.name import Candidate
from customer_profiler.core.matching.question import Near
from customer_profiler.core.matching.verdict import Match, Status

__all__ = ["Candidate", "Match", "Near", "Status", "match"]
