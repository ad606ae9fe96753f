"""Whole conversations on a real assistant, as customers have them."""

from __future__ import annotations

import csv
import io

import pytest
import requests

from tests.e2e.conftest import Assistant, eventually

CARS = '/start_profiler{"profiler":"cars"}'


def rows(assistant: Assistant, what: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(assistant.profiler("export", what))))


def run_of(assistant: Assistant, lead_id: str) -> dict[str, str]:
    return next(row for row in rows(assistant, "runs") if row["lead_id"] == lead_id)


def reference(text: str) -> str:
    return text.split()[-1]


def test_english_conversation_by_words_ends_in_a_lead(assistant: Assistant) -> None:
    ana = assistant.customer("ana")
    assert "Find your next car" in (ana.say("hello") and ana.buttons)
    assert "Before we start" in ana.tap("Find your next car")
    for reply in ("family", "a family of five", "hybrid", "€20,000 to €30,000"):
        assert "(" in ana.say(reply)
    assert "Because you chose" in ana.say("comfort")
    assert ana.cards[0]["image"].endswith(".png")
    first = ana.cards[0]["text"]
    ana.tap("Show another")
    assert ana.cards[0]["text"] != first
    assert "What is your name?" in ana.tap("Ask for a quote")
    assert "e-mail" in ana.say("Ana García")
    assert "telephone" in ana.say("ana@example.com")
    assert "Name: Ana García" in ana.tap("Skip")
    closing = ana.tap("Yes, send it")
    eventually(lambda: run_of(assistant, reference(closing))["lead_status"] == "delivered", seconds=30)
    run = run_of(assistant, reference(closing))
    assert (run["name"], run["email"], run["phone"]) == ("Ana García", "ana@example.com", "")
    assert (run["level_2_question"], run["level_2_answer"]) == ("seats", "five")
    assert run["chosen_product"] == run["product_2"]
    assert run["status"] == "completed"
    assert (run["channel"], run["language"], run["source"]) == ("rest", "en", "menu")


def test_spanish_conversation_by_number_ends_in_a_lead(assistant: Assistant) -> None:
    luis = assistant.customer("luis")
    assert "¿Para qué" in luis.say('/start_profiler{"profiler":"cars","language":"es"}')
    for reply in ("2", "٢", "la primera", "3️⃣"):
        luis.say(reply)
    assert "Porque elegiste" in luis.say("5")
    luis.say("quiero un presupuesto")
    luis.say("Luis Núñez")
    luis.say("luis@example.es")
    assert "+34612345678" in luis.say("+34 612 34 56 78")
    closing = luis.say("sí")
    run = run_of(assistant, reference(closing))
    assert (run["language"], run["phone"], run["level_3_answer"]) == ("es", "+34612345678", "electric")


def test_the_second_refusal_is_asked_for_its_reason_and_a_person_is_offered(assistant: Assistant) -> None:
    eva = assistant.customer("eva")
    eva.say(CARS)
    while "Show another" not in eva.buttons:
        eva.tap_first()
    eva.tap("Show another")
    assert "reason" in eva.tap("Neither suits me")
    eva.tap("Too expensive")
    assert "A person, please" in eva.buttons
    assert "talk to one of us" in eva.tap("A person, please")


def test_a_returning_customer_resumes_at_the_open_question(assistant: Assistant) -> None:
    max_ = assistant.customer("max")
    max_.say(CARS)
    max_.say("family")
    question = max_.read()
    max_.say("stop")
    assert "Welcome back" in max_.say("hi")
    assert max_.tap("Continue") == question


def test_a_known_customer_is_not_asked_for_name_and_email_again(assistant: Assistant) -> None:
    kim = assistant.customer("kim")
    for _ in range(2):
        kim.say('/start_profiler{"profiler":"tablets"}')
        while "Ask for a quote" not in kim.buttons:
            kim.tap_first()
        said = kim.tap("Ask for a quote")
        if "name" in said and "Name:" not in said:
            kim.say("김민준")
            said = kim.say("kim@example.com")
        assert "Name: 김민준" in said
        assert "Your reference" in kim.tap("Yes, send it")


def test_an_old_button_of_another_profiler_changes_nothing(assistant: Assistant) -> None:
    customer = assistant.customer("mixed up")
    customer.say(CARS)
    for _ in range(3):
        customer.tap_first()
    old = customer.buttons["Up to €20,000"]
    customer.say("menu")
    customer.say('/start_profiler{"profiler":"tablets"}')
    question = customer.heard[-1]["text"]
    assert "not open any more" in customer.say(old)
    assert customer.heard[-1]["text"].endswith(question)


def test_pictures_are_served_and_nothing_else(assistant: Assistant) -> None:
    base = f"http://127.0.0.1:{assistant.port}/webhooks/pictures"
    picture = requests.get(f"{base}/cars/images/terra.png", timeout=10)
    assert (picture.status_code, picture.headers["Content-Type"]) == (200, "image/png")
    for path in ("cars/products.csv", "cars/images/none.png", "cars/..%2f..%2f.python-version", "%2e%2e/README.md"):
        assert requests.get(f"{base}/{path}", timeout=10).status_code == 404


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t ",
        "x" * 10_000,
        "😀🎉",
        "\x00\x07\x1b[2J",
        "\u202efamily\u202c not",
        "Petrol",
        "family and work",
        '/answer{"question":"energy","option":"petrol"}',
        '/answer{"question":"use","option":"rocket"}',
        '/answer{"question":"nothing"}',
        "/answer{broken",
        '/choose_product{"product":"rocket"}',
        '/start_profiler{"profiler":"rockets"}',
        "/no_such_intent",
        "<b>family</b> or not'; DROP TABLE run; --",
    ],
)
def test_nothing_strange_answers_the_open_question(assistant: Assistant, text: str) -> None:
    customer = assistant.customer(f"strange {text!r}"[:200])
    customer.say(CARS)
    said = customer.say(text)
    assert said
    assert "apolog" not in said and "something went wrong" not in said
    assert "(2/5)" in customer.say("family")


def test_html_and_sql_in_a_name_are_stored_as_what_they_are(assistant: Assistant) -> None:
    mallory = assistant.customer("mallory")
    name = "<i>Bobby</i> '); DROP TABLE lead;--"
    mallory.say('/start_profiler{"profiler":"tablets"}')
    while "Ask for a quote" not in mallory.buttons:
        mallory.tap_first()
    mallory.tap("Ask for a quote")
    mallory.say(name)
    mallory.say("bobby @ example.com")
    mallory.say("yes")
    run = run_of(assistant, reference(mallory.say("yes")))
    assert (run["name"], run["email"]) == (name, "bobby@example.com")
