"""A request is withdrawn by the person alone, after one question, and can be made again under the same reference."""

from __future__ import annotations

from itertools import chain

import pytest

from customer_profiler.core.messages import Message, NextStep, Reply, read_payload
from customer_profiler.services import consents, lead_form, leads, recommendations, replies, runs, withdrawals
from customer_profiler.services.session import Services
from tests.services.conftest import Clock, Meet, Person, button, confirm, owed, tapped, titles, visit

YES = '/withdraw_lead{"value":"yes"}'
NO = '/withdraw_lead{"value":"no"}'


@pytest.fixture
def sent(at_summary: Person, clock: Clock) -> Person:
    """Somebody whose request for the hatch was sent an hour ago."""
    confirm(at_summary)
    clock.pass_(hours=1)
    return at_summary


def answered(person: Person, text: str, intent: str = "nlu_fallback") -> str:
    """The payload of the button that a typed reply to the last message stands for, or an empty text."""
    reply = Reply(text, intent, offered=person.said[-1].buttons)
    return person.turn(replies.read_offer, reply).tapped


def in_force(person: Person) -> list[bool]:
    return [lead.withdrawn_at is None for lead in person.leads]


# --- asked once


def test_it_is_asked_before_anything_is_withdrawn(sent: Person) -> None:
    [lead] = sent.leads
    [message] = sent.withdraw().messages

    assert message.text == f"Shall I withdraw your request for Hatch? Its reference: {lead.id}"
    assert titles(message) == ["Yes, withdraw it", "Keep it"]
    assert sent.leads == [lead]


def test_yes_withdraws_it_as_a_new_revision_of_the_same_lead(sent: Person, clock: Clock) -> None:
    [before] = sent.leads
    [asked] = sent.withdraw().messages
    [message] = sent.withdraw(asked.buttons[0].payload).messages
    [after] = sent.leads

    assert (after.id, after.revision, after.withdrawn_at) == (before.id, 2, clock.time)
    changed = {key: after.body[key] for key in after.body if after.body[key] != before.body[key]}
    assert changed == {"status": "withdrawn", "revision": 2, "changed_at": clock.time.isoformat()}
    assert message.text == (
        f"Your request for Hatch is withdrawn, and I have passed that on. Your reference: {before.id}"
    )


def test_the_withdrawal_is_owed_to_every_target(sent: Person) -> None:
    sent.withdraw(YES)

    assert owed(sent) == [("crm", 1), ("crm", 2)]


def test_no_keeps_it(sent: Person) -> None:
    [lead] = sent.leads
    [asked] = sent.withdraw().messages
    [message] = sent.withdraw(asked.buttons[1].payload).messages

    assert message.text == f"All right, your request stays as it is. Your reference: {lead.id}"
    assert sent.leads == [lead]


@pytest.mark.parametrize(
    ("text", "intent", "value"),
    [
        ("yes", "affirm", "yes"),
        ("Yes, withdraw it", "nlu_fallback", "yes"),
        ("no", "deny", "no"),
        ("keep it", "nlu_fallback", "no"),
    ],
)
def test_the_answer_may_be_typed(sent: Person, text: str, intent: str, value: str) -> None:
    sent.withdraw()

    intended, entities = read_payload(answered(sent, text, intent))
    assert (intended, entities["value"]) == ("withdraw_lead", value)


@pytest.mark.parametrize("text", ["hm", "maybe", "stop", "", "do not withdraw it"])
def test_what_is_no_clear_yes_withdraws_nothing(sent: Person, text: str) -> None:
    sent.withdraw()

    assert "yes" not in read_payload(answered(sent, text))[1].values()


def test_the_yes_in_words_that_the_language_model_knows_counts_too(sent: Person) -> None:
    sent.withdraw()
    reply = Reply("Yes, withdraw it!", "withdraw_lead", offered=sent.said[-1].buttons)
    sent.turn(withdrawals.withdraw, sent.memory, reply)

    assert in_force(sent) == [False]


def test_a_yes_that_comes_twice_changes_nothing_the_second_time(sent: Person) -> None:
    sent.withdraw(YES)
    [lead] = sent.leads
    [message] = sent.withdraw(YES).messages

    assert message.text == f"Your request for Hatch is withdrawn already. Your reference: {lead.id}"
    assert sent.leads == [lead]


def test_withdrawing_twice_says_that_it_is_withdrawn_already(sent: Person) -> None:
    sent.withdraw(YES)

    assert sent.withdraw().messages[0].text.startswith("Your request for Hatch is withdrawn already.")


def test_without_a_request_there_is_nothing_to_withdraw(advised: Person) -> None:
    assert advised.withdraw().messages[0].text == "You have not asked for a quotation yet."


def test_the_button_not_to_send_comes_too_late_once_it_was_sent(sent: Person) -> None:
    run = sent.leads[0].run_id

    assert sent.withdraw(f'/cancel_lead{{"run":"{run}"}}').messages[0].text.startswith("Shall I withdraw")


