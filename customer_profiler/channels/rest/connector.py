"""Rasa's REST channel with two differences: a card is one message, and a failed turn is answered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.channels.rest import RestInput as RasaRestInput
from rasa.shared.constants import INTENT_MESSAGE_PREFIX
from sanic import Blueprint

from customer_profiler import bootstrap
from customer_profiler.core.messages import payload, read_payload
from customer_profiler.services.session import Visit

log = structlog.get_logger(__name__)

RASA_COMMANDS = ("restart", "back", "session_start")
"""Intents by which Rasa empties or rewinds a conversation behind the back of what is stored."""

OnNewMessage = Callable[[UserMessage], Awaitable[None]]


class RestInput(RasaRestInput):
    """Answers at ``/webhooks/rest/webhook`` as Rasa's own does, streaming included."""

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:
        """Give Rasa's addresses, with every turn watched over."""
        return super().blueprint(watched(on_new_message, _apology))


def watched(on_new_message: OnNewMessage, apology: Callable[[str], str]) -> OnNewMessage:
    """Give a handler that never leaves a customer without an answer.

    A turn that failed or said nothing, because the action server is down for example, is answered with
    ``apology`` for the sender.
    """

    async def handle(message: UserMessage) -> None:
        output = OneMessageOutput(message.output_channel)
        message.output_channel, message.text = output, clean_payload(message.text or "")
        try:
            await on_new_message(message)
        except Exception as error:
            # Rasa would log the customer's words with the error.
            log.error("turn_failed", channel="rest", error=type(error).__name__)
        if not output.has_spoken:
            await output.send_text_message(message.sender_id, apology(message.sender_id))

    return handle


def _apology(sender: str) -> str:
    return bootstrap.services().apology(Visit("rest", sender))


def clean_payload(text: str) -> str:
    """Give a text that Rasa can read: a payload whose entities are broken loses them.

    Rasa's own commands (``/restart`` ...) become plain words; none of our buttons carries them.
    """
    if not text.startswith(INTENT_MESSAGE_PREFIX):
        return text
    intent, entities = read_payload(text)
    return intent if intent in RASA_COMMANDS else payload(intent, **entities)


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
