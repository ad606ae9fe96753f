"""What the sender and the connectors need of a channel's client; each channel's ``client.py`` provides it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from customer_profiler.core.profile import Identity


class Client(Protocol):
    """Speaks to one platform; every call may raise ``graph.Refusal``."""

    channel: str
    messages_per_second: float
    """What the platform takes of one business in all (section A4, B2)."""

    async def send(self, recipient: Identity, message_id: str, body: Mapping[str, object]) -> str:
        """Send a message under our own id; give the platform's id of it."""

    async def show_attention(self, sender: Identity, message_id: str) -> None:
        """Mark the person's message read and show that an answer is being written."""

    async def locale(self, person: Identity) -> str:
        """Give the person's locale such as ``es_ES``; empty when the platform does not tell. Raises nothing."""

    async def close(self) -> None:
        """Give the connections back."""
