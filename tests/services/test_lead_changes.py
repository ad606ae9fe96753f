"""What a person changes after the request was sent is a new revision of the same lead: a detail, or the product."""

from __future__ import annotations

import pytest

from customer_profiler.core.messages import NextStep, Reply
from customer_profiler.services import lead_form, leads, menu, recommendations, runs
from tests.services.conftest import Clock, Meet, Person, button, confirm, intents, owed, tapped, titles

CORRECTED = "Thank you, Ana López! I have passed the change on. Your request is for Hatch and keeps its reference: "


@pytest.fixture
def sent(at_summary: Person, clock: Clock) -> Person:
    """Somebody whose request for the hatch was sent an hour ago."""
    confirm(at_summary)
    clock.pass_(hours=1)
    return at_summary


def start_over(person: Person) -> Person:
    """Begin a second run of the same profiler: its first question is open."""
    person.turn(runs.start_again)
    return person


def ask_again(person: Person, product: str = "hatch") -> Person:
    """Take the first product of a second run up to the summary."""
    start_over(person)
    person.answer_all(use="city", trips="short", budget="low")
    person.turn(recommendations.show)
    person.choose(product)
    return person


def corrected(person: Person, detail: str, value: str) -> None:
    """Tap what is to be corrected, write it, and say yes."""
    person.press(detail)
    person.give(value)
    person.said = confirm(person).messages


# --- a detail


def test_which_detail_is_asked_first(sent: Person) -> None:
    turn = sent.correct()

    assert turn.next_step == NextStep.LEAD
    assert sent.form_says().text == "What shall I correct?"
    assert titles(sent.form_says()) == ["Name", "E-mail", "Telephone"]


def test_a_corrected_address_is_the_next_revision_of_the_same_lead(sent: Person, clock: Clock) -> None:
    [before] = sent.leads
    sent.correct()
    corrected(sent, "E-mail", "new@example.com")
    [after] = sent.leads

    assert (after.id, after.created_at, after.consent_text) == (before.id, before.created_at, before.consent_text)
    assert (after.revision, after.body["revision"], after.body["email"]) == (2, 2, "new@example.com")
    assert after.body["changed_at"] == after.body["consent_at"] == clock.time.isoformat()
    changed = {key for key in after.body if after.body[key] != before.body[key]}
    assert changed == {"email", "revision", "changed_at", "consent_at"}


def test_the_change_is_owed_to_every_target_after_the_lead_itself(sent: Person) -> None:
    sent.correct()
    corrected(sent, "E-mail", "new@example.com")

    assert owed(sent) == [("crm", 1), ("crm", 2)]


def test_the_person_is_told_that_the_change_was_passed_on_under_the_same_reference(sent: Person) -> None:
    sent.correct()
    corrected(sent, "E-mail", "new@example.com")
    [message] = sent.said

    assert message.text == CORRECTED + sent.leads[0].id
    assert titles(message) == ["Menu", "Correct something", "Withdraw my request"]


def test_the_summary_shows_the_request_as_it_will_be_and_asks_for_consent_anew(sent: Person) -> None:
    sent.correct()
    sent.press("Name")
    sent.give("Ana Ruiz")

    assert sent.form_says().text.splitlines() == [
        "Your request for a quotation: Hatch",
        "Name: Ana Ruiz",
        "E-mail: ana@example.com",
        "Telephone: +34612345678",
        "By sending you agree that we use these details and your answers for this purpose: We find your car.",
    ]


def test_a_corrected_name_is_split_anew(sent: Person) -> None:
    sent.correct()
    corrected(sent, "Name", "Ana María Ruiz")
    body = sent.leads[0].body

    assert (body["name"], body["first_name"], body["last_name"]) == ("Ana María Ruiz", "Ana María", "Ruiz")


def test_several_details_are_corrected_in_one_go(sent: Person) -> None:
    sent.correct()
    sent.press("Name")
    sent.give("Ana Ruiz")
    sent.press("Correct something")
    corrected(sent, "Telephone", "+34 699 99 99 99")
    [lead] = sent.leads

    assert (lead.revision, lead.body["name"], lead.body["phone"]) == (2, "Ana Ruiz", "+34699999999")


