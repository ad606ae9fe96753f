"""The lead form: ask only for what is not known, and confirm what is (R25, R35); later, correct what was sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from customer_profiler.core import lead_body
from customer_profiler.core.errors import InvalidContact
from customer_profiler.core.lead import Lead
from customer_profiler.core.matching import Candidate, Status, match
from customer_profiler.core.messages import Message, NextStep, Reply, Turn, as_memory, unquoted
from customer_profiler.core.profiler import LEAD_FIELDS
from customer_profiler.core.wording import leads as wording
from customer_profiler.core.wording import menu as menu_wording
from customer_profiler.services import consents, leads, recommendations, replies
from customer_profiler.services.leads import SKIPPED, given
from customer_profiler.services.session import Session

WORDS_OF_A_SENTENCE = 4
"""A reply of so many words may be a wish rather than a name."""

NO_WISH = ("", "nlu_fallback", "answer", "affirm", "deny", "greet")
"""What the language model may say of a reply that is a detail all the same."""

CONFIRM = "confirmed"
"""The last thing the form asks for: the person's yes to what will be sent."""


def begin(session: Session, product: str = "", run_id: str = "") -> Turn:
    """Begin the lead form for a recommended product; what the profile knows is not asked again.

    A run has one request: another product becomes that of the same one, and one that was withdrawn is made again.
    """
    run = recommendations.chosen_run(session, product, run_id)
    if run is None:
        return recommendations.unknown_product(session)
    voice, profiler, lead = session.voice_for(run), session.profiler_of(run), session.unit.leads.of_run(run.id)
    in_force = lead if lead and lead.withdrawn_at is None else None
    wish = {"product": run.chosen_product, "answers": dict(run.answers)}
    if in_force and not lead_body.differs(in_force, wish):
        return Turn((menu_wording.plain(voice, "lead_exists"), *leads.recall(session, in_force).messages))
    session.save_run(run)
    is_other = in_force is not None and in_force.product != run.chosen_product
    opening = wording.begin(voice, profiler, profiler.product(run.chosen_product), is_other)
    # What was skipped for a request is not asked for a change of it.
    unknown = SKIPPED if lead else None
    memory = {f"lead_{field}": session.profile.contact(field) or unknown for field in LEAD_FIELDS}
    return Turn((opening,), NextStep.LEAD, {**_form(session, memory), "lead_run": None, "lead_interrupts": None})


def correct(session: Session, memory: Mapping[str, object], reply: Reply, open_form: str = NextStep.WAIT) -> Turn:
    """Open the form for a request that was sent, to correct a detail of it: the one named, else ask which.

    The conversation's own run stays what it is. ``open_form`` is the step that goes on by itself, ``WAIT`` for none:
    questions that stand open are gone on with after the correction.
    """
    wish = replies.wished(session, reply)
    lead = leads.meant(session, wish.entity("run"))
    if lead is None:
        return Turn((menu_wording.with_menu(session.voice, "no_lead"),))
    interrupts = open_form == NextStep.QUESTIONS or (open_form == NextStep.LEAD and bool(memory.get("lead_interrupts")))
    about = {"lead_run": lead.run_id, "lead_interrupts": interrupts}
    _be_about(session, about)
    if lead.withdrawn_at is not None or not session.profiler.lead.ask:
        return leads.recall(session, lead)
    turn = _corrected(session, _as_sent(lead), wish)
    return replace(turn, memory={**turn.memory, **about})


def _corrected(session: Session, sent: Mapping[str, object], wish: Reply) -> Turn:
    """Open the detail that is wished, or take the address that stands in the wish itself."""
    if "@" in wish.text and not wish.is_tap and "email" in session.profiler.lead.ask:
        return _take_detail(session, sent, "email", unquoted(wish.text))
    return _correct(session, sent, _detail_named(session, wish))


def ask(session: Session, memory: Mapping[str, object], field: str) -> Turn:
    """Ask for a detail, or for the person's yes when ``field`` is ``CONFIRM``."""
    _be_about(session, memory)
    if session.run is None or not session.run.chosen_product:
        return Turn(memory={"requested_slot": None})
    if field != CONFIRM:
        return Turn((wording.ask_field(session.voice, session.profiler, field),), NextStep.LEAD)
    details = {field: given(memory, field) for field in session.profiler.lead.ask}
    return Turn((wording.confirmation(session.voice, session.profiler, session.run, details),), NextStep.LEAD)


