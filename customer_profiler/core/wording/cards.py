"""Product cards and what surrounds them."""

from __future__ import annotations

from customer_profiler.core.condition import Condition
from customer_profiler.core.messages import Button, Message, payload
from customer_profiler.core.profiler import Profiler
from customer_profiler.core.run import RecommendedProduct, Run
from customer_profiler.core.wording.questions import labels
from customer_profiler.core.wording.voice import Voice

MAX_REASONS = 3
"""A card names at most so many reasons; more would not be read."""


def introduction(voice: Voice, message: str, count: int) -> Message:
    """Say what comes: the text for the combination of answers (R23), and why there are fewer than two (R18)."""
    if count == 0:
        return Message(voice.say("no_product"), (voice.button("person", "ask_person"),))
    sentences = [message or voice.say("result")]
    if count == 1:
        sentences.append(voice.say("only_product"))
    return Message("\n".join(sentences))


def card(voice: Voice, profiler: Profiler, run: Run, place: int, broken: tuple[Condition, ...] = ()) -> Message:
    """Show the product on ``place`` (0 or 1) of the run's recommendation as one card (R20)."""
    entry = run.recommended[place]
    product = profiler.product(entry.product)
    lines = [
        voice.content(profiler, product.title),
        voice.content(profiler, product.description),
        voice.price(product),
        _reasons(voice, profiler, run, entry, broken),
        _broken_wishes(voice, profiler, run, broken),
        product.url,
    ]
    text = "\n".join(line for line in lines if line)
    return Message(text, _buttons(voice, run, place), voice.picture(profiler, product))


def chosen_because(
    voice: Voice, profiler: Profiler, run: Run, entry: RecommendedProduct, broken: tuple[Condition, ...] = ()
) -> list[str]:
    """Name the answers that speak for the product; a wish it breaks is never named, whatever points it got."""
    missed = labels(voice, profiler, broken, run.answers)
    conditions = [Condition.parse(when) for when, _ in entry.reasons]
    return [label for label in labels(voice, profiler, conditions, run.answers) if label not in missed][:MAX_REASONS]


def refusal_reasons(voice: Voice, run: Run) -> Message:
    """Ask in one tap why neither product suits."""
    reasons = voice.phrases.reasons.items()
    buttons = tuple(Button(title, payload("give_reason", reason=key, run=run.id)) for key, title in reasons)
    return Message(voice.say("why_refused"), buttons)


def after_refusal(voice: Voice) -> Message:
    """Offer what can be done after both products were refused."""
    buttons = (
        voice.button("person", "ask_person"),
        voice.button("change", "change_answer"),
        voice.button("menu", "show_menu"),
    )
    return Message(voice.say("after_refusal"), buttons)


def _buttons(voice: Voice, run: Run, place: int) -> tuple[Button, ...]:
    product = run.recommended[place].product
    quote = voice.button("quote", "choose_product", product=product, run=run.id)
    if len(run.recommended) > place + 1:
        return (quote, voice.button("another", "show_alternative", run=run.id))
    refuse = voice.button("neither", "refuse_products", run=run.id)
    return (quote, voice.button("first_again", "show_recommendation", run=run.id), refuse) if place else (quote, refuse)


def _reasons(
    voice: Voice, profiler: Profiler, run: Run, entry: RecommendedProduct, broken: tuple[Condition, ...]
) -> str:
    named = chosen_because(voice, profiler, run, entry, broken)
    return voice.say("because", reasons=voice.quote(*named)) if named else ""


def _broken_wishes(voice: Voice, profiler: Profiler, run: Run, broken: tuple[Condition, ...]) -> str:
    named = labels(voice, profiler, broken, run.answers)
    return voice.say("near_match", wishes=voice.quote(*named)) if broken else ""
