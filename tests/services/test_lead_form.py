"""The lead form asks for what is not known and lets everything be corrected before it is sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from customer_profiler.core.messages import NextStep, Reply
from customer_profiler.core.profiler import LeadSettings
from customer_profiler.services import lead_form, menu, recommendations, runs
from customer_profiler.services.session import Services
from tests.services.conftest import Meet, Person, cars, confirm, intents, recommended, served_by, titles


@pytest.fixture
def asking_for(serve: Callable[..., Services], person: Person) -> Callable[..., Person]:
    """Somebody at the lead form of a profiler with other lead settings."""

    def asked(ask: tuple[str, ...], required: tuple[str, ...]) -> Person:
        buyer = served_by(person, serve(cars(lead=LeadSettings(ask, required))))
        buyer.start()
        buyer.answer_all(use="city", trips="short", budget="low")
        buyer.turn(recommendations.show)
        buyer.choose()
        return buyer

    return asked


# --- begin


def test_a_product_is_chosen_and_details_are_asked(advised: Person) -> None:
    turn = advised.choose("hatch")

    assert turn.messages[0].text == "Good choice! I prepare your request for a quotation: Hatch."
    assert turn.next_step == NextStep.LEAD
    assert advised.detail_asked() == "name"
    assert advised.run is not None
    assert advised.run.chosen_product == "hatch"


def test_without_a_product_the_one_of_the_last_card_is_meant(advised: Person) -> None:
    advised.turn(recommendations.show_alternative)
    advised.choose()

    assert advised.run is not None
    assert advised.run.chosen_product == "van"


@pytest.mark.parametrize("product", ["suv", "boat", "Hatch", "'; DROP TABLE lead;--", "x" * 999])
def test_a_product_that_was_not_recommended_is_not_chosen(advised: Person, product: str) -> None:
    turn = advised.choose(product)

    assert turn.messages[0].text.startswith("I do not have that product in your recommendation.")
    assert turn.next_step == NextStep.WAIT
    assert advised.run is not None
    assert advised.run.chosen_product == ""


def test_before_a_recommendation_nothing_can_be_chosen(started: Person) -> None:
    turn = started.choose("hatch")

    assert turn.messages[0].text == "I have no recommendation for you yet."
    assert turn.next_step == NextStep.WAIT


def test_the_card_of_an_earlier_run_can_still_be_chosen(advised: Person) -> None:
    earlier = advised.run
    advised.turn(runs.start_again)
    assert earlier is not None
    turn = advised.choose("van", earlier.id)

    assert turn.next_step == NextStep.LEAD
    assert advised.run is not None
    assert advised.run.id == earlier.id


def test_nobody_chooses_from_the_run_of_somebody_else(advised: Person, meet: Meet) -> None:
    assert advised.run is not None
    eve = meet("eve")
    turn = eve.choose("hatch", advised.run.id)

    assert turn.next_step == NextStep.WAIT
    assert eve.run is None


# --- what is asked


def test_details_are_asked_one_after_the_other(asking: Person) -> None:
    assert asking.form_says().text == "What is your name?"
    asking.give("Ana")
    assert asking.form_says().text.startswith("Which e-mail address")
    asking.give("ana@example.com")
    assert asking.form_says().text.startswith("On which telephone number")
    asking.give("+34612345678")
    assert asking.detail_asked() == "confirmed"


def test_only_what_the_profiler_asks_is_asked(asking_for: Callable[..., Person]) -> None:
    person = asking_for(("email",), ("email",))

    assert person.detail_asked() == "email"
    person.give("ana@example.com")
    assert person.detail_asked() == "confirmed"


def test_a_form_that_asks_nothing_asks_only_for_the_yes(asking_for: Callable[..., Person]) -> None:
    person = asking_for((), ())

    assert person.detail_asked() == "confirmed"
    turn = confirm(person)
    assert turn.messages[0].text.startswith("Thank you! Your request for Hatch is with us.")


def test_what_is_known_is_confirmed_and_not_asked_again(at_summary: Person) -> None:
    confirm(at_summary)
    at_summary.turn(runs.start_again)
    at_summary.answer_all(use="family", seats="five", budget="low")
    at_summary.turn(recommendations.show)
    at_summary.choose()

    assert at_summary.detail_asked() == "confirmed"
    assert "Name: Ana López" in at_summary.form_says().text


def test_a_detail_is_stored_when_it_is_given(asking: Person) -> None:
    asking.give("Ana López")

    assert asking.profile.name == "Ana López"


def test_details_given_before_a_break_are_not_asked_again(asking: Person) -> None:
    asking.give("Ana López")
    asking.memory = {}
    asking.choose("hatch")

    assert asking.detail_asked() == "email"


# --- what is given


def test_a_detail_is_cleaned(asking: Person) -> None:
    asking.give("  Ana \u202e  López ")
    asking.give("Ana@EXAMPLE.com")
    asking.give("+٣٤ ٦١٢ ٣٤ ٥٦ ٧٨")

    assert (asking.profile.name, asking.profile.email, asking.profile.phone) == (
        "Ana López", "Ana@example.com", "+34612345678",
    )  # fmt: skip


@pytest.mark.parametrize(
    "name", ["Robert'); DROP TABLE lead;--", "<b>Ana</b>", "{name}", "=SUM(A1)", "مریم", "Will Stopford"]
)
def test_a_name_is_only_a_name(asking: Person, name: str) -> None:
    asking.give(name)
    asking.give("ana@example.com")
    asking.give("+34612345678")
    turn = confirm(asking)

    assert asking.leads[0].body["name"] == asking.profile.name
    assert asking.profile.name in turn.messages[0].text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("12345", "Please write your name in letters."),
        ("", "Please write your name in letters."),
        ("🙂", "Please write your name in letters."),
        ("ana@example.com", "That looks like an e-mail address."),
        ("a" * 10_000, "That is too long for a name."),
    ],
)
def test_a_name_that_cannot_be_used_is_asked_again_with_the_reason(asking: Person, text: str, says: str) -> None:
    turn = asking.give(text)

    assert turn.messages == ()
    assert asking.detail_asked() == "name"
    assert asking.form_says().text.startswith(says)
    assert asking.profile.name == ""


def test_an_address_with_spaces_is_asked_back(asking: Person) -> None:
    asking.give("Ana")
    asking.give("ana @example.com")

    message = asking.form_says()
    assert message.text == "An e-mail address has no spaces.\nDid you mean ana@example.com?"
    assert titles(message) == ["Yes, that one"]
    assert asking.profile.email == ""


def test_the_suggestion_is_taken_by_a_tap(asking: Person) -> None:
    asking.give("Ana")
    asking.give("ana @example.com")
    asking.press("Yes, that one")

    assert asking.profile.email == "ana@example.com"
    assert asking.detail_asked() == "phone"


@pytest.mark.parametrize(
    ("text", "intent"), [("yes", "affirm"), ("Yes, that one", "nlu_fallback"), ("yes that one", "")]
)
def test_the_suggestion_is_taken_in_words(asking: Person, text: str, intent: str) -> None:
    asking.give("Ana")
    asking.give("ana @example.com")
    asking.give(text, intent)

    assert asking.profile.email == "ana@example.com"


def test_a_suggestion_is_followed_by_another_address_instead(asking: Person) -> None:
    asking.give("Ana")
    asking.give("ana @example.com")
    asking.give("other@example.com")

    assert asking.profile.email == "other@example.com"


def test_a_forged_suggestion_is_checked_like_anything_else(asking: Person) -> None:
    asking.give("Ana")
    reply = Reply('/take_suggestion{"value":"not an address"}', "take_suggestion", {"value": "not an address"}, True)
    asking.turn(lead_form.take, asking.memory, "email", reply)

    assert asking.profile.email == ""
    assert asking.detail_asked() == "email"


def test_a_suggestion_nested_beyond_all_measure_gives_no_detail(asking: Person) -> None:
    reply = Reply("/take_suggestion" + '{"value":' * 2_000 + "1" + "}" * 2_000, "take_suggestion", {}, is_tap=True)

    asking.turn(lead_form.take, asking.memory, "name", reply)
    assert asking.profile.name == ""


# --- skip


def test_an_optional_detail_is_skipped_by_a_tap(asking: Person) -> None:
    asking.give("Ana")
    asking.give("ana@example.com")
    asking.press("Skip")

    assert asking.detail_asked() == "confirmed"
    assert asking.profile.phone == ""
    assert "Telephone" not in asking.form_says().text


def test_an_optional_detail_is_skipped_in_words(asking: Person) -> None:
    asking.give("Ana")
    asking.give("ana@example.com")
    asking.give("skip it", "skip_field")

    assert asking.detail_asked() == "confirmed"


def test_a_required_detail_has_no_button_to_skip(asking: Person) -> None:
    assert asking.form_says().buttons == ()


def test_a_required_detail_cannot_be_skipped_in_words_either(asking: Person) -> None:
    asking.give("skip", "skip_field")

    assert asking.detail_asked() == "name"
    assert asking.form_says().text.startswith("I need this for the quotation")


def test_a_skipped_detail_is_null_in_the_lead(asking: Person) -> None:
    asking.give("Ana")
    asking.give("ana@example.com")
    asking.press("Skip")
    confirm(asking)

    assert asking.leads[0].body["phone"] is None


def test_a_minus_typed_as_a_phone_number_is_not_taken_for_skipped(asking: Person) -> None:
    asking.give("Ana")
    asking.give("ana@example.com")
    asking.give("-")

    assert asking.detail_asked() == "phone"


# --- commands and questions meanwhile


@pytest.mark.parametrize(
    ("text", "intent"),
    [("back", "go_back"), ("stop", "stop"), ("help", "ask_help"), ("a person", "ask_person"),
     ("Español", "set_language"),     ("what happens with my data?", "ask_privacy"), ("are you a bot?", "ask_bot")],
)  # fmt: skip
def test_a_command_or_question_is_not_taken_for_a_detail(asking: Person, text: str, intent: str) -> None:
    turn = asking.give(text, intent)

    assert turn.passed_on
    assert asking.profile.name == ""
    assert asking.detail_asked() == "name"


def test_a_tap_on_a_question_meanwhile_is_passed_on(asking: Person) -> None:
    reply = Reply('/answer{"question":"use","option":"city"}', "answer", {}, is_tap=True)

    assert asking.turn(lead_form.take, asking.memory, "name", reply).passed_on


@pytest.mark.parametrize("name", ["Bill Price", "Anna Person", "May", "Grace Bye", "Helper"])
def test_a_name_that_the_language_model_misreads_is_still_a_name(asking: Person, name: str) -> None:
    asking.give(name, "ask_price")

    assert asking.profile.name == name


# --- back


def test_back_opens_the_detail_before(asking: Person) -> None:
    asking.give("Ana")
    turn = asking.turn(lead_form.go_back, asking.memory, "email")

    assert turn.next_step == NextStep.LEAD
    assert asking.detail_asked() == "name"


def test_back_from_the_first_detail_shows_the_recommendation(asking: Person) -> None:
    turn = asking.turn(lead_form.go_back, asking.memory, "name")

    assert turn.next_step == NextStep.WAIT
    assert turn.messages[-1].text.startswith("Hatch")


def test_back_from_the_summary_opens_the_last_detail(at_summary: Person) -> None:
    at_summary.turn(lead_form.go_back, at_summary.memory, "confirmed")

    assert at_summary.detail_asked() == "phone"


# --- the summary


def test_the_summary_shows_everything_and_the_consent(at_summary: Person) -> None:
    message = at_summary.form_says()

    assert message.text.splitlines() == [
        "Your request for a quotation: Hatch",
        "Name: Ana López",
        "E-mail: ana@example.com",
        "Telephone: +34612345678",
        "By sending you agree that we use these details and your answers for this purpose: We find your car.",
    ]
    assert intents(message) == ["confirm_lead", "correct_lead", "cancel_lead"]


def test_nothing_is_made_before_the_yes(at_summary: Person) -> None:
    assert at_summary.leads == []


@pytest.mark.parametrize(
    ("text", "intent"), [("yes", "affirm"), ("Yes, send it", "affirm"), ("ok", "affirm"), ("confirm", "")]
)
def test_the_yes_may_be_typed(at_summary: Person, text: str, intent: str) -> None:
    at_summary.give(text, intent)

    assert at_summary.memory["requested_slot"] is None
    assert at_summary.memory["lead_confirmed"] == "yes"


@pytest.mark.parametrize("text", ["hm", "maybe later", "🙂", "", "yes but not this one please"])
def test_what_is_no_clear_yes_sends_nothing(at_summary: Person, text: str) -> None:
    at_summary.give(text)

    assert at_summary.detail_asked() == "confirmed"
    assert at_summary.leads == []


def test_a_no_asks_what_to_correct(at_summary: Person) -> None:
    at_summary.give("no", "deny")

    message = at_summary.form_says()
    assert message.text == "What shall I correct?"
    assert titles(message) == ["Name", "E-mail", "Telephone"]


def test_a_detail_is_corrected_by_taps(at_summary: Person) -> None:
    at_summary.press("Correct something")
    at_summary.press("E-mail")
    assert at_summary.form_says().text.startswith("Which e-mail address")
    at_summary.give("new@example.com")

    assert at_summary.detail_asked() == "confirmed"
    assert "E-mail: new@example.com" in at_summary.form_says().text


@pytest.mark.parametrize("text", ["telephone", "the e-mail", "Name"])
def test_the_detail_to_correct_may_be_typed(at_summary: Person, text: str) -> None:
    at_summary.give(text)

    assert at_summary.detail_asked() in text.replace("-", "").lower().replace("telephone", "phone")


@pytest.mark.parametrize(
    ("text", "detail"), [("change my e-mail", "email"), ("My name is wrong", "name"), ("wrong number", "phone")]
)
def test_a_wish_that_names_a_detail_opens_that_one(at_summary: Person, text: str, detail: str) -> None:
    at_summary.give(text, "correct_lead")

    assert at_summary.detail_asked() == detail


def test_a_wish_that_names_two_details_is_asked_which(at_summary: Person) -> None:
    at_summary.give("change my name and my e-mail", "correct_lead")

    assert at_summary.form_says().text == "What shall I correct?"


@pytest.mark.parametrize(
    ("typed", "shown"), [("new@example.com", "E-mail: new@example.com"), ("+34 699 999 999", "Telephone: +34699999999")]
)
@pytest.mark.parametrize("asked", [False, True], ids=["at the summary", "asked what to correct"])
def test_the_right_detail_itself_is_taken_at_once(at_summary: Person, typed: str, shown: str, asked: bool) -> None:
    if asked:
        at_summary.press("Correct something")
    at_summary.give(typed)

    assert at_summary.detail_asked() == "confirmed"
    assert shown in at_summary.form_says().text


def test_a_slip_in_the_right_address_is_asked_back(at_summary: Person) -> None:
    at_summary.give("new @example.com")

    assert at_summary.form_says().text.endswith("Did you mean new@example.com?")
    at_summary.press("Yes, that one")
    assert "E-mail: new@example.com" in at_summary.form_says().text


def test_a_detail_that_the_form_does_not_ask_cannot_be_corrected(asking_for: Callable[..., Person]) -> None:
    person = asking_for(("email",), ("email",))
    person.give("ana@example.com")
    reply = Reply('/correct_lead{"field":"phone"}', "correct_lead", {"field": "phone"}, is_tap=True)
    person.turn(lead_form.take, person.memory, "confirmed", reply)

    assert titles(person.form_says()) == ["E-mail"]


def test_cancelling_sends_nothing_and_keeps_the_recommendation(at_summary: Person) -> None:
    turn = at_summary.turn(lead_form.cancel, at_summary.memory)

    assert turn.messages[0].text == "All right, nothing was sent."
    assert at_summary.memory["requested_slot"] is None
    assert at_summary.leads == []
    assert at_summary.run is not None
    assert at_summary.run.chosen_product == ""
    assert recommended(at_summary) == ["hatch", "van"]


def test_do_not_send_is_passed_on_to_the_rules(at_summary: Person) -> None:
    assert at_summary.press("Do not send").passed_on


# --- without a run


@pytest.mark.parametrize(
    "call",
    [
        lambda session: lead_form.ask(session, {}, "name"),
        lambda session: lead_form.take(session, {}, "name", Reply("Ana")),
        lambda session: lead_form.go_back(session, {}, "name"),
    ],
)
def test_the_form_ends_when_there_is_no_run(person: Person, call: Any) -> None:
    assert person.turn(call).memory == {"requested_slot": None}


def test_a_yes_below_an_earlier_summary_sends_nothing(at_summary: Person) -> None:
    reply = Reply("/confirm_lead", "confirm_lead", {"run": "another", "product": "van"}, is_tap=True)
    assert at_summary.turn(lead_form.take, at_summary.memory, "confirmed", reply).passed_on
    assert at_summary.leads == []


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("I want to talk to a real person", "ask_person"),
        ("how long does it take", "ask_duration"),
        ("why do you need my name?", "nlu_fallback"),
        ("what is the guarantee?", "nlu_fallback"),
    ],
)
def test_a_wish_is_not_taken_for_a_name(asking: Person, text: str, intent: str) -> None:
    assert asking.give(text, intent).passed_on
    assert asking.profile.name == ""


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("my name is Ana García", "Ana García"),
        ("I'm Ana", "Ana"),
        ("Call me Ana", "Ana"),
        ("Ana María de la Fuente y Vega", "Ana María de la Fuente y Vega"),
    ],
)
def test_a_name_is_taken_without_its_introduction(asking: Person, text: str, name: str) -> None:
    asking.give(text)
    assert asking.profile.name == name


def test_cancelling_without_a_run_is_answered(person: Person) -> None:
    assert person.turn(lead_form.cancel, person.memory).messages[0].text == "All right, nothing was sent."


def test_the_menu_leaves_a_lead_form_as_it_was(asking: Person) -> None:
    asking.give("Ana")
    asking.turn(menu.show)

    assert asking.profile.name == "Ana"
    assert asking.leads == []
