"""The people who chat, and what the stand-in knows of each. All of it is gone when the stand-in stops."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from customer_profiler.standin.errors import GraphError
from customer_profiler.standin.message import Message

CHANNELS = ("whatsapp", "facebook")
WINDOW_SECONDS = 24 * 3600

_NAMES = {
    "en": ("Amelia Hart", "Noah Reed", "Grace Obi", "Liam Brooks", "Zoe Lang", "Omar Haddad", "Ivy Chen", "Ben Cole"),
    "es": ("Ana Ruiz", "Mateo Vega", "Lucía Peña", "Hugo Solís", "Inés Mora", "Pablo León", "Sara Cruz", "Iván Gil"),
}
_AREAS = (202, 206, 212, 213, 303, 312, 404, 415, 503, 512, 617, 702, 713, 808)
_BUSINESS_SCOPED = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}")


@dataclass
class Person:
    """One person on one channel.

    ``number`` is empty or ``hidden`` behind a user name on WhatsApp; ``user_id`` is the business-scoped id of WhatsApp
    or the page-scoped id of Messenger. ``wrote_at`` opens the 24-hour window. ``reachable`` is whether the phone is on
    (on Messenger: whether the person takes messages), ``reads`` whether read receipts are given, ``marketing`` whether
    marketing templates are welcome. ``at_work`` counts what is on its way to the person.
    """

    id: str
    channel: str
    name: str
    number: str = ""
    user_id: str = ""
    locale: str = "en_US"
    hidden: bool = False
    wrote_at: float | None = None
    from_ad: bool = False
    reachable: bool = True
    reads: bool = True
    marketing: bool = True
    typing_until: float = 0.0
    touched_at: float = 0.0
    at_work: int = 0
    messages: list[Message] = field(default_factory=list)

    @property
    def window_is_open(self) -> bool:
        """Tell whether the bot may send anything, not only templates."""
        return self.wrote_at is not None and time.time() - self.wrote_at < WINDOW_SECONDS

    @property
    def bot_is_typing(self) -> bool:
        """Tell whether the typing indicator shows."""
        return time.monotonic() < self.typing_until

    def message(self, id: str) -> Message | None:
        """Give the message of that id."""
        return next((message for message in reversed(self.messages) if message.id == id), None)

    def as_json(self, with_messages: bool = False) -> dict[str, Any]:
        """Give the person as the control API and the page take it."""
        names = ("id", "channel", "name", "number", "user_id", "locale", "hidden", "reachable", "reads", "marketing")
        values = {name: getattr(self, name) for name in (*names, "from_ad")}
        values |= {"window_open": self.window_is_open, "typing": self.bot_is_typing}
        if with_messages:
            values["messages"] = [message.as_json() for message in self.messages]
        return values


class People:
    """Everybody the stand-in knows."""

    def __init__(self) -> None:
        self._people: dict[str, Person] = {}
        self._made = 0

    def __iter__(self) -> Iterator[Person]:
        return iter(self._people.values())

    def clear(self) -> None:
        """Forget everybody."""
        self._people.clear()

    def add(self, channel: str, name: str = "", locale: str = "", **known: Any) -> Person:
        """Add a person; what is not given is made up, with numbers that belong to nobody."""
        if channel not in CHANNELS:
            raise GraphError(100, f"channel must be whatsapp or facebook, not {channel!r}")
        self._made += 1
        locale = locale or "en_US"
        person = Person(f"p{self._made}", channel, name or _made_up_name(locale), locale=locale)
        if channel == "facebook":
            person.user_id = str(known.get("user_id") or _digits(16))
        else:
            person.user_id = str(known.get("user_id") or "")
            person.number = digits(str(known.get("number") or ""))
            if not (person.user_id or person.number):
                # As Meta does since April 2026: both, so that whoever hides the number later stays known.
                person.user_id, person.number = business_scoped_id(), self._free_number()
            person.hidden = bool(known.get("hidden")) or not person.number
        self._check(person)
        self._people[person.id] = person
        return person

    def get(self, id: str) -> Person:
        """Give the person of our own id."""
        if id not in self._people:
            raise GraphError(100, f"There is no person {id!r}.")
        return self._people[id]

    def on_whatsapp(self, to: str, user_id: str) -> Person | None:
        """Give whom a WhatsApp call means: ``to`` wins over the business-scoped id."""
        people = [person for person in self if person.channel == "whatsapp"]
        if to:
            return next((person for person in people if person.number == digits(to)), None)
        return next((person for person in people if person.user_id == user_id), None)

    def on_messenger(self, user_id: str) -> Person | None:
        """Give whom a Messenger call means."""
        return next((person for person in self if person.channel == "facebook" and person.user_id == user_id), None)

    def _check(self, person: Person) -> None:
        if person.channel == "whatsapp" and person.user_id and not _BUSINESS_SCOPED.fullmatch(person.user_id):
            raise GraphError(100, f"user_id {person.user_id!r} must look like US.1234567890")
        for other in self:
            same_number = person.number and person.number == other.number
            same_id = person.user_id and person.user_id == other.user_id
            if other.channel == person.channel and (same_number or same_id):
                raise GraphError(100, f"{other.name} has that number or id already.")

    def _free_number(self) -> str:
        taken = {person.number for person in self}
        while (number := f"1{random.choice(_AREAS)}55501{random.randrange(100):02}") in taken:  # noqa: S311 - no secret
            pass
        return number


def business_scoped_id() -> str:
    """Make up a business-scoped user id."""
    return f"US.{_digits(16)}"


def digits(number: str) -> str:
    """Give a phone number as WhatsApp writes it: digits only."""
    return re.sub(r"[\s()+.\-]", "", number)


def _made_up_name(locale: str) -> str:
    names = _NAMES.get(locale[:2], _NAMES["en"])
    return random.choice(names)  # noqa: S311 - no secret


def _digits(count: int) -> str:
    first = random.choice("123456789")  # noqa: S311 - no secret
    return first + "".join(random.choices("0123456789", k=count - 1))  # noqa: S311 - no secret
