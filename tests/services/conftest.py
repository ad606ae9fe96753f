"""A small dealership on a real SQLite database, and people who talk to it.

``person`` is one of them; ``meet`` lets more come, on any channel. Every call of theirs is a turn of its own
transaction, as the actions make them, so what a test sees afterwards has been committed.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from customer_profiler.adapters.contacts import LibraryContacts
from customer_profiler.adapters.db.engine import create_engine
from customer_profiler.adapters.db.migrate import migrate
from customer_profiler.adapters.db.unit_of_work import SqlUnitOfWork
from customer_profiler.adapters.locales import autonym, format_price
from customer_profiler.adapters.phrasebook import load_phrasebook, words_in
from customer_profiler.adapters.similarity import edit_distance
from customer_profiler.core.document import version_hash
from customer_profiler.core.lead import Lead
from customer_profiler.core.messages import Button, Message, NextStep, Reply, Turn, from_memory, read_payload
from customer_profiler.core.profile import Profile
from customer_profiler.core.profiler import NEVER, LeadSettings, Profiler
from customer_profiler.core.run import Run
from customer_profiler.services import lead_form, leads, recommendations, replies, runs, withdrawals
from customer_profiler.services.session import Services, Session, Tools, Visit
from tests.builders import identity, matrix_row, message_row, option, product, profiler, question

PHRASES = load_phrasebook()

UseCase = Callable[..., Turn]


class Meet(Protocol):
    """Lets a person come along on a channel."""

    def __call__(self, sender: str = "ana", channel: str = "rest", locale: str = "") -> Person: ...


@dataclass
class Clock:
    """A time that passes only when told."""

    time: datetime = datetime(2026, 5, 4, 10, tzinfo=timezone.utc)

    def __call__(self) -> datetime:
        return self.time

    def pass_(self, **duration: float) -> None:
        self.time += timedelta(**duration)


def cars(**fields: Any) -> Profiler:
    """Three levels with a branch on the second, in English and Spanish."""

    def named(id: str, en: str, es: str, **more: Any) -> Any:
        return option(id, {"en": en, "es": es}, **more)

    given: dict[str, Any] = {
        "title": {"en": "Find your car", "es": "Encuentra tu coche"},
        "purpose": {"en": "We find your car.", "es": "Encontramos tu coche."},
        "languages": ("en", "es"),
        "lead": LeadSettings(ask=("name", "email", "phone"), required=("name", "email")),
        "questions": [
            question(
                "use",
                1,
                [named("family", "Family life", "Vida en familia"), named("city", "City trips", "Por la ciudad")],
                text={"en": "What is it for?", "es": "¿Para qué es?"},
                why={"en": "Cars differ in room.", "es": "Los coches difieren en espacio."},
            ),
            question(
                "seats",
                2,
                [named("five", "Five seats", "Cinco plazas"), named("seven", "Seven seats", "Siete plazas")],
                show_if="use=family",
                text={"en": "How many seats?", "es": "¿Cuántas plazas?"},
            ),
            question(
                "trips",
                2,
                [named("short", "Short trips", "Viajes cortos"), named("long", "Long trips", "Viajes largos")],
                show_if="use=city",
                text={"en": "How far?", "es": "¿Cómo de lejos?"},
            ),
            question(
                "budget",
                3,
                [named("low", "Up to 20k", "Hasta 20 mil"), named("high", "More than that", "Más que eso")],
                text={"en": "What may it cost?", "es": "¿Cuánto puede costar?"},
            ),
        ],
        "products": [
            product("hatch", {"en": "Hatch", "es": "Compacto"}, family="small", price="15990", currency="EUR"),
            product("van", {"en": "Van", "es": "Furgoneta"}, family="large", url="https://example.com/van"),
            product("suv", {"en": "Suv", "es": "Todoterreno"}, family="large", image="suv.png"),
        ],
        "matrix": [
            matrix_row("use=city", hatch=3),
            matrix_row("use=family", van=3, suv=2),
            matrix_row("seats=seven", hatch=NEVER, suv=NEVER, van=2),
            matrix_row("budget=low", hatch=1, suv=-2),
            matrix_row("budget=high", suv=2),
        ],
        "messages": [message_row("use=city", "Parking will be easy.")],
        **fields,
    }
    return profiler("cars", **given)


def tools_for(clock: Clock, *profilers: Profiler) -> Tools:
    """Tools as bootstrap joins them, with a clock of our own and the profilers given."""
    return Tools(
        catalogue={each.id: each for each in profilers},
        versions={each.id: version_hash(each) for each in profilers},
        phrasebook=PHRASES,
        contacts=LibraryContacts(),
        words_in=words_in,
        near=edit_distance,
        price_format=format_price,
        autonym=autonym,
        pictures_url="https://bot.example.com/pictures",
        now=clock,
        new_id=lambda: uuid4().hex,
        targets=("crm",),
        profiles_url="https://console.example.com/profiles",
    )


@dataclass
class Person:
    """Somebody on a channel; keeps in ``memory`` what Rasa's slots would."""

    services: Services
    visit: Visit
    memory: dict[str, Any] = field(default_factory=dict)
    said: tuple[Message, ...] = ()

    # --- turns

    def turn(self, use_case: UseCase, *arguments: Any, **named: Any) -> Turn:
        """Let a use case run in a transaction of its own and remember its outcome."""
        with self.services.session(self.visit) as session:
            turn = use_case(session, *arguments, **named)
        self.memory |= turn.memory
        if turn.messages:
            self.said = turn.messages
        return turn

    def start(self, profiler: str = "cars", **named: Any) -> Turn:
        return self.turn(runs.start, profiler, **named)

    def say(self, text: str, intent: str = "nlu_fallback") -> Turn:
        """Type a reply to the open question."""
        return self._reply(Reply(text, intent))

    def tap(self, payload: str) -> Turn:
        """Tap a button, whether the form is open or not."""
        reply = tapped(payload)
        return self._reply(reply) if self.memory.get("requested_slot") else self.turn(replies.take_tap, reply)

    def answer(self, question: str, option: str) -> Turn:
        return self.tap(f'/answer{{"question":"{question}","option":"{option}"}}')

    def answer_all(self, **answers: str) -> Turn:
        """Answer one question after the other; gives the last turn."""
        return [self.answer(question, option) for question, option in answers.items()][-1]

    def asked(self) -> Message:
        """What the form says next: the question, or what was prepared in its place."""
        prepared = from_memory(self.memory.get("preface"))
        [message] = self.turn(runs.ask, (prepared,) if prepared else ()).messages
        self.memory["preface"] = None
        return message

    def _reply(self, reply: Reply) -> Turn:
        level = int(str(self.memory["requested_slot"]).removeprefix("level_"))
        return self.turn(replies.take, level, reply, int(self.memory.get("misses") or 0))

    # --- the lead form

    def choose(self, product: str = "", run: str = "") -> Turn:
        return self.turn(lead_form.begin, product, run)

    def correct(self, payload: str = "/correct_lead", open_form: str = NextStep.WAIT) -> Turn:
        """Tap "Correct something" below a closing message."""
        return self.turn(lead_form.correct, self.memory, tapped(payload), open_form)

    def withdraw(self, payload: str = "/withdraw_lead", open_form: str = NextStep.WAIT) -> Turn:
        """Tap a button about the withdrawal of a request."""
        return self.turn(withdrawals.withdraw, self.memory, tapped(payload), open_form)

    def detail_asked(self) -> str:
        """The detail the lead form asks for, without its prefix."""
        return str(self.memory["requested_slot"]).removeprefix("lead_")

    def form_says(self) -> Message:
        """What the lead form says next."""
        prepared = from_memory(self.memory.get("preface"))
        if prepared:
            self.said = (prepared,)
            return prepared
        [message] = self.turn(lead_form.ask, self.memory, self.detail_asked()).messages
        return message

    def give(self, text: str, intent: str = "nlu_fallback") -> Turn:
        """Type a reply to the lead form."""
        return self._give(Reply(text, intent, offered=self.form_says().buttons))

    def press(self, title: str) -> Turn:
        """Tap the button of that title in what the lead form says."""
        [button] = [each for each in self.form_says().buttons if each.title == title]
        return self._give(tapped(button.payload))

    def _give(self, reply: Reply) -> Turn:
        return self.turn(lead_form.take, self.memory, self.detail_asked(), reply)

    # --- what is stored

    @property
    def run(self) -> Run | None:
        return self._look(lambda session: session.run)

    @property
    def answers(self) -> Mapping[str, str]:
        """The answers of the current run that are stored and in force."""
        assert self.run is not None, "there is no run"
        return self.run.answers

    @property
    def profile(self) -> Profile:
        return self._look(lambda session: session.profile)

    @property
    def leads(self) -> Sequence[Lead]:
        return self._look(lambda session: session.unit.leads.of_profile(session.profile.id))

    def _look(self, read: Callable[[Session], Any]) -> Any:
        with self.services.open_unit() as unit:
            return read(Session(self.services.tools, unit, self.visit))


