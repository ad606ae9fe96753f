"""The two products: show, show the other, choose for a quotation, refuse with a reason (R18 to R23).

Every card names its run in its buttons, so that an old card keeps its meaning. What is typed is about the
current run, or, while that one has open questions, about the newest recommendation there is.
"""

from __future__ import annotations

from dataclasses import replace

from customer_profiler.core.condition import Condition
from customer_profiler.core.messages import Message, Turn
from customer_profiler.core.ranking import rank
from customer_profiler.core.run import Run, RunStatus
from customer_profiler.core.wording import cards
from customer_profiler.core.wording import menu as menu_wording
from customer_profiler.services.session import Session


def show(session: Session, run_id: str = "") -> Turn:
    """Show the first product of a recommendation with its introduction (R20, R32)."""
    run = recommended_run(session, run_id)
    if run is None:
        return _nothing_yet(session)
    voice, profiler = session.voice_for(run), session.profiler_of(run)
    ranking = rank(profiler, run.answers)
    own_text = voice.content(profiler, ranking.message.text) if ranking.message else ""
    introduction = cards.introduction(voice, own_text, len(run.recommended))
    return Turn((introduction, _card(session, run, 0)) if run.recommended else (introduction,))


def show_alternative(session: Session, run_id: str = "") -> Turn:
    """Show the second product (R21)."""
    run = recommended_run(session, run_id)
    if run is None:
        return _nothing_yet(session)
    if len(run.recommended) < 2:
        return Turn((menu_wording.with_menu(session.voice_for(run), "no_alternative"),))
    return Turn((_card(session, run, 1),))


def chosen_run(session: Session, product: str, run_id: str = "") -> Run | None:
    """Give the run in whose recommendation a product was chosen, with the choice made.

    Without ``product`` the product of the last card is meant. None when it was not recommended there.
    """
    run = recommended_run(session, run_id)
    wanted = product or (run.shown_product if run else "")
    return replace(run, chosen_product=wanted) if run and run.has_recommended(wanted) else None


def unknown_product(session: Session) -> Turn:
    """Say that the product is not in the recommendation and show what is."""
    run = recommended_run(session)
    if run is None or not run.recommended:
        return _nothing_yet(session)
    return Turn((menu_wording.plain(session.voice_for(run), "unknown_product"), _card(session, run, 0)))


def refuse(session: Session, run_id: str = "") -> Turn:
    """Ask in one tap why neither product suits."""
    run = recommended_run(session, run_id)
    return Turn((cards.refusal_reasons(session.voice_for(run), run),)) if run else _nothing_yet(session)


def give_reason(session: Session, reason: str, run_id: str = "") -> Turn:
    """Store the reason and offer a person; without one of our reasons, ask for it in one tap."""
    run = recommended_run(session, run_id)
    if run is None:
        return _nothing_yet(session)
    if reason not in session.voice.phrases.reasons:
        return refuse(session, run.id)
    _save(session, replace(run, refusal_reason=reason))
    return Turn((cards.after_refusal(session.voice_for(run)),))


def recommended_run(session: Session, run_id: str = "") -> Run | None:
    """Give the run whose recommendation is meant: the one named, the current one, else the newest that has one."""
    run = session.unit.runs.get(run_id, session.profile.id) if run_id else session.run
    if run is None or run.status is not RunStatus.COMPLETED:
        run = session.unit.runs.latest_completed(session.profile.id)
    return run


def _nothing_yet(session: Session) -> Turn:
    return Turn((menu_wording.with_menu(session.voice, "no_recommendation"),))


def _card(session: Session, run: Run, place: int) -> Message:
    shown = replace(run, shown_product=run.recommended[place].product)
    _save(session, shown)
    profiler = session.profiler_of(run)
    return cards.card(session.voice_for(run), profiler, shown, place, _broken(session, run, place))


def _save(session: Session, run: Run) -> None:
    """Store the run without making it the current one: another may have questions open."""
    session.unit.runs.save(run)
    if session.run and session.run.id == run.id:
        session.run = run


def _broken(session: Session, run: Run, place: int) -> tuple[Condition, ...]:
    ranked = {entry.product.id: entry.broken for entry in rank(session.profiler_of(run), run.answers).products}
    return ranked.get(run.recommended[place].product, ())
