"""The menu, greetings, language, stored data, and the way to a person."""

from __future__ import annotations

from dataclasses import replace

from customer_profiler.core.events import ATTACHMENTS, UNSUPPORTED
from customer_profiler.core.messages import Turn
from customer_profiler.core.run import Run
from customer_profiler.core.walk import walk
from customer_profiler.core.wording import menu as wording
from customer_profiler.services.session import Session


def show(session: Session, preface: str = "") -> Turn:
    """Show the menu."""
    tools, run = session.tools, session.run
    several = len(tools.languages) > 1
    broken_off = run.id if run and run.is_broken_off else ""
    source = session.visit.source
    return Turn((wording.menu(session.voice, tools.catalogue.values(), several, preface, broken_off, source),))


def greet(session: Session, in_form: bool = False) -> Turn:
    """Greet; a returning customer is offered what the last run left, anyone else the menu (R32).

    Inside a form the greeting is short, because the form goes on by itself.
    """
    run = session.run
    if in_form:
        return Turn((wording.greet_in_form(session.voice, session.profile, session.profiler if run else None),))
    if run and (run.is_broken_off or run.recommended):
        return offer_to_resume(session, run)
    return show(session, wording.greeting(session.voice, session.profile, session.is_known))


def offer_to_resume(session: Session, run: Run, source: str = "") -> Turn:
    """Offer to go on with a run, or to see its result again, or to start anew with the ``source`` that led here."""
    profiler = session.profiler_of(run)
    trace = walk(profiler, run.answers)
    return Turn((wording.resume_offer(session.voice, session.profile, profiler, run, trace, source),))


def say(session: Session, key: str) -> Turn:
    """Answer a question that stands outside the questionnaire with one of the bot's sentences."""
    return Turn((wording.plain(session.voice, key),))


def answer_attachment(session: Session, kind: str) -> Turn:
    """Answer something that is no text, one of ``ATTACHMENTS``; the way back to the question follows by itself."""
    return say(session, f"sent_{kind if kind in ATTACHMENTS else UNSUPPORTED}")


def explain_privacy(session: Session) -> Turn:
    """Say what is stored and for what purpose (R6)."""
    if session.run is None:
        return say(session, "privacy_general")
    purpose = session.voice.content(session.profiler, session.profiler.purpose)
    return Turn((wording.plain(session.voice, "privacy", purpose=purpose),))


def choose_language(session: Session) -> Turn:
    """Offer the languages of the content by their own names."""
    return Turn((wording.languages(session.voice, session.tools.languages),))


def set_language(session: Session, language: str, in_form: bool = False) -> Turn:
    """Go on in a language of the content; offer the languages when it is none of them.

    Outside a form the menu follows, inside one the form goes on by itself.
    """
    if language not in session.tools.languages:
        return choose_language(session)
    session.save_profile(language=language)
    voice, name = session.voice_in(language), session.tools.autonym(language) or language
    said = wording.plain(voice, "language_set", language=name)
    if session.run:
        session.save_run(replace(session.run, language=session.language))
        if session.language != language:
            title = voice.content(session.profiler, session.profiler.title)
            said = wording.plain(voice, "language_unavailable", title=title, language=name)
    return Turn((said,) if in_form else (said, *show(session).messages))


def show_data(session: Session) -> Turn:
    """Show the person what is stored (R30)."""
    run = session.run
    profiler = session.profiler_of(run) if run else None
    trace = walk(profiler, run.answers) if run and profiler else None
    leads = session.unit.leads.of_profile(session.profile.id)
    return Turn((wording.my_data(session.voice, session.profile, profiler, trace, leads),))


def ask_person(session: Session, reason: str) -> Turn:
    """Store the wish to talk to a member of staff, tied to the run, and say that it was passed on."""
    run_id = session.run.id if session.run else ""
    session.unit.handovers.add(session.profile.id, run_id, reason, session.now)
    return Turn((wording.plain(session.voice, "person"),))
