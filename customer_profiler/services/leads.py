"""Leads: stored with the person's yes, told by their reference (R22), and changed as often as the person likes.

A run has one lead at most. Whatever the person changes later, a detail or the product, is a new revision of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from customer_profiler.core import lead_body
from customer_profiler.core.lead import Lead, new_reference
from customer_profiler.core.messages import Turn
from customer_profiler.core.profiler import LEAD_FIELDS, Profiler
from customer_profiler.core.run import RunStatus
from customer_profiler.core.wording import leads as wording
from customer_profiler.core.wording.voice import Voice
from customer_profiler.services import recommendations, runs
from customer_profiler.services.session import Session

SKIPPED = "-"
"""Stands in the memory of a detail that the person would rather not give, or is not asked for."""


def store(session: Session, memory: Mapping[str, object]) -> None:
    """Store the request of the current run as the person has just agreed to it: a new lead, or a new revision of it.

    ``memory`` is that of the lead form. When nothing differs from what is stored, nothing is stored.
    """
    unit, targets, run = session.unit, session.tools.targets, session.run
    assert run is not None, "a lead belongs to a run"
    lead = unit.leads.of_run(run.id)
    if lead is None:
        unit.leads.add(_new_lead(session, memory), targets)
        return
    fields = _fields(session, memory, lead)
    if lead.withdrawn_at is not None or lead_body.differs(lead, fields):
        fields |= lead_body.consent_fields(_consent(session), session.now)
        unit.leads.change(lead_body.revised(lead, fields, session.now), targets, session.now)


def submit(session: Session, memory: Mapping[str, object], run_id: str = "", product_id: str = "") -> Turn:
    """Say that the request, or the change of it, is with us, and its reference.

    The lead itself was stored with the person's yes; saying so again, after a crash for example, stores nothing.
    Without a lead, or with a yes to a product that was never asked for, the recommendation is shown again.
    """
    run_id = run_id or str(memory.get("lead_run") or "")
    lead = meant(session, run_id) if run_id else _of_current_run(session)
    after = leave(session, memory) if memory.get("lead_confirmed") else Turn()
    if lead is None or (product_id and product_id not in lead_body.products_of(lead)):
        return replace(after, messages=recommendations.show(session, run_id).messages)
    return replace(after, messages=recall(session, lead, is_change=lead.revision > 1).messages)


def recall(session: Session, lead: Lead, is_change: bool = False) -> Turn:
    """Say how it stands with a request: with us, perhaps after a change, or withdrawn."""
    voice, profiler = voice_of(session, lead)
    if lead.withdrawn_at is not None:
        return Turn((wording.withdrawn(voice, profiler, lead, already=True),))
    return Turn((wording.closing(voice, profiler, lead, is_change),))


def meant(session: Session, run_id: str = "") -> Lead | None:
    """Give the request that is meant: that of the run named, else that of the current run, else the newest.

    Without a run named one that is withdrawn is only meant when there is no other.
    """
    if run_id:
        run = session.unit.runs.get(run_id, session.profile.id)
        return session.unit.leads.of_run(run.id) if run else None
    current = _of_current_run(session)
    theirs = [*session.unit.leads.of_profile(session.profile.id), *([current] if current else [])]
    in_force = [lead for lead in theirs if lead.withdrawn_at is None]
    return next(reversed(in_force or theirs), None)


def leave(session: Session, memory: Mapping[str, object]) -> Turn:
    """Forget which request the lead form was about, and go on with the questions that its correction interrupted."""
    forgotten = {"lead_run": None, "lead_interrupts": None}
    run = session.run
    has_questions = run is not None and run.status is RunStatus.ACTIVE and not session.walk.is_complete
    if not (memory.get("lead_interrupts") and has_questions):
        return Turn(memory=forgotten)
    position = runs.position(session)
    return replace(position, memory={**position.memory, **forgotten})


def voice_of(session: Session, lead: Lead) -> tuple[Voice, Profiler]:
    """Give the voice in which to speak of one of the person's requests, and the content it is about."""
    run = session.unit.runs.get(lead.run_id, session.profile.id)
    assert run is not None, "a person's leads belong to the person's runs"
    return session.voice_for(run), session.profiler_of(run)


def given(memory: Mapping[str, object], field: str) -> str:
    """Give a detail as the form remembers it, empty when it was skipped."""
    value = memory.get(f"lead_{field}")
    return "" if value in (None, SKIPPED) else str(value)


def _of_current_run(session: Session) -> Lead | None:
    return session.unit.leads.of_run(session.run.id) if session.run else None


def _new_lead(session: Session, memory: Mapping[str, object]) -> Lead:
    run, profile = session.run, session.profile
    assert run is not None, "a lead belongs to a run"
    reference, consent = new_reference(), _consent(session)
    fields = {
        **_fields(session, memory),
        **lead_body.consent_fields(consent, session.now),
        "profile_id": profile.id,
        "profile_url": f"{session.tools.profiles_url}/{profile.id}",
    }
    body = lead_body.first_body(reference, fields, session.now)
    return Lead(reference, run.id, profile.id, run.chosen_product, session.now, consent, body)


def _fields(session: Session, memory: Mapping[str, object], lead: Lead | None = None) -> dict[str, object]:
    """Give the fields that the person has just agreed to; a correction is about the person's details alone."""
    person = lead_body.person_fields({field: given(memory, field) for field in LEAD_FIELDS})
    if memory.get("lead_run"):
        return dict(person)
    run, profiler = session.run, session.profiler
    assert run is not None, "a lead belongs to a run"
    former = lead_body.products_of(lead) if lead else ()
    voice = session.voice_in(profiler.default_language)
    return {**lead_body.request_fields(voice, profiler, run, former), **person}


def _consent(session: Session) -> str:
    return wording.consent(session.voice, session.profiler)
