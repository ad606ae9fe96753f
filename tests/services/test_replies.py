"""A reply to an open question is a pick, a question back, a command passed on, or a miss; never a wrong answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from customer_profiler.core.messages import Button, NextStep, Reply
from customer_profiler.services import replies, runs
from customer_profiler.services.session import Services
from tests.builders import option, profiler, question
from tests.services.conftest import Meet, Person, button, intents, recommended, served_by, titles

MISS = "Sorry, I did not understand that."


@pytest.fixture
def choosing(serve: Callable[..., Services], person: Person) -> Callable[..., Person]:
    """Somebody before a question with the labels given."""

    def chosen(*labels: str) -> Person:
        options = [option(f"o{place}", {"en": label}) for place, label in enumerate(labels, start=1)]
        asking = served_by(person, serve(profiler(questions=[question("pick", 1, options), question("later", 2)])))
        asking.start()
        return asking

    return chosen


# --- picks


@pytest.mark.parametrize(
    "text", ["Family life", "family life!", "FAMILY LIFE", "family", "1", "the first", "famly life", "١"]
)
def test_a_typed_pick_is_an_answer(started: Person, text: str) -> None:
    turn = started.say(text)

    assert started.answers == {"use": "family"}
    assert turn.messages == ()
    assert turn.memory["requested_slot"] == "level_2"


def test_a_tap_is_an_answer(started: Person) -> None:
    started.answer("use", "city")

    assert started.answers == {"use": "city"}


def test_replies_are_understood_in_the_language_of_the_person(meet: Meet) -> None:
    person = meet(locale="es_ES")
    person.start()
    person.say("vida en familia")
    person.say("la segunda")

    assert person.answers == {"use": "family", "seats": "seven"}


def test_a_pick_ends_the_count_of_misses(started: Person) -> None:
    started.say("blue")
    started.say("family")

    assert started.memory["misses"] == 0
    assert started.asked().text == "(2/3) How many seats?"


# --- ambiguous


def test_a_reply_that_fits_two_options_is_asked_back(choosing: Callable[..., Person]) -> None:
    person = choosing("Small car", "Large car", "Bicycle")
    turn = person.say("a car")
    message = person.asked()

    assert turn.messages == ()
    assert message.text == "Do you mean “Small car” or “Large car”?"
    assert titles(message) == ["Small car", "Large car"]
    assert person.answers == {}


def test_an_ambiguous_reply_is_no_miss(choosing: Callable[..., Person]) -> None:
    person = choosing("Small car", "Large car", "Bicycle")
    person.say("blue")
    turn = person.say("a car")

    assert turn.memory["misses"] == 1


def test_two_answers_in_one_message_are_asked_back(started: Person) -> None:
    started.say("family life and city trips")

    assert titles(started.asked()) == ["Family life", "City trips"]
    assert started.answers == {}


def test_the_question_is_asked_again_when_the_candidates_do_not_help(choosing: Callable[..., Person]) -> None:
    person = choosing("Small car", "Large car", "Bicycle")
    person.say("a car")
    person.asked()

    assert person.asked().text == "(1/2) Pick?"


# --- misses

BAD_INPUT = {
    "nothing": "",
    "blanks": "   \n\t ",
    "10000 characters": "a lot of words " * 700,
    "only emoji": "🙂🙂🎉",
    "control characters": "\x00\x07\x1b[31m",
    "direction marks": "\u200f\u202e\u2066",
    "sql": "'; DROP TABLE answer; --",
    "html": "<script>alert(1)</script>",
    "a surrogate": "\ud800",
    "an option of another question": "Up to 20k",
    "a number out of range": "99",
    "braces": "{option} {0}",
}


@pytest.mark.parametrize("text", BAD_INPUT.values(), ids=BAD_INPUT.keys())
def test_bad_input_is_a_miss_and_stores_no_answer(started: Person, text: str) -> None:
    turn = started.say(text)

    assert turn.memory["misses"] == 1
    assert started.answers == {}
    assert titles(started.asked()) == ["Family life", "City trips"]


def test_a_negated_option_is_no_pick(started: Person) -> None:
    started.say("not family life")

    assert started.answers == {}


def test_the_first_two_misses_ask_again(started: Person) -> None:
    for misses in (1, 2):
        turn = started.say("blue")
        assert turn.memory["misses"] == misses
        assert started.asked().text == f"{MISS} Please tap one of these, or type its number.\n(1/3) What is it for?"


def test_the_third_miss_brings_help(started: Person) -> None:
    for _ in range(3):
        started.say("blue")

    message = started.asked()
    assert message.text.startswith("Let me help: tap one of the answers below")
    assert message.text.endswith("What is it for?")
    assert titles(message) == ["Family life", "City trips"]


@pytest.mark.parametrize("misses", [4, 5])
def test_from_the_fourth_miss_on_a_person_is_offered(started: Person, misses: int) -> None:
    for _ in range(misses):
        started.say("blue")

    message = started.asked()
    assert message.text.startswith("I still do not understand, sorry.")
    assert intents(message) == ["answer", "answer", "ask_person"]


def test_what_was_perhaps_meant_is_named(started: Person) -> None:
    started.say("city trip for fun with dogs")

    assert started.asked().text.startswith("Did you mean “City trips”? Please tap your answer.")
    assert started.answers == {}


def test_typed_intents_that_say_nothing_of_their_own_are_misses(started: Person) -> None:
    for intent in ("", "nlu_fallback", "affirm", "deny", "answer"):
        assert not started.say("well well", intent).passed_on


# --- commands and options with the same words


@pytest.mark.parametrize(
    ("text", "intent"),
    [("back", "go_back"), ("Stop!", "stop"), ("why?", "ask_why"), ("a person", "ask_person"), ("menu", "show_menu"),
     ("language", "choose_language"), ("Español", "set_language"), ("start again", "start_again")],
)  # fmt: skip
def test_a_command_is_passed_on(started: Person, text: str, intent: str) -> None:
    turn = started.say(text, intent)

    assert turn.passed_on
    assert turn.memory == {}
    assert started.answers == {}


def test_a_command_in_english_is_passed_on_in_any_language(meet: Meet) -> None:
    person = meet(locale="es_ES")
    person.start()

    assert person.say("stop", "stop").passed_on
    assert person.say("go back", "go_back").passed_on


def test_a_question_of_the_persons_own_is_passed_on(started: Person) -> None:
    assert started.say("is this a robot?", "ask_bot").passed_on


@pytest.mark.parametrize("text", ["Stop", "stop", "STOP!"])
def test_an_option_labelled_like_a_command_wins(choosing: Callable[..., Person], text: str) -> None:
    person = choosing("Go", "Stop")
    turn = person.say(text, "stop")

    assert not turn.passed_on
    assert person.answers == {"pick": "o2"}


def test_a_position_wins_over_what_the_language_model_takes_it_for(started: Person) -> None:
    started.say("2", "ask_price")

    assert started.answers == {"use": "city"}


def test_a_command_wins_over_a_prefix_of_an_option(choosing: Callable[..., Person]) -> None:
    person = choosing("Back seats for children", "Roof")

    assert person.say("back", "go_back").passed_on
    assert person.answers == {}


def test_a_named_option_wins_over_a_guess_of_the_language_model(started: Person) -> None:
    started.say("I take the family one", "ask_price")

    assert started.answers == {"use": "family"}


# --- taps on other buttons


def test_a_tap_on_an_earlier_question_changes_that_answer(started: Person) -> None:
    started.answer("use", "family")
    started.answer("use", "city")

    assert started.answers == {"use": "city"}
    assert started.asked().text == "All right, I changed that.\n(2/3) How far?"


def test_the_tap_of_an_option_never_answers_the_open_question(started: Person) -> None:
    started.answer_all(use="family", seats="five")
    started.answer("seats", "seven")

    assert started.answers == {"use": "family", "seats": "seven"}
    assert started.asked().text == "All right, I changed that.\n(3/3) What may it cost?"


def test_a_button_of_another_profiler_answers_nothing_here(started: Person) -> None:
    started.tap('/answer{"profiler":"vans","question":"use","option":"family"}')

    assert started.answers == {}


def test_answers_of_a_branch_left_are_taken_back(started: Person) -> None:
    started.answer_all(use="family", seats="five")
    started.answer("use", "city")

    assert started.answers == {"use": "city"}


@pytest.mark.parametrize(
    "payload",
    [
        '/answer{"question":"trips","option":"short"}',
        '/answer{"question":"budget","option":"low"}',
        '/answer{"question":"colour","option":"red"}',
        '/answer{"question":"use","option":"space_travel"}',
        '/answer{"question":"use"}',
        '/answer{"option":"family"}',
        '/answer{"question":"use","option":{"a":1}}',
        '/answer{"question":"use","option":"family\'; DROP TABLE run;--"}',
        "/answer",
        "/answer{broken",
    ],
)
def test_a_button_that_belongs_to_no_open_question_changes_nothing(started: Person, payload: str) -> None:
    started.answer("use", "family")
    turn = started.tap(payload)

    assert started.answers == {"use": "family"}
    assert turn.messages == ()
    message = started.asked()
    assert message.text == "That button belongs to a question that is not open any more.\n(2/3) How many seats?"
    assert titles(message) == ["Five seats", "Seven seats"]


def test_a_button_of_another_profiler_changes_nothing(serve: Callable[..., Services], person: Person) -> None:
    other = profiler("tablets", questions=[question("who", 1, ("me", "kids"))])
    person = served_by(person, serve(other, profiler("cars", questions=[question("use", 1)])))
    person.start("cars")
    person.answer("who", "kids")

    assert person.answers == {}
    assert person.asked().text.startswith("That button belongs to a question that is not open any more.")


def test_a_tap_that_is_no_answer_is_passed_on(started: Person) -> None:
    assert started.tap("/stop").passed_on
    assert started.tap('/change_answer{"question":"use"}').passed_on


def test_a_tap_after_the_end_changes_the_answer_and_recommends_again(advised: Person) -> None:
    turn = advised.turn(replies.take_tap, tapped("budget", "high"))

    assert turn.next_step == NextStep.RECOMMENDATION
    assert advised.answers["budget"] == "high"
    assert recommended(advised) == ["hatch", "suv"]


def test_a_tap_after_the_end_may_open_another_branch(advised: Person) -> None:
    turn = advised.turn(replies.take_tap, tapped("use", "family"))

    assert turn.next_step == NextStep.QUESTIONS
    assert turn.memory["requested_slot"] == "level_2"


def test_the_same_tap_after_the_end_shows_the_recommendation_again(advised: Person) -> None:
    assert advised.turn(replies.take_tap, tapped("budget", "low")).next_step == NextStep.RECOMMENDATION


def test_a_tap_resumes_a_stopped_run(started: Person) -> None:
    started.answer("use", "family")
    started.turn(runs.stop)
    turn = started.turn(replies.take_tap, tapped("seats", "five"))

    assert turn.next_step == NextStep.QUESTIONS
    assert started.run is not None
    assert started.run.status.value == "active"


def test_a_tap_without_a_run_shows_the_menu(person: Person) -> None:
    turn = person.turn(replies.take_tap, tapped("use", "family"))

    assert turn.messages[0].text.startswith("That button belongs to a question that is not open any more.")
    assert "start_profiler" in intents(turn.messages[0])


def test_an_old_tap_after_the_end_says_so(advised: Person) -> None:
    turn = advised.turn(replies.take_tap, tapped("seats", "five"))

    assert turn.messages[0].text == "That button belongs to a question that is not open any more."
    assert recommended(advised) == ["hatch", "van"]


def test_a_reply_without_a_run_is_passed_on(person: Person) -> None:
    assert person.turn(replies.take, 1, Reply("family"), 0).passed_on


def test_a_reply_to_a_question_answered_elsewhere_meanwhile_is_taken_for_it(started: Person) -> None:
    """The person taps on another device while typing here: the text belongs to the question it was typed for."""
    before = started.memory["requested_slot"]
    started.answer("use", "family")
    started.memory["requested_slot"] = before
    started.say("city trips")

    assert started.answers == {"use": "city"}


def test_a_reply_to_a_level_that_asks_nothing_any_more_goes_on(serve: Callable[..., Services], person: Person) -> None:
    gap = profiler("gap", questions=[question("a", 1), question("b", 2, show_if="a=high"), question("c", 3)])
    person = served_by(person, serve(gap))
    person.start("gap")
    person.answer("a", "low")
    person.memory["requested_slot"] = "level_2"
    turn = person.say("high")

    assert turn.memory["requested_slot"] == "level_3"
    assert person.answers == {"a": "low"}


# --- buttons offered outside of forms

OFFER = (Button("Show another", "/show_alternative"), Button("Ask for a quote", '/choose_product{"product":"van"}'))


def offered(person: Person, text: str, intent: str = "", buttons: tuple[Button, ...] = OFFER) -> str:
    return person.turn(replies.read_offer, Reply(text, intent, offered=buttons)).tapped


@pytest.mark.parametrize(
    ("text", "payload"),
    [
        ("show another", "/show_alternative"),
        ("ASK FOR A QUOTE", OFFER[1].payload),
        ("ask for a quotee", OFFER[1].payload),
    ],
)
def test_a_typed_button_counts_as_tapped(person: Person, text: str, payload: str) -> None:
    assert offered(person, text) == payload


def test_the_second_does_not_mean_the_second_button(person: Person) -> None:
    assert offered(person, "the second") == ""


def test_yes_takes_an_offer_that_is_a_question(person: Person) -> None:
    resume = (Button("Continue", "/resume_run"), Button("Start anew", "/start_again"))

    assert offered(person, "yes", "affirm", resume) == "/resume_run"


def test_yes_takes_no_offer_that_is_none(person: Person) -> None:
    assert offered(person, "yes", "affirm") == ""


def test_what_is_no_button_is_said_so_and_the_buttons_stay(person: Person) -> None:
    turn = person.turn(replies.read_offer, Reply("blue", offered=OFFER))

    assert turn.messages[0].text == MISS
    assert turn.messages[0].buttons == OFFER


def test_what_is_understood_nowhere_shows_the_menu(person: Person) -> None:
    turn = person.turn(replies.read_offer, Reply("blue"))

    assert turn.messages[0].text.startswith(MISS)
    assert button(turn.messages[0], "start_profiler").title == "Find your car"


@pytest.mark.parametrize("text", BAD_INPUT.values(), ids=BAD_INPUT.keys())
def test_bad_input_taps_nothing(person: Person, text: str) -> None:
    assert offered(person, text) == ""


def tapped(asked: str, chosen: str) -> Reply:
    return Reply("/answer", "answer", {"question": asked, "option": chosen}, is_tap=True)


def test_yes_takes_what_was_asked_about(started: Person) -> None:
    started.say("my cousin has a car for family life")
    offered = started.asked().buttons
    started.turn(replies.take, 1, Reply("yes", "affirm", offered=offered), 1)

    assert started.answers == {"use": "family"}


def test_yes_to_a_question_with_several_answers_is_no_answer(started: Person) -> None:
    started.turn(replies.take, 1, Reply("yes", "affirm", offered=started.asked().buttons), 0)

    assert started.answers == {}


@pytest.mark.parametrize("intent", ["stop", "start_again"])
def test_a_wish_that_ends_the_questions_is_asked_back_unless_it_is_a_command(started: Person, intent: str) -> None:
    started.say("I want to stop paying so much", intent)

    assert started.memory["requested_slot"] == "level_1"
    assert started.asked().text.startswith("If you want")
