"""Makes the test stories that follow from the content: every option, every branch and every product card.

Run it after a change of the content::

    python -m tests.stories.generate

For each profiler it walks all combinations of answers, keeps a few that together cover everything, and
writes two stories for each of these: one answered by tap that asks for a quotation of the first product,
and one typed in one of the content's languages that asks for the second.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from customer_profiler.adapters.contacts import addresses_in
from customer_profiler.adapters.content.loader import load_all
from customer_profiler.adapters.phrasebook import load_phrasebook
from customer_profiler.core.languages import base_code
from customer_profiler.core.messages import payload
from customer_profiler.core.phrases import Phrases
from customer_profiler.core.profiler import Product, Profiler, Question
from customer_profiler.core.ranking import rank
from customer_profiler.core.walk import all_answers, walk

CONTENT = Path(__file__).parents[2] / "content"
FOLDER = Path(__file__).parent / "generated"

DETAILS = {"name": "Jane Porter", "email": "jane@example.com", "phone": "+44 20 7946 0958"}
"""What the person types into the lead form."""

RUN = "this_run"
"""Stands for the id of the run in the payload of a card's button."""

Item = tuple[str, ...]
"""Something to cover: ``("option", question, option)``, ``("skipped", level)``, ``("first", product)``, ..."""


@dataclass(frozen=True)
class Route:
    """One way through a profiler: what is answered, which levels are skipped, what is recommended."""

    answered: tuple[tuple[Question, str], ...]
    skipped: tuple[int, ...]
    products: tuple[Product, ...]

    @classmethod
    def of(cls, profiler: Profiler, answers: Mapping[str, str]) -> Route:
        """Follow a complete set of answers."""
        walked = walk(profiler, answers)
        products = tuple(entry.product for entry in rank(profiler, answers).products)
        return cls(walked.answered, walked.skipped, products)

    @property
    def items(self) -> frozenset[Item]:
        """All that a story of this route covers."""
        options = {("option", question.id, option) for question, option in self.answered}
        skipped = {("skipped", str(level)) for level in self.skipped}
        cards = {(place, product.id) for place, product in zip(("first", "second"), self.products, strict=False)}
        return frozenset({*options, *skipped, *cards})


def covering_routes(profiler: Profiler) -> list[Route]:
    """Choose few routes that cover what all routes cover: again and again the one that adds most."""
    routes = [Route.of(profiler, answers) for answers in all_answers(profiler)]
    missing = frozenset[Item]().union(*(route.items for route in routes))
    chosen: list[Route] = []
    while missing:
        best = max(routes, key=lambda route: len(route.items & missing))
        chosen.append(best)
        missing -= best.items
    return chosen


class Manner:
    """How a person answers in a story: the text and the intent of each reply."""

    title = "by tap"
    language = ""

    def start(self, profiler: Profiler) -> str:
        """Begin a profiler, by the button of a menu."""
        return payload("start_profiler", profiler=profiler.id)

    def answer(self, profiler: Profiler, question: Question, option: str) -> str:
        """Choose an option."""
        return payload("answer", question=question.id, option=option)

    def chosen_card(self, products: Sequence[Product]) -> int:
        """Give the place of the product to ask a quotation for."""
        return 0

    def another(self) -> str:
        """Ask for the second product."""
        return payload("show_alternative")

    def quote(self, product: Product) -> str:
        """Ask for a quotation of the product shown last."""
        return payload("choose_product", product=product.id, run=RUN)

    def detail(self, profiler: Profiler, field: str) -> str:
        """Give a contact detail."""
        return DETAILS[field]

    def confirm(self) -> str:
        """Agree to the summary."""
        return payload("confirm_lead")


class Typing(Manner):
    """A person who types labels and titles in one language, wants the second product, tells what is required only."""

    def __init__(self, language: str) -> None:
        self.title = f"typed in {language}"
        self.language = language
        self._titles = phrases(language).titles

    def start(self, profiler: Profiler) -> str:
        """Begin a profiler in the language, as a button of a campaign does."""
        return payload("start_profiler", profiler=profiler.id, language=self.language)

    def answer(self, profiler: Profiler, question: Question, option: str) -> str:
        """Type the label of an option."""
        return profiler.text(question.option(option).label, self.language)

    def chosen_card(self, products: Sequence[Product]) -> int:
        """Give the last place."""
        return len(products) - 1

    def another(self) -> str:
        """Type the title of the button."""
        return self._titles["another"]

    def quote(self, product: Product) -> str:
        """Type the title of the button."""
        return self._titles["quote"]

    def detail(self, profiler: Profiler, field: str) -> str:
        """Type a detail that is required, skip any other."""
        return DETAILS[field] if field in profiler.lead.required else self._titles["skip"]

    def confirm(self) -> str:
        """Type the title of the button."""
        return self._titles["send"]


