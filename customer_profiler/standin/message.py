"""A message as it stands on the person's screen, the same for both channels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Button:
    """Something to tap. ``kind`` says what a tap does: ``reply``, ``row``, ``template``, ``postback`` and
    ``quick_reply`` come back to the bot with the payload; ``url`` opens, ``phone`` dials, ``location`` asks for
    the place; ``copy`` copies.
    """

    kind: str
    title: str
    payload: str = ""
    description: str = ""
    section: str = ""
    url: str = ""


@dataclass(frozen=True)
class Card:
    """One card of a carousel. ``image`` is the address the bot gave, ``picture`` where the stand-in keeps it."""

    title: str = ""
    text: str = ""
    image: str = ""
    picture: str = ""
    buttons: tuple[Button, ...] = ()


@dataclass
class Message:
    """One message of a chat; ``by`` is ``person`` or ``bot``.

    ``state`` of the bot's message is ``accepted``, ``sent``, ``delivered``, ``read`` or ``failed``; of the person's
    ``waiting``, ``delivered`` or ``read``. ``number`` grows with every message that appears, whoever it belongs to.
    ``menu`` is the label that opens a list. ``raw`` is the Graph call, or the event of the webhook.
    """

    id: str
    by: str
    kind: str
    at: float
    text: str = ""
    header: str = ""
    footer: str = ""
    image: str = ""
    picture: str = ""
    menu: str = ""
    buttons: tuple[Button, ...] = ()
    cards: tuple[Card, ...] = ()
    quoted: str = ""
    reaction: str = ""
    state: str = "accepted"
    failure: str = ""
    tapped: bool = False
    number: int = 0
    raw: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Give the message as the control API and the page take it."""
        return asdict(self)

    def button(self, wanted: str) -> Button | None:
        """Give the button of that title or payload."""
        everywhere = (*self.buttons, *(button for card in self.cards for button in card.buttons))
        return next((button for button in everywhere if wanted in (button.payload, button.title)), None)
