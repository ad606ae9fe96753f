"""Rasa's REST channel with two differences: a card is one message, and a failed turn is answered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.channels.rest import RestInput as RasaRestInput
from sanic import Blueprint

from customer_profiler.adapters.phrasebook import load_phrasebook

log = structlog.get_logger(__name__)

OnNewMessage = Callable[[UserMessage], Awaitable[None]]


class RestInput(RasaRestInput):
    """Answers at ``/webhooks/rest/webhook`` as Rasa's own does, streaming included."""

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:
        """Give Rasa's addresses, with every turn watched over."""
        apology = load_phrasebook()["en"].texts["apology"]

        async def watched(message: UserMessage) -> None:
            output = OneMessageOutput(message.output_channel)
            message.output_channel = output
            try:
                await on_new_message(message)
            except Exception as error:
                # Rasa would log the customer's words with the error.
                log.error("turn_failed", channel="rest", error=type(error).__name__)
            if not output.has_spoken:
                await output.send_text_message(message.sender_id, apology)

        return super().blueprint(watched)


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
