"""Leads: stored with the person's yes, and told by their reference (R22)."""

from __future__ import annotations

from collections.abc import Mapping

from customer_profiler.core.lead import Lead, new_reference
from customer_profiler.core.messages import Turn
from customer_profiler.core.profiler import LEAD_FIELDS
from customer_profiler.core.wording import leads as wording
from customer_profiler.services import recommendations
from customer_profiler.services.session import Session

SKIPPED = "-"
"""Stands in the memory of a detail that the person would rather not give, or is not asked for."""


def store(session: Session, details: Mapping[str, object]) -> None:
    """Store the lead of the current run's chosen product; the same run and product never make a second one.

    ``details`` is the memory of the lead form.
    """
    run = session.run
    assert run is not None, "a lead belongs to a run"
    if session.unit.leads.of_run(run.id, run.chosen_product) is None:
        session.unit.leads.add(_new_lead(session, details))


def submit(session: Session, run_id: str = "", product_id: str = "") -> Turn:
    """Say that the request is with us, and its reference.

    The lead itself was stored with the person's yes; saying so again, after a crash for example, makes no second
    one. Without a lead the recommendation is shown again.
    """
    run = session.unit.runs.get(run_id, session.profile.id) if run_id else session.run
    lead = session.unit.leads.of_run(run.id, product_id or run.chosen_product) if run else None
    if run is None or lead is None:
        return recommendations.show(session, run_id)
    profiler = session.profiler_of(run)
    return Turn((wording.closing(session.voice_for(run), profiler, profiler.product(lead.product), lead),))


def given(memory: Mapping[str, object], field: str) -> str:
    """Give a detail as the form remembers it, empty when it was skipped."""
    value = memory.get(f"lead_{field}")
    return "" if value in (None, SKIPPED) else str(value)


def _new_lead(session: Session, memory: Mapping[str, object]) -> Lead:
    run = session.run
    assert run is not None, "a lead belongs to a run"
    reference, product = new_reference(), session.profiler.product(run.chosen_product)
    chosen = next(entry for entry in run.recommended if entry.product == product.id)
    body = {
        "lead_id": reference,
        "created_at": session.now.isoformat(),
        **{field: given(memory, field) or None for field in LEAD_FIELDS},
        "product": product.id,
        "product_title": session.profiler.text(product.title, session.profiler.default_language),
        "profiler": run.profiler,
        "run_id": run.id,
        "channel": run.channel,
        "language": run.language,
        "score": chosen.score,
        "reasons": [{"when": when, "points": points} for when, points in chosen.reasons],
        "answers": dict(run.answers),
        "profile_id": session.profile.id,
    }
    consent = wording.consent(session.voice, session.profiler)
    return Lead(reference, run.id, session.profile.id, product.id, session.now, consent, body)
