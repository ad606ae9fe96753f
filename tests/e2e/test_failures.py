"""What breaks in production, and what the customer notices of it."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
from pathlib import Path

import psutil
import pytest
import requests

from customer_profiler import bootstrap
from customer_profiler.services import runs
from customer_profiler.services.session import Visit
from customer_profiler.settings import Settings
from tests.e2e.conftest import PROJECT, Assistant, eventually, free_ports
from tests.e2e.test_conversations import CARS, reference, run_of


@pytest.mark.parametrize("victim", ["rasa_sdk", "rasa"])
def test_killing_a_server_at_every_step_loses_nothing(assistant: Assistant, victim: str) -> None:
    customer = assistant.customer(f"survivor of {victim}")
    customer.say(CARS)
    given = []
    while "Show another" not in customer.buttons:
        customer.say("why")
        assistant.kill(victim)
        question = customer.say("why").split("\n\n")[-1]
        assert question.startswith(f"({len(given) + 1}/5)")
        given.append(next(iter(customer.buttons.values())))
        customer.tap_first()
    assert len(given) == 5
    customer.tap("Ask for a quote")
    customer.say("Grace")
    assistant.kill(victim)
    customer.say("grace@example.com")
    customer.say("skip")
    assistant.kill(victim)
    assert run_of(assistant, reference(customer.say("yes")))["name"] == "Grace"


def test_without_the_action_server_the_customer_gets_an_apology_and_loses_nothing(assistant: Assistant) -> None:
    customer = assistant.customer("patient")
    customer.say(CARS)
    customer.say("family")
    assistant.process("rasa_sdk").kill()
    assert "something went wrong on our side" in customer.say("a family of five")
    assistant.wait_until_answering()
    assert "(3/5)" in customer.say("a family of five")


def test_a_yes_said_while_the_action_server_is_down_can_be_said_again(assistant: Assistant) -> None:
    customer = assistant.customer("insistent")
    customer.say('/start_profiler{"profiler":"tablets"}')
    while "Ask for a quote" not in customer.buttons:
        customer.tap_first()
    customer.tap("Ask for a quote")
    customer.say("Ida")
    customer.say("ida@example.com")
    assistant.process("rasa_sdk").kill()
    assert "something went wrong on our side" in customer.say("yes")
    assistant.wait_until_answering()
    first = reference(customer.say("yes"))
    assert run_of(assistant, first)["name"] == "Ida"


def test_customers_words_do_not_reach_the_log(assistant: Assistant) -> None:
    customer, secret = assistant.customer("discreet"), "xylophone77"
    for text in (
        secret,
        f"/ {secret}",
        f"/{secret}@example.com",
        f'/answer{{"{secret}":"{secret}"}}',
        f"/stop {secret}",
    ):
        customer.say(text)
    assistant.process("rasa_sdk").kill()
    customer.say(f"my secret is {secret}")
    assistant.wait_until_answering()
    body = {"sender": "discreet", "message": {"text": secret}}
    requests.post(f"http://127.0.0.1:{assistant.port}/webhooks/rest/webhook", json=body, timeout=60)
    assert secret not in assistant.log.read_text("utf-8")


def test_an_answer_stored_but_unknown_to_rasa_is_not_asked_again(assistant: Assistant) -> None:
    """The database is ahead of the conversation, as after a crash between the two."""
    customer = assistant.customer("crashed")
    customer.say(CARS)
    services = bootstrap.build_services(Settings.from_environment(assistant.environment))
    with services.session(Visit("rest", "crashed")) as session:
        runs.take_answer(session, session.profiler.question("use"), "work")
    assert "(2/5) What do you carry" in customer.say("work")


def test_a_locked_database_gives_an_apology_and_the_answer_can_be_sent_again(assistant: Assistant) -> None:
    customer = assistant.customer("locked out")
    customer.say(CARS)
    lock = sqlite3.connect(assistant.var / "profiler.db", isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    said = customer.say("family")
    lock.execute("ROLLBACK")
    lock.close()
    assert "something went wrong on our side" in said
    assert "(2/5)" in customer.say("family")


def test_stopping_leaves_no_process_and_what_was_said_is_there_at_the_next_start(tmp_path: Path) -> None:
    assistant = Assistant(tmp_path)
    try:
        assistant.wait_until_ready()
        customer = assistant.customer("patient")
        customer.say(CARS)
        customer.say("family")
    finally:
        assert assistant.stop() == []
    again = Assistant(tmp_path)
    try:
        again.wait_until_ready()
        assert "(3/5)" in again.customer("patient").say("a small family")
    finally:
        again.stop()


def test_an_interrupt_from_the_terminal_stops_everything(tmp_path: Path) -> None:
    assistant = Assistant(tmp_path)
    assistant.wait_until_ready()
    children = assistant.children()
    os.killpg(assistant.make.pid, signal.SIGINT)
    assistant.make.wait(30)
    assert psutil.wait_procs(children, timeout=10)[1] == []


def test_a_taken_port_stops_the_start_and_names_the_variable(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said = start_and_fail(tmp_path, RASA_PORT=str(taken.getsockname()[1]), ACTIONS_PORT=str(free_ports(1)[0]))
    assert "RASA_PORT" in said


def test_broken_content_stops_the_start_with_all_defects(tmp_path: Path) -> None:
    content = tmp_path / "content"
    subprocess.run(["cp", "-r", str(PROJECT / "content"), str(content)], check=True)
    questions = content / "cars" / "questions.csv"
    questions.write_text(questions.read_text("utf-8").replace(",1,behavioural", ",6,wishful", 1), "utf-8")
    (content / "tablets" / "products.csv").unlink()
    said = start_and_fail(tmp_path / "var", PROFILER_CONTENT=str(content), **ports())
    assert "questions.csv:2:level" in said and "questions.csv:2:kind" in said and "products.csv" in said


def test_missing_content_stops_the_start(tmp_path: Path) -> None:
    assert "content" in start_and_fail(tmp_path, PROFILER_CONTENT=str(tmp_path / "nowhere"), **ports())


def test_a_read_only_database_stops_the_start(tmp_path: Path) -> None:
    url = f"sqlite:///file:{PROJECT / 'README.md'}?mode=ro&uri=true"
    assert "database" in start_and_fail(tmp_path, PROFILER_DATABASE_URL=url, **ports()).lower()


def ports() -> dict[str, str]:
    rasa, actions = free_ports(2)
    return {"RASA_PORT": str(rasa), "ACTIONS_PORT": str(actions)}


def start_and_fail(var: Path, **environment: str) -> str:
    assistant = Assistant(var, **environment)
    eventually(lambda: assistant.make.poll() is not None)
    assert assistant.make.returncode != 0
    return assistant.log.read_text("utf-8")
