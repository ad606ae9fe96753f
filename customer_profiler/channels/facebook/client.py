"""Calls of the Messenger Platform: messages, sender actions, the person's locale (Meta, Send API, Mar-Jun 2026)."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

from customer_profiler.channels.meta.graph import ErrorTable, Graph, Refusal, Verdict
from customer_profiler.core.profile import Identity

THROUGHPUT = 300.0
"""Calls a second of one page for text (Meta, Messenger rate limits, 2025)."""

ERRORS = ErrorTable(
    {
        # Meta, Messenger error codes, Mar 2026, and the sources named in the documentation of limits
        **dict.fromkeys((1, 2, 4, 613, 1200, (9, 2018352)), Verdict.RETRY),
        (4, 2018354): Verdict.LATER,
        **dict.fromkeys(((10, 2018278), (10, 2018065), (10, 2534022), (10, 2018108)), Verdict.NEVER),
        **dict.fromkeys(((100, 2018001), (200, 1545041), (551, 1545041), 551, 10900), Verdict.NEVER),
        **dict.fromkeys((100, 105, 10303, 2018300, 2018321, 2018247), Verdict.NEVER),
        **dict.fromkeys((0, 3, 10, 190, 200, 230, 368, 2022, (100, 33), (10, 1893063)), Verdict.STOP),
        **dict.fromkeys(((200, 2018028), (200, 2018027), (200, 2018021)), Verdict.STOP),
    }
)


class MessengerClient:
    """Sends as one page."""

    channel = "facebook"
    messages_per_second = THROUGHPUT

    def __init__(self, graph_url: str, page_id: str, token: str, app_secret: str) -> None:
        self._graph = Graph(graph_url, ERRORS)
        self._path = f"{page_id}/messages"
        self._access = {"access_token": token, "appsecret_proof": proof(token, app_secret)}

    async def send(self, recipient: Identity, message_id: str, body: Mapping[str, object]) -> str:
        """See ``channels.meta.client.Client``; our id is the message's ``metadata``, which the renderer has set."""
        addressed = {"recipient": {"id": recipient.value}, "messaging_type": "RESPONSE", **body}
        answer = await self._graph.post(self._path, addressed, self._access, {})
        sent = answer.get("message_id")
        if isinstance(sent, str):
            return sent
        raise Refusal(Verdict.NEVER, "answer_without_id")

    async def show_attention(self, sender: Identity, message_id: str) -> None:
        """See ``channels.meta.client.Client``."""
        for action in ("mark_seen", "typing_on"):
            body = {"recipient": {"id": sender.value}, "sender_action": action}
            await self._graph.post(self._path, body, self._access, {})

    async def locale(self, person: Identity) -> str:
        """Give the person's locale such as ``es_ES``; empty when the page may not know it."""
        try:
            answer = await self._graph.get(person.value, {"fields": "locale", **self._access}, {})
        except Refusal:
            # Missing permissions and people without a profile are normal (Meta, User Profile API).
            return ""
        found = answer.get("locale")
        return found if isinstance(found, str) else ""

    async def close(self) -> None:
        """See ``channels.meta.client.Client``."""
        await self._graph.close()


def second_try(code: int, body: Mapping[str, object]) -> None:
    """Give nothing: Messenger does not tell of failures after it took a message."""


def proof(token: str, app_secret: str) -> str:
    """Give ``appsecret_proof``, which apps may require of every call (Meta, Securing Graph API requests)."""
    return hmac.new(app_secret.encode(), token.encode(), hashlib.sha256).hexdigest()
