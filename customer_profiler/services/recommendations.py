"""The two products: show, show the other, choose for a quotation, refuse with a reason (R18 to R23)."""

from __future__ import annotations

from dataclasses import replace

from customer_profiler.core.condition import Condition
from customer_profiler.core.messages import Message, Turn
from customer_profiler.core.ranking import rank
from customer_profiler.core.run import Run, RunStatus
from customer_profiler.core.wording import cards
from customer_profiler.core.wording import menu as menu_wording
from customer_profiler.services.session import Session


def show(session: Session) -> Turn:
    """Show the first product of the current recommendation with its introduction."""
    if session.run is None or session.run.status is not RunStatus.COMPLETED:
        return Turn()
    ranking = rank(session.profiler, session.run.answers)
    own_text = session.voice.content(session.profiler, ranking.message.text) if ranking.message else ""
    introduction = cards.introduction(session.voice, session.profiler, own_text, len(session.run.recommended))
    if not session.run.recommended:
        return Turn((introduction,))
    return Turn((introduction, _card(session, 0)))


def show_again(session: Session) -> Turn:
    """Show the newest recommendation again, of whichever run it is (R32)."""
    run = session.run
    if run is None or run.status is not RunStatus.COMPLETED:
        run = session.unit.runs.latest_completed(session.profile.id)
    if run is None:
        return _nothing_yet(session)
    session.make_current(run)
    return show(session)


def show_alternative(session: Session) -> Turn:
    """Show the second product (R21)."""
    if session.run is None or not session.run.recommended:
        return _nothing_yet(session)
    if len(session.run.recommended) < 2:
        return Turn((menu_wording.with_menu(session.voice, "no_alternative"),))
    return Turn((_card(session, 1),))


def chosen_run(session: Session, product: str, run_id: str = "") -> Run | None:
    """Give the run whose recommendation holds the product: the one named, else the current one.

    Without ``product`` the product of the last card is meant. None when it was not recommended there.
    """
    run = session.unit.runs.get(run_id, session.profile.id) if run_id else session.run
    wanted = product or (run.shown_product if run else "")
    return replace(run, chosen_product=wanted) if run and run.has_recommended(wanted) else None


def unknown_product(session: Session) -> Turn:
    """Say that the product is not in the recommendation and show what is."""
    if session.run is None or not session.run.recommended:
        return _nothing_yet(session)
    notice = menu_wording.plain(session.voice, "unknown_product")
    return Turn((notice, _card(session, 0)))


def refuse(session: Session) -> Turn:
    """Ask in one tap why neither product suits."""
    if session.run is None or not session.run.recommended:
        return _nothing_yet(session)
    return Turn((cards.refusal_reasons(session.voice),))


def give_reason(session: Session, reason: str) -> Turn:
    """Store the reason and offer a person; without one of our reasons, ask for it in one tap."""
    if session.run is None or not session.run.recommended:
        return _nothing_yet(session)
    if reason not in session.voice.phrases.reasons:
        return refuse(session)
    session.save_run(replace(session.run, refusal_reason=reason))
    return Turn((cards.after_refusal(session.voice),))


def _nothing_yet(session: Session) -> Turn:
    return Turn((menu_wording.with_menu(session.voice, "no_recommendation"),))


def _card(session: Session, place: int) -> Message:
    run = session.run
    assert run is not None, "a card shows a run's recommendation"
    session.save_run(replace(run, shown_product=run.recommended[place].product))
    return cards.card(session.voice, session.profiler, run, place, _broken(session, run, place))


def _broken(session: Session, run: Run, place: int) -> tuple[Condition, ...]:
    ranked = {entry.product.id: entry.broken for entry in rank(session.profiler, run.answers).products}
    return ranked.get(run.recommended[place].product, ())
