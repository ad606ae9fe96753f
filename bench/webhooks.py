"""Measures how fast webhooks are answered, and how soon the Graph API is called: ``python -m bench.webhooks``.

Greetings of people who have never written before arrive at a steady rate, whether or not earlier ones are answered.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import aiohttp
from aiohttp import web

from bench import process
from bench.assistant import clean_environment
from bench.errors import BenchError
from bench.machine import describe_machine
from bench.measurement import say
from bench.table import Row, lines, milliseconds, number

CHECKOUT = Path(__file__).resolve().parent.parent
SECRET, NUMBER_ID = "bench", "100000000000001"

RATES = ((5, 20), (50, 10))
"""Events a second, and for how many seconds."""

READY_SECONDS, DRAIN_SECONDS = 120, 300


@dataclass
class Platform:
    """A Graph API that takes everything at once, and remembers when each person was first answered."""

    answered: dict[str, float] = field(default_factory=dict)

    async def take(self, request: web.Request) -> web.Response:
        """Take a call."""
        body = await request.json()
        if "to" in body:
            self.answered.setdefault(body["to"].lstrip("+"), time.perf_counter())
        return web.json_response({"success": True, "messages": [{"id": f"wamid.{uuid4().hex}"}]})


@dataclass
class Found:
    """What was measured at one rate: seconds until the webhook was answered, and until the Graph call came."""

    webhook: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)


async def measure(command: process.Command, port: int, graph_port: int, environment: dict[str, str]) -> list[Found]:
    """Start a server, send it greetings at each rate, and stop it."""
    platform = Platform()
    app = web.Application()
    app.router.add_post("/{path:.*}", platform.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", graph_port).start()
    child = process.start(command, CHECKOUT, environment, Path(environment["BENCH_LOG"]))
    try:
        async with aiohttp.ClientSession() as http:
            await _ready(http, port)
            await _load(http, port, platform, 2, 3)  # the first turns are slow
            return [await _load(http, port, platform, *rate) for rate in RATES]
    finally:
        await asyncio.to_thread(process.stop, [child])
        await runner.cleanup()


async def _load(http: aiohttp.ClientSession, port: int, platform: Platform, rate: int, seconds: int) -> Found:
    found, begun = Found(), {f"34{uuid4().int % 10**9:09}": 0.0 for _ in range(rate * seconds)}
    start = time.perf_counter()

    async def greet(place: int, person: str) -> None:
        await asyncio.sleep(max(0.0, start + place / rate - time.perf_counter()))
        body = _greeting(person)
        signature = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        begun[person] = time.perf_counter()
        headers = {"X-Hub-Signature-256": signature, "Content-Type": "application/json"}
        async with http.post(_url(port), data=body, headers=headers) as answer:
            if answer.status != 200:
                raise BenchError(f"a webhook was answered with {answer.status}")
        found.webhook.append(time.perf_counter() - begun[person])

    await asyncio.gather(*(greet(place, person) for place, person in enumerate(begun)))
    deadline = time.perf_counter() + DRAIN_SECONDS
    while not begun.keys() <= platform.answered.keys():
        if time.perf_counter() > deadline:
            raise BenchError("not everybody was answered")
        await asyncio.sleep(0.1)
    found.whole = [platform.answered[person] - at for person, at in begun.items()]
    return found


async def _ready(http: aiohttp.ClientSession, port: int) -> None:
    deadline = time.perf_counter() + READY_SECONDS
    while time.perf_counter() < deadline:
        try:
            async with http.get(f"http://127.0.0.1:{port}/") as answer:
                if answer.status == 200:
                    return
        except aiohttp.ClientError:
            await asyncio.sleep(0.2)
    raise BenchError("the server did not start")


def _url(port: int) -> str:
    return f"http://127.0.0.1:{port}/webhooks/whatsapp/webhook"


def _greeting(person: str) -> bytes:
    text = {"type": "text", "text": {"body": "hello"}}
    message = {"from": person, "id": f"wamid.{uuid4().hex}", "timestamp": str(int(time.time())), **text}
    metadata = {"display_phone_number": "15550001111", "phone_number_id": NUMBER_ID}
    value = {"messaging_product": "whatsapp", "metadata": metadata, "messages": [message]}
    entry = {"id": "1", "changes": [{"field": "messages", "value": value}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


def run_webhooks() -> str:
    """Measure our connector and the floor, and give the table."""
    with tempfile.TemporaryDirectory() as folder:
        port, actions, graph = process.free_ports(3)
        graph_url = f"http://127.0.0.1:{graph}/v25.0"
        environment = {**clean_environment(), "BENCH_LOG": f"{folder}/log", "LOG_LEVEL": "ERROR"}
        ours = {
            "PROFILER_VAR": f"{folder}/var", "RASA_PORT": str(port), "ACTIONS_PORT": str(actions),
            "META_GRAPH_URL": graph_url, "META_APP_SECRET": SECRET, "META_VERIFY_TOKEN": SECRET,
        }  # fmt: skip
        say("webhooks to our connector ...")
        command = [sys.executable, "-m", "customer_profiler.supervisor"]
        our_found = asyncio.run(measure(command, port, graph, {**environment, **ours}))
        say("webhooks to the floor ...")
        call = f"{graph_url}/{NUMBER_ID}/messages"
        floor = [sys.executable, "-m", "bench.floor", str(port), f"{folder}/floor.db", call, SECRET]
        floor_found = asyncio.run(measure(floor, port, graph, environment))
    return "\n".join(lines([("measure", "Customer Profiler", "floor", "ratio"), *_rows(our_found, floor_found)]))


def _rows(ours: Sequence[Found], floor: Sequence[Found]) -> list[Row]:
    rows: list[Row] = []
    for (rate, _), us, them in zip(RATES, ours, floor, strict=True):
        for name, mine, theirs in (
            ("webhook answered", us.webhook, them.webhook),
            ("Graph called", us.whole, them.whole),
        ):
            for percent in (50, 99):
                our_ms, their_ms = milliseconds(mine, percent), milliseconds(theirs, percent)
                label = f"{name} p{percent}, ms, at {rate} a second"
                rows.append((label, number(our_ms), number(their_ms), number(our_ms / their_ms)))
    return rows


if __name__ == "__main__":
    print(describe_machine())
    print(run_webhooks())