def take(session: Session, memory: Mapping[str, object], field: str, reply: Reply) -> Turn:
    """Take a reply to what the form asked; commands and the person's own questions are passed on."""
    _be_about(session, memory)
    if session.run is None or not session.run.chosen_product:
        return Turn(memory={"requested_slot": None})
    if reply.is_tap:
        return _take_tap(session, memory, field, reply)
    if replies.answers_withdrawal(session, reply):
        return Turn(passed_on=True)
    if reply.intent == "correct_lead" and (session.is_command(reply.text) or _is_own_wish(reply)):
        return _correct(session, memory, _detail_named(session, reply))
    if field == CONFIRM:
        return _take_confirmation(session, memory, reply)
    if suggestion := replies.offered_value(session, reply):
        return _take_detail(session, memory, field, suggestion)
    if session.is_command(reply.text):
        return _skip(session, memory, field) if reply.intent == "skip_field" else Turn(passed_on=True)
    if _is_own_wish(reply):
        return Turn(passed_on=True)
    typed = unquoted(reply.text)
    text = session.voice.phrases.bare_name(typed) if field == "name" else typed
    return _take_detail(session, memory, field, text)


def go_back(session: Session, memory: Mapping[str, object], field: str) -> Turn:
    """Open the detail asked before; at the first one leave the form and show the recommendation again.

    From a detail that is corrected after the request was sent it goes back to the summary.
    """
    _be_about(session, memory)
    if session.run is None:
        return Turn(memory={"requested_slot": None})
    lead = session.unit.leads.of_run(session.run.id) if memory.get("lead_run") else None
    if lead and field != CONFIRM:
        as_sent = {f"lead_{field}": lead.body.get(field) or SKIPPED}
        return Turn((), NextStep.LEAD, _form(session, {**memory, **as_sent}))
    asked = [*session.profiler.lead.ask, CONFIRM]
    place = asked.index(field) if field in asked else 0
    if place == 0:
        return recommendations.show(session)
    return Turn((), NextStep.LEAD, _form(session, {**memory, f"lead_{asked[place - 1]}": None}))


def stop(session: Session, memory: Mapping[str, object]) -> Turn:
    """Leave the form as ``cancel`` does, ask nothing else either, and send no more offers."""
    return cancel(session, {**memory, "lead_interrupts": None}, consents.withdraw(session))


def cancel(session: Session, memory: Mapping[str, object], unsubscribed: bool = False) -> Turn:
    """Leave the form and send nothing; a request made before stays as it is.

    ``unsubscribed`` says that an agreement to offers has ended with it.
    """
    lead = about_lead(session, memory)
    in_force = lead if lead and lead.withdrawn_at is None else None
    if session.run and not memory.get("lead_run"):
        session.save_run(replace(session.run, chosen_product=in_force.product if in_force else ""))
    if in_force:
        # What was corrected and then not sent is not so.
        session.save_profile(**{field: str(sent) for field in LEAD_FIELDS if (sent := in_force.body.get(field))})
    cancelled = menu_wording.stopped(session.voice, "lead_cancelled", unsubscribed)
    said = wording.kept(session.voice, in_force, unsubscribed) if in_force else cancelled
    after = leads.leave(session, memory)
    return replace(after, messages=(said,), memory={"requested_slot": None, **after.memory})


def about_lead(session: Session, memory: Mapping[str, object]) -> Lead | None:
    """Give the request that the open form is about, as far as it was made already."""
    run_id = str(memory.get("lead_run") or "") or (session.run.id if session.run else "")
    return leads.meant(session, run_id) if run_id else None


def _be_about(session: Session, memory: Mapping[str, object]) -> None:
    """Let this turn be about the run whose request the form corrects, without making it the conversation's own."""
    run_id = str(memory.get("lead_run") or "")
    if run_id:
        run, lead = session.unit.runs.get(run_id, session.profile.id), session.unit.leads.of_run(run_id)
        session.run = replace(run, chosen_product=lead.product) if run and lead else None


def _as_sent(lead: Lead) -> dict[str, object]:
    """Give the memory of a form whose details are those of the request."""
    return {f"lead_{field}": lead.body.get(field) or SKIPPED for field in LEAD_FIELDS}


def _take_detail(session: Session, memory: Mapping[str, object], field: str, text: str) -> Turn:
    try:
        value = session.tools.contacts.clean(field, text)
    except InvalidContact as error:
        still_open = {**memory, f"lead_{field}": None}
        return _ask_again(session, still_open, wording.retry(session.voice, session.profiler, field, error))
    session.save_profile(**{field: value})
    return Turn((), NextStep.LEAD, _form(session, {**memory, f"lead_{field}": value}))


def _skip(session: Session, memory: Mapping[str, object], field: str) -> Turn:
    if field in session.profiler.lead.required:
        required = InvalidContact("required")
        return _ask_again(session, memory, wording.retry(session.voice, session.profiler, field, required))
    return Turn((), NextStep.LEAD, _form(session, {**memory, f"lead_{field}": SKIPPED}))


def _correct(session: Session, memory: Mapping[str, object], field: str) -> Turn:
    if field not in session.profiler.lead.ask:
        assert session.run is not None, "the form is open for a run"
        return _ask_again(session, memory, wording.which_detail(session.voice, session.profiler, session.run))
    return Turn((), NextStep.LEAD, _form(session, {**memory, f"lead_{field}": None}))


