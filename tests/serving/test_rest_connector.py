"""The REST channel: one message a card, an apology for a turn that failed, payloads that Rasa can read."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage

from customer_profiler.channels.rest.connector import OneMessageOutput, clean_payload, watched

CARD = {"text": "Terra", "image": "https://example.com/terra.png", "buttons": [{"title": "Quote", "payload": "/q"}]}

Handler = Callable[[UserMessage], Awaitable[None]]


def test_a_card_is_one_message() -> None:
    collector = CollectingOutputChannel()
    asyncio.run(OneMessageOutput(collector).send_response("ana", CARD))
    assert collector.messages == [{"recipient_id": "ana", **CARD}]


def test_a_message_without_picture_has_no_picture() -> None:
    collector = CollectingOutputChannel()
    asyncio.run(OneMessageOutput(collector).send_response("ana", {"text": "Hello", "image": None, "buttons": []}))
    assert collector.messages == [{"recipient_id": "ana", "text": "Hello"}]


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("hello", "hello"),
        ('/answer{"question":"use","option":"work"}', '/answer{"question":"use","option":"work"}'),
        ("/answer{broken", "/answer"),
        ('/answer{"question":["a"]}', '/answer{"question":"[\'a\']"}'),
        ('/start_profiler{"profiler":"cars","mail":"ana@example.com"}', '/start_profiler{"profiler":"cars"}'),
        ("/ my mail is ana@example.com", " my mail is ana@example.com"),
        ("//secret@example.com", "secret@example.com"),
        ("/stop it now", "stop it now"),
        ("/show_menu", "/show_menu"),
        ("/restart", "restart"),
        ("/back", "back"),
        ("/session_start", "session_start"),
    ],
)
def test_payloads_are_made_readable(sent: str, read: str) -> None:
    assert clean_payload(sent) == read


def turn(handler: Handler, text: str) -> list[dict[str, Any]]:
    collector = CollectingOutputChannel()
    message = UserMessage(text, collector, "ana", input_channel="rest")
    asyncio.run(watched(handler)(message))
    return collector.messages


def test_a_turn_that_fails_is_answered_with_an_apology_and_logged_without_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def fail(message: UserMessage) -> None:
        raise RuntimeError(f"cannot handle {message.text}")

    messages = turn(fail, "my secret wish")
    assert "something went wrong on our side" in messages[0]["text"]
    assert "my secret wish" not in capsys.readouterr().out


def test_a_turn_that_says_nothing_is_answered_with_an_apology() -> None:
    async def keep_silent(message: UserMessage) -> None:
        return

    apology = turn(keep_silent, "hello")[0]["text"]
    assert "something went wrong on our side" in apology
    assert "algo ha fallado por nuestra parte" in apology


def test_a_turn_of_which_an_action_fails_is_answered_with_an_apology_at_the_end() -> None:
    async def fail_halfway(message: UserMessage) -> None:
        assert message.output_channel is not None
        await message.output_channel.send_response(message.sender_id, CARD)
        try:
            raise ConnectionError
        except ConnectionError:
            logging.getLogger("rasa.core.processor").exception("Encountered an exception")

    said = turn(fail_halfway, "hello")
    assert said[0] == {"recipient_id": "ana", **CARD}
    assert "something went wrong on our side" in said[1]["text"]


def test_a_turn_that_speaks_is_left_as_it_is() -> None:
    async def speak(message: UserMessage) -> None:
        assert message.output_channel is not None
        await message.output_channel.send_response(message.sender_id, CARD)

    assert turn(speak, "hello") == [{"recipient_id": "ana", **CARD}]
