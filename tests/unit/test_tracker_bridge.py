"""The bridge reads what use cases need from Rasa's tracker, and writes their outcome as Rasa's events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.tracker_bridge import events, in_form, open_form, reply, requested_slot, utter, visit
from customer_profiler.core.messages import Button, Message, NextStep, Turn
from customer_profiler.services.session import Visit

METADATA = {"locale": "es_ES", "source": "ad:77", "is_first": "yes"}


def tracker(channel: str | None = "whatsapp", loop: str | None = None, **latest: Any) -> Tracker:
    """A conversation whose latest message came on a channel."""
    message = {"text": "hello", "intent": {"name": "greet"}, "entities": [], **latest}
    heard = [{"event": "user", "input_channel": channel, **message}]
    slots: Mapping[str, Any] = {"requested_slot": "level_2", "offered": [["Yes", "/yes"]]}
    active_loop = {"name": loop} if loop else {}
    return Tracker("profile-1", dict(slots), message, heard, False, None, active_loop, "action_listen")


# --- who writes


@pytest.mark.parametrize(
    ("channel", "known"),
    [("whatsapp", "whatsapp"), ("facebook", "facebook"), ("rest", "rest"), ("cmdline", "rest"), (None, "rest")],
)
def test_channels_of_rasas_own_tools_count_as_rest(channel: str | None, known: str) -> None:
    assert visit(tracker(channel)) == Visit(known, "profile-1")


def test_what_the_channel_told_is_part_of_the_visit() -> None:
    assert visit(tracker(metadata=METADATA)) == Visit("whatsapp", "profile-1", "es_ES", "ad:77", is_first=True)


@pytest.mark.parametrize("metadata", [None, {}, {"locale": None, "is_first": ""}, {"other": "thing"}])
def test_a_channel_may_tell_nothing(metadata: object) -> None:
    assert visit(tracker(metadata=metadata)) == Visit("whatsapp", "profile-1")


# --- what was said


def test_typed_text_is_no_tap() -> None:
    said = reply(tracker())

    assert (said.text, said.intent, said.is_tap, said.offered) == ("hello", "greet", False, (Button("Yes", "/yes"),))


def test_a_payload_is_a_tap_with_its_entities() -> None:
    tapped = reply(
        tracker(
            text='/answer{"question":"use"}',
            intent={"name": "answer"},
            entities=[{"entity": "question", "value": "use"}],
        )
    )

    assert (tapped.intent, tapped.entities, tapped.is_tap) == ("answer", {"question": "use"}, True)


def test_a_message_without_text_or_intent_is_an_empty_reply() -> None:
    said = reply(tracker(text=None, intent=None))

    assert (said.text, said.intent, said.is_tap) == ("", "", False)


def test_a_form_waits_only_while_it_is_open() -> None:
    assert requested_slot(tracker(loop="profiler_form"), "profiler_form") == "level_2"
    assert requested_slot(tracker(loop="lead_form"), "profiler_form") == ""
    assert requested_slot(tracker(), "profiler_form") == ""
    assert in_form(tracker(loop="lead_form"))
    assert not in_form(tracker())


@pytest.mark.parametrize(
    ("loop", "step"), [("profiler_form", NextStep.QUESTIONS), ("lead_form", NextStep.LEAD), (None, NextStep.WAIT)]
)
def test_a_form_that_is_open_goes_on_by_itself(loop: str | None, step: str) -> None:
    assert open_form(tracker(loop=loop)) == step


# --- the outcome


def test_a_message_is_uttered_whole_with_its_language() -> None:
    dispatcher = CollectingDispatcher()
    utter(dispatcher, Message("Terra", (Button("Quote", "/q", "Free"), Button("No", "/n")), "a.png"), "es")

    [said] = dispatcher.messages
    assert (said["text"], said["image"], said["language"]) == ("Terra", "a.png", "es")
    assert said["buttons"] == [
        {"title": "Quote", "payload": "/q", "description": "Free"},
        {"title": "No", "payload": "/n"},
    ]


def slots(turn: Turn, **defaults: object) -> dict[str, Any]:
    return {event["name"]: event["value"] for event in events(tracker(), turn, "es", defaults)}


def test_what_is_remembered_becomes_slots() -> None:
    turn = Turn((Message("Sure?", (Button("Yes", "/yes"),)),), next_step="wait", memory={"misses": 1})

    assert slots(turn, misses=0, preface=None) == {
        "misses": 1,
        "preface": None,
        "next_step": "wait",
        "language": "es",
        "offered": [["Yes", "/yes"]],
    }


def test_a_turn_without_messages_leaves_what_was_offered() -> None:
    assert "offered" not in slots(Turn())


def test_a_tap_that_a_reply_stands_for_keeps_channel_and_what_the_channel_told() -> None:
    *_, listen, tap = events(tracker(metadata=METADATA), Turn(tapped='/answer{"question":"use"}'), "es", {})

    assert (listen["event"], listen["name"]) == ("action", "action_listen")
    assert (tap["event"], tap["text"], tap["input_channel"]) == ("user", '/answer{"question":"use"}', "whatsapp")
    assert tap["metadata"] == METADATA
    assert tap["parse_data"] == {
        "text": '/answer{"question":"use"}',
        "intent": {"name": "answer", "confidence": 1.0},
        "entities": [{"entity": "question", "value": "use"}],
    }
    after = Tracker("profile-1", {}, tap, [tap], False, None, {}, "action_listen")
    assert visit(after) == visit(tracker(metadata=METADATA))


def test_without_a_tap_the_conversation_just_waits() -> None:
    assert {event["event"] for event in events(tracker(), Turn(), "es", {})} == {"slot"}