def visit(services: Services, sender: str = "ana", channel: str = "rest", locale: str = "") -> Visit:
    """Let somebody come; on a channel with an inbox, the inbox finds out who it is."""
    if channel == "rest":
        return Visit(channel, sender, locale)
    with services.open_unit() as unit:
        now = services.tools.now()
        profile_id = unit.profiles.met([identity(channel, sender)], now, now)
        unit.commit()
    return Visit(channel, profile_id, locale)


def confirm(person: Person) -> Turn:
    """Say yes and let the form submit, as the rules do."""
    person.press("Yes, send it")
    return person.turn(leads.submit, person.memory)


def tapped(payload: str) -> Reply:
    intent, entities = read_payload(payload)
    return Reply(payload, intent, entities, is_tap=True)


def owed(person: Person) -> list[tuple[str, int]]:
    """What is owed for the person's leads: (target, revision), in the order of making."""
    leads = person.leads
    with person.services.open_unit() as unit:
        return [(each.target, each.revision) for lead in leads for each in unit.deliveries.of_lead(lead.id)]


def titles(message: Message) -> list[str]:
    return [button.title for button in message.buttons]


def intents(message: Message) -> list[str]:
    return [read_payload(button.payload)[0] for button in message.buttons]


def button(message: Message, intent: str) -> Button:
    """The only button of a message that carries the intent."""
    [found] = [each for each in message.buttons if read_payload(each.payload)[0] == intent]
    return found


