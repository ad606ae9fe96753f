"""A lead that nobody asked for: what ``profiler crm check`` tries targets with."""

from __future__ import annotations

from customer_profiler.core.delivery import LeadMessage

CHECK_ID = "L-00000-00000"
"""No lead bears this id: references never have a 0."""


def sample() -> LeadMessage:
    """Give a lead with a value in every one of ``core.lead.FIELDS``."""
    return LeadMessage(CHECK_ID, 1, _VALUES)


_VALUES: dict[str, object] = {
    "lead_id": CHECK_ID,
    "revision": 1,
    "status": "open",
    "created_at": "2026-01-01T00:00:00Z",
    "changed_at": "2026-01-01T00:00:00Z",
    "name": "Check Check",
    "first_name": "Check",
    "last_name": "Check",
    "email": "check@example.com",
    "phone": "+12025550123",
    "product": "check",
    "product_title": "Check",
    "products": ["check"],
    "price": "1.00",
    "currency": "EUR",
    "price_basis": "check",
    "score": 1,
    "reasons": [{"when": "check=check", "points": 1}],
    "reasons_in_words": ["check"],
    "profiler": "check",
    "profiler_title": "Check",
    "profiler_version": "0123456789abcdef",
    "run_id": "check",
    "answers": {"check": "check"},
    "answers_in_words": {"check": {"question": "Check?", "answer": "Check"}},
    "channel": "rest",
    "language": "en",
    "source": "check",
    "campaign": "check",
    "consent_text": "Check",
    "consent_at": "2026-01-01T00:00:00Z",
    "profile_id": "check",
    "profile_url": "http://localhost/profiles/check",
}
