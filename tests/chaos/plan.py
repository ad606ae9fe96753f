"""What a seed does: who changes what, what fails, and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Literal

from tests.chaos.customer import CORRECT, SWITCH, WITHDRAW

Database = Literal["sqlite", "postgresql"]
DATABASES: Sequence[Database] = ("sqlite", "postgresql")

KILL, JUMP, FALL = "kill", "jump", "fall"
"""Kill a process, set a worker's clock, let a target refuse connections for a while."""

CHANGES: Sequence[tuple[Sequence[str], int]] = (
    ((CORRECT,), 20),
    ((SWITCH,), 8),
    ((WITHDRAW,), 5),
    ((CORRECT, SWITCH), 5),
    ((SWITCH, CORRECT), 4),
    ((CORRECT, WITHDRAW), 3),
)
"""What is changed, and by how many customers."""

REFUSED, REFUSED_AT_FIRST = 8, 4
"""How many addresses a target refuses for ever, and how many it refuses until they are corrected."""

LONGEST_JUMP = timedelta(hours=6)
SHORTEST_JUMP = timedelta(minutes=2)


@dataclass(frozen=True)
class Deed:
    """Something that happens when a ``share`` of the customers' work is done; beyond 1, so many seconds after its end.

    ``amount`` is how far a clock is wrong, or how long a target is down, in seconds. ``place`` chooses among several.
    """

    share: float
    kind: str
    subject: str
    amount: float = 0.0
    place: int = 0


@dataclass(frozen=True)
class Plan:
    """All that a seed does on one kind of database."""

    seed: int
    database: Database
    workers: int
    changes: Mapping[int, Sequence[str]]
    refused: frozenset[int]
    events: Sequence[Deed]

    @property
    def name(self) -> str:
        """What to call it."""
        return f"seed {self.seed} {self.database}"


def draw(seed: int, database: Database, customers: int) -> Plan:
    """Draw the plan of a seed."""
    chance = Random(f"{seed} {database}")
    workers = 1 if database == "sqlite" else 3
    kinds = [kind for kind, count in CHANGES for _ in range(count)]
    changers = chance.sample(range(customers), len(kinds))
    changes = dict(zip(changers, kinds, strict=True))
    correctors = [number for number, kind in changes.items() if CORRECT in kind]
    others = [number for number in range(customers) if number not in correctors]
    refused = frozenset(chance.sample(correctors, REFUSED_AT_FIRST) + chance.sample(others, REFUSED))
    events = [*_kills(chance, seed, database, workers), *_jumps(chance, workers), *_falls(chance)]
    return Plan(seed, database, workers, changes, refused, sorted(events, key=lambda event: event.share))


def _kills(chance: Random, seed: int, database: Database, workers: int) -> Sequence[Deed]:
    counts = {"worker": chance.randint(3, 5) + workers - 1, "actions": chance.randint(1, 2)}
    # Rasa takes long to start: every second seed kills it.
    counts |= {"rasa": seed % 2, "database": chance.randint(1, 2) if database == "postgresql" else 0}
    kills = [
        Deed(chance.uniform(0.03, 0.97), KILL, victim, place=chance.randrange(workers))
        for victim, count in counts.items()
        for _ in range(count)
    ]
    late = Deed(1 + chance.uniform(0, 3), KILL, "worker", place=chance.randrange(workers))
    return [*kills, late]


def _jumps(chance: Random, workers: int) -> Sequence[Deed]:
    """Draw jumps; a clock stays where the last one has put it."""

    def wrong() -> float:
        return chance.choice((-1, 1)) * chance.uniform(SHORTEST_JUMP.total_seconds(), LONGEST_JUMP.total_seconds())

    return [
        Deed(chance.uniform(0, 0.97), JUMP, "clock", wrong(), chance.randrange(workers))
        for _ in range(chance.randint(2, 3) + workers)
    ]


def _falls(chance: Random) -> Sequence[Deed]:
    return [
        Deed(chance.uniform(0.05, 0.5), FALL, "away", chance.uniform(5, 10)),
        Deed(chance.uniform(0.5, 0.95), FALL, "away", chance.uniform(1, 3)),
        Deed(chance.uniform(0.1, 0.9), FALL, "stormy", chance.uniform(1, 3)),
    ]