def recommended(person: Person) -> list[str]:
    """Finish nothing, only give the products of the person's run."""
    assert person.run is not None, "there is no run"
    return [entry.product for entry in person.run.recommended]


@pytest.fixture(scope="session")
def migrated_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database of the newest schema, to copy."""
    file = tmp_path_factory.mktemp("store") / "empty.db"
    engine = create_engine(f"sqlite:///{file}")
    migrate(engine)
    engine.dispose()
    return file


@pytest.fixture
def engine(migrated_database: Path, tmp_path: Path) -> Iterator[Engine]:
    """A real database file of the test's own; it need not survive a power cut."""
    file = tmp_path / "profiler.db"
    shutil.copy(migrated_database, file)
    engine = create_engine(f"sqlite:///{file}", lock_wait_seconds=0.1)
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    yield engine
    engine.dispose()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def serve(engine: Engine, clock: Clock) -> Callable[..., Services]:
    """Serve other profilers than the small dealership's on the same database."""

    def served(*profilers: Profiler) -> Services:
        services = Services(tools_for(clock, *profilers), lambda: SqlUnitOfWork(engine))
        services.store_versions()
        return services

    return served


@pytest.fixture
def services(serve: Callable[..., Services]) -> Services:
    return serve(cars())


@pytest.fixture
def meet(services: Services) -> Meet:
    def met(sender: str = "ana", channel: str = "rest", locale: str = "") -> Person:
        return Person(services, visit(services, sender, channel, locale))

    return met


@pytest.fixture
def person(meet: Meet) -> Person:
    """Somebody who comes for the first time."""
    return meet()


@pytest.fixture
def started(person: Person) -> Person:
    """Somebody whose first question is open."""
    person.start()
    return person


@pytest.fixture
def advised(started: Person) -> Person:
    """Somebody who has answered everything and been shown the first product."""
    started.answer_all(use="city", trips="short", budget="low")
    started.turn(recommendations.show)
    return started


def served_by(person: Person, services: Services) -> Person:
    """The same person, met by processes that have loaded other content."""
    return replace(person, services=services, memory=dict(person.memory))


@pytest.fixture
def asking(advised: Person) -> Person:
    """Somebody who has asked for a quotation of the first product."""
    advised.choose("hatch")
    return advised


@pytest.fixture
def at_summary(asking: Person) -> Person:
    """Somebody who has given everything and is shown what will be sent."""
    asking.give("Ana López")
    asking.give("ana@example.com")
    asking.give("+34 612 34 56 78")
    return asking
