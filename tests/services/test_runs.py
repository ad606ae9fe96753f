"""Runs begin, go on, go back, change, stop and come back, and lose nothing on the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine

from customer_profiler.adapters.db import tables as t
from customer_profiler.adapters.db.engine import create_engine
from customer_profiler.core.document import version_hash
from customer_profiler.core.messages import NextStep, Turn
from customer_profiler.core.run import RunStatus
from customer_profiler.services import menu, recommendations, runs
from customer_profiler.services.session import Services, Session
from tests.builders import option, profiler, question
from tests.services.conftest import Clock, Meet, Person, button, cars, intents, recommended, served_by, titles

# --- start


def test_a_profiler_begins_with_its_purpose_and_goes_on_to_the_questions(person: Person) -> None:
    turn = person.start()

    assert [message.text for message in turn.messages] == ["Before we start: We find your car."]
    assert turn.next_step == NextStep.QUESTIONS


def test_the_first_question_is_asked_with_a_button_an_option(started: Person) -> None:
    message = started.asked()

    assert message.text == "(1/3) What is it for?"
    assert titles(message) == ["Family life", "City trips"]
    assert message.buttons[0].payload == '/answer{"profiler":"cars","question":"use","option":"family"}'


def test_a_run_knows_channel_language_source_and_content_version(meet: Meet) -> None:
    person = meet("34600111222", "whatsapp", "es_ES")
    person.start(source="campaign:spring")

    run = person.run
    assert run is not None
    assert (run.channel, run.language, run.source) == ("whatsapp", "es", "campaign:spring")
    assert run.content_version == version_hash(cars())
    assert run.status is RunStatus.ACTIVE


def test_the_menu_is_the_source_of_a_run_that_names_none(started: Person) -> None:
    assert started.run is not None
    assert started.run.source == "menu"


def test_an_unknown_profiler_is_said_so_and_the_menu_shown(person: Person) -> None:
    turn = person.start("boats")

    assert turn.messages[0].text.startswith("That offer is not available any more.")
    assert intents(turn.messages[0])[0] == "start_profiler"
    assert turn.next_step == NextStep.WAIT
    assert person.run is None


def test_the_only_profiler_begins_when_none_is_named(person: Person) -> None:
    person.start("")

    assert person.run is not None
    assert person.run.profiler == "cars"


def test_the_menu_is_shown_when_none_of_several_profilers_is_named(
    serve: Callable[..., Services], person: Person
) -> None:
    person = served_by(person, serve(cars(), profiler("tablets")))
    turn = person.start("")

    assert intents(turn.messages[0])[:2] == ["start_profiler", "start_profiler"]
    assert turn.messages[0].text == "What would you like to do?"


def test_a_language_of_the_content_may_be_asked_for_at_the_start(person: Person) -> None:
    turn = person.start(language="es")

    assert turn.messages[0].text == "Antes de empezar: Encontramos tu coche."
    assert person.profile.language == "es"


def test_a_language_the_content_does_not_have_is_left_out(person: Person) -> None:
    turn = person.start(language="fa")

    assert turn.messages[0].text.startswith("Before we start")
    assert person.profile.language == ""


@pytest.mark.parametrize(
    "source",
    ["x" * 10_000, "'; DROP TABLE run;--", "🙂\u202e", "a\x00b", "\ud800"],
    ids=["10000", "sql", "emoji", "null", "surrogate"],
)
def test_any_source_can_be_stored(person: Person, source: str) -> None:
    person.start(source=source)

    assert person.run is not None


def test_a_second_start_offers_to_resume_the_run_broken_off(started: Person) -> None:
    started.answer("use", "city")
    before = started.run
    turn = started.start()

    assert before is not None and started.run is not None
    assert started.run.id == before.id
    assert intents(turn.messages[0]) == ["resume_run", "start_again", "show_menu"]
    assert turn.next_step == NextStep.WAIT


def test_a_start_that_comes_twice_begins_one_run(started: Person) -> None:
    before = started.run
    turn = started.start()

    assert before is not None and started.run is not None
    assert started.run.id == before.id
    assert turn.messages[0].text == "Before we start: We find your car."


def test_a_run_without_an_answer_is_not_worth_resuming_when_something_else_led_here(started: Person) -> None:
    before = started.run
    started.start(source="spring")

    assert before is not None and started.run is not None
    assert started.run.id != before.id
    assert started.run.source == "spring"


def test_a_new_run_stops_the_one_of_another_profiler(serve: Callable[..., Services], person: Person) -> None:
    person = served_by(person, serve(cars(), profiler("tablets", questions=[question()])))
    person.start("cars")
    person.answer("use", "city")
    first = person.run
    person.start("tablets")

    assert first is not None
    assert person.turn(runs.resume, first.id).next_step == NextStep.QUESTIONS
    assert person.run is not None
    assert person.run.profiler == "cars"


def test_a_profiler_may_begin_again_after_a_recommendation(advised: Person) -> None:
    finished = advised.run
    advised.start()

    assert finished is not None and advised.run is not None
    assert advised.run.id != finished.id
    assert advised.answers == {}


# --- every answer lasts


def test_every_answer_is_stored_when_it_is_given(started: Person, engine: Engine) -> None:
    other_process = create_engine(str(engine.url))
    given: dict[str, str] = {}
    for asked, chosen in {"use": "family", "seats": "five", "budget": "high"}.items():
        given[asked] = chosen
        started.answer(asked, chosen)
        with other_process.connect() as connection:
            stored = connection.execute(select(t.answer.c.question, t.answer.c.option)).all()
        assert dict(map(tuple, stored)) == given
    other_process.dispose()


def test_a_failure_in_a_later_turn_takes_no_answer_away(started: Person) -> None:
    started.answer("use", "family")

    def fail(session: Session) -> Turn:
        runs.take_answer(session, session.profiler.question("seats"), "five")
        raise RuntimeError("the process dies here")

    with pytest.raises(RuntimeError):
        started.turn(fail)
    assert started.answers == {"use": "family"}
    assert started.asked().text == "(2/3) How many seats?"


def test_an_answer_knows_when_it_was_given(started: Person, engine: Engine, clock: Clock) -> None:
    clock.pass_(seconds=30)
    started.answer("use", "city")

    with engine.connect() as connection:
        assert connection.execute(select(t.answer.c.answered_at)).scalars().all() == [clock.time]


def test_the_last_answer_makes_the_recommendation(started: Person) -> None:
    turn = started.answer_all(use="city", trips="long", budget="low")

    assert turn.next_step == NextStep.RECOMMENDATION
    assert turn.memory["requested_slot"] is None
    assert recommended(started) == ["hatch", "van"]


def test_a_finished_run_knows_its_end(started: Person, clock: Clock) -> None:
    clock.pass_(minutes=2)
    started.answer_all(use="city", trips="long", budget="low")

    assert started.run is not None
    assert started.run.status is RunStatus.COMPLETED
    assert started.run.finished_at == started.run.started_at + timedelta(minutes=2)


def test_the_memory_mirrors_the_run(started: Person) -> None:
    turn = started.answer("use", "family")

    assert {key: turn.memory[key] for key in turn.memory if key.startswith("level_")} == {
        "level_1": "family", "level_2": None, "level_3": None, "level_4": None, "level_5": None,
    }  # fmt: skip
    assert turn.memory["requested_slot"] == "level_2"


def test_a_level_that_asks_nothing_is_remembered_as_skipped(serve: Callable[..., Services], person: Person) -> None:
    gap = profiler("gap", questions=[question("a", 1), question("b", 2, show_if="a=high"), question("c", 3)])
    person = served_by(person, serve(gap))
    person.start("gap")
    turn = person.answer("a", "low")

    assert turn.memory["level_2"] == runs.SKIPPED
    assert turn.memory["requested_slot"] == "level_3"


# --- back and change


def test_back_opens_the_question_before(started: Person) -> None:
    started.answer_all(use="family", seats="five")
    turn = started.turn(runs.go_back)

    assert turn.next_step == NextStep.QUESTIONS
    assert started.asked().text == "(2/3) How many seats?"
    assert started.answers == {"use": "family"}


def test_back_can_be_said_again_and_again(started: Person) -> None:
    started.answer_all(use="family", seats="five")
    started.turn(runs.go_back)
    started.turn(runs.go_back)

    assert started.asked().text == "(1/3) What is it for?"


def test_back_that_was_cut_off_and_comes_again_takes_nothing_more_back(started: Person) -> None:
    started.answer_all(use="family", seats="five")
    started.turn(runs.go_back, 3)
    started.turn(runs.go_back, 3)

    assert started.asked().text == "(2/3) How many seats?"


def test_back_at_the_first_question_says_so_and_stays(started: Person) -> None:
    turn = started.turn(runs.go_back)

    assert turn.messages[0].text == "This is the first question."
    assert turn.memory["requested_slot"] == "level_1"


def test_back_after_the_recommendation_opens_the_last_question(advised: Person) -> None:
    advised.turn(runs.go_back)

    assert advised.asked().text == "(3/3) What may it cost?"


def test_back_skips_levels_that_ask_nothing(serve: Callable[..., Services], person: Person) -> None:
    gap = profiler("gap", questions=[question("a", 1), question("b", 2, show_if="a=high"), question("c", 3)])
    person = served_by(person, serve(gap))
    person.start("gap")
    person.answer("a", "low")
    person.turn(runs.go_back)

    assert person.asked().text == "(1/3) A?"


def test_back_without_a_run_shows_the_menu(person: Person) -> None:
    assert person.turn(runs.go_back).messages[0].text == "What would you like to do?"


def test_the_answers_given_are_offered_for_a_change(started: Person) -> None:
    started.answer_all(use="family", seats="seven")
    [message] = started.turn(runs.change_answer).messages

    assert titles(message) == ["Family life", "Seven seats"]
    assert message.text.splitlines()[1:] == ["• What is it for? – Family life", "• How many seats? – Seven seats"]


def test_there_is_nothing_to_change_before_the_first_answer(started: Person) -> None:
    turn = started.turn(runs.change_answer)

    assert turn.messages[0].text == "You have not answered anything yet."
    assert turn.next_step == NextStep.QUESTIONS


def test_a_change_without_a_run_says_that_nothing_was_answered(person: Person) -> None:
    turn = person.turn(runs.change_answer, "use")

    assert turn.messages[0].text == "You have not answered anything yet."
    assert turn.next_step == NextStep.WAIT


@pytest.mark.parametrize("unknown", ["colour", "trips", "budget"])
def test_a_question_that_was_not_answered_is_not_opened_for_a_change(started: Person, unknown: str) -> None:
    started.answer("use", "family")
    turn = started.turn(runs.change_answer, unknown)

    assert titles(turn.messages[0]) == ["Family life"]


def test_a_changed_answer_keeps_later_answers_that_still_apply(started: Person) -> None:
    started.answer_all(use="family", seats="five", budget="low")
    started.turn(runs.change_answer, "seats")
    turn = started.answer("seats", "seven")

    assert turn.next_step == NextStep.RECOMMENDATION
    assert started.answers == {"use": "family", "seats": "seven", "budget": "low"}


def test_a_changed_answer_drops_the_answers_of_the_branch_left(started: Person) -> None:
    started.answer_all(use="family", seats="five", budget="low")
    started.turn(runs.change_answer, "use")
    started.answer("use", "city")

    assert started.asked().text == "(2/3) How far?"
    turn = started.answer("trips", "short")
    assert turn.next_step == NextStep.RECOMMENDATION
    assert started.answers == {"use": "city", "trips": "short", "budget": "low"}


def test_a_changed_answer_changes_the_recommendation(advised: Person) -> None:
    assert recommended(advised) == ["hatch", "van"]
    advised.turn(runs.change_answer, "use")
    advised.answer_all(use="family", seats="five")

    assert recommended(advised) == ["van", "hatch"]


def test_a_changed_answer_forgets_the_product_chosen_and_the_refusal(advised: Person) -> None:
    advised.turn(recommendations.give_reason, "price")
    advised.choose("hatch")
    advised.turn(runs.change_answer, "budget")
    advised.answer("budget", "high")

    assert advised.run is not None
    assert (advised.run.chosen_product, advised.run.refusal_reason) == ("", "")


def test_the_same_answer_given_again_goes_on_without_a_second_record(advised: Person, engine: Engine) -> None:
    turn = advised.turn(lambda s: runs.take_answer(s, s.profiler.question("budget"), "low"))

    assert turn.next_step == NextStep.RECOMMENDATION
    with engine.connect() as connection:
        asked = connection.execute(select(t.answer.c.question)).scalars().all()
    assert sorted(asked) == ["budget", "trips", "use"]


# --- start again, stop, resume


def test_starting_again_begins_the_same_profiler_without_answers(started: Person) -> None:
    started.answer("use", "city")
    before = started.run
    turn = started.turn(runs.start_again)

    assert before is not None and started.run is not None
    assert turn.next_step == NextStep.QUESTIONS
    assert started.run.id != before.id
    assert (started.run.profiler, started.run.source, started.answers) == ("cars", "menu", {})


def test_the_run_left_by_starting_again_is_kept_as_stopped(started: Person, engine: Engine) -> None:
    started.answer("use", "city")
    started.turn(runs.start_again)

    with engine.connect() as connection:
        assert sorted(connection.execute(select(t.run.c.status)).scalars()) == ["active", "stopped"]


@pytest.mark.parametrize("profiler_id", ["", "boats"])
def test_starting_again_without_a_profiler_shows_the_menu(person: Person, profiler_id: str) -> None:
    turn = person.turn(runs.start_again, profiler_id)

    assert turn.messages[0].text == "What would you like to do?"
    assert turn.next_step == NextStep.WAIT


def test_stopping_keeps_the_answers_and_leaves_the_form(started: Person) -> None:
    started.answer("use", "city")
    turn = started.turn(runs.stop)

    assert turn.messages[0].text.startswith("All right, I stop here.")
    assert turn.memory == {"requested_slot": None}
    assert started.run is not None
    assert started.run.status is RunStatus.STOPPED
    assert started.answers == {"use": "city"}


def test_there_is_nothing_to_stop_without_a_run(person: Person) -> None:
    assert person.turn(runs.stop).messages[0].text == "There is nothing running right now."


def test_there_is_nothing_to_stop_after_the_recommendation(advised: Person) -> None:
    turn = advised.turn(runs.stop)

    assert turn.messages[0].text == "There is nothing running right now."
    assert recommended(advised) == ["hatch", "van"]


def test_a_stopped_run_is_resumed_at_its_question(started: Person) -> None:
    started.answer("use", "city")
    started.turn(runs.stop)
    turn = started.turn(runs.resume)

    assert turn.next_step == NextStep.QUESTIONS
    assert turn.memory["requested_slot"] == "level_2"
    assert started.asked().text == "(2/3) How far?"
    assert started.run is not None
    assert started.run.status is RunStatus.ACTIVE


def test_resuming_a_finished_run_shows_its_recommendation(advised: Person) -> None:
    assert advised.turn(runs.resume).next_step == NextStep.RECOMMENDATION


def test_there_is_nothing_to_resume_without_a_run(person: Person) -> None:
    turn = person.turn(runs.resume)

    assert turn.messages[0].text.startswith("There is nothing to continue yet.")
    assert turn.next_step == NextStep.WAIT


def test_nobody_resumes_the_run_of_somebody_else(started: Person, meet: Meet) -> None:
    started.answer("use", "city")
    assert started.run is not None
    eve = meet("eve")
    turn = eve.turn(runs.resume, started.run.id)

    assert turn.messages[0].text.startswith("There is nothing to continue yet.")
    assert eve.run is None


def test_an_unknown_run_cannot_be_resumed(started: Person) -> None:
    turn = started.turn(runs.resume, "nothing-of-that-id")

    assert turn.messages[0].text.startswith("There is nothing to continue yet.")


# --- why


def test_the_reason_for_a_question_is_the_contents(started: Person) -> None:
    assert started.turn(runs.explain).messages[0].text == "Cars differ in room."


def test_a_question_without_a_reason_gets_the_bots(started: Person) -> None:
    started.answer("use", "family")

    assert started.turn(runs.explain).messages[0].text == "Your answer helps me to find what suits you."


def test_why_without_an_open_question_is_answered_too(person: Person, advised: Person, meet: Meet) -> None:
    for somebody in (meet("new"), advised):
        assert somebody.turn(runs.explain).messages[0].text.startswith("I ask a few questions")


# --- the content changes while a run is open


def without_city() -> object:
    """The dealership after somebody has removed an option, reworded a question and turned the matrix round."""
    asked = question("use", 1, [option("family", {"en": "For the family"})], text={"en": "New words?"})
    return cars(questions=[asked, question("budget", 3)], matrix=[])


def test_a_run_stays_on_the_version_it_began_with(started: Person, serve: Callable[..., Services]) -> None:
    started.answer("use", "city")
    later = served_by(started, serve(without_city()))

    assert later.asked().text == "(2/3) How far?"
    later.answer_all(trips="short", budget="low")
    assert recommended(later) == ["hatch", "van"]


def test_a_recommendation_is_shown_in_the_version_of_its_run(advised: Person, serve: Callable[..., Services]) -> None:
    later = served_by(advised, serve(without_city()))
    turn = later.turn(recommendations.show)

    assert turn.messages[0].text == "Parking will be easy."
    assert "“City trips”" in turn.messages[1].text


def test_a_new_run_takes_the_new_version(started: Person, serve: Callable[..., Services]) -> None:
    started.answer("use", "city")
    later = served_by(started, serve(without_city()))
    later.turn(runs.start_again)

    assert later.asked().text == "(1/3) New words?"


def test_a_run_goes_on_after_its_profiler_was_taken_away(started: Person, serve: Callable[..., Services]) -> None:
    started.answer("use", "city")
    later = served_by(started, serve(profiler("tablets")))

    assert later.asked().text == "(2/3) How far?"
    later.answer_all(trips="short", budget="low")
    assert recommended(later) == ["hatch", "van"]


def test_a_profiler_taken_away_is_not_in_the_menu(started: Person, serve: Callable[..., Services]) -> None:
    later = served_by(started, serve(profiler("tablets")))

    assert (
        button(later.turn(menu.show).messages[0], "start_profiler").payload == '/start_profiler{"profiler":"tablets"}'
    )


def test_the_old_version_comes_back_when_the_content_does(started: Person, serve: Callable[..., Services]) -> None:
    """Storing the same content again, as every start does, gives the same version."""
    again = served_by(started, serve(cars()))

    assert again.run is not None
    assert again.run.content_version == version_hash(cars())


def test_whoever_has_finished_a_run_is_greeted_as_known_when_starting_another(advised: Person) -> None:
    turn = advised.start()

    assert turn.messages[0].text.startswith("Welcome back!\nBefore we start")
    assert turn.next_step == NextStep.QUESTIONS
