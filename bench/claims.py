"""How long the worker's own statements take on tables of a size: a claim, and a round of housekeeping."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from uuid import uuid4

from bench.backlog import TARGET
from bench.errors import BenchError
from customer_profiler.adapters.db.engine import create_engine, reading
from customer_profiler.adapters.db.unit_of_work import SqlUnitOfWork
from customer_profiler.core.delivery import Lease
from customer_profiler.services.alerts import Alerts, Limits
from customer_profiler.services.deliveries import LeadDeliveries

AT_A_TIME = 4
"""Leads in one claim: as many as a worker delivers to a target at once, unless told otherwise."""

CLAIMS, ROUNDS = 50, 5
"""How often each is measured; the median counts."""

LIMITS = {TARGET: Limits(timedelta(minutes=10), timedelta(seconds=60))}


@dataclass(frozen=True)
class Found:
    """Milliseconds of a call, commits included, and its ratio to the same call beside it on the small database."""

    milliseconds: float
    ratio: float


class Ledger:
    """The deliveries of one database as a worker uses them; enough leads must wait in it, and wait again in the end."""

    def __init__(self, url: str) -> None:
        self._engine = create_engine(url)
        read_only = reading(self._engine)
        self._deliveries = LeadDeliveries(
            uuid4().hex, lambda: SqlUnitOfWork(self._engine), lambda: SqlUnitOfWork(read_only), _now, lambda: 0.5
        )
        self._alerts = Alerts(
            lambda: SqlUnitOfWork(self._engine),
            lambda: SqlUnitOfWork(read_only),
            _now,
            LIMITS,
            send=None,
            repeat=timedelta(days=1),
        )
        self._held: list[Lease] = []

    def claim(self) -> None:
        """Lease what is due; it counts as being on its way until the next claim."""
        self._held = [delivery.as_leased for delivery in self._deliveries.claim(TARGET, AT_A_TIME)]
        if len(self._held) != AT_A_TIME:
            raise BenchError("there was less to claim than had been put in")

    def keep_house(self) -> None:
        """Do what a worker does every few seconds, whatever there is to do."""
        self._deliveries.end_leases(set(self._deliveries.leases()) - set(self._held))
        self._deliveries.catch_up([TARGET])
        self._deliveries.set_orphans_aside([TARGET])
        self._deliveries.mend_clock([TARGET])
        self._alerts.look({})

    def close(self) -> None:
        """Give back what was leased, and the connections."""
        self._deliveries.end_leases(self._deliveries.leases())
        self._engine.dispose()


def measure(url: str, small_url: str) -> tuple[Found, Found]:
    """Measure claims and rounds of housekeeping, in turns with those of a small database: the machine may be busy."""
    ledger, small = Ledger(url), Ledger(small_url)
    try:
        return (
            _in_turns(ledger.claim, small.claim, CLAIMS),
            _in_turns(ledger.keep_house, small.keep_house, ROUNDS),
        )
    finally:
        ledger.close()
        small.close()


def _in_turns(call: Callable[[], None], small_call: Callable[[], None], times: int) -> Found:
    # The first of a connection opens and compiles.
    call()
    small_call()
    pairs = [(_milliseconds(call), _milliseconds(small_call)) for _ in range(times)]
    took, small_took = (statistics.median(each) for each in zip(*pairs, strict=True))
    return Found(took, took / small_took)


def _milliseconds(call: Callable[[], None]) -> float:
    started = time.perf_counter()
    call()
    return 1000 * (time.perf_counter() - started)


def _now() -> datetime:
    return datetime.now(timezone.utc)
