"""The menu, greetings for new and returning people, languages, stored data and the way to a person."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine

from customer_profiler.adapters.db import tables as t
from customer_profiler.core.messages import Message, NextStep
from customer_profiler.services import leads, menu, recommendations, runs
from customer_profiler.services.session import Services
from tests.builders import profiler, question
from tests.services.conftest import Clock, Meet, Person, button, cars, intents, recommended, served_by, titles


def one(person: Person, use_case: Callable[..., object], *arguments: object, **named: object) -> Message:
    """The only message of a turn."""
    [message] = person.turn(use_case, *arguments, **named).messages  # type: ignore[arg-type]
    return message


# --- the menu


def test_the_menu_has_an_entry_a_profiler_then_the_rest(serve: Callable[..., Services], person: Person) -> None:
    person = served_by(person, serve(cars(), profiler("tablets", title={"en": "Tablets"})))
    message = one(person, menu.show)

    assert titles(message) == [
        "Find your car", "Tablets", "My recommendation", "My data", "A person, please", "Language",
    ]  # fmt: skip
    assert message.buttons[1].payload == '/start_profiler{"profiler":"tablets"}'


def test_with_one_language_there_is_no_language_entry(serve: Callable[..., Services], person: Person) -> None:
    person = served_by(person, serve(profiler()))

    assert "choose_language" not in intents(one(person, menu.show))


def test_the_menu_begins_with_the_run_broken_off(started: Person) -> None:
    started.answer("use", "city")
    message = one(started, menu.show)

    assert started.run is not None
    assert message.buttons[0].payload == f'/resume_run{{"run":"{started.run.id}"}}'


def test_nothing_is_offered_to_continue_without_an_answer_or_after_the_end(started: Person, advised: Person) -> None:
    assert "resume_run" not in intents(one(advised, menu.show))


def test_the_menu_speaks_the_language_of_the_channel(meet: Meet) -> None:
    message = one(meet(locale="es_MX"), menu.show)

    assert message.text == "¿Qué quieres hacer?"
    assert titles(message)[0] == "Encuentra tu coche"


# --- greetings


def test_a_new_person_is_greeted_as_new_and_sees_the_menu(person: Person) -> None:
    message = one(person, menu.greet)

    assert message.text == "Hello! I help you find what suits you in a few taps.\nWhat would you like to do?"
    assert "start_profiler" in intents(message)


def test_a_returning_person_is_welcomed_back(person: Person, clock: Clock) -> None:
    person.turn(menu.greet)
    clock.pass_(days=3)

    assert one(person, menu.greet).text.startswith("Welcome back!")


def test_a_returning_person_is_called_by_name(advised: Person, clock: Clock) -> None:
    advised.choose("hatch")
    advised.give("Ana")
    clock.pass_(days=3)

    assert one(advised, menu.greet).text.startswith("Welcome back, Ana!")


def test_a_name_with_braces_is_greeted_as_it_is(advised: Person, clock: Clock) -> None:
    advised.choose("hatch")
    advised.give("{0} {name} O{title}")
    clock.pass_(days=3)

    assert one(advised, menu.greet).text.startswith("Welcome back, {0} {name} O{title}!")


def test_a_run_broken_off_is_offered_for_going_on_at_its_question(started: Person, clock: Clock) -> None:
    started.answer_all(use="family", seats="five")
    clock.pass_(days=3)
    message = one(started, menu.greet)

    assert message.text == "Welcome back! You were at step 3 of 3 of “Find your car”. Shall we go on?"
    assert intents(message) == ["resume_run", "start_again", "show_menu"]


def test_a_stopped_run_is_offered_too(started: Person) -> None:
    started.answer("use", "family")
    started.turn(runs.stop)

    assert intents(one(started, menu.greet)) == ["resume_run", "start_again", "show_menu"]


def test_a_recommendation_is_offered_for_seeing_it_again(advised: Person, clock: Clock) -> None:
    clock.pass_(days=30)
    message = one(advised, menu.greet)

    assert message.text == "Welcome back! I have already recommended something to you in “Find your car”."
    assert intents(message) == ["show_recommendation", "start_again", "show_menu"]


@pytest.mark.parametrize("wish", ["resume_run", "show_recommendation"])
def test_what_is_offered_can_be_had(started: Person, wish: str) -> None:
    started.answer_all(use="city", trips="short")
    if wish == "show_recommendation":
        started.answer("budget", "low")
    payload = button(one(started, menu.greet), wish).payload

    turn = started.turn(runs.resume if wish == "resume_run" else recommendations.show)
    assert payload.startswith(f"/{wish}")
    assert turn.next_step == NextStep.QUESTIONS or recommended(started) == ["hatch", "van"]


def test_a_greeting_inside_a_form_is_short(started: Person) -> None:
    started.answer("use", "family")
    message = one(started, menu.greet, in_form=True)

    assert message.text == "Welcome back! We are in the middle of “Find your car”. Say “start again” to begin anew."
    assert message.buttons == ()


def test_the_same_sender_on_another_channel_is_somebody_new(advised: Person, meet: Meet, clock: Clock) -> None:
    clock.pass_(days=1)

    assert one(meet("ana", "whatsapp"), menu.greet).text.startswith("Hello!")


# --- language


def test_the_languages_are_offered_by_their_own_names(person: Person) -> None:
    message = one(person, menu.choose_language)

    assert titles(message) == ["English", "español"]
    assert message.buttons[1].payload == '/set_language{"language":"es"}'


def test_a_chosen_language_is_kept(person: Person, meet: Meet) -> None:
    person.turn(menu.set_language, "es")

    assert one(person, menu.say, "thanks").text == "¡De nada!"
    assert one(meet(locale="en_US"), menu.say, "thanks").text == "¡De nada!"


def test_outside_a_run_the_menu_follows_in_the_new_language(person: Person) -> None:
    turn = person.turn(menu.set_language, "es")

    assert [message.text for message in turn.messages] == ["Seguimos en español.", "¿Qué quieres hacer?"]


def test_inside_a_form_the_question_follows_in_the_new_language(started: Person) -> None:
    turn = started.turn(menu.set_language, "es", in_form=True)

    assert [message.text for message in turn.messages] == ["Seguimos en español."]
    assert started.asked().text == "(1/3) ¿Para qué es?"
    assert started.run is not None
    assert started.run.language == "es"


def test_answers_survive_a_change_of_language(started: Person) -> None:
    started.answer("use", "family")
    started.turn(menu.set_language, "es")
    started.say("siete plazas")

    assert started.answers == {"use": "family", "seats": "seven"}


@pytest.mark.parametrize("code", ["", "fa", "klingon", "ES", "x" * 999])
def test_a_language_the_content_does_not_have_offers_those_it_has(person: Person, code: str) -> None:
    assert titles(one(person, menu.set_language, code)) == ["English", "español"]
    assert person.profile.language == ""


def test_content_without_phrases_of_the_bot_gets_english_ones(serve: Callable[..., Services], person: Person) -> None:
    persian = profiler(
        languages=("fa",),
        title={"fa": "خودرو"},
        purpose={"fa": "هدف"},
        questions=[question(text={"fa": "بودجه؟"})],
    )
    person = served_by(person, serve(persian))

    assert person.start().messages[0].text == "Before we start: هدف"
    assert person.asked().text == "(1/1) بودجه؟"


def test_a_content_language_with_a_region_can_be_chosen(serve: Callable[..., Services], person: Person) -> None:
    person = served_by(person, serve(profiler(languages=("en", "pt-BR"), purpose={"en": "Why", "pt-BR": "Porque"})))
    person.turn(menu.set_language, "pt-BR")

    assert person.start().messages[0].text == "Before we start: Porque"


# --- stored data


def test_a_new_person_sees_that_nothing_is_stored(person: Person) -> None:
    assert one(person, menu.show_data).text.splitlines() == [
        "This is what I know about you:", "Name: –", "E-mail: –", "Telephone: –",
    ]  # fmt: skip


def test_a_person_sees_details_answers_and_requests(advised: Person) -> None:
    advised.choose("hatch")
    for detail in ("Ana", "ana@example.com", "+34612345678"):
        advised.give(detail)
    advised.press("Yes, send it")
    advised.turn(leads.submit, advised.memory)

    assert one(advised, menu.show_data).text.splitlines() == [
        "This is what I know about you:",
        "Name: Ana",
        "E-mail: ana@example.com",
        "Telephone: +34612345678",
        "Your answers in “Find your car”:",
        "• What is it for? – City trips",
        "• How far? – Short trips",
        "• What may it cost? – Up to 20k",
        f"Your requests: {advised.leads[0].id}",
    ]


def test_nobody_sees_the_data_of_somebody_else(advised: Person, meet: Meet) -> None:
    advised.choose("hatch")
    advised.give("Ana")

    assert "Ana" not in one(meet("eve"), menu.show_data).text


# --- everything else


def test_privacy_names_the_purpose_of_the_run(started: Person) -> None:
    assert "We find your car." in one(started, menu.explain_privacy).text


def test_privacy_is_explained_without_a_run_too(person: Person) -> None:
    assert "to recommend what suits you" in one(person, menu.explain_privacy).text


@pytest.mark.parametrize("key", ["help", "thanks", "goodbye", "bot", "duration", "price_question"])
def test_small_talk_is_answered_and_changes_nothing(started: Person, key: str) -> None:
    turn = started.turn(menu.say, key)

    assert turn.messages[0].text
    assert turn.next_step == NextStep.WAIT
    assert turn.memory == {}


def test_the_wish_for_a_person_is_stored_with_the_run(started: Person, engine: Engine, clock: Clock) -> None:
    message = one(started, menu.ask_person, "asked")

    assert message.text.startswith("I have noted that you would like to talk")
    assert started.run is not None
    with engine.connect() as connection:
        [stored] = connection.execute(select(t.handover)).mappings().all()
    assert (stored["run_id"], stored["reason"], stored["requested_at"]) == (started.run.id, "asked", clock.time)


def test_a_person_can_be_asked_for_without_a_run(person: Person, engine: Engine) -> None:
    person.turn(menu.ask_person, "asked")

    with engine.connect() as connection:
        assert connection.execute(select(t.handover.c.run_id)).scalars().all() == [""]


@pytest.mark.parametrize(("text", "language"), [("hola", "es"), ("¡Hola!", "es"), ("hello", "en"), ("ok", "en")])
def test_the_first_command_tells_the_language(person: Person, text: str, language: str) -> None:
    person.turn(lambda session: (session.notice_language(text), menu.say(session, "thanks"))[1])

    assert person.said[0].text == {"es": "¡De nada!", "en": "You are welcome!"}[language]


def test_a_language_once_chosen_is_not_changed_by_a_word(person: Person) -> None:
    person.turn(menu.set_language, "en")
    person.turn(lambda session: (session.notice_language("hola"), menu.say(session, "thanks"))[1])

    assert person.said[0].text == "You are welcome!"
