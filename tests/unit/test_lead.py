"""A lead's reference can be read aloud and does not come twice."""

from __future__ import annotations

import re
from datetime import datetime, timezone

from customer_profiler.core.lead import Lead, new_reference


def test_a_reference_is_short_and_has_no_letters_that_sound_or_look_alike() -> None:
    pattern = re.compile(r"L-[2-9A-HJ-NP-Z]{5}-[2-9A-HJ-NP-Z]{5}")

    assert all(pattern.fullmatch(new_reference()) for _ in range(200))


def test_references_do_not_repeat() -> None:
    assert len({new_reference() for _ in range(2_000)}) == 2_000


def test_a_new_lead_is_pending_and_was_never_tried() -> None:
    lead = Lead("L-1", "run", "profile", "hatch", datetime(2026, 5, 4, tzinfo=timezone.utc), "Yes.")

    assert (lead.status, lead.attempts, lead.last_error) == ("pending", 0, "")
