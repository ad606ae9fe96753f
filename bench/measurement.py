"""What is measured: training, start, rounds of load that alternate between the assistants, memory."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bench import process
from bench.assistant import Assistant
from bench.load import Load, apply_load


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    rounds: int = 5
    customers: int = 8
    conversations: int = 2


@dataclass(frozen=True)
class Round:
    """One round of load on one assistant, with the CPU seconds its processes spent on it."""

    load: Load
    cpu: Mapping[str, float]

    @property
    def turns_per_second(self) -> float:
        """Answered messages in a second of wall time."""
        return self.load.turns / self.load.seconds

    def cpu_milliseconds(self, role: str) -> float:
        """CPU time of a turn in the processes of one kind."""
        return 1000 * self.cpu[role] / self.load.turns

    @property
    def all_cpu_milliseconds(self) -> float:
        """CPU time of a turn in all processes."""
        return 1000 * sum(self.cpu.values()) / self.load.turns

    def latency_milliseconds(self, percent: int) -> float:
        """The time within which so many in a hundred turns were answered."""
        return 1000 * statistics.quantiles(self.load.latencies, n=100, method="inclusive")[percent - 1]


@dataclass
class Figures:
    """What was measured of one assistant."""

    training_seconds: float
    start_seconds: float = 0.0
    rounds: list[Round] = field(default_factory=list)
    memory: Mapping[str, process.Memory] = field(default_factory=dict)


def measure(assistants: Sequence[Assistant], figures: Sequence[Figures], plan: Plan) -> None:
    """Start the assistants, load them in turn and fill in their figures; stop them whatever happens."""
    pairs = list(zip(assistants, figures, strict=True))
    try:
        for assistant, found in pairs:
            say(f"starting {assistant.name} ...")
            found.start_seconds = assistant.start()
            apply_load(assistant.url, customers=1, conversations=2)  # the first predictions are slow
        for number in range(1, plan.rounds + 1):
            for assistant, found in pairs:
                found.rounds.append(_measure_round(assistant, plan))
                say(f"round {number}: {assistant.name} {found.rounds[-1].turns_per_second:.1f} turns a second")
        for assistant, found in pairs:
            found.memory = process.memory(assistant.crew())
    finally:
        for assistant in assistants:
            assistant.stop()


def say(text: str) -> None:
    """Tell the person at the terminal how far we are, apart from the figures."""
    print(f"bench: {text}", file=sys.stderr, flush=True)


def _measure_round(assistant: Assistant, plan: Plan) -> Round:
    crew = assistant.crew()
    before = process.cpu_seconds(crew)
    load = apply_load(assistant.url, plan.customers, plan.conversations)
    after = process.cpu_seconds(crew)
    return Round(load, {role: seconds - before[role] for role, seconds in after.items()})
