"""The lead form: what is asked, confirmed and said at the end."""

from __future__ import annotations

from collections.abc import Mapping

from customer_profiler.core.errors import InvalidContact
from customer_profiler.core.lead import Lead
from customer_profiler.core.messages import Message
from customer_profiler.core.profiler import Product, Profiler
from customer_profiler.core.run import Run
from customer_profiler.core.wording.voice import Voice

YES, NO = "yes", "no"
"""What the buttons of ``ask_withdrawal`` carry."""


def begin(voice: Voice, profiler: Profiler, product: Product, is_other: bool = False) -> Message:
    """Say what happens now that a product is chosen; ``is_other`` when a request for another one becomes one for it."""
    key = "lead_begin_other" if is_other else "lead_begin"
    return Message(voice.say(key, product=voice.content(profiler, product.title)))


def ask_field(voice: Voice, profiler: Profiler, lead_field: str) -> Message:
    """Ask for one contact detail; an optional one can be skipped by a tap."""
    optional = lead_field not in profiler.lead.required
    buttons = (voice.button("skip", "skip_field"),) if optional else ()
    return Message(voice.say(f"ask_{lead_field}"), buttons)


def retry(voice: Voice, profiler: Profiler, lead_field: str, error: InvalidContact) -> Message:
    """Say what was wrong with a contact detail and ask again, with a corrected value where one is likely."""
    asked = ask_field(voice, profiler, lead_field)
    text = voice.say(f"invalid_{error.reason}")
    if not error.suggestion:
        return Message(text, asked.buttons)
    text = f"{text}\n{voice.say('suggestion', value=error.suggestion)}"
    return Message(text, (voice.button("use_suggestion", "take_suggestion", value=error.suggestion), *asked.buttons))


def confirmation(voice: Voice, profiler: Profiler, run: Run, details: Mapping[str, str]) -> Message:
    """Show everything before it is sent, with the consent text; the yes names what it is for."""
    product = profiler.product(run.chosen_product)
    lines = [voice.say("lead_summary", product=voice.content(profiler, product.title))]
    lines += [f"{voice.phrases.titles[f'field_{key}']}: {value}" for key, value in details.items() if value]
    lines.append(consent(voice, profiler))
    buttons = (
        voice.button("send", "confirm_lead", run=run.id, product=product.id),
        voice.button("correct", "correct_lead", run=run.id),
        voice.button("cancel", "cancel_lead", run=run.id),
    )
    return Message("\n".join(lines), buttons)


def consent(voice: Voice, profiler: Profiler) -> str:
    """Give the sentence the person agrees to by sending: it names the profiler's purpose (R6)."""
    return voice.say("consent", purpose=voice.content(profiler, profiler.purpose))


def which_detail(voice: Voice, profiler: Profiler, run: Run) -> Message:
    """Ask which detail is to be corrected."""
    buttons = tuple(voice.button(f"field_{key}", "correct_lead", field=key, run=run.id) for key in profiler.lead.ask)
    return Message(voice.say("which_detail"), buttons)


def closing(voice: Voice, profiler: Profiler, lead: Lead, is_change: bool = False) -> Message:
    """Thank for the request and give the reference, which is the lead's id; ``is_change`` of a request made before.

    The buttons name the lead's run, so that they keep their meaning.
    """
    name = str(lead.body.get("name") or "")
    key = ("lead_changed" if is_change else "lead_closing") + ("" if name else "_unnamed")
    text = voice.say(key, name=name, **_named(voice, profiler, lead))
    correct = (voice.button("correct", "correct_lead", run=lead.run_id),) if profiler.lead.ask else ()
    withdraw = voice.button("withdraw", "withdraw_lead", run=lead.run_id)
    return Message(text, (voice.button("menu", "show_menu"), *correct, withdraw))


def ask_withdrawal(voice: Voice, profiler: Profiler, lead: Lead) -> Message:
    """Ask whether a request is really to be withdrawn; the first button is the yes, the last the no."""
    buttons = (
        voice.button("withdraw_yes", "withdraw_lead", run=lead.run_id, value=YES),
        voice.button("withdraw_no", "withdraw_lead", run=lead.run_id, value=NO),
    )
    return Message(voice.say("withdraw_really", **_named(voice, profiler, lead)), buttons)


def withdrawn(voice: Voice, profiler: Profiler, lead: Lead, already: bool = False) -> Message:
    """Say that a request is withdrawn, or was ``already``, and offer to ask again."""
    key = "lead_withdrawn_already" if already else "lead_withdrawn"
    again = voice.button("quote", "choose_product", product=lead.product, run=lead.run_id)
    return Message(voice.say(key, **_named(voice, profiler, lead)), (again, voice.button("menu", "show_menu")))


def kept(voice: Voice, lead: Lead, unsubscribed: bool = False) -> Message:
    """Say that a request stays as it is; ``unsubscribed`` says that an agreement to offers has ended."""
    said = [voice.say("lead_kept", reference=lead.id), *([voice.say("unsubscribed")] if unsubscribed else [])]
    return Message("\n".join(said), (voice.button("menu", "show_menu"),))


def _named(voice: Voice, profiler: Profiler, lead: Lead) -> dict[str, str]:
    """Give what every sentence about a lead names: its product and its reference."""
    return {"product": voice.content(profiler, profiler.product(lead.product).title), "reference": lead.id}