def _take_tap(session: Session, memory: Mapping[str, object], field: str, reply: Reply) -> Turn:
    assert session.run is not None, "the form is open for a run"
    if reply.intent == "correct_lead" and reply.entity("run") in ("", session.run.id):
        return _correct(session, memory, reply.entity("field"))
    if reply.intent == "confirm_lead" and field == CONFIRM and _is_about(session, reply):
        return _confirm(session, memory)
    if reply.intent == "skip_field" and field != CONFIRM:
        return _skip(session, memory, field)
    if reply.intent == "take_suggestion" and field != CONFIRM:
        return _take_detail(session, memory, field, reply.entity("value"))
    return Turn(passed_on=True)


def _is_about(session: Session, reply: Reply) -> bool:
    """Tell whether a tapped yes stands below the summary of the request that is open, not of an earlier one."""
    run = session.run
    assert run is not None, "the form is open for a run"
    return (reply.entity("run"), reply.entity("product")) in (("", ""), (run.id, run.chosen_product))


def _confirm(session: Session, memory: Mapping[str, object]) -> Turn:
    """Store the lead with the yes, in one transaction, so that a crash cannot come between."""
    leads.store(session, memory)
    return Turn((), NextStep.LEAD, _form(session, {**memory, "lead_confirmed": "yes"}))


def _take_confirmation(session: Session, memory: Mapping[str, object], reply: Reply) -> Turn:
    if detail := _detail_typed(session, reply):
        return _take_detail(session, memory, detail, unquoted(reply.text))
    wish = _typed_wish(session, reply)
    if wish in ("confirm_lead", "affirm"):
        return _confirm(session, memory)
    if wish in ("correct_lead", "deny"):
        return _correct(session, memory, _detail_named(session, reply))
    if wish in session.profiler.lead.ask:
        return _correct(session, memory, wish)
    if wish or session.is_command(reply.text) or _is_own_wish(reply):
        return Turn(passed_on=True)
    summary = ask(session, memory, CONFIRM).messages[0]
    text = f"{session.voice.say('not_understood')}\n{summary.text}"
    return _ask_again(session, memory, Message(text, summary.buttons))


def _detail_named(session: Session, wish: Reply) -> str:
    """Give the detail that a tap or a typed wish is about, or an empty text."""
    return wish.entity("field") or ("" if wish.is_tap else session.voice.phrases.detail(wish.text))


def _detail_typed(session: Session, reply: Reply) -> str:
    """Give which detail a reply at the summary is itself: the right address needs no question before it."""
    if "@" in reply.text:
        return "email" if "email" in session.profiler.lead.ask else ""
    try:
        session.tools.contacts.clean("phone", reply.text)
    except InvalidContact:
        return ""
    return "phone" if "phone" in session.profiler.lead.ask else ""


def _typed_wish(session: Session, reply: Reply) -> str:
    """Give what a typed reply at the summary asks for: an intent, a detail to correct, or an empty text."""
    titles, voice = session.voice.phrases.titles, session.voice
    names = {"confirm_lead": titles["send"], "correct_lead": titles["correct"], "cancel_lead": titles["cancel"]}
    names |= {field: titles[f"field_{field}"] for field in session.profiler.lead.ask}
    candidates = [Candidate(wish, (title,)) for wish, title in names.items()]
    found = match(reply.text, candidates, session.words, session.tools.near)
    command = voice.phrases.command(reply.text)
    if found.strong or (found.status is Status.MATCH and not command):
        return found.options[0]
    return command if command in ("affirm", "deny") else ""


def _is_own_wish(reply: Reply) -> bool:
    """Tell whether the reply is a question or a whole sentence that a rule can answer, not a detail.

    Names are short, so the language model is asked about longer replies only: it would hear much in a name.
    """
    if "@" in reply.text:
        return False
    words = [word for word in reply.text.split() if any(map(str.isalpha, word))]
    is_wish = len(words) >= WORDS_OF_A_SENTENCE and reply.intent not in NO_WISH
    return is_wish or reply.text.rstrip().endswith(("?", "？", "؟"))


def _ask_again(session: Session, memory: Mapping[str, object], message: Message) -> Turn:
    """Leave the detail open; the form says ``message`` when it asks again."""
    return Turn((), NextStep.LEAD, {**_form(session, memory), "preface": as_memory(message)})


def _form(session: Session, memory: Mapping[str, object]) -> dict[str, object]:
    """Complete the memory of the form with the slot it asks for next: the first detail still open.

    A detail the profiler does not ask for counts as skipped, because the form's slots are the same for all.
    """
    asked = (*session.profiler.lead.ask, CONFIRM)
    slots = {
        f"lead_{field}": memory.get(f"lead_{field}") if field in asked else SKIPPED for field in (*LEAD_FIELDS, CONFIRM)
    }
    still_open = (f"lead_{field}" for field in asked if slots[f"lead_{field}"] is None)
    return {**slots, "requested_slot": next(still_open, None), "preface": None}
