"""How long it takes from a customer's confirm tap until the lead can be read in the CRM, beside the bare call.

The lead is looked for in the CRM's own database every ten milliseconds, past its server, so that looking costs the
server little; what is seen there has been committed. Once more it is read through the CRM's interface at the end.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import aiohttp
import requests
from sqlalchemy import create_engine

from bench import bare, boot, servers
from bench.conversation import Replies, check_end, script
from bench.errors import BenchError
from bench.load import TURN_SECONDS, send
from bench.measurement import say
from bench.ours import our_assistant
from bench.target import Target

LOOK_SECONDS = 0.01
PREPARED_AT_A_TIME = 8
ARRIVE_SECONDS = 60

_LEADS = "SELECT email_from FROM crm_lead"


@dataclass(frozen=True)
class Plan:
    """How many leads, and the seconds from one tap to the next."""

    leads: int
    pause: float


@dataclass(frozen=True)
class Found:
    """Seconds from the tap until it was answered and until the lead was there, and those of the bare calls."""

    answered: Sequence[float]
    arrived: Sequence[float]
    bare: Sequence[float]


@dataclass
class Reader:
    """Looks at Odoo's database; ``seen`` is when each lead's e-mail address was first there."""

    seen: dict[str, float] = field(default_factory=dict)

    def wait_for(self, emails: Sequence[str]) -> None:
        """Wait until all are there; raise ``BenchError`` when that takes too long."""
        deadline = time.perf_counter() + ARRIVE_SECONDS
        while not self.seen.keys() >= set(emails):
            if time.perf_counter() > deadline:
                raise BenchError(f"{len(set(emails) - self.seen.keys())} leads did not arrive")
            time.sleep(LOOK_SECONDS)


@contextmanager
def reading(database_url: str) -> Iterator[Reader]:
    """Look for leads for the time of the context."""
    reader, stopping = Reader(), threading.Event()

    def look() -> None:
        engine = create_engine(database_url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            while not stopping.wait(LOOK_SECONDS):
                emails: list[str] = connection.exec_driver_sql(_LEADS).scalars().all()
                now = time.perf_counter()
                for email in emails:
                    reader.seen.setdefault(email, now)
        engine.dispose()

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield reader
    finally:
        stopping.set()
        thread.join()


def measure(checkout: Path, folder: Path, plan: Plan) -> Found:
    """Measure against an Odoo of our own; the folder is for the assistant's files."""
    with boot.crm(boot.ODOO) as server, reading(server.database_url) as reader:
        target = servers.of_crm(boot.ODOO, server)
        steps = bare.record(target.build(folder))
        assistant = our_assistant(checkout, folder, folder / "assistant.log", target.write(folder))
        try:
            say(f"{plan.leads} conversations up to the summary ...")
            assistant.start()
            begun, answered = asyncio.run(_tap_all(assistant.url, plan))
            reader.wait_for(list(begun))
        finally:
            assistant.stop()
        say("the same calls without an assistant ...")
        called = _call_all(steps, plan)
        reader.wait_for(list(called))
        _check_interface(target, [*begun, *called])
        arrived = [reader.seen[email] - at for email, at in begun.items()]
        return Found(answered, arrived, [reader.seen[email] - at for email, at in called.items()])


# --- conversations


@dataclass
class Customer:
    """Somebody who has come to the summary of the request."""

    email: str
    sender: str
    confirm: str


async def _tap_all(url: str, plan: Plan) -> tuple[dict[str, float], list[float]]:
    """Give when each lead was confirmed, by its e-mail address, and the seconds until the taps were answered."""
    begun: dict[str, float] = {}
    answered: list[float] = []
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TURN_SECONDS)) as http:
        turn = asyncio.Semaphore(PREPARED_AT_A_TIME)

        async def prepare(number: int) -> Customer:
            async with turn:
                return await _come_to_summary(http, url, number)

        async def tap(place: int, customer: Customer) -> None:
            await asyncio.sleep(max(0.0, start + place * plan.pause - time.perf_counter()))
            begun[customer.email] = time.perf_counter()
            check_end(await send(http, url, customer.sender, customer.confirm))
            answered.append(time.perf_counter() - begun[customer.email])

        customers = await asyncio.gather(*(prepare(number) for number in range(1, plan.leads + 1)))
        say("the confirm taps ...")
        start = time.perf_counter()
        await asyncio.gather(*(tap(place, customer) for place, customer in enumerate(customers)))
    return begun, answered


async def _come_to_summary(http: aiohttp.ClientSession, url: str, number: int) -> Customer:
    sender, said = f"tap-{uuid4().hex}", list[str]()
    replies: Replies = ()
    *before, confirm = script(number)
    for step in before:
        said.append(step.write(replies))
        replies = await send(http, url, sender, said[-1])
    return Customer(next(text for text in said if "@" in text), sender, confirm.write(replies))


# --- bare calls


def _call_all(steps: Sequence[bare.Step], plan: Plan) -> dict[str, float]:
    """Make the calls of as many leads at the same pace; give when each was begun, by its e-mail address."""
    begun: dict[str, float] = {}
    start = time.perf_counter()
    for place in range(plan.leads):
        digits = bare.number(place)
        time.sleep(max(0.0, start + place * plan.pause - time.perf_counter()))
        begun[str(bare.message(digits).values["email"])] = time.perf_counter()
        for step in steps:
            step(digits)
    return begun


def _check_interface(target: Target, emails: Sequence[str]) -> None:
    """Read all leads through JSON-2; raise ``BenchError`` when one is missing or doubled."""
    headers = {"Authorization": f"bearer {target.secrets['CRM_SECRET']}", "X-Odoo-Database": target.keys["database"]}
    asked = {"domain": [["email_from", "in", list(emails)]], "fields": ["email_from"]}
    url = f"{target.keys['url']}/json/2/crm.lead/search_read"
    answer = requests.post(url, json=asked, headers=headers, timeout=ARRIVE_SECONDS)
    answer.raise_for_status()
    if (found := sorted(lead["email_from"] for lead in answer.json())) != sorted(emails):
        raise BenchError(f"{len(emails)} leads were delivered, and Odoo shows {len(found)}")
