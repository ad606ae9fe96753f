"""From the bot to the person: pictures are fetched, the message appears, and the bot hears what became of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from customer_profiler.standin.exchange import Exchange
from customer_profiler.standin.message import Message
from customer_profiler.standin.messenger import webhooks as messenger
from customer_profiler.standin.person import Person
from customer_profiler.standin.pictures import PictureRefused
from customer_profiler.standin.whatsapp import webhooks as whatsapp


class Delivery:
    """Takes accepted messages to their readers."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def begin(self, person: Person, message: Message, failure: int = 0) -> None:
        """Deliver in the background, or report the failure after a while."""
        person.at_work += 1
        person.touched_at = time.monotonic()
        deliver = self._on_whatsapp if person.channel == "whatsapp" else self._on_messenger
        self._exchange.spawn(deliver(person, message, failure))

    async def _on_whatsapp(self, person: Person, message: Message, failure: int) -> None:
        pace = self._exchange.options.pace
        with _at_work(person):
            if failure:
                message.failure = "This is what the stand-in was asked to do."
            else:
                failure = await self._fetch(message)
            await asyncio.sleep(pace.sent_seconds)
            if failure:
                message.state = "failed"
                self._exchange.show(person, message)
                self._status(person, message, failure)
                return
            message.state = "sent"
            if person.reachable:
                self._exchange.show(person, message)
            self._status(person, message)
        await self._until_reachable(person)
        with _more_work(person):
            if not message.number:
                self._exchange.show(person, message)
            await asyncio.sleep(pace.delivered_seconds)
            message.state = "delivered"
            self._exchange.update(person, message)
            self._status(person, message)
        await asyncio.sleep(pace.read_seconds)
        if person.reads:
            message.state = "read"
            self._exchange.update(person, message)
            self._status(person, message)

    async def _on_messenger(self, person: Person, message: Message, failure: int) -> None:
        pace = self._exchange.options.pace
        with _at_work(person):
            message.state = "sent"
            self._exchange.show(person, message)
            self._post(person, messenger.echo(person, message))
            # Pictures of cards come in later and hold nothing up; one that cannot be shown is left out.
            await self._fetch(message)
            await asyncio.sleep(pace.delivered_seconds)
            message.state = "delivered"
            self._exchange.update(person, message)
            self._post(person, messenger.delivered(person, message))
        await asyncio.sleep(pace.read_seconds)
        if person.reads:
            message.state = "read"
            self._exchange.update(person, message)
            self._post(person, messenger.read(person))

    async def _fetch(self, message: Message) -> int:
        """Fetch all pictures; give the code by which WhatsApp lets a message without one of them fail, or 0."""
        message.picture = await self._picture(message, message.image)
        pictures = [await self._picture(message, card.image) for card in message.cards]
        message.cards = tuple(
            replace(card, picture=picture) for card, picture in zip(message.cards, pictures, strict=True)
        )
        return 131053 if message.failure else 0

    async def _picture(self, message: Message, source: str) -> str:
        if not source:
            return ""
        try:
            return f"/phone/pictures/{(await self._exchange.pictures.fetch(source)).id}"
        except PictureRefused as error:
            message.failure = str(error)
            return ""

    async def _until_reachable(self, person: Person) -> None:
        while not person.reachable:
            await asyncio.sleep(0.05)

    def _status(self, person: Person, message: Message, failure: int = 0) -> None:
        self._post(person, whatsapp.status(person, message, message.state, failure))

    def _post(self, person: Person, event: whatsapp.Event) -> None:
        self._exchange.bot.post(person.channel, event, person.id, "statuses")


@contextmanager
def _at_work(person: Person) -> Iterator[None]:
    """Something is under way that was counted when it was announced."""
    try:
        yield
    finally:
        person.at_work -= 1
        person.touched_at = time.monotonic()


@contextmanager
def _more_work(person: Person) -> Iterator[None]:
    person.at_work += 1
    with _at_work(person):
        yield
