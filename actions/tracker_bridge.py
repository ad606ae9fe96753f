"""Reads what the use cases need from Rasa's tracker, and writes their outcome as Rasa's events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import ActionExecuted, EventType, SlotSet, UserUttered
from rasa_sdk.executor import CollectingDispatcher

from customer_profiler.core.messages import (
    Button,
    Message,
    NextStep,
    Reply,
    Turn,
    buttons_as_memory,
    buttons_from_memory,
    read_payload,
)
from customer_profiler.core.profile import CHANNELS
from customer_profiler.services.session import Visit

_STEPS: Mapping[str | None, str] = {"profiler_form": NextStep.QUESTIONS, "lead_form": NextStep.LEAD}


def visit(tracker: Tracker) -> Visit:
    """Tell who writes. Channels of Rasa's own tools (the terminal, tests) count as ``rest``."""
    channel = tracker.get_latest_input_channel() or ""
    metadata = tracker.latest_message.get("metadata") or {}
    known = channel if channel in CHANNELS else "rest"
    told = {key: str(metadata.get(key) or "") for key in ("locale", "source")}
    return Visit(known, tracker.sender_id, **told, is_first=bool(metadata.get("is_first")))


def reply(tracker: Tracker) -> Reply:
    """Give the latest message. A text that begins with ``/`` is the payload of a tapped button."""
    latest = tracker.latest_message
    text = str(latest.get("text") or "")
    return Reply(
        text=text,
        intent=str((latest.get("intent") or {}).get("name") or ""),
        entities={entity["entity"]: str(entity["value"]) for entity in latest.get("entities", [])},
        is_tap=text.startswith("/"),
        offered=buttons_from_memory(tracker.get_slot("offered")),
    )


def requested_slot(tracker: Tracker, form: str) -> str:
    """Give the slot the form has asked for, or an empty text when the form is not waiting for a reply."""
    if (tracker.active_loop or {}).get("name") != form:
        return ""
    return str(tracker.get_slot("requested_slot") or "")


def in_form(tracker: Tracker) -> bool:
    """Tell whether a form is open, which goes on by itself after an action."""
    return bool((tracker.active_loop or {}).get("name"))


def open_form(tracker: Tracker) -> str:
    """Give the step that goes on by itself after an action: that of the form that is open, ``WAIT`` without one."""
    return _STEPS.get((tracker.active_loop or {}).get("name"), NextStep.WAIT)


def utter(dispatcher: CollectingDispatcher, message: Message, language: str) -> None:
    """Say one message: text, picture and buttons together. Channels that add words of their own use the language."""
    buttons = [_button(button) for button in message.buttons]
    dispatcher.utter_message(text=message.text, buttons=buttons or None, image=message.image or None, language=language)


def _button(button: Button) -> dict[str, str]:
    described = {"description": button.description} if button.description else {}
    return {"title": button.title, "payload": button.payload, **described}


def events(tracker: Tracker, turn: Turn, language: str, defaults: Mapping[str, object]) -> list[EventType]:
    """Give the events of a turn: what is remembered, where it goes on, and a tap the latest message stands for.

    ``defaults`` are remembered where the turn itself says nothing.
    """
    slots: dict[str, Any] = {**defaults, **turn.memory, "next_step": turn.next_step, "language": language}
    if turn.messages:
        slots["offered"] = buttons_as_memory(turn.messages[-1].buttons)
    remembered: list[EventType] = [SlotSet(name, value) for name, value in slots.items()]
    return [*remembered, *_tap(tracker, turn.tapped)] if turn.tapped else remembered


def _tap(tracker: Tracker, payload: str) -> list[EventType]:
    """Let the conversation go on as if a button had been tapped; Rasa's own fallback does it this way too."""
    intent, entities = read_payload(payload)
    found = [{"entity": name, "value": value} for name, value in entities.items()]
    parsed = {"text": payload, "intent": {"name": intent, "confidence": 1.0}, "entities": found}
    tap = UserUttered(payload, parsed, input_channel=tracker.get_latest_input_channel())
    # The person is found by the channel, and the language by what the channel told.
    return [ActionExecuted("action_listen"), {**tap, "metadata": tracker.latest_message.get("metadata") or {}}]
