"""A customer on the REST channel: writes, taps and reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import requests

TURN_SECONDS = 60


@dataclass
class Customer:
    """One sender; ``heard`` holds the messages of the last turn."""

    address: str
    sender: str
    heard: list[dict[str, Any]] = field(default_factory=list)

    def say(self, text: str) -> str:
        """Send a text, or a payload; give the texts of all answers."""
        body = {"sender": self.sender, "message": text}
        answer = requests.post(f"{self.address}/webhooks/rest/webhook", json=body, timeout=TURN_SECONDS)
        self.heard = answer.json()
        return self.read()

    def read(self) -> str:
        """Give the texts of the last turn, one a paragraph."""
        return "\n\n".join(message.get("text", "") for message in self.heard)

    @property
    def buttons(self) -> dict[str, str]:
        """The buttons of the last message: title -> payload."""
        shown = self.heard[-1].get("buttons") or [] if self.heard else []
        return {button["title"]: button["payload"] for button in shown}

    def tap(self, title: str) -> str:
        """Tap a button of the last message by its title."""
        return self.say(self.buttons[title])

    def tap_first(self) -> str:
        """Tap the first button of the last message."""
        return self.say(next(iter(self.buttons.values())))

    @property
    def cards(self) -> list[dict[str, Any]]:
        """The messages of the last turn that carry a picture."""
        return [message for message in self.heard if message.get("image")]
