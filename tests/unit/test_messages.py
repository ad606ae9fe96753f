"""Payloads and what the dialogue remembers come back as they were written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_profiler.core.messages import (
    Button,
    Message,
    Reply,
    as_memory,
    buttons_as_memory,
    buttons_from_memory,
    from_memory,
    payload,
    quoted,
    read_payload,
    unquoted,
)

names = st.one_of(st.text("abcxyz_", min_size=1, max_size=10), st.just("intent"))
buttons = st.lists(st.builds(Button, st.text(max_size=20), st.text(max_size=20)), max_size=3).map(tuple)


def test_a_payload_is_rasas_own_form() -> None:
    assert payload("answer", question="use", option="work") == '/answer{"question":"use","option":"work"}'


def test_a_payload_without_entities_is_the_intent_alone() -> None:
    assert payload("show_menu") == "/show_menu"


@given(names, st.dictionaries(names, st.text()))
def test_a_payload_comes_back_as_intent_and_entities(intent: str, entities: dict[str, str]) -> None:
    assert read_payload(payload(intent, **entities)) == (intent, entities)


@pytest.mark.parametrize("broken", ["{", "{]", '{"a"', '{"a":}', "{a:1}", '{"a":"b"', '{"a":"b"}x', "{'a':'b'}"])
def test_entities_that_are_no_json_are_none(broken: str) -> None:
    assert read_payload(f"/answer{broken}") == ("answer", {})


def test_entities_nested_beyond_all_measure_are_none() -> None:
    assert read_payload("/answer" + '{"a":' * 2_000)[1] == {}
    assert read_payload("/answer" + '{"a":' * 2_000 + "1" + "}" * 2_000)[0] == "answer"


@pytest.mark.parametrize(("value", "text"), [("3", "3"), ("true", "True"), ('["x"]', "['x']")])
def test_entities_are_texts_whatever_json_says(value: str, text: str) -> None:
    assert read_payload(f'/answer{{"option":{value}}}') == ("answer", {"option": text})


@given(st.text(max_size=60))
def test_reading_never_fails_whatever_people_send(text: str) -> None:
    intent, entities = read_payload(text)

    assert isinstance(intent, str)
    assert all(isinstance(value, str) for value in entities.values())


@given(st.text(), buttons)
def test_a_message_comes_back_from_memory(text: str, given_buttons: tuple[Button, ...]) -> None:
    message = Message(text, given_buttons)

    assert from_memory(as_memory(message)) == message


def test_no_message_is_remembered_as_none() -> None:
    assert as_memory(None) is None
    assert from_memory(None) is None


@given(buttons)
def test_buttons_come_back_from_memory(given_buttons: tuple[Button, ...]) -> None:
    assert buttons_from_memory(buttons_as_memory(given_buttons)) == given_buttons


@pytest.mark.parametrize("remembered", [None, "", 0, {}])
def test_without_remembered_buttons_there_are_none(remembered: object) -> None:
    assert buttons_from_memory(remembered) == ()


def test_an_entity_that_is_missing_is_an_empty_text() -> None:
    reply = Reply("/answer", "answer", {"option": "work"}, is_tap=True)

    assert reply.entity("option") == "work"
    assert reply.entity("question") == ""


@pytest.mark.parametrize("typed", ["/restart", "  /restart", "/", '/start_profiler{"profiler":"cars"}', "//"])
def test_typed_text_is_never_a_payload_and_loses_nothing_but_blanks(typed: str) -> None:
    assert not quoted(typed).startswith("/")
    assert unquoted(quoted(typed)) == typed.strip()


@pytest.mark.parametrize("typed", ["hello", "either/or", " hello"])
def test_other_typed_text_stays_as_it_is(typed: str) -> None:
    assert quoted(typed) == unquoted(typed) == typed
