"""A turn gives what the bot says, whole and unsent, or tells that it failed."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from customer_profiler.core.messages import Button, Message
from customer_profiler.serving.turns import (
    Input,
    ProactiveOutput,
    TurnFailed,
    TurnOutput,
    Turns,
    Utterance,
    as_utterance,
    output_for,
)

pytestmark = pytest.mark.anyio

CARD = {
    "text": "Terra",
    "image": "https://example.com/terra.png",
    "buttons": [{"title": "Quote", "payload": "/quote", "description": "Free of charge"}],
    "language": "es",
}
TERRA = Utterance(
    Message("Terra", (Button("Quote", "/quote", "Free of charge"),), "https://example.com/terra.png"), "es"
)


class Rasa:
    """Answers every message with the same responses, and remembers a conversation."""

    def __init__(
        self, *responses: dict[str, Any], failure: Exception | None = None, events: Sequence[Event] = ()
    ) -> None:
        self.responses = responses
        self.failure = failure
        self.events = events
        self.heard: list[UserMessage] = []

    @property
    def turns(self) -> Turns:
        return Turns("whatsapp", self.handle, self.tracker_of)

    async def handle(self, message: UserMessage) -> None:
        self.heard.append(message)
        assert message.output_channel is not None
        for response in self.responses:
            await message.output_channel.send_response(message.sender_id, dict(response))
        if self.failure:
            try:
                raise self.failure
            except Exception:
                logging.getLogger("rasa.core.processor").exception("Encountered an exception")

    async def tracker_of(self, sender: str) -> DialogueStateTracker | None:
        return DialogueStateTracker.from_events(sender, list(self.events)) if self.events else None


async def told(given: Input) -> UserMessage:
    """What Rasa hears of an input."""
    rasa = Rasa(CARD)
    await rasa.turns.take("profile-1", "wamid.1", given)
    [message] = rasa.heard
    return message


# --- what goes in


async def test_rasa_is_told_who_says_what_on_which_channel() -> None:
    message = await told(Input("hello", metadata={"locale": "es_ES"}))

    assert (message.sender_id, message.text, message.message_id) == ("profile-1", "hello", "wamid.1")
    assert message.metadata == {"locale": "es_ES"}
    assert message.parse_data is None
    assert message.output_channel is not None
    assert message.input_channel == message.output_channel.name() == "whatsapp"


async def test_data_is_not_read_as_an_intent() -> None:
    message = await told(Input("ǀrestart", is_data=True))

    assert message.parse_data == {
        "text": "ǀrestart",
        "intent": {"name": "nlu_fallback", "confidence": 1.0},
        "entities": [],
    }


# --- what comes out


async def test_everything_said_is_given_in_order() -> None:
    rasa = Rasa({"text": "Here it is:"}, CARD)

    assert await rasa.turns.take("1", "2", Input("hello")) == [Utterance(Message("Here it is:")), TERRA]


async def test_turns_do_not_see_each_others_words() -> None:
    turns = Rasa(CARD).turns
    await turns.take("1", "2", Input("hello"))

    assert await turns.take("1", "3", Input("hello")) == [TERRA]


@pytest.mark.parametrize("responses", [(), ({},), ({"text": ""},), ({"custom": {"a": 1}},)])
async def test_a_turn_that_says_nothing_has_failed(responses: Sequence[dict[str, Any]]) -> None:
    with pytest.raises(TurnFailed, match=r"^silence$"):
        await Rasa(*responses).turns.take("1", "2", Input("hello"))


async def test_a_turn_in_which_an_action_failed_has_failed_whatever_was_said() -> None:
    with pytest.raises(TurnFailed, match=r"^ValueError$"):
        await Rasa(CARD, failure=ValueError("a secret wish")).turns.take("1", "2", Input("hello"))


async def test_an_error_of_rasas_own_goes_on_its_way() -> None:
    async def fail(message: UserMessage) -> None:
        raise LookupError

    with pytest.raises(LookupError):
        await Turns("whatsapp", fail, Rasa().tracker_of).take("1", "2", Input("hello"))


@pytest.mark.parametrize(
    ("response", "utterance"),
    [
        (CARD, TERRA),
        ({"text": "Hello"}, Utterance(Message("Hello"))),
        ({"text": "Hello", "buttons": None, "image": None, "language": None}, Utterance(Message("Hello"))),
        ({"image": "a.png"}, Utterance(Message("", image="a.png"))),
        ({"buttons": [{"title": "Yes"}]}, Utterance(Message("", (Button("Yes", ""),)))),
        (
            {"text": "?", "quick_replies": [{"title": "Yes", "payload": "/yes"}]},
            Utterance(Message("?", (Button("Yes", "/yes"),))),
        ),
        ({}, None),
        ({"text": None, "buttons": []}, None),
        ({"attachment": {"type": "video"}}, None),
    ],
)
def test_a_response_of_rasas_is_read(response: Mapping[str, Any], utterance: Utterance | None) -> None:
    assert as_utterance(response) == utterance


# --- what was said before


def heard(message_id: str) -> UserUttered:
    return UserUttered("hello", input_channel="whatsapp", message_id=message_id)


def uttered(text: str, language: str = "", **data: Any) -> BotUttered:
    return BotUttered(text, data, {"language": language} if language else {})


CONVERSATION = [
    ActionExecuted("action_listen"),
    heard("wamid.1"),
    uttered("To the first"),
    ActionExecuted("action_listen"),
    heard("wamid.2"),
    ActionExecuted("action_ask"),
    uttered("To the second"),
    uttered("Terra", **{key: value for key, value in CARD.items() if key != "text"}),
    ActionExecuted("action_listen"),
]


async def test_what_was_said_to_a_message_is_remembered() -> None:
    said = await Rasa(events=CONVERSATION).turns.said_before("1", "wamid.2")

    assert [utterance.message.text for utterance in said] == ["To the second", "Terra"]
    assert said[-1] == TERRA


async def test_nothing_was_said_to_a_message_that_was_not_heard() -> None:
    assert await Rasa(events=CONVERSATION).turns.said_before("1", "wamid.3") == []


async def test_nothing_was_said_in_a_conversation_that_did_not_begin() -> None:
    assert await Rasa().turns.said_before("1", "wamid.1") == []


async def test_of_a_message_heard_twice_the_last_turn_counts() -> None:
    events = [heard("wamid.1"), uttered("Half of it"), heard("wamid.1"), uttered("All"), uttered("of it")]
    said = await Rasa(events=events).turns.said_before("1", "wamid.1")

    assert [utterance.message.text for utterance in said] == ["All", "of it"]


async def test_a_tap_that_a_message_stood_for_belongs_to_its_turn() -> None:
    events = [heard("wamid.1"), uttered("You mean Terra."), UserUttered("/pick"), uttered("Here it is.")]
    said = await Rasa(events=events).turns.said_before("1", "wamid.1")

    assert [utterance.message.text for utterance in said] == ["You mean Terra.", "Here it is."]


# --- outputs


def test_outputs_of_a_channel_have_its_name() -> None:
    output = output_for("facebook", TurnOutput)

    assert issubclass(output, OutputChannel)
    assert output.name() == "facebook"


async def test_what_rasa_says_on_its_own_is_passed_on_at_once() -> None:
    passed: list[tuple[str, Sequence[Utterance]]] = []

    async def say(profile_id: str, said: Sequence[Utterance]) -> None:
        passed.append((profile_id, said))

    output = output_for("whatsapp", ProactiveOutput)()
    output.say = say
    await output.send_response("1", CARD)
    await output.send_response("1", {"custom": {}})

    assert passed == [("1", [TERRA])]