def test_a_detail_that_was_skipped_can_be_added_and_is_not_asked_for(asking: Person) -> None:
    asking.give("Ana López")
    asking.give("ana@example.com")
    asking.press("Skip")
    confirm(asking)
    asking.correct()
    corrected(asking, "Telephone", "+34 612 34 56 78")

    assert asking.leads[0].body["phone"] == "+34612345678"


def test_when_nothing_differs_nothing_is_stored_and_the_reference_is_told(sent: Person) -> None:
    before = sent.leads
    sent.correct()
    corrected(sent, "E-mail", "ana@example.com")

    assert sent.leads == before
    assert owed(sent) == [("crm", 1)]
    assert (
        sent.said[0].text == f"Thank you, Ana López! Your request for Hatch is with us. Your reference: {before[0].id}"
    )


def test_every_further_correction_is_one_more_revision(sent: Person) -> None:
    for number in range(2, 5):
        sent.correct()
        corrected(sent, "E-mail", f"ana{number}@example.com")

    assert sent.leads[0].revision == 4
    assert owed(sent) == [("crm", number) for number in range(1, 5)]


def test_a_yes_that_comes_twice_changes_nothing_the_second_time(sent: Person) -> None:
    sent.correct()
    sent.press("E-mail")
    sent.give("new@example.com")
    yes = button(sent.form_says(), "confirm_lead")
    first = confirm(sent)
    entities = tapped(yes.payload).entities
    again = sent.turn(leads.submit, sent.memory, entities["run"], entities["product"])

    assert again.messages == first.messages
    assert sent.leads[0].revision == 2


def test_the_button_that_comes_twice_asks_the_same_again(sent: Person) -> None:
    sent.correct()
    asked = sent.form_says()
    run = sent.leads[0].run_id
    sent.turn(lead_form.take, sent.memory, "confirmed", tapped(f'/correct_lead{{"run":"{run}"}}'))

    assert sent.form_says() == asked


def test_the_detail_may_be_named_by_the_button_at_once(sent: Person) -> None:
    sent.correct(f'/correct_lead{{"field":"email","run":"{sent.leads[0].run_id}"}}')

    assert sent.detail_asked() == "email"


def test_the_detail_may_be_typed(sent: Person) -> None:
    sent.correct()
    sent.give("the telephone")

    assert sent.detail_asked() == "phone"


def test_not_to_send_the_correction_leaves_the_request_as_it_is(sent: Person) -> None:
    before = sent.leads
    sent.correct()
    sent.press("E-mail")
    sent.give("new@example.com")
    [message] = sent.turn(lead_form.cancel, sent.memory).messages

    assert message.text == f"All right, your request stays as it is. Your reference: {before[0].id}"
    assert sent.leads == before


def test_stop_in_a_correction_leaves_the_request_as_it_is(sent: Person) -> None:
    before = sent.leads
    sent.correct()
    turn = sent.turn(lead_form.stop, sent.memory)

    assert turn.messages[0].text.startswith("All right, your request stays as it is.")
    assert turn.next_step == NextStep.WAIT
    assert sent.leads == before


def test_back_from_a_detail_that_is_corrected_goes_to_the_summary(sent: Person) -> None:
    sent.correct()
    sent.press("E-mail")
    sent.turn(lead_form.go_back, sent.memory, "email")

    assert sent.detail_asked() == "confirmed"
    assert "E-mail: ana@example.com" in sent.form_says().text


def test_without_a_request_there_is_nothing_to_correct(advised: Person) -> None:
    turn = advised.correct()

    assert turn.messages[0].text == "You have not asked for a quotation yet."
    assert turn.next_step == NextStep.WAIT


