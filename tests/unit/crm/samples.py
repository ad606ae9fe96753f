"""Leads as targets get them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from customer_profiler.core.delivery import LeadMessage
from tests.contract.crm import suite


def a_message(lead_id: str = "L-7KQ2M-X94TB", revision: int = 1, attempt: int = 1, **fields: Any) -> LeadMessage:
    """A lead of Ana's; ``fields`` says what is different in its values."""
    return replace(suite.a_message(lead_id, revision=revision, **fields), attempt=attempt)
