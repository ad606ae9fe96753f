"""Replies to an open question: taps, typed answers, and everything else a person may say meanwhile."""

from __future__ import annotations

from dataclasses import replace

from customer_profiler.core.errors import UnknownOption, UnknownQuestion
from customer_profiler.core.matching import Candidate, Match, Status, match
from customer_profiler.core.messages import Button, Message, NextStep, Reply, Turn, as_memory, read_payload
from customer_profiler.core.profiler import Profiler, Question
from customer_profiler.core.wording import menu as menu_wording
from customer_profiler.core.wording import questions as wording
from customer_profiler.services import menu, runs
from customer_profiler.services.session import Session

NOT_UNDERSTOOD = ("", "nlu_fallback", "answer", "affirm", "deny")
"""Intents that say nothing of their own while a question is open."""

ENDS_QUESTIONS = ("stop", "start_again")
"""Intents that lose the question; unless said in a command's own words they are asked back."""

YES_MEANS_FIRST = ("resume_run", "take_suggestion", "ask_person", "confirm_lead", "withdraw_lead")
"""Offers that are questions: their first button is the yes."""

NO_MEANS_LAST = ("withdraw_lead",)
"""Those of them whose last button is the no."""


def take(session: Session, level: int, reply: Reply, misses: int) -> Turn:
    """Take a reply to the question asked on ``level``; ``misses`` replies before it were no pick.

    The turn is passed on when the reply is a command or a question of the person's own.
    """
    if session.run is None:
        return Turn(passed_on=True)
    if reply.is_tap:
        return _take_tap_in_form(session, reply)
    if answers_withdrawal(session, reply):
        return Turn(passed_on=True)
    question = runs.asked_at(session, level)
    if question is None:
        return runs.position(session)
    found = match_reply(session, question, reply.text)
    hinted = _hinted(question, reply) if reply.intent == "affirm" else ""
    if found.strong or hinted:
        return _understood(runs.take_answer(session, question, hinted or found.options[0]))
    if session.is_command(reply.text) and reply.intent not in NOT_UNDERSTOOD:
        return Turn(passed_on=True)
    if found.status is Status.MATCH:
        return _understood(runs.take_answer(session, question, found.options[0]))
    return _take_unclear(session, question, reply, found, misses)


def _take_unclear(session: Session, question: Question, reply: Reply, found: Match, misses: int) -> Turn:
    """Ask back, pass on a question of the person's own, or say that the reply was not understood."""
    voice, profiler = session.voice, session.profiler
    if found.status is Status.AMBIGUOUS:
        return _still_open(session, wording.which_of(voice, profiler, question, found.options), misses)
    if reply.intent in ENDS_QUESTIONS:
        doubt = voice.say(f"really_{reply.intent}")
        return _still_open(session, wording.question(voice, profiler, question, doubt), misses)
    if reply.intent not in NOT_UNDERSTOOD:
        return Turn(passed_on=True)
    return _still_open(session, wording.missed(voice, profiler, question, misses + 1, found.hint), misses + 1)


def _hinted(question: Question, reply: Reply) -> str:
    """Give the option that the bot has just asked about ("did you mean ...?"), or an empty text."""
    offered = (read_payload(button.payload)[1] for button in reply.offered)
    hinted = (e["option"] for e in offered if e.get("value") == wording.HINT and e.get("question") == question.id)
    return next(hinted, "")


def _take_tap_in_form(session: Session, reply: Reply) -> Turn:
    if reply.intent != "answer":
        return Turn(passed_on=True)
    before = session.walk.answers
    turn = take_tap(session, reply)
    if turn.messages:
        return _still_open(session, _with_question(session, turn.messages[0]), 0)
    was_other = before.get(reply.entity("question")) not in (None, reply.entity("option"))
    if was_other and turn.next_step == NextStep.QUESTIONS:
        changed = menu_wording.plain(session.voice, "answer_changed")
        return _still_open(session, _with_question(session, changed), 0)
    return turn


def take_tap(session: Session, reply: Reply) -> Turn:
    """Take a tapped answer for the question its button belongs to, whichever question is open now.

    A button of a question that is not part of the run changes nothing and is said so. What is no tap at all
    is read as a reply to the buttons offered last.
    """
    if not reply.is_tap:
        return read_offer(session, reply)
    question = _tapped_question(session, reply)
    if question is None:
        return _nothing_tapped(session)
    return _understood(runs.take_answer(session, question, reply.entity("option")))


