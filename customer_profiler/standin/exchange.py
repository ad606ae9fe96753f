"""What all parts of the stand-in share: the people, the bot, the pictures, and the sense of whether all is quiet."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import defaultdict
from collections.abc import Coroutine
from itertools import count
from typing import Any

from customer_profiler.standin.bot import Bot
from customer_profiler.standin.failures import Failures
from customer_profiler.standin.journal import Journal
from customer_profiler.standin.message import Message
from customer_profiler.standin.options import Options
from customer_profiler.standin.person import People, Person
from customer_profiler.standin.pictures import Pictures
from customer_profiler.standin.rates import Bucket, PerSecond
from customer_profiler.standin.whatsapp.templates import Templates

TYPING_SECONDS = 25.0


class Exchange:
    """The telephone exchange between the bot and everybody who chats with it."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.journal = Journal()
        self.bot = Bot(options, self.journal)
        self.people = People()
        self.templates = Templates()
        self.pictures = Pictures()
        self.failures = Failures()
        self.messenger_profile: dict[str, Any] = {}
        self._numbers = count(1)
        self._tasks: set[asyncio.Task[None]] = set()
        self._reset_rates()

    async def start(self) -> None:
        """Begin to talk to the bot."""
        await self.bot.start()

    async def stop(self) -> None:
        """Give up whatever is under way."""
        self.journal.end()
        self._cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.bot.stop()

    def clear(self) -> None:
        """Forget everybody and everything, as after a fresh start."""
        self._cancel()
        self.bot.forget()
        self.journal.clear()
        self.people.clear()
        self.templates.clear()
        self.failures.waiting.clear()
        self.messenger_profile.clear()
        self._reset_rates()
        self.journal.tell("cleared", {})

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Let something happen in the background."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def show(self, person: Person, message: Message) -> None:
        """Put a message on a person's screen."""
        message.number = next(self._numbers)
        message.at = time.time()
        person.messages.append(message)
        if message.by == "bot":
            person.typing_until = 0.0
        self.update(person, message)

    def update(self, person: Person, message: Message) -> None:
        """Tell that a message has appeared or changed."""
        person.touched_at = time.monotonic()
        self.journal.tell("message", {"person": person.id, **message.as_json()})

    def tell_person(self, person: Person) -> None:
        """Tell that a person is new or has changed."""
        person.touched_at = time.monotonic()
        self.journal.tell("person", person.as_json())

    def type(self, person: Person, seconds: float) -> None:
        """Show that the bot is typing, for so long; 0 ends it."""
        person.typing_until = time.monotonic() + seconds if seconds else 0.0
        self.tell_person(person)

    async def wait(self, person: Person, after: int, quiet_seconds: float, within_seconds: float, least: int) -> None:
        """Wait until the bot has sent at least so many messages after that number and is quiet, or time is up."""
        deadline = time.monotonic() + within_seconds
        while time.monotonic() < deadline:
            fresh = sum(message.by == "bot" and message.number > after for message in person.messages)
            calm = not person.at_work and not person.bot_is_typing
            if fresh >= least and calm and time.monotonic() - person.touched_at >= quiet_seconds:
                return
            await asyncio.sleep(0.02)

    def _reset_rates(self) -> None:
        rates = self.options.rates
        self.pairs: defaultdict[str, Bucket] = defaultdict(lambda: Bucket(rates.pair_burst, rates.pair_pause_seconds))
        self.throughput = {
            "whatsapp": PerSecond(rates.whatsapp_per_second),
            "facebook": PerSecond(rates.messenger_per_second),
        }

    def _cancel(self) -> None:
        for task in list(self._tasks):
            task.cancel()


def new_id(channel: str) -> str:
    """Make up a message id as the channel has them."""
    return f"wamid.{secrets.token_urlsafe(24)}" if channel == "whatsapp" else f"m_{secrets.token_urlsafe(24)}"