def test_nobody_corrects_the_request_of_somebody_else(sent: Person, meet: Meet) -> None:
    run = sent.leads[0].run_id
    turn = meet("eve").correct(f'/correct_lead{{"run":"{run}"}}')

    assert turn.messages[0].text == "You have not asked for a quotation yet."
    assert turn.next_step == NextStep.WAIT


def test_a_withdrawn_request_is_not_corrected(sent: Person) -> None:
    sent.withdraw('/withdraw_lead{"value":"yes"}')
    turn = sent.correct()

    assert turn.messages[0].text.startswith("Your request for Hatch is withdrawn already.")
    assert turn.next_step == NextStep.WAIT


@pytest.mark.parametrize(
    ("text", "detail"),
    [("wrong email address", "email"), ("correct something", "confirmed"), ("my e-mail address is all wrong", "email")],
)
def test_a_wish_to_correct_in_a_form_not_sent_yet_is_about_that_form(
    at_summary: Person, text: str, detail: str
) -> None:
    at_summary.give(text, "correct_lead")

    assert at_summary.detail_asked() == detail


@pytest.mark.parametrize(
    "text", ["new@example.com", "please send the quote to new@example.com", "my e-mail is new@example.com, not old"]
)
def test_an_address_that_is_written_after_the_request_is_summed_up_for_a_yes(sent: Person, text: str) -> None:
    turn = sent.turn(lead_form.correct, sent.memory, Reply(text, "correct_lead"))

    assert turn.next_step == NextStep.LEAD
    assert "E-mail: new@example.com" in sent.form_says().text
    confirm(sent)
    assert sent.leads[0].body["email"] == "new@example.com"


def test_a_correction_that_is_not_sent_is_not_kept_either(sent: Person) -> None:
    [lead] = sent.leads
    sent.turn(lead_form.correct, sent.memory, Reply("new@example.com", "correct_lead"))
    sent.turn(lead_form.cancel, sent.memory)

    assert sent.profile.email == lead.body["email"]


# --- of an earlier run


def test_an_old_button_corrects_the_request_of_its_own_run(sent: Person) -> None:
    old = button(sent.said[0], "correct_lead").payload
    confirm(ask_again(sent))
    sent.correct(old)
    corrected(sent, "E-mail", "new@example.com")
    first, second = sent.leads

    assert (first.revision, first.body["email"]) == (2, "new@example.com")
    assert (second.revision, second.body["email"]) == (1, "ana@example.com")
    assert sent.said[0].text == CORRECTED + first.id


def test_a_correction_leaves_the_run_of_the_conversation_alone(sent: Person) -> None:
    old = button(sent.said[0], "correct_lead").payload
    current = start_over(sent).run
    sent.correct(old, NextStep.QUESTIONS)
    corrected(sent, "E-mail", "new@example.com")

    assert sent.run == current


def test_questions_that_stood_open_are_gone_on_with_after_the_correction(sent: Person) -> None:
    start_over(sent).answer("use", "city")
    sent.correct(open_form=NextStep.QUESTIONS)
    sent.press("E-mail")
    sent.give("new@example.com")
    turn = confirm(sent)

    assert turn.messages[0].text.startswith("Thank you, Ana López! I have passed the change on.")
    assert (turn.next_step, sent.memory["requested_slot"]) == (NextStep.QUESTIONS, "level_2")
    assert sent.asked().text.endswith("How far?")


def test_they_are_gone_on_with_when_the_correction_is_not_sent_too(sent: Person) -> None:
    start_over(sent)
    sent.correct(open_form=NextStep.QUESTIONS)
    turn = sent.turn(lead_form.cancel, sent.memory)

    assert (turn.next_step, sent.memory["requested_slot"]) == (NextStep.QUESTIONS, "level_1")


def test_after_stop_they_are_not(sent: Person) -> None:
    start_over(sent)
    sent.correct(open_form=NextStep.QUESTIONS)

    assert sent.turn(lead_form.stop, sent.memory).next_step == NextStep.WAIT


def test_questions_left_for_the_menu_are_not_gone_on_with(sent: Person) -> None:
    start_over(sent)
    sent.turn(menu.show)
    sent.correct()
    sent.press("E-mail")
    sent.give("new@example.com")

    assert confirm(sent).next_step == NextStep.WAIT


