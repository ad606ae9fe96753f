"""Rasa's REST channel with two differences: a card is one message, and a failed turn is answered."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.channels.rest import RestInput as RasaRestInput
from rasa.shared.constants import INTENT_MESSAGE_PREFIX
from sanic import Blueprint
from sanic.exceptions import InvalidUsage
from sanic.request import Request

from customer_profiler.adapters.phrasebook import load_phrasebook
from customer_profiler.channels.reading import RASA_COMMANDS
from customer_profiler.core.messages import TAP_ENTITIES, payload, read_payload
from customer_profiler.serving.failed_actions import noted_failures

log = structlog.get_logger(__name__)

_INTENT = re.compile(r"[a-z_]+")

OnNewMessage = Callable[[UserMessage], Awaitable[None]]


class RestInput(RasaRestInput):
    """Answers at ``/webhooks/rest/webhook`` as Rasa's own does, streaming included."""

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:
        """Give Rasa's addresses, with every turn watched over."""
        return super().blueprint(watched(on_new_message))

    async def _extract_sender(self, req: Request) -> str:
        if not isinstance(req.json, dict):
            raise InvalidUsage('The body must be a JSON object such as {"sender": "ana", "message": "hello"}.')
        return str(req.json.get("sender") or "default")

    def _extract_message(self, req: Request) -> str:
        text = req.json.get("message")
        return text if isinstance(text, str) else ""


def watched(on_new_message: OnNewMessage) -> OnNewMessage:
    """Give a handler that never leaves a customer without an answer.

    A turn that failed or said nothing, because the action server is down for example, is answered with an
    apology in the languages the bot speaks. It is made without database and content, which may be what fails.
    What such a turn has said already stands before it.
    """
    apology = "\n".join(phrases.texts["apology"] for phrases in load_phrasebook().values())

    async def handle(message: UserMessage) -> None:
        """Let Rasa handle the message, and look after the answer."""
        output = OneMessageOutput(message.output_channel)
        message.output_channel, message.text = output, clean_payload(message.text or "")
        with noted_failures() as failures:
            try:
                await on_new_message(message)
            except Exception as error:
                # Rasa would log the customer's words with the error.
                failures.append(type(error).__name__)
        if failures or not output.has_spoken:
            log.error("turn_unanswered", channel="rest", failure=next(iter(failures), "silence"))
            await output.send_text_message(message.sender_id, apology)

    return handle


def clean_payload(text: str) -> str:
    """Give a text in which only a tap begins with a slash.

    Rasa reads any text that begins so as an intent, and logs what it cannot read. Of a payload only the entities
    our buttons carry are kept; anything else typed with a slash, and Rasa's own commands, become plain words.
    """
    if not text.startswith(INTENT_MESSAGE_PREFIX):
        return text
    intent, entities = read_payload(text)
    if not _INTENT.fullmatch(intent) or intent in RASA_COMMANDS:
        return text.lstrip(INTENT_MESSAGE_PREFIX)
    return payload(intent, **{name: value for name, value in entities.items() if name in TAP_ENTITIES})


class OneMessageOutput(CollectingOutputChannel):
    """Collects messages into Rasa's own REST output, each response as one message."""

    def __init__(self, collector: CollectingOutputChannel) -> None:
        super().__init__()
        self._collector = collector
        self.has_spoken = False

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keep text, picture and buttons of a response together; Rasa would send three messages."""
        whole = self._message(
            recipient_id,
            text=message.get("text"),
            image=message.get("image"),
            buttons=message.get("buttons") or message.get("quick_replies"),
        )
        await self._persist_message(whole)

    async def _persist_message(self, message: dict[str, Any]) -> None:
        self.has_spoken = True
        await self._collector._persist_message(message)
