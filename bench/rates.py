"""Leads a second of one worker to each type of target, beside the same calls by the client library in a bare loop."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench import backlog, bare, boot, servers, worker
from bench.databases import POSTGRESQL, SQLITE, database
from bench.errors import BenchError
from bench.hosted import CLASSES
from bench.measurement import say
from bench.table import NOTHING, Row, lines, number, spread
from bench.target import Target
from customer_profiler.adapters.crm.target import TargetConfig

HEADER = ("leads a second to", "worker", "bare loop", "ratio")

THREADS = int(TargetConfig.__fields__["concurrency"].default)
"""Calls at once of either, as ``crm.yml`` has it by default."""

LIMIT = 2.0
"""Leads a second that BottleCRM's webhook takes, 120 a minute; the worker keeps to it."""

LIMITED_LEADS = 40


@dataclass(frozen=True)
class Plan:
    """How many times, and how many leads each time."""

    rounds: int
    leads: int


Opened = Callable[[Path], AbstractContextManager[Target]]


def render(plan: Plan) -> str:
    """Measure all targets; one that cannot be had on this machine gets a line that says so."""
    rows = [
        _row("rest", servers.rest, plan),
        _row("rest", servers.rest, plan, POSTGRESQL),
        _row("csv", servers.csv, plan),
        _row("email", servers.email, plan),
        _row("odoo", partial(servers.real, boot.ODOO), plan),
        _row("tryton", partial(servers.real, boot.TRYTON), plan),
        _limited_row("bottlecrm", partial(servers.real, boot.BOTTLECRM)),
        *(_row(f"{name} (stand-in)", partial(servers.hosted, name), plan) for name in CLASSES),
    ]
    return "\n".join(lines([HEADER, *rows]))


def _row(name: str, opened: Opened, plan: Plan, kind: str = SQLITE) -> Row:
    label = f"{name}, from {kind}"
    try:
        with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as target:
            steps = _steps(target)
            pairs = [_round(target, steps, kind, plan, place) for place in range(plan.rounds)]
    except BenchError as error:
        return _missing(label, error)
    ours, theirs = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    say(f"{label}: {spread(ours)} leads a second, bare {spread(theirs)}")
    return label, spread(ours), spread(theirs), spread([us / them for us, them in pairs])


def _limited_row(name: str, opened: Opened) -> Row:
    """Measure a target that sets the pace itself: beside the worker stands what it takes at most."""
    label = f"{name}, from {SQLITE}"
    try:
        with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as target:
            found = _worker_rate(target, SQLITE, 1, LIMITED_LEADS)
    except BenchError as error:
        return _missing(label, error)
    return label, number(found), f"{number(LIMIT)} (its limit)", number(found / LIMIT)


def _round(target: Target, steps: list[bare.Step], kind: str, plan: Plan, place: int) -> tuple[float, float]:
    # Neither meets a lead that is there already.
    first = 1 + place * plan.leads
    ours = _worker_rate(target, kind, first, plan.leads)
    numbers = [bare.number(each) for each in range(first, first + plan.leads)]
    return ours, bare.leads_per_second(steps, numbers, THREADS)


def _worker_rate(target: Target, kind: str, first: int, leads: int) -> float:
    with tempfile.TemporaryDirectory() as folder, database(kind, Path(folder)) as url:
        backlog.grow(url, first, first + leads - 1)
        return worker.leads_per_second(worker.Place(url, Path(folder)), target)


def _steps(target: Target) -> list[bare.Step]:
    with tempfile.TemporaryDirectory() as folder:
        found = list(bare.record(target.build(Path(folder))))
    return found or [bare.row_of(Path(target.keys["file"]))]


def _missing(label: str, error: BenchError) -> Row:
    reason = str(error).splitlines()[0]
    say(f"{label} was not measured: {error}")
    return label, NOTHING, NOTHING, f"not measured: {reason}"