def stories(profiler: Profiler) -> Iterator[list[str]]:
    """Give the stories of a profiler, each as lines of YAML; the typed ones take turns in the languages."""
    for number, route in enumerate(covering_routes(profiler)):
        language = profiler.languages[number % len(profiler.languages)]
        for manner in (Manner(), Typing(language)):
            steps = [*_questions(profiler, route, manner), *_quotation(profiler, route, manner)]
            yield [f"  - story: {json.dumps(_name(profiler, route, manner), ensure_ascii=False)}", "    steps:", *steps]


def _name(profiler: Profiler, route: Route, manner: Manner) -> str:
    answers = ", ".join(option for _, option in route.answered)
    outcome = f"{route.products[manner.chosen_card(route.products)].id} is asked for" if route.products else "none"
    return f"{profiler.id} {manner.title}: {answers} -> {outcome}"


def _questions(profiler: Profiler, route: Route, manner: Manner) -> Iterator[str]:
    yield from _user(manner.start(profiler))
    yield from _action("action_start_run", next_step="questions")
    yield from _action("profiler_form", loop="profiler_form", requested_slot=_slot(route.answered[0][0]))
    for (question, option), (following, _) in pairwise(route.answered):
        yield from _user(manner.answer(profiler, question, option))
        yield from _action("profiler_form", requested_slot=_slot(following))
    yield from _user(manner.answer(profiler, *route.answered[-1]))
    yield from _action("profiler_form", loop="null", next_step="recommendation", requested_slot="null")
    yield from _action("action_recommend", next_step="wait")


def _quotation(profiler: Profiler, route: Route, manner: Manner) -> Iterator[str]:
    if not route.products:
        return
    place = manner.chosen_card(route.products)
    if place:
        yield from _user(manner.another())
        yield from _action("action_show_alternative")
    yield from _user(manner.quote(route.products[place]))
    yield from _action("action_choose_product", next_step="lead")
    asked = [*profiler.lead.ask, "confirmed"]
    yield from _action("lead_form", loop="lead_form", requested_slot=f"lead_{asked[0]}")
    for field, following in pairwise(asked):
        yield from _user(manner.detail(profiler, field))
        yield from _action("lead_form", requested_slot=f"lead_{following}")
    yield from _user(manner.confirm())
    yield from _action("lead_form", loop="null", requested_slot="null")
    yield from _action("action_submit_lead", next_step="wait")


def _slot(question: Question) -> str:
    return f"level_{question.level}"


def _user(text: str) -> Iterator[str]:
    quoted = text.replace("'", "''")
    yield f"      - user: '{quoted}'"
    yield f"        intent: {intent_of(text)}"


def _action(name: str, loop: str = "", **slots: str) -> Iterator[str]:
    yield f"      - action: {name}"
    if loop:
        yield f"      - active_loop: {loop}"
    if slots:
        yield f"      - slot_was_set: [{', '.join(f'{{ {slot}: {value} }}' for slot, value in slots.items())}]"


def intent_of(text: str) -> str:
    """Give the intent of a payload or of a typed command; nothing else is expected to be recognised."""
    if text.startswith("/"):
        return text[1:].partition("{")[0]
    unknown = "correct_lead" if addresses_in(text) else "nlu_fallback"
    return next((found for book in _phrasebook().values() if (found := book.command(text))), unknown)


def phrases(language: str) -> Phrases:
    """Give the bot's phrases in a language, else in English."""
    book = _phrasebook()
    return book.get(language) or book.get(base_code(language)) or book["en"]


@cache
def _phrasebook() -> Mapping[str, Phrases]:
    return load_phrasebook()


def generated(content: Path = CONTENT) -> dict[str, str]:
    """Give name and text of each file of stories, one file a profiler."""
    return {f"test_{profiler.id}.yml": _file(profiler) for profiler in load_all(content).values()}


def _file(profiler: Profiler) -> str:
    head = f"# Made from content/{profiler.id} by: python -m tests.stories.generate"
    blocks = ["\n".join(lines) for lines in stories(profiler)]
    return f'version: "3.1"\n{head}\n\nstories:\n' + "\n\n".join(blocks) + "\n"


def main(say: Callable[[str], object] = sys.stdout.write) -> None:
    """Write the files, and remove those of profilers that are gone."""
    FOLDER.mkdir(exist_ok=True)
    files = generated()
    for stale in FOLDER.glob("test_*.yml"):
        if stale.name not in files:
            stale.unlink()
    for name, text in files.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
        say(f"{FOLDER / name}: {text.count('- story:')} stories\n")


if __name__ == "__main__":
    main()
