"""Runs: begin, ask, take answers, go back, change, stop, resume (R3, R5, R13, R16, R17)."""

from __future__ import annotations

from dataclasses import replace

from customer_profiler.core.messages import Message, NextStep, Turn
from customer_profiler.core.profiler import MAX_LEVELS, Profiler, Question
from customer_profiler.core.ranking import rank
from customer_profiler.core.run import Run, RunStatus
from customer_profiler.core.walk import left_behind, question_at
from customer_profiler.core.wording import menu as menu_wording
from customer_profiler.core.wording import questions as wording
from customer_profiler.services import consents, menu
from customer_profiler.services.session import Session

SKIPPED = "-"
"""Stands in the memory of a level that asks nothing; no option can have this id."""


def start(session: Session, profiler_id: str, language: str = "", source: str = "") -> Turn:
    """Begin a profiler, unless the person has a broken-off run of it: then offer to resume.

    A run that is begun and not answered yet is that of the same tap, come twice: it begins, once.
    Without ``profiler_id`` the only profiler begins, or the menu is shown. An unknown one is said so.
    """
    catalogue = session.tools.catalogue
    if not profiler_id and len(catalogue) == 1:
        profiler_id = next(iter(catalogue))
    profiler = catalogue.get(profiler_id)
    if profiler is None:
        preface = session.voice.say("unknown_profiler") if profiler_id else ""
        return menu.show(session, preface)
    if language in profiler.languages:
        session.save_profile(language=language)
    latest = session.unit.runs.latest(session.profile.id, profiler.id)
    if latest and latest == session.run and _is_just_begun(session, latest, source or "menu"):
        return Turn((wording.purpose(session.voice, profiler),), NextStep.QUESTIONS, memory(session))
    if latest and latest.is_broken_off:
        session.make_current(latest)
        return menu.offer_to_resume(session, latest, source)
    hello = menu_wording.greeting(session.voice, session.profile, is_known=True) if latest else ""
    return _begin(session, profiler, source or "menu", hello)


def _is_just_begun(session: Session, run: Run, source: str) -> bool:
    is_open = run.status is RunStatus.ACTIVE and not run.answers
    return is_open and run.source == source and run.content_version == session.tools.versions[run.profiler]


def start_again(session: Session, profiler_id: str = "", source: str = "") -> Turn:
    """Begin anew: the profiler named, else the current one, else show the menu.

    Without a ``source`` of its own the new run keeps that of the run it replaces.
    """
    run = session.run
    profiler = session.tools.catalogue.get(profiler_id or (run.profiler if run else ""))
    former = run.source if run and profiler and run.profiler == profiler.id else "menu"
    return _begin(session, profiler, source or former) if profiler else menu.show(session)


def _begin(session: Session, profiler: Profiler, source: str, hello: str = "") -> Turn:
    if session.run and session.run.status is RunStatus.ACTIVE:
        session.unit.runs.save(replace(session.run, status=RunStatus.STOPPED))
    session.run = None
    run = Run(
        id=session.tools.new_id(),
        profile_id=session.profile.id,
        profiler=profiler.id,
        content_version=session.tools.versions[profiler.id],
        channel=session.visit.channel,
        language=profiler.default_language,
        source=source,
        started_at=session.now,
    )
    session.unit.runs.add(run)
    session.make_current(run)
    session.save_run(replace(run, language=session.language))
    return Turn((wording.purpose(session.voice, profiler, hello),), NextStep.QUESTIONS, memory(session))


def resume(session: Session, run_id: str = "") -> Turn:
    """Go on with a run broken off: the one named, else the current one."""
    run = session.unit.runs.get(run_id, session.profile.id) if run_id else session.run
    if run is None:
        return menu.show(session, session.voice.say("nothing_to_resume"))
    if run.status is RunStatus.STOPPED:
        run = replace(run, status=RunStatus.ACTIVE)
    session.save_run(run)
    return position(session)


def stop(session: Session) -> Turn:
    """Stop asking, and sending offers; the answers are kept and the run can be resumed."""
    unsubscribed = consents.withdraw(session)
    if session.run is None or session.run.status is not RunStatus.ACTIVE:
        return Turn((menu_wording.stopped(session.voice, "" if unsubscribed else "nothing_to_stop", unsubscribed),))
    session.save_run(replace(session.run, status=RunStatus.STOPPED))
    return Turn((menu_wording.stopped(session.voice, "stopped", unsubscribed),), memory={"requested_slot": None})


def ask(session: Session, preface: tuple[Message, ...] = ()) -> Turn:
    """Ask the question that is open; ``preface``, when given, is said in its place.

    When nothing is open the turn asks nothing and remembers that no slot is requested.
    """
    if session.run is None or session.walk.next is None:
        return Turn(memory=memory(session))
    question = wording.question(session.voice, session.profiler, session.walk.next)
    return Turn(preface or (question,), NextStep.QUESTIONS, memory(session))


