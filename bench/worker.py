"""The worker of ``make run`` alone: how fast it delivers what waits, and the memory it needs for it."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import case, func, select
from sqlalchemy.engine import Engine

from bench import process
from bench.assistant import clean_environment
from bench.errors import BenchError
from bench.target import Target
from customer_profiler.adapters.db import tables as t
from customer_profiler.adapters.db.engine import create_engine, reading
from customer_profiler.core.delivery import DeliveryStatus

CHECKOUT = Path(__file__).resolve().parent.parent

READY_SECONDS, STALL_SECONDS, SCRAPE_SECONDS, LOOK_SECONDS = 60, 60, 5, 0.2

_COMMAND = [sys.executable, "-m", "customer_profiler.cli", "worker"]


@dataclass(frozen=True)
class Place:
    """Where a worker works: its database, and a folder for ``crm.yml`` and its log."""

    url: str
    folder: Path

    @property
    def log(self) -> Path:
        """What the worker has to say."""
        return self.folder / "worker.log"

    def environment(self, target: Target) -> dict[str, str]:
        """Give a worker's environment."""
        own = {"PROFILER_VAR": str(self.folder), "PROFILER_DATABASE_URL": self.url}
        return {**clean_environment(), **own, **target.write(self.folder)}


def leads_per_second(place: Place, target: Target) -> float:
    """Let a worker deliver all that waits; give how many a second, from the first claim to the last receipt."""
    engine, columns = create_engine(place.url), t.lead_delivery.c
    waiting = select(func.count()).where(columns.status == DeliveryStatus.WAITING.value)
    try:
        with _running(place, target):
            before, since = 0, time.monotonic()
            while left := _one(engine, waiting)[0]:
                if left != before:
                    before, since = left, time.monotonic()
                if time.monotonic() - since > STALL_SECONDS:
                    raise BenchError(f"{left} leads still wait, and none has moved for {STALL_SECONDS} s")
                time.sleep(LOOK_SECONDS)
        is_delivered = case((columns.status == DeliveryStatus.DELIVERED.value, 1))
        asked = select(func.count(), func.count(is_delivered), func.min(columns.tried_at), func.max(columns.settled_at))
        total, delivered, begun, ended = _one(engine, asked)
    finally:
        engine.dispose()
    if delivered != total:
        raise BenchError(f"the target refused {total - delivered} of {total} leads")
    return float(total / (ended - begun).total_seconds())


def _one(engine: Engine, asked: Any) -> Any:
    with reading(engine).connect() as connection:
        return connection.execute(asked).one()


def most_memory(place: Place, target: Target, seconds: float) -> process.Memory:
    """Let a worker run for so long, its metrics being read as Prometheus does; give the most memory it held."""
    most = process.Memory(0, 0, 0)
    with _running(place, target) as (child, port):
        end, scrape = time.monotonic() + seconds, 0.0
        while time.monotonic() < end:
            if time.monotonic() >= scrape:
                requests.get(f"http://127.0.0.1:{port}/metrics", timeout=READY_SECONDS).raise_for_status()
                scrape = time.monotonic() + SCRAPE_SECONDS
            held = sum(process.memory(process.crew([child])).values(), process.Memory(0, 0, 0))
            most = max(most, held, key=lambda each: each.rss)
            time.sleep(LOOK_SECONDS)
    return most


@contextmanager
def _running(place: Place, target: Target) -> Iterator[tuple[process.Child, int]]:
    [port] = process.free_ports(1)
    environment: Mapping[str, str] = {**place.environment(target), "WORKER_PORT": str(port)}
    child = process.start(_COMMAND, CHECKOUT, environment, place.log)
    try:
        deadline = time.monotonic() + READY_SECONDS
        while not _answers(port):
            if child.poll() is not None or time.monotonic() > deadline:
                raise BenchError(f"the worker did not start; see {place.log}")
            time.sleep(LOOK_SECONDS)
        yield child, port
    finally:
        process.stop([child])


def _answers(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/health", timeout=2).ok
    except requests.RequestException:
        return False
