"""Calls of the WhatsApp Cloud API: messages, read receipts with typing (Meta, Cloud API reference, Nov 2025)."""

from __future__ import annotations

from collections.abc import Mapping

from customer_profiler.channels.meta.graph import ErrorTable, Graph, Refusal, Verdict
from customer_profiler.core.numbers import spellings
from customer_profiler.core.profile import BSUID, PHONE, Identity

THROUGHPUT = 80.0
"""Messages a second of one number, in and out (Meta, Throughput, Nov 2025)."""

ERRORS = ErrorTable(
    {
        # Meta, Error codes, 12 Dec 2025
        **dict.fromkeys((1, 2, 4, 80007, 130429, 131000, 131016, 131057, 133004), Verdict.RETRY),
        131056: Verdict.SLOW_PAIR,
        **dict.fromkeys((131049, 132069), Verdict.LATER),
        **dict.fromkeys((131021, 131026, 131030, 130472, 131047, 131050, 131062, 137000, 131052), Verdict.NEVER),
        **dict.fromkeys((100, 131008, 131009, 131051, 131053, 131055, 134011, 135000), Verdict.NEVER),
        # A template that is missing, paused or malformed stops that template's messages, not the channel.
        **dict.fromkeys(
            (132000, 132001, 132005, 132007, 132008, 132012, 132015, 132016, 132018, 132068), Verdict.NEVER
        ),
        130497: Verdict.NEVER,
        **dict.fromkeys((0, 3, 10, 33, 190, 368, *range(200, 300)), Verdict.STOP),
        **dict.fromkeys((131005, 131031, 131037, 131042, 131045, 131048, 131063, 131064, 133010, 133016), Verdict.STOP),
        (100, 33): Verdict.STOP,
    },
    once=frozenset({1}),
)


NOT_REACHED = (131026, 131030)
"""Codes of a number nobody has on WhatsApp; written in its other way it may be somebody's."""


PASSING = (131000, 131016, 131056, 131057)
"""Codes of failures that may come after a message was taken, and pass."""

PICTURE_REFUSED = 131053


class WhatsAppClient:
    """Sends as one business number."""

    channel = "whatsapp"
    messages_per_second = THROUGHPUT

    def __init__(self, graph_url: str, phone_number_id: str, token: str) -> None:
        self._graph = Graph(graph_url, ERRORS)
        self._path = f"{phone_number_id}/messages"
        self._headers = {"Authorization": f"Bearer {token}"}

    async def send(self, recipient: Identity, message_id: str, body: Mapping[str, object]) -> str:
        """See ``channels.meta.client.Client``."""
        *others, last = spellings(recipient.value) if recipient.scheme == PHONE else (recipient.value,)
        for value in others:
            try:
                return await self._send(Identity(recipient.scheme, value), message_id, body)
            except Refusal as refusal:
                if refusal.code not in NOT_REACHED:
                    raise
        return await self._send(Identity(recipient.scheme, last), message_id, body)

    async def show_attention(self, sender: Identity, message_id: str) -> None:
        """See ``channels.meta.client.Client``; Meta ends the typing with the answer, or after 25 seconds."""
        seen = {"messaging_product": "whatsapp", "status": "read", "message_id": message_id}
        await self._graph.post(self._path, {**seen, "typing_indicator": {"type": "text"}}, {}, self._headers)

    async def locale(self, person: Identity) -> str:
        """See ``channels.meta.client.Client``; WhatsApp does not tell."""
        return ""

    async def _send(self, recipient: Identity, message_id: str, body: Mapping[str, object]) -> str:
        addressed = {**body, **address(recipient), "biz_opaque_callback_data": message_id}
        return sent_id(await self._graph.post(self._path, addressed, {}, self._headers))

    async def close(self) -> None:
        """See ``channels.meta.client.Client``."""
        await self._graph.close()


def second_try(code: int, body: Mapping[str, object]) -> Mapping[str, object] | None:
    """Give what to send after a message was taken and then failed with this code, or None.

    A passing trouble asks for the same again; a picture that Meta could not fetch is left out, so that the person
    gets the words at least.
    """
    if code in PASSING:
        return body
    interactive = body.get("interactive")
    if code == PICTURE_REFUSED and isinstance(interactive, dict) and "header" in interactive:
        return {**body, "interactive": {key: part for key, part in interactive.items() if key != "header"}}
    return None


def address(recipient: Identity) -> dict[str, str]:
    """Give the field that names the recipient: a number with its plus, or a business-scoped id."""
    return {"recipient": recipient.value} if recipient.scheme == BSUID else {"to": f"+{recipient.value}"}


def sent_id(answer: Mapping[str, object]) -> str:
    """Give the id of the message that was taken; raise ``Refusal`` for an answer that names none."""
    messages = answer.get("messages")
    first = messages[0] if isinstance(messages, list) and messages else None
    if isinstance(first, dict) and isinstance(first.get("id"), str):
        return str(first["id"])
    raise Refusal(Verdict.NEVER, "answer_without_id")