def explain(session: Session) -> Turn:
    """Say why the open question is asked."""
    if session.run is None or session.walk.next is None:
        return Turn((menu_wording.plain(session.voice, "why_no_question"),))
    return Turn((wording.why(session.voice, session.profiler, session.walk.next),))


def go_back(session: Session, seen_level: int = 0) -> Turn:
    """Take back the last answer and open its question again.

    ``seen_level`` is the level of the question the person saw, 0 for none. When an earlier one is open already, this
    very turn has begun before and was cut off: nothing more is taken back.
    """
    if session.run is None:
        return menu.show(session)
    if session.walk.next and session.walk.next.level < seen_level:
        return position(session)
    answered = session.walk.answered
    if not answered:
        first = menu_wording.plain(session.voice, "at_first_question")
        return Turn((first,), NextStep.QUESTIONS, memory(session))
    return reopen(session, answered[-1][0])


def change_answer(session: Session, question_id: str = "", profiler_id: str = "") -> Turn:
    """Open the question named again, or offer the answers given so far."""
    if session.run is None or not session.walk.answered:
        return Turn((menu_wording.plain(session.voice, "no_answer_yet"),), position(session).next_step)
    named = question_id if profiler_id in ("", session.run.profiler) else ""
    chosen = next((asked for asked, _ in session.walk.answered if asked.id == named), None)
    if chosen is not None:
        return reopen(session, chosen)
    return Turn((wording.given_answers(session.voice, session.profiler, session.walk),))


def reopen(session: Session, question: Question) -> Turn:
    """Take back the answer to a question; answers to later questions are kept while they still apply."""
    run = session.run
    assert run is not None, "only a run's own questions are opened again"
    session.unit.runs.withdraw(run.id, [question.id], session.now)
    answers = {key: option for key, option in run.answers.items() if key != question.id}
    session.save_run(replace(run, answers=answers, status=RunStatus.ACTIVE, chosen_product="", recommended=()))
    return Turn((), NextStep.QUESTIONS, memory(session))


def take_answer(session: Session, question: Question, option: str) -> Turn:
    """Store an answer; with the last one the recommendation is made and stored too (R17, R18)."""
    run = session.run
    assert run is not None, "an answer belongs to a run"
    if run.answers.get(question.id) == option and run.status is RunStatus.COMPLETED:
        return position(session)
    if run.answers.get(question.id) != option:
        session.unit.runs.save_answer(run.id, question.level, question.id, option, session.now)
        answers = {**run.answers, question.id: option}
        left = left_behind(session.profiler, answers)
        session.unit.runs.withdraw(run.id, left, session.now)
        answers = {key: value for key, value in answers.items() if key not in left}
        session.save_run(replace(run, answers=answers, status=RunStatus.ACTIVE, chosen_product="", recommended=()))
    return finish(session) if session.walk.is_complete else position(session)


def finish(session: Session) -> Turn:
    """Make and store the recommendation of a run whose questions are all answered."""
    run = session.run
    assert run is not None, "only a run is finished"
    answers = session.walk.answers
    session.unit.runs.withdraw(run.id, set(run.answers) - set(answers), session.now)
    finished = replace(
        run, answers=answers, status=RunStatus.COMPLETED, finished_at=session.now, shown_product="", refusal_reason=""
    )
    session.save_run(finished)
    session.unit.runs.save_recommendation(finished, rank(session.profiler, answers), session.now)
    session.run = session.unit.runs.get(run.id, session.profile.id)
    return position(session)


def position(session: Session) -> Turn:
    """Give no message, only where the conversation goes on: an open question or the recommendation."""
    if session.run is None:
        return Turn()
    if session.run.status is RunStatus.COMPLETED:
        return Turn((), NextStep.RECOMMENDATION, memory(session))
    if session.walk.is_complete:
        return finish(session)
    return Turn((), NextStep.QUESTIONS, memory(session))


def memory(session: Session) -> dict[str, object]:
    """Mirror the run for the dialogue: ``level_1`` ... ``level_5`` and the slot that is requested.

    A level holds the option chosen, ``SKIPPED`` when it asks nothing, or None while it is open.
    """
    slots: dict[str, object] = {f"level_{level}": None for level in range(1, MAX_LEVELS + 1)}
    if session.run is None:
        return {**slots, "requested_slot": None}
    walk = session.walk
    slots |= {f"level_{level}": SKIPPED for level in walk.skipped}
    slots |= {f"level_{question.level}": option for question, option in walk.answered}
    return {**slots, "requested_slot": f"level_{walk.next.level}" if walk.next else None}


def asked_at(session: Session, level: int) -> Question | None:
    """Give the question the current run asks, or asked, on a level."""
    below = {question.id: option for question, option in session.walk.answered if question.level < level}
    return question_at(session.profiler, level, below)
