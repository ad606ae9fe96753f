"""Events, messages on their way, and a platform that is only played."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from itertools import count

from customer_profiler.channels.meta.graph import Refusal
from customer_profiler.channels.whatsapp.client import ERRORS
from customer_profiler.core.events import Event, Meaning, Said
from customer_profiler.core.outgoing import OutgoingMessage
from customer_profiler.core.profile import PHONE, Identity
from customer_profiler.services.session import Services

AT = datetime(2026, 5, 4, 10, tzinfo=timezone.utc)
ANA, BEA = Identity(PHONE, "34600000001"), Identity(PHONE, "34600000002")

_numbers = count(1)


def an_event(meaning: Meaning | None = None, id: str = "", person: Identity | None = ANA, at: datetime = AT) -> Event:
    """Something that Ana wrote, under an id of its own, unless told otherwise."""
    id = id or f"wamid.{next(_numbers)}"
    return Event(id, at, meaning or Said("hello"), (person,) if person else (), {"of": id})


def a_message(profile_id: str, at: datetime = AT, **fields: object) -> OutgoingMessage:
    """A text on WhatsApp that is due at once, under an id of its own, unless told otherwise."""
    given: dict[str, object] = {
        "id": f"{next(_numbers):032x}",
        "channel": "whatsapp",
        "body": {"type": "text", "text": {"body": "Hello!"}},
        "created_at": at,
        "due_at": at,
        **fields,
    }
    return OutgoingMessage(profile_id=profile_id, **given)  # type: ignore[arg-type]


def stored(services: Services, *messages: OutgoingMessage) -> None:
    """Put messages into the outbox."""
    with services.open_unit() as unit:
        unit.outgoing.add(messages)
        unit.commit()


def wrote(services: Services, person: Identity = ANA) -> str:
    """Let a person write, which opens the 24-hour window; give the profile's id."""
    with services.open_unit() as unit:
        profile_id = unit.profiles.met([person], services.tools.now(), services.tools.now())
        unit.commit()
    return profile_id


def message_of(services: Services, message: OutgoingMessage) -> OutgoingMessage:
    """The message as it stands now."""
    with services.open_unit() as unit:
        found = unit.outgoing.get(message.id)
    assert found is not None, "the message is not stored"
    return found


@dataclass(frozen=True)
class Call:
    """A message that the platform was asked to send."""

    recipient: Identity
    message_id: str
    body: Mapping[str, object]


@dataclass
class FakeClient:
    """A platform that takes everything, unless it is told to refuse the next calls, or to be slow.

    It keeps the contract of ``Client`` that tests/unit/channels/test_clients.py writes down.
    """

    channel: str = "whatsapp"
    messages_per_second: float = 10_000.0
    calls: list[Call] = field(default_factory=list)
    attention: list[str] = field(default_factory=list)
    locales: dict[str, str] = field(default_factory=dict)
    answers: asyncio.Event = field(default_factory=asyncio.Event)
    _refusals: deque[Refusal] = field(default_factory=deque)
    _refused_attention: deque[Refusal] = field(default_factory=deque)
    _ids: count[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.answers.set()

    @property
    def texts(self) -> list[str]:
        """What was to be sent, as far as it is text, refused ones included."""
        return [_text(call.body) for call in self.calls]

    def refuses(self, *refusals: Refusal | int) -> None:
        """Refuse the next messages one after the other; a number is a code of WhatsApp's."""
        self._refusals.extend(_refusal(each) for each in refusals)

    def refuses_attention(self, *refusals: Refusal | int) -> None:
        """Refuse the next read receipts."""
        self._refused_attention.extend(_refusal(each) for each in refusals)

    async def send(self, recipient: Identity, message_id: str, body: Mapping[str, object]) -> str:
        """See ``channels.meta.client.Client``."""
        self.calls.append(Call(recipient, message_id, body))
        await self._answer(self._refusals)
        return f"wamid.out.{next(self._ids)}"

    async def show_attention(self, sender: Identity, message_id: str) -> None:
        """See ``channels.meta.client.Client``."""
        await self._answer(self._refused_attention)
        self.attention.append(message_id)

    async def locale(self, person: Identity) -> str:
        """See ``channels.meta.client.Client``."""
        return self.locales.get(person.value, "")

    async def close(self) -> None:
        """See ``channels.meta.client.Client``."""

    async def _answer(self, refusals: deque[Refusal]) -> None:
        await self.answers.wait()
        if refusals:
            raise refusals.popleft()


def _refusal(refusal: Refusal | int) -> Refusal:
    return refusal if isinstance(refusal, Refusal) else ERRORS.refusal(refusal, 0, 400, 0)


def _text(body: Mapping[str, object]) -> str:
    for key in ("text", "image", "interactive", "message"):
        part = body.get(key)
        if isinstance(part, dict):
            inner = part.get("body") or part.get("caption") or part.get("text") or ""
            return str(inner["text"] if isinstance(inner, dict) else inner)
    return ""


async def eventually(holds: Callable[[], object], seconds: float = 5.0) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come to hold"
        await asyncio.sleep(0.002)


async def remains(holds: Callable[[], object], seconds: float = 0.03) -> None:
    """See that something goes on holding for a while."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert holds(), "it did not remain so"
        await asyncio.sleep(0.002)
