"""A session is one transaction of one person, in that person's language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import Engine

from customer_profiler.adapters.db import tables as t
from customer_profiler.adapters.db.engine import create_engine
from customer_profiler.core.document import version_hash
from customer_profiler.core.errors import StoreUnavailable
from customer_profiler.services import menu
from customer_profiler.services.session import Services, Visit
from tests.builders import product, profiler
from tests.services.conftest import Clock, Meet, Person, cars, served_by, visit


def language(services: Services, visit: Visit) -> str:
    with services.session(visit) as session:
        return session.language


# --- the transaction


def test_leaving_without_an_error_commits(services: Services) -> None:
    with services.session(Visit("rest", "ana")) as session:
        session.save_profile(name="Ana")

    with services.session(Visit("rest", "ana")) as session:
        assert session.profile.name == "Ana"


def test_leaving_with_an_error_stores_nothing(services: Services, engine: Engine) -> None:
    with pytest.raises(RuntimeError), services.session(Visit("rest", "ana")) as session:
        session.save_profile(name="Ana")
        raise RuntimeError

    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(t.profile)).scalar_one() == 0


def test_a_locked_database_is_unavailable_and_later_available_again(person: Person, engine: Engine) -> None:
    other = create_engine(str(engine.url))
    with other.begin(), pytest.raises(StoreUnavailable):
        person.start()
    other.dispose()

    person.start()
    assert person.run is not None


def test_after_an_apology_the_same_reply_is_taken_as_if_nothing_had_been(started: Person, engine: Engine) -> None:
    other = create_engine(str(engine.url))
    with other.begin(), pytest.raises(StoreUnavailable):
        started.answer("use", "city")
    other.dispose()
    started.answer("use", "city")

    assert started.answers == {"use": "city"}


# --- the person


def test_a_person_is_known_again(services: Services, clock: Clock) -> None:
    with services.session(Visit("rest", "ana")) as first:
        pass
    clock.pass_(hours=1)
    with services.session(Visit("rest", "ana")) as second:
        pass

    assert second.profile.id == first.profile.id
    assert second.profile.last_seen_at - second.profile.first_seen_at == timedelta(hours=1)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("rest", "ana"), ("rest", "bob")),
        (("rest", "ana"), ("whatsapp", "ana")),
        (("facebook", "1"), ("whatsapp", "1")),
        (("rest", "ana"), ("rest", "Ana")),
        (("rest", "ana"), ("rest", "ana ")),
    ],
)
def test_other_senders_are_other_people(services: Services, one: tuple[str, str], other: tuple[str, str]) -> None:
    with services.session(visit(services, one[1], one[0])) as first:
        pass
    with services.session(visit(services, other[1], other[0])) as second:
        assert second.profile.id != first.profile.id


@pytest.mark.parametrize("sender", ["", "'; DROP TABLE identity;--", "x" * 255, "🙂", "\u202e", "a\x00b"])
def test_any_sender_id_can_be_met(services: Services, sender: str) -> None:
    with services.session(Visit("rest", sender)) as first:
        pass
    with services.session(Visit("rest", sender)) as second:
        assert second.profile.id == first.profile.id


def test_a_new_person_has_no_run(services: Services) -> None:
    with services.session(Visit("rest", "ana")) as session:
        assert session.run is None


def test_the_conversation_is_about_the_same_run_in_the_next_turn(started: Person) -> None:
    first = started.run

    assert first is not None and started.run is not None
    assert started.run.id == first.id


# --- the language


def test_the_profiles_language_wins_over_the_channels(person: Person, services: Services) -> None:
    person.turn(menu.set_language, "es")

    assert language(services, Visit("rest", "ana", "en_US")) == "es"


def test_the_channels_locale_wins_over_the_contents_first(services: Services) -> None:
    assert language(services, Visit("rest", "ana", "es_ES")) == "es"


@pytest.mark.parametrize("locale", ["", "fa_IR", "nonsense", "_", "es" * 99])
def test_without_a_language_of_the_content_its_first_is_spoken(services: Services, locale: str) -> None:
    assert language(services, Visit("rest", "ana", locale)) == "en"


def test_a_run_is_spoken_in_a_language_its_content_has(serve: Callable[..., Services], meet: Meet) -> None:
    person = served_by(meet(locale="es"), serve(profiler("english"), cars()))
    person.start("english")

    assert person.turn(menu.say, "thanks").messages[0].text == "You are welcome!"


def test_the_languages_are_those_of_all_profilers_each_once(serve: Callable[..., Services]) -> None:
    services = serve(cars(), profiler("persian", languages=("fa", "es")))

    assert services.tools.languages == ("en", "es", "fa")


@pytest.mark.parametrize(("code", "spoken"), [("es", "es"), ("es-MX", "es"), ("fa", "en"), ("", "en")])
def test_phrases_are_those_of_the_language_else_english(services: Services, code: str, spoken: str) -> None:
    assert services.tools.phrases(code).language == spoken


# --- commands


@pytest.mark.parametrize("text", ["stop", "Go back!", "why?", "language", "idioma", "Español", "english"])
def test_commands_of_the_language_and_of_english_and_names_of_languages_are_commands(
    services: Services, text: str
) -> None:
    with services.session(Visit("rest", "ana")) as session:
        assert session.is_command(text)


@pytest.mark.parametrize("text", ["", "atrás", "Deutsch", "sprache", "I go back home", "🙂", "a" * 999])
def test_anything_else_is_no_command(services: Services, text: str) -> None:
    with services.session(Visit("rest", "ana")) as session:
        assert not session.is_command(text)


# --- content versions


def test_storing_the_versions_again_changes_nothing(services: Services, engine: Engine) -> None:
    services.store_versions()

    with engine.connect() as connection:
        assert connection.execute(select(t.content_version.c.hash)).scalars().all() == [version_hash(cars())]


def test_every_version_is_kept(serve: Callable[..., Services], services: Services, engine: Engine) -> None:
    serve(cars(products=[product("boat")]))

    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(t.content_version)).scalar_one() == 2


def test_without_content_the_bot_still_answers(serve: Callable[..., Services], person: Person) -> None:
    person = served_by(person, serve())

    assert person.turn(menu.greet).messages[0].text.startswith("Hello!")
    assert person.start("cars").messages[0].text.startswith("That offer is not available any more.")
