"""Everything the bot can say about a profiler, as the turns in which it is said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from itertools import chain, pairwise, product
from pathlib import Path
from string import Formatter

from customer_profiler.adapters.content.loader import load_all
from customer_profiler.adapters.locales import autonym, format_price
from customer_profiler.adapters.phrasebook import load_phrasebook
from customer_profiler.channels.rendering import ListWords
from customer_profiler.core.condition import Condition
from customer_profiler.core.errors import InvalidContact
from customer_profiler.core.lead import Lead
from customer_profiler.core.messages import Button, Message
from customer_profiler.core.profile import Profile
from customer_profiler.core.profiler import Profiler, Question
from customer_profiler.core.ranking import rank
from customer_profiler.core.run import RecommendedProduct, Run, RunStatus
from customer_profiler.core.walk import Walk, all_answers, walk
from customer_profiler.core.wording import cards, leads, menu, questions
from customer_profiler.core.wording.voice import Voice

DEMOS = load_all(Path(__file__).parents[2] / "content")
PHRASES = load_phrasebook()
PICTURES = "https://bot.example.com/pictures"

NOW = datetime(2026, 5, 4, 10, tzinfo=timezone.utc)
ID = "0123456789abcdef" * 2
REFERENCE = "L-7KQ2M-X94TB"
ANA = Profile(
    ID, NOW, NOW, "Ana María de los Ángeles López", "ana.maria.lopez@example.com", "+34612345678", current_run_id=ID
)
STRANGER = Profile(ID, NOW, NOW)

Turn = tuple[Message, ...]


@dataclass(frozen=True)
class Speaker:
    """A profiler, and the voice that speaks of it in one language."""

    profiler: Profiler
    voice: Voice

    @property
    def words(self) -> ListWords:
        return ListWords.of(self.voice.phrases)

    def __str__(self) -> str:
        return f"{self.profiler.id}-{self.voice.language}"


def speaker(profiler: Profiler, language: str) -> Speaker:
    phrases = PHRASES.get(language, PHRASES["en"])
    return Speaker(profiler, Voice(phrases, language, format_price, autonym, PICTURES))


def demo_speakers() -> list[Speaker]:
    """Both demos in all their languages."""
    return [speaker(profiler, language) for profiler in DEMOS.values() for language in profiler.languages]


def everything(who: Speaker) -> Iterator[Turn]:
    """Every turn of the bot: menus, questions, cards, the lead form, data, and all of its own sentences."""
    yield from _menus(who)
    for asked in who.profiler.questions:
        yield from _question(who, asked)
    for answers in all_answers(who.profiler):
        yield from _recommendation(who, answers)
    yield from _cards(who)
    yield from _leads(who)
    for key in who.voice.phrases.texts:
        yield (_sentence(who.voice, key), menu.with_menu(who.voice, "menu"))


def _menus(who: Speaker) -> Iterator[Turn]:
    voice, profiler = who.voice, who.profiler
    for profile, is_known, run, source in product((ANA, STRANGER), (True, False), ("", ID), ("", "Summer sale 2026")):
        hello = menu.greeting(voice, profile, is_known)
        yield (menu.menu(voice, DEMOS.values(), True, hello, run, source),)
        yield (menu.greet_in_form(voice, profile, profiler),)
    every_language = sorted({code for each in DEMOS.values() for code in each.languages} | {"ar", "he", "pt-BR", "xx"})
    yield (menu.languages(voice, every_language),)
    for answers in ({}, all_answers(profiler)[0]):
        traced = walk(profiler, answers)
        for status in RunStatus:
            yield (menu.resume_offer(voice, ANA, profiler, _run(who, answers, status=status), traced, "Summer"),)
        yield (menu.my_data(voice, ANA, profiler, traced, [_lead(who, profiler.products[0].id)] * 5),)
    yield (menu.my_data(voice, STRANGER, None, None, []),)


def _question(who: Speaker, asked: Question) -> Iterator[Turn]:
    voice, profiler = who.voice, who.profiler
    options = [option.id for option in asked.options]
    yield (
        questions.purpose(voice, profiler, menu.greeting(voice, ANA, True)),
        questions.question(voice, profiler, asked),
    )
    yield (questions.why(voice, profiler, asked), questions.question(voice, profiler, asked))
    for misses, hint in product(range(1, 6), [[], *([option] for option in options)]):
        yield (questions.missed(voice, profiler, asked, misses, hint),)
    for first, second in pairwise(options):
        yield (questions.which_of(voice, profiler, asked, [first, second]),)
    yield (questions.which_of(voice, profiler, asked, options),)


def _recommendation(who: Speaker, answers: Mapping[str, str]) -> Iterator[Turn]:
    """What follows the last answer: the text for the combination, both cards, and what can be changed."""
    voice, profiler = who.voice, who.profiler
    ranking = rank(profiler, answers)
    own_text = voice.content(profiler, ranking.message.text) if ranking.message else ""
    entries = tuple(
        RecommendedProduct(
            each.product.id, each.score, each.near_match, tuple((str(why.when), why.points) for why in each.reasons)
        )
        for each in ranking.products
    )
    run = _run(who, answers, entries)
    introduction = cards.introduction(voice, own_text, len(entries))
    first, *others = (
        cards.card(voice, profiler, run, place, each.broken) for place, each in enumerate(ranking.products)
    )
    yield (introduction, first)
    for other in others:
        yield (other,)
    yield (questions.given_answers(voice, profiler, walk(profiler, answers)),)


def _cards(who: Speaker) -> Iterator[Turn]:
    """Every product in every place, as a match and as a near match that breaks wishes."""
    voice, profiler = who.voice, who.profiler
    answers = max(all_answers(profiler), key=lambda each: sum(map(len, _labels(who, walk(profiler, each)))))
    reasons = tuple((f"{question}={option}", 5) for question, option in answers.items())
    broken = tuple(Condition.parse(when) for when, _ in reasons[-2:])
    for each, wishes, count in product(profiler.products, ((), broken), (1, 2)):
        entry = RecommendedProduct(each.id, None if wishes else 9, bool(wishes), reasons)
        run = _run(who, answers, (entry,) * count)
        for place in range(count):
            yield (cards.introduction(voice, "", count), cards.card(voice, profiler, run, place, wishes))
    yield (cards.introduction(voice, "", 0),)
    yield (cards.refusal_reasons(voice, _run(who, answers)),)
    yield (cards.after_refusal(voice),)


def _leads(who: Speaker) -> Iterator[Turn]:
    voice, profiler = who.voice, who.profiler
    reasons = [key.removeprefix("invalid_") for key in voice.phrases.texts if key.startswith("invalid_")]
    for chosen in profiler.products:
        run = _run(who, {}, chosen=chosen.id)
        for is_other in (False, True):
            opening = leads.begin(voice, profiler, chosen, is_other)
            yield (opening, leads.ask_field(voice, profiler, profiler.lead.ask[0]))
        details = {"name": ANA.name, "email": ANA.email, "phone": ANA.phone}
        yield (leads.confirmation(voice, profiler, run, details),)
        lead = _lead(who, chosen.id)
        for is_change in (False, True):
            yield (leads.closing(voice, profiler, lead, is_change),)
            yield (leads.withdrawn(voice, profiler, lead, already=is_change),)
            yield (leads.kept(voice, lead, unsubscribed=is_change),)
        yield (leads.ask_withdrawal(voice, profiler, lead),)
    for asked, reason, suggestion in product(profiler.lead.ask, reasons, (None, "ana.maria.lopez@example.com")):
        yield (leads.retry(voice, profiler, asked, InvalidContact(reason, suggestion)),)
    yield (leads.which_detail(voice, profiler, _run(who, {})),)


def _sentence(voice: Voice, key: str) -> Message:
    """A sentence of the bot's own with something in every place."""
    names = {name for _, name, _, _ in Formatter().parse(voice.phrases.texts[key]) if name}
    return Message(voice.say(key, **dict.fromkeys(names, "Terra X 2.0")))