def _tapped_question(session: Session, reply: Reply) -> Question | None:
    run = session.run
    if run is None or reply.entity("profiler") not in ("", run.profiler):
        return None
    try:
        question = session.profiler.question(reply.entity("question"))
        question.option(reply.entity("option"))
    except (UnknownQuestion, UnknownOption):
        return None
    walk = session.walk
    reachable = [asked for asked, _ in walk.answered] + ([walk.next] if walk.next else [])
    return question if question in reachable else None


def _nothing_tapped(session: Session) -> Turn:
    if session.run is None:
        return menu.show(session, session.voice.say("old_button"))
    position = runs.position(session)
    return replace(position, messages=(menu_wording.plain(session.voice, "old_button"),))


def read_offer(session: Session, reply: Reply, in_form: bool = False) -> Turn:
    """Take a typed reply for one of the buttons last offered, else say that it was not understood.

    Inside a form only the words are said, because the form asks again by itself.
    """
    tapped, candidates = offered_button(session, reply)
    if tapped:
        return Turn(tapped=tapped)
    text = session.voice.say("not_understood")
    if in_form:
        return Turn((Message(text),))
    return Turn((Message(text, candidates),)) if candidates else menu.show(session, text)


def offered_button(session: Session, reply: Reply) -> tuple[str, tuple[Button, ...]]:
    """Give the payload of the offered button a typed reply stands for, or an empty text; and the buttons to offer
    again in that case: those it fits, else all.

    A plain yes or no answers an offer that is a question. Words such as "the second" are not read as places of
    buttons, because beside product cards they mean products.
    """
    offered = reply.offered
    asked = read_payload(offered[0].payload)[0] if offered else ""
    if reply.intent == "affirm" and asked in YES_MEANS_FIRST:
        return offered[0].payload, offered
    if reply.intent == "deny" and asked in NO_MEANS_LAST:
        return offered[-1].payload, offered
    words = replace(session.words, positions={}, last=frozenset())
    found = match(reply.text, [Candidate(b.payload, (b.title,)) for b in offered], words, session.tools.near)
    if found.status is Status.MATCH:
        return found.options[0], offered
    return "", tuple(b for b in offered if b.payload in found.options) or offered


def offered_value(session: Session, reply: Reply) -> str:
    """Give the corrected value that was offered and that a typed reply takes, or an empty text."""
    intent, entities = read_payload(offered_button(session, reply)[0])
    return entities.get("value", "") if intent == "take_suggestion" else ""


def answers_withdrawal(session: Session, reply: Reply) -> bool:
    """Tell whether a typed reply answers the question about a withdrawal, asked in place of what a form asks."""
    asked = read_payload(reply.offered[0].payload)[0] if reply.offered else ""
    return asked == "withdraw_lead" and bool(offered_button(session, reply)[0])


def wished(session: Session, reply: Reply) -> Reply:
    """Give a typed reply with what the offered buttons of the same intent say of it.

    All of it when the reply stands for one of them, else the run they are about.
    """
    if reply.is_tap:
        return reply
    intent, entities = read_payload(offered_button(session, reply)[0])
    if intent == reply.intent:
        return replace(reply, entities=entities)
    offered = (read_payload(button.payload) for button in reply.offered)
    spoken_of = [named["run"] for intent, named in offered if intent == reply.intent and "run" in named]
    return replace(reply, entities={"run": spoken_of[0]}) if spoken_of else reply


def match_reply(session: Session, question: Question, text: str) -> Match:
    """Match a typed reply against a question's options in the language of the session."""
    candidates = candidates_of(session.profiler, question, session.language)
    return match(text, candidates, session.words, session.tools.near)


def candidates_of(profiler: Profiler, question: Question, language: str) -> list[Candidate]:
    """Give the names by which each option can be called in a language: its label, then its synonyms."""
    return [
        Candidate(option.id, (profiler.text(option.label, language), *option.synonyms.get(language, ())))
        for option in question.options
    ]


def _understood(turn: Turn) -> Turn:
    return replace(turn, memory={**turn.memory, "misses": 0, "preface": None})


def _still_open(session: Session, message: Message, misses: int) -> Turn:
    """Leave the question open; the form says ``message`` when it asks again."""
    return Turn((), memory={**runs.memory(session), "misses": misses, "preface": as_memory(message)})


def _with_question(session: Session, message: Message) -> Message:
    """Say something first and then ask the open question in the same message."""
    if session.walk.next is None:
        return message
    return wording.question(session.voice, session.profiler, session.walk.next, preface=message.text)
