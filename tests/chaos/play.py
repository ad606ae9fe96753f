"""One seed from its beginning to its verdict."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from random import Random
from threading import Event

from aiohttp import ClientSession
from sqlalchemy.engine import Engine

from customer_profiler.adapters.db.engine import create_engine
from tests.chaos import stored
from tests.chaos.assistant import Assistant
from tests.chaos.clock import Clock
from tests.chaos.customer import Customer
from tests.chaos.folder import scratch
from tests.chaos.outcome import Outcome
from tests.chaos.plan import FALL, JUMP, Deed, Plan
from tests.chaos.postgres import Postgres
from tests.chaos.snapshot import Snapshot
from tests.chaos.talk import Talk, client
from tests.chaos.targets import Targets
from tests.chaos.verdict import Happening, Verdict

STALL_SECONDS = 60
"""Without any progress, before the next event comes all the same."""

SILENT_SECONDS = 180
"""Without any progress, before those who still wait for an answer are taken to wait for ever."""

SETTLE_SECONDS = 120
"""How long what is owed may take once nothing fails any more."""

AWAKE_SECONDS = 30
"""How long to wait for a process that was killed before it is killed again."""

LOOK_SECONDS = 0.2


def play(plan: Plan, snapshot: Snapshot, template: Path | None, ending: Event) -> Outcome:
    """Play a seed; on PostgreSQL ``template`` holds the files of a server with the snapshot's data.

    When ``ending`` is set, everything is stopped and ``CancelledError`` raised.
    """

    async def until_the_end() -> Outcome:
        game = asyncio.ensure_future(_Play(plan, snapshot, template, folder).run())
        while not game.done():
            await asyncio.wait({game}, timeout=LOOK_SECONDS)
            if ending.is_set():
                game.cancel()
                break
        return await game

    with scratch() as folder:
        return asyncio.run(until_the_end())


class _Play:
    """The state of one seed while it is played."""

    def __init__(self, plan: Plan, snapshot: Snapshot, template: Path | None, folder: Path) -> None:
        self.plan, self.snapshot, self.template = plan, snapshot, template
        self.var = folder / "var"
        self.folder = folder
        self.targets = Targets(plan, folder)
        self.customers: list[Customer] = []
        self.happened: list[Happening] = []
        self.done: Counter[str] = Counter()
        self.postgres: Postgres | None = None
        self._falls: list[asyncio.Task[None]] = []

    async def run(self) -> Outcome:
        begun = time.monotonic()
        async with self._served() as (assistant, engine), client() as http:
            started = time.monotonic()
            self._meet(http, assistant.url)
            await self._rage(assistant)
            talked = time.monotonic()
            await self.targets.calm_down()
            await self._settle(engine)
            settled = time.monotonic()
            found = await asyncio.to_thread(stored.read, engine)
            log = assistant.last_lines
        verdict = Verdict(self.plan, found, self.targets, self.customers, self.happened)
        return Outcome(self.plan, verdict, self.done, started - begun, talked - started, settled - talked, log)

    @asynccontextmanager
    async def _served(self) -> AsyncIterator[tuple[Assistant, Engine]]:
        """Serve targets and assistant on a copy of the snapshot."""
        self.var.mkdir()
        self.snapshot.copy(self.var)
        environment = {"PROFILER_CRM": str(self.folder / "crm.yml")}
        (self.folder / "crm.yml").write_text(self.targets.yaml, "utf-8")
        if self.template is not None:
            self.postgres = await asyncio.to_thread(Postgres.of, self.template, self.folder / "postgres")
            environment["PROFILER_DATABASE_URL"] = self.postgres.url
        assistant = Assistant(self.var, self.plan.workers, **environment)
        engine = create_engine(self.postgres.url if self.postgres else f"sqlite:///{self.var / 'profiler.db'}")
        try:
            await self.targets.rise()
            await asyncio.to_thread(assistant.wait_until_ready)
            yield assistant, engine
        finally:
            await asyncio.to_thread(assistant.end)
            await asyncio.gather(*self._falls, return_exceptions=True)
            await self.targets.end()
            engine.dispose()
            if self.postgres is not None:
                await asyncio.to_thread(self.postgres.stop)

    def _meet(self, http: ClientSession, address: str) -> None:
        for known in self.snapshot.people:
            talk = Talk(http, address, known.sender, Random(f"{self.plan.seed} {known.number}"))
            self.customers.append(Customer(known, self.plan.changes.get(known.number, ()), talk))

    async def _rage(self, assistant: Assistant) -> None:
        """Let all customers send their requests at once while everything fails; end when both are over."""
        all_of_it = asyncio.gather(*(customer.live() for customer in self.customers), self._fail(assistant))
        seen, since = self._steps, time.monotonic()
        while not all_of_it.done() and time.monotonic() - since < SILENT_SECONDS:
            if self._steps != seen:
                seen, since = self._steps, time.monotonic()
            await asyncio.wait({all_of_it}, timeout=LOOK_SECONDS)
        all_of_it.cancel()
        with suppress(asyncio.CancelledError):
            await all_of_it

    async def _fail(self, assistant: Assistant) -> None:
        for event in self.plan.events:
            await self._wait_for(event.share)
            await self._do(event, assistant)

    async def _wait_for(self, share: float) -> None:
        """Wait until so much is done, or until nothing goes on any more."""
        seen, since = self._steps, time.monotonic()
        whole = sum(1 + len(customer.changes) for customer in self.customers)
        while self._steps < min(share, 1.0) * whole and time.monotonic() - since < STALL_SECONDS:
            if self._steps != seen:
                seen, since = self._steps, time.monotonic()
            await asyncio.sleep(0.05)
        await asyncio.sleep(max(share - 1.0, 0.0))

    @property
    def _steps(self) -> int:
        return sum(customer.steps for customer in self.customers)

    async def _do(self, event: Deed, assistant: Assistant) -> None:
        if event.kind == JUMP:
            Clock(self.var / f"clock-{event.place}").jump(timedelta(seconds=event.amount))
        elif event.kind == FALL:
            self._falls.append(asyncio.create_task(self._let_fall(event)))
        elif event.subject == "database":
            assert self.postgres is not None, "only a server can be killed"
            await asyncio.to_thread(self.postgres.kill)
            await asyncio.to_thread(self.postgres.start)
        elif not await self._kill(event, assistant):
            return
        self.done[event.subject] += 1
        if event.subject in ("worker", "database", "clock"):
            self.happened.append(Happening(time.monotonic(), event.subject))

    async def _kill(self, event: Deed, assistant: Assistant) -> bool:
        """Kill a process if there is one; one killed just now must be up first, so that something dies with it."""
        deadline = time.monotonic() + AWAKE_SECONDS
        while not await asyncio.to_thread(assistant.is_up, event.subject) and time.monotonic() < deadline:
            await asyncio.sleep(0.1)
        return await asyncio.to_thread(assistant.kill, event.subject, event.place)

    async def _let_fall(self, event: Deed) -> None:
        crm = self.targets.crms[event.subject]
        await crm.fall()
        await asyncio.sleep(event.amount)
        await crm.rise()

    async def _settle(self, engine: Engine) -> None:
        deadline = time.monotonic() + SETTLE_SECONDS
        while await asyncio.to_thread(stored.waiting, engine) and time.monotonic() < deadline:
            await asyncio.sleep(0.2)
