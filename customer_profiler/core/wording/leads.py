"""The lead form: what is asked, confirmed and said at the end."""

from __future__ import annotations

from collections.abc import Mapping

from customer_profiler.core.errors import InvalidContact
from customer_profiler.core.lead import Lead
from customer_profiler.core.messages import Message
from customer_profiler.core.profiler import Product, Profiler
from customer_profiler.core.run import Run
from customer_profiler.core.wording.voice import Voice


def begin(voice: Voice, profiler: Profiler, product: Product) -> Message:
    """Say what happens now that a product is chosen."""
    return Message(voice.say("lead_begin", product=voice.content(profiler, product.title)))


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
        voice.button("correct", "correct_lead"),
        voice.button("cancel", "cancel_lead"),
    )
    return Message("\n".join(lines), buttons)


def consent(voice: Voice, profiler: Profiler) -> str:
    """Give the sentence the person agrees to by sending: it names the profiler's purpose (R6)."""
    return voice.say("consent", purpose=voice.content(profiler, profiler.purpose))


def which_detail(voice: Voice, profiler: Profiler) -> Message:
    """Ask which detail is to be corrected."""
    buttons = tuple(voice.button(f"field_{key}", "correct_lead", field=key) for key in profiler.lead.ask)
    return Message(voice.say("which_detail"), buttons)


def closing(voice: Voice, profiler: Profiler, product: Product, lead: Lead) -> Message:
    """Thank for the request and give the reference, which is the lead's id."""
    name = str(lead.body.get("name") or "")
    key = "lead_closing" if name else "lead_closing_unnamed"
    title = voice.content(profiler, product.title)
    return Message(voice.say(key, name=name, product=title, reference=lead.id), (voice.button("menu", "show_menu"),))