def test_the_button_not_to_send_that_comes_twice_says_so_twice(at_summary: Person) -> None:
    run = at_summary.run
    assert run is not None
    at_summary.turn(lead_form.cancel, at_summary.memory)

    [message] = at_summary.withdraw(f'/cancel_lead{{"run":"{run.id}"}}').messages
    assert message.text == "All right, nothing was sent."


def test_nobody_withdraws_the_request_of_somebody_else(sent: Person, meet: Meet) -> None:
    run = sent.leads[0].run_id
    turn = meet("eve").withdraw(f'/withdraw_lead{{"run":"{run}","value":"yes"}}')

    assert turn.messages[0].text == "You have not asked for a quotation yet."
    assert in_force(sent) == [True]


def test_stop_and_the_end_of_offers_withdraw_no_request(sent: Person) -> None:
    sent.turn(consents.subscribe)
    sent.turn(runs.stop)

    assert in_force(sent) == [True]


def test_it_is_said_in_the_language_of_the_person(services: Services) -> None:
    person = Person(services, visit(services, locale="es"))
    person.start()
    person.answer_all(use="city", trips="short", budget="low")
    person.choose("hatch")
    for detail in ("Ana", "ana@example.com", "+34612345678"):
        person.give(detail)
    person.press("Sí, enviar")

    assert titles(person.turn(leads.submit, person.memory).messages[0])[1:] == ["Corregir algo", "Retirar mi solicitud"]
    assert titles(person.withdraw().messages[0]) == ["Sí, retirarla", "Mantenerla"]
    assert person.withdraw(YES).messages[0].text.startswith("Tu solicitud de Compacto queda retirada")


# --- of which request


def second_request(person: Person) -> Person:
    person.turn(runs.start_again)
    person.answer_all(use="city", trips="short", budget="low")
    person.turn(recommendations.show)
    person.choose("van")
    confirm(person)
    return person


def test_an_old_button_withdraws_the_request_of_its_own_run(sent: Person) -> None:
    old = button(sent.said[0], "withdraw_lead").payload
    second_request(sent)
    [asked] = sent.withdraw(old).messages
    sent.withdraw(asked.buttons[0].payload)

    assert "Hatch" in asked.text
    assert in_force(sent) == [False, True]


def test_what_is_typed_is_about_the_newest_request_in_force(sent: Person) -> None:
    second_request(sent)
    wish = Reply("withdraw my request", "withdraw_lead")

    assert "Van" in sent.turn(withdrawals.withdraw, {}, wish).messages[0].text
    sent.withdraw(YES)
    assert "Hatch" in sent.turn(withdrawals.withdraw, {}, wish).messages[0].text


@pytest.mark.parametrize("text", ["withdraw my request", "I do not need the quotation any more"])
def test_what_is_typed_below_a_closing_message_is_about_that_request(sent: Person, text: str) -> None:
    closing = sent.said[0]
    second_request(sent)
    wish = Reply(text, "withdraw_lead", offered=closing.buttons)

    assert "Hatch" in sent.turn(withdrawals.withdraw, {}, wish).messages[0].text


# --- again


def test_a_product_chosen_again_opens_the_same_lead_as_a_new_revision(sent: Person) -> None:
    sent.withdraw(YES)
    [message] = sent.said
    sent.choose(*tapped(button(message, "choose_product").payload).entities.values())
    assert sent.detail_asked() == "confirmed"
    turn = confirm(sent)
    [lead] = sent.leads

    assert (lead.revision, lead.withdrawn_at, lead.body["status"]) == (3, None, "open")
    assert turn.messages[0].text.endswith(f"Your request is for Hatch and keeps its reference: {lead.id}")
    assert owed(sent) == [("crm", 1), ("crm", 2), ("crm", 3)]


def test_the_other_product_opens_it_too(sent: Person) -> None:
    sent.withdraw(YES)
    sent.choose("van")
    confirm(sent)
    [lead] = sent.leads

    assert (lead.product, lead.withdrawn_at, lead.body["products"]) == ("van", None, ["hatch", "van"])


def test_a_withdrawn_request_that_is_begun_again_and_not_sent_stays_withdrawn(sent: Person) -> None:
    sent.withdraw(YES)
    sent.choose("hatch")

    assert sent.turn(lead_form.cancel, sent.memory).messages[0].text == "All right, nothing was sent."
    assert in_force(sent) == [False]


def test_an_old_yes_does_not_open_a_withdrawn_request(sent: Person) -> None:
    sent.withdraw(YES)
    [message] = sent.turn(leads.submit, sent.memory).messages

    assert message.text.startswith("Your request for Hatch is withdrawn already.")
    assert in_force(sent) == [False]


# --- while a form is open


@pytest.fixture
def between_questions(sent: Person) -> Person:
    """Somebody with a request sent, and the second question of a new run open."""
    sent.turn(runs.start_again)
    sent.answer("use", "city")
    return sent


