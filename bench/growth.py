"""What a backlog costs: claims and housekeeping as the tables grow, and the worker's memory beside one of nothing."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench import backlog, claims, servers, worker
from bench.databases import KINDS, database
from bench.measurement import say
from bench.process import Memory
from bench.table import Row, lines, number
from customer_profiler.core.delivery import DeliveryStatus

SMALL = 1_000
"""Leads that wait in the database beside which the others are measured, and beside those that were delivered."""


@dataclass(frozen=True)
class Plan:
    """The sizes in leads, growing; and the seconds for which a worker's memory is watched."""

    sizes: Sequence[int]
    seconds: float


Times = dict[int, tuple[claims.Found, claims.Found]]
"""Of claims and of housekeeping, by the size."""


@dataclass
class Found:
    """Of one kind of database: what was measured at each size while all wait, and while all but a few are delivered.

    ``memory`` is that of a worker whose target is down, with nothing that waits and at the largest size.
    """

    waiting: Times = field(default_factory=dict)
    delivered: Times = field(default_factory=dict)
    memory: list[Memory] = field(default_factory=list)


def render(plan: Plan) -> str:
    """Measure on all kinds of databases; give the tables."""
    found = {kind: _measure(kind, plan) for kind in KINDS}
    times = [_times(head, place, found, plan) for place, head in enumerate(_HEADS)]
    return "\n\n".join([*times, _memory(found, plan)])


_HEADS = ("claim of 4 leads, ms (ratio)", "housekeeping, ms (ratio)")


def _measure(kind: str, plan: Plan) -> Found:
    found = Found()
    with _database(kind) as (url, folder), _database(kind) as (small_url, _):
        backlog.grow(small_url, 1, SMALL)
        place = worker.Place(url, folder)
        found.memory.append(worker.most_memory(place, servers.nobody(), plan.seconds))
        for before, size in _steps(plan.sizes):
            backlog.grow(url, before + 1, size)
            found.waiting[size] = _claims(f"{kind}, {size:,} waiting", url, small_url)
        found.memory.append(worker.most_memory(place, servers.nobody(), plan.seconds))
    with _database(kind) as (url, _), _database(kind) as (small_url, _):
        for each in (url, small_url):
            backlog.grow(each, 1, SMALL)
        for before, size in _steps(plan.sizes):
            backlog.grow(url, SMALL + before + 1, SMALL + size, DeliveryStatus.DELIVERED)
            found.delivered[size] = _claims(f"{kind}, {size:,} delivered", url, small_url)
    return found


@contextmanager
def _database(kind: str) -> Iterator[tuple[str, Path]]:
    with tempfile.TemporaryDirectory() as folder, database(kind, Path(folder)) as url:
        yield url, Path(folder)


def _steps(sizes: Sequence[int]) -> Iterator[tuple[int, int]]:
    return zip((0, *sizes), sizes, strict=False)


def _claims(label: str, url: str, small_url: str) -> tuple[claims.Found, claims.Found]:
    found = claims.measure(url, small_url)
    say(f"{label}: claim {_beside(found[0])} ms, housekeeping {_beside(found[1])} ms")
    return found


def _times(head: str, place: int, found: Mapping[str, Found], plan: Plan) -> str:
    """Write a table of milliseconds by size, each with its ratio to the small database."""
    columns: dict[str, Times] = {}
    for kind, each in found.items():
        columns |= {f"{kind}, waiting": each.waiting, f"{kind}, delivered": each.delivered}
    rows: list[Row] = [(head, *columns)]
    for size in plan.sizes:
        rows.append((f"{size:,} leads", *(_beside(column[size][place]) for column in columns.values())))
    return "\n".join(lines(rows))


def _beside(found: claims.Found) -> str:
    return f"{number(found.milliseconds)} ({number(found.ratio)})"


def _memory(found: Mapping[str, Found], plan: Plan) -> str:
    rows: list[Row] = [("memory of a worker, MB: RSS (USS)", "nothing waits", f"{plan.sizes[-1]:,} wait", "ratio")]
    for kind, each in found.items():
        empty, full = each.memory
        rows.append((kind, _held(empty), _held(full), number(full.rss / empty.rss)))
    return "\n".join(lines(rows))


def _held(memory: Memory) -> str:
    return f"{memory.rss:.0f} ({memory.uss:.0f})"