def test_answers_changed_since_are_no_part_of_a_correction(sent: Person) -> None:
    sent.answer("use", "family")
    sent.correct()
    corrected(sent, "E-mail", "new@example.com")
    [lead] = sent.leads

    assert lead.body["email"] == "new@example.com"
    assert lead.body["answers"] == {"use": "city", "trips": "short", "budget": "low"}
    assert sent.said[0].text == CORRECTED + lead.id


# --- another product


def test_the_other_product_of_the_run_becomes_that_of_the_same_lead(sent: Person) -> None:
    [before] = sent.leads
    opening = sent.choose("van").messages[0]
    turn = confirm(sent)
    [after] = sent.leads

    assert opening.text == "Good choice! I change your request to Van."
    assert (after.id, after.product, after.revision) == (before.id, "van", 2)
    assert turn.messages[0].text == CORRECTED.replace("Hatch", "Van") + after.id


def test_with_the_product_all_that_follows_from_it_changes(sent: Person) -> None:
    sent.choose("van")
    confirm(sent)
    body = sent.leads[0].body

    assert (body["product"], body["product_title"], body["products"]) == ("van", "Van", ["hatch", "van"])
    assert (body["price"], body["currency"], body["price_basis"]) == (None, None, None)
    assert (body["score"], body["reasons"], body["reasons_in_words"]) == (0, [], [])


def test_an_old_card_of_a_request_already_made_leaves_the_questions_of_a_new_run_open(sent: Person) -> None:
    old = sent.leads[0].run_id
    current = start_over(sent).run
    turn = sent.choose("hatch", old)

    assert turn.messages[0].text == "You have already asked for this quotation."
    assert sent.run == current


def test_back_to_the_first_product_is_a_third_revision(sent: Person) -> None:
    for product in ("van", "hatch"):
        sent.choose(product)
        confirm(sent)
    [lead] = sent.leads

    assert (lead.product, lead.revision, lead.body["products"]) == ("hatch", 3, ["van", "hatch"])


def test_what_was_skipped_is_not_asked_for_the_other_product(asking: Person) -> None:
    asking.give("Ana López")
    asking.give("ana@example.com")
    asking.press("Skip")
    confirm(asking)
    asking.choose("van")

    assert asking.detail_asked() == "confirmed"


def test_the_other_product_that_is_not_sent_leaves_the_request_as_it_is(sent: Person) -> None:
    [lead] = sent.leads
    sent.choose("van")
    [message] = sent.turn(lead_form.cancel, sent.memory).messages

    assert message.text == f"All right, your request stays as it is. Your reference: {lead.id}"
    assert sent.leads == [lead]
    assert sent.run is not None and sent.run.chosen_product == "hatch"


def test_a_yes_to_a_product_that_was_never_sent_says_nothing_of_a_request(sent: Person) -> None:
    sent.choose("van")
    yes = tapped(button(sent.form_says(), "confirm_lead").payload)
    sent.turn(menu.show)
    sent.memory["requested_slot"] = None
    turn = sent.turn(leads.submit, sent.memory, yes.entity("run"), yes.entity("product"))

    assert "choose_product" in intents(turn.messages[-1])
    assert sent.leads[0].product == "hatch"


def test_the_same_product_after_other_answers_is_a_revision_with_these_answers(sent: Person) -> None:
    sent.answer("trips", "long")
    sent.turn(recommendations.show)
    sent.choose("hatch")
    confirm(sent)
    [lead] = sent.leads

    assert (lead.product, lead.revision) == ("hatch", 2)
    assert lead.body["answers"] == {"use": "city", "trips": "long", "budget": "low"}


def test_a_greeting_does_not_confirm_a_change(sent: Person) -> None:
    sent.correct()
    sent.turn(lead_form.take, sent.memory, "confirmed", Reply("hello", "greet"))

    assert sent.leads[0].revision == 1