def test_the_questionnaire_asks_about_the_withdrawal_in_place_of_its_question(between_questions: Person) -> None:
    turn = between_questions.withdraw(open_form=NextStep.QUESTIONS)

    assert (turn.messages, turn.next_step) == ((), NextStep.QUESTIONS)
    assert titles(between_questions.asked()) == ["Yes, withdraw it", "Keep it"]


def test_after_the_answer_it_goes_on_at_its_question(between_questions: Person) -> None:
    between_questions.withdraw(open_form=NextStep.QUESTIONS)
    between_questions.asked()
    turn = between_questions.withdraw(YES, NextStep.QUESTIONS)

    assert turn.messages[0].text.startswith("Your request for Hatch is withdrawn")
    assert between_questions.asked().text.endswith("How far?")
    assert between_questions.memory["requested_slot"] == "level_2"


def offered_by(message: Message, text: str, intent: str) -> Reply:
    return Reply(text, intent, offered=message.buttons)


TYPED = [("yes", "affirm"), ("no", "deny"), ("keep it", "nlu_fallback"), ("Yes, withdraw it", "withdraw_lead")]


@pytest.mark.parametrize(("text", "intent"), TYPED)
def test_a_typed_answer_is_not_taken_for_one_to_the_question(between_questions: Person, text: str, intent: str) -> None:
    between_questions.withdraw(open_form=NextStep.QUESTIONS)
    reply = offered_by(between_questions.asked(), text, intent)

    assert between_questions.turn(replies.take, 2, reply, 0).passed_on


def test_an_answer_to_the_question_itself_still_counts(between_questions: Person) -> None:
    between_questions.withdraw(open_form=NextStep.QUESTIONS)
    reply = offered_by(between_questions.asked(), "short trips", "nlu_fallback")
    between_questions.turn(replies.take, 2, reply, 0)

    assert between_questions.answers == {"use": "city", "trips": "short"}
    assert in_force(between_questions) == [True]


def test_in_the_form_of_a_request_not_made_yet_it_means_not_to_send(at_summary: Person) -> None:
    turn = at_summary.withdraw(open_form=NextStep.LEAD)

    assert turn.messages[0].text == "All right, nothing was sent."
    assert (turn.next_step, at_summary.memory["requested_slot"]) == (NextStep.WAIT, None)


@pytest.mark.parametrize(("text", "intent"), TYPED)
@pytest.mark.parametrize("detail", ["name", "confirmed"])
def test_a_typed_answer_is_not_taken_for_a_detail(sent: Person, detail: str, text: str, intent: str) -> None:
    sent.choose("van")
    sent.withdraw(open_form=NextStep.LEAD)
    reply = offered_by(sent.form_says(), text, intent)

    assert sent.turn(lead_form.take, sent.memory, detail, reply).passed_on
    assert sent.profile.name == "Ana López"


def test_the_form_of_a_request_that_is_withdrawn_ends(sent: Person) -> None:
    sent.choose("van")
    sent.withdraw(open_form=NextStep.LEAD)
    sent.form_says()
    turn = sent.withdraw(YES, NextStep.LEAD)

    assert turn.messages[0].text.startswith("Your request for Hatch is withdrawn")
    assert (turn.next_step, sent.memory["requested_slot"]) == (NextStep.WAIT, None)


def test_the_form_of_a_request_that_is_kept_goes_on(sent: Person) -> None:
    sent.choose("van")
    turn = sent.withdraw(NO, NextStep.LEAD)

    assert turn.next_step == NextStep.LEAD
    assert sent.detail_asked() == "confirmed"


def test_the_form_of_another_request_goes_on(sent: Person) -> None:
    old = button(sent.said[0], "withdraw_lead").payload.replace("}", ',"value":"yes"}')
    sent.turn(runs.start_again)
    sent.answer_all(use="city", trips="short", budget="low")
    sent.choose("van")
    turn = sent.withdraw(old, NextStep.LEAD)

    assert turn.next_step == NextStep.LEAD
    assert in_force(sent) == [False]
    assert sent.detail_asked() == "confirmed"


def test_questions_behind_a_correction_are_gone_on_with_when_its_request_is_withdrawn(
    between_questions: Person,
) -> None:
    between_questions.correct(open_form=NextStep.QUESTIONS)
    turn = between_questions.withdraw(YES, NextStep.LEAD)

    assert (turn.next_step, between_questions.memory["requested_slot"]) == (NextStep.QUESTIONS, "level_2")


def test_every_revision_of_a_lead_keeps_its_number(sent: Person) -> None:
    numbers = [[lead.revision for lead in sent.leads]]
    for payload in (YES, NO, YES):
        sent.withdraw(payload)
        numbers.append([lead.revision for lead in sent.leads])

    assert list(chain(*numbers)) == [1, 2, 2, 2]
