"""What became of leads, taken from the CRM into the history of the profile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from customer_profiler.core.outcome import Outcome
from customer_profiler.services.session import Services

WEBHOOK, IMPORT = "webhook", "import"
"""Where outcomes come from."""


@dataclass(frozen=True)
class Report:
    """What became of some outcomes: how many were ``stored``, how many were there already.

    ``unknown`` holds the ids of leads that do not exist, each once; nothing of them is stored.
    """

    stored: int = 0
    repeated: int = 0
    unknown: tuple[str, ...] = ()


def take(services: Services, outcomes: Sequence[Outcome], source: str) -> Report:
    """Store outcomes in one transaction; ``source`` is ``WEBHOOK`` or ``IMPORT``. Raises ``StoreUnavailable``.

    One of the same lead, kind and moment as an earlier one changes nothing, whatever its reason.
    """
    now = services.tools.now()
    with services.open_unit() as unit:
        people = unit.outcomes.people([outcome.lead_id for outcome in outcomes])
        known = [outcome for outcome in outcomes if outcome.lead_id in people]
        # In the same order everywhere: two that take the same outcomes at once wait for each other one way only.
        known.sort(key=lambda outcome: (outcome.lead_id, outcome.kind, outcome.happened_at))
        stored = sum(unit.outcomes.add(outcome, people[outcome.lead_id], source, now) for outcome in known)
        unit.commit()
    unknown = dict.fromkeys(outcome.lead_id for outcome in outcomes if outcome.lead_id not in people)
    return Report(stored, len(known) - stored, tuple(unknown))