def _labels(who: Speaker, traced: Walk) -> list[str]:
    return [who.voice.content(who.profiler, asked.option(option).label) for asked, option in traced.answered]


def _run(
    who: Speaker,
    answers: Mapping[str, str],
    recommended: tuple[RecommendedProduct, ...] = (),
    chosen: str = "",
    status: RunStatus = RunStatus.ACTIVE,
) -> Run:
    fields = (who.profiler.id, "v1", "whatsapp", who.voice.language, "", NOW, status)
    return Run(ID, ID, *fields, chosen_product=chosen, answers=answers, recommended=recommended)


def _lead(who: Speaker, chosen: str) -> Lead:
    consent = leads.consent(who.voice, who.profiler)
    return Lead(REFERENCE, ID, ID, chosen, NOW, consent, {"name": ANA.name})


# --- worst cases that no demo has

ARABIC = "ما هي السيارة التي تناسبك أكثر؟ السعر 29.900 € أو €45,000 لسيارة Terra X 2.0 (2/5)."
FAMILY = "👨‍👩‍👧‍👦"


def worst_cases() -> Iterator[Turn]:
    """Many options, long and strange labels, long texts, payloads that do not fit, cards with too much of it all."""
    labels = {
        "short": "Label {}",
        "21": "Exactly 21 letters {:02}",
        "24": "Twenty-four letters in{:02}",
        "long": "A label of three hundred characters number {} " + "and more " * 28,
        "arabic": "سيارة عائلية Terra رقم {} بسعر 29.900 €",
        "emoji": FAMILY * 3 + "{}",
        "same": "Yes{:.0}",
        "alike": "The same beginning of all {}",
        "blank": " {:.0}",
    }
    texts = [
        "",
        "Which?",
        ARABIC,
        ARABIC * 60,
        "word " * 1500,
        "x" * 5000,
        FAMILY * 900,
        "line\n" * 900,
        "Para.\n\n" * 700,
    ]
    images = ["", f"{PICTURES}/cars/terra.png", "images/terra.png"]
    for (_, label), count, length in product(labels.items(), (1, 2, 3, 4, 10, 11, 13, 14, 17, 30), (1, 210, 1100)):
        options = tuple(
            Button(_filled(label, n), f"{n}{'x' * length}", f"About {n} " * 12) for n in range(1, count + 1)
        )
        for text, image in product(("Which?", ARABIC * 12), images):
            yield (Message("Hello"), Message(text, options, image), Message("Goodbye"))
    few = (Button("Yes", "y"), Button("No", "n"))
    for first, second, options, image in product(texts, texts, ((), few), images):
        yield (Message(first), Message(second, options, image))


def _filled(label: str, number: int) -> str:
    return label.format("" if ":.0" in label else number)


def turns() -> Iterator[tuple[str, ListWords, Turn]]:
    """Everything that is checked: where it comes from, the words of the renderers, and the turn."""
    demos = ((str(who), who.words, turn) for who in demo_speakers() for turn in everything(who))
    words = ListWords.of(PHRASES["en"])
    return chain(demos, (("worst cases", words, turn) for turn in worst_cases()))
