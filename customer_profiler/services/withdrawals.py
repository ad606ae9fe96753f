"""Withdrawing a request for a quotation: asked once, then told to whoever has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from customer_profiler.core import lead_body
from customer_profiler.core.lead import Lead
from customer_profiler.core.messages import NextStep, Reply, Turn, as_memory
from customer_profiler.core.wording import leads as wording
from customer_profiler.core.wording import menu as menu_wording
from customer_profiler.services import lead_form, leads, replies
from customer_profiler.services.session import Session


def withdraw(session: Session, memory: Mapping[str, object], reply: Reply, open_form: str = NextStep.WAIT) -> Turn:
    """Ask whether a request is really to be withdrawn, or do what was answered.

    The request is that of the run whose button was tapped, else the one being spoken of. ``open_form`` is the step that
    goes on by itself, ``WAIT`` for none. In the lead form of a request not made yet, the form is left.
    """
    wish = replies.wished(session, reply)
    formed = lead_form.about_lead(session, memory) if open_form == NextStep.LEAD else None
    if open_form == NextStep.LEAD and not formed and not wish.entity("run"):
        return lead_form.cancel(session, memory)
    lead = formed if formed and not wish.entity("run") else leads.meant(session, wish.entity("run"))
    if lead is None:
        key = "lead_cancelled" if reply.intent == "cancel_lead" else "no_lead"
        return Turn((menu_wording.with_menu(session.voice, key),), open_form)
    if lead.withdrawn_at is None and wish.entity("value") not in (wording.YES, wording.NO):
        return _ask(session, lead, open_form)
    said = _answer(session, lead, wish.entity("value"))
    ends = formed is not None and formed.id == lead.id and wish.entity("value") != wording.NO
    return replace(_end_form(session, memory) if ends else Turn((), open_form), messages=said.messages)


def _ask(session: Session, lead: Lead, open_form: str) -> Turn:
    """Ask; a form that is open asks in place of its own question, so that the buttons are the last ones."""
    question = wording.ask_withdrawal(*leads.voice_of(session, lead), lead)
    if open_form == NextStep.WAIT:
        return Turn((question,))
    return Turn((), open_form, {"preface": as_memory(question)})


def _answer(session: Session, lead: Lead, value: str) -> Turn:
    voice, profiler = leads.voice_of(session, lead)
    if lead.withdrawn_at is not None:
        return leads.recall(session, lead)
    if value == wording.NO:
        return Turn((wording.kept(voice, lead),))
    gone = lead_body.withdrawn(lead, session.now)
    session.unit.leads.change(gone, session.tools.targets, session.now)
    return Turn((wording.withdrawn(voice, profiler, gone),))


def _end_form(session: Session, memory: Mapping[str, object]) -> Turn:
    """Leave the lead form: there is nothing left that it could change."""
    if session.run and not memory.get("lead_run"):
        session.save_run(replace(session.run, chosen_product=""))
    after = leads.leave(session, memory)
    return replace(after, memory={"requested_slot": None, **after.memory})
