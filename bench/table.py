"""The figures as one Markdown table that is also read well in a terminal."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence

from bench import ours, stock
from bench.measurement import Figures, Round
from bench.process import ACTIONS, RASA, Memory

Row = Sequence[str]

HEADER = ("measure", ours.NAME, stock.NAME, "ratio")

NOTHING = "-"

_OF_A_ROUND: Mapping[str, Callable[[Round], float]] = {
    "turns per second": lambda found: found.turns_per_second,
    f"CPU a turn, {RASA}, ms": lambda found: found.cpu_milliseconds(RASA),
    f"CPU a turn, {ACTIONS}, ms": lambda found: found.cpu_milliseconds(ACTIONS),
    "CPU a turn, all processes, ms": lambda found: found.all_cpu_milliseconds,
    "turns per CPU second, all processes": lambda found: 1000 / found.all_cpu_milliseconds,
    "latency p50, ms": lambda found: found.latency_milliseconds(50),
    "latency p95, ms": lambda found: found.latency_milliseconds(95),
}


def render_table(us: Figures, them: Figures) -> str:
    """Write the table; what was measured in rounds stands as "least - median - most"."""
    rows = [
        _once("training, s", us.training_seconds, them.training_seconds),
        _once("start to first answered message, s", us.start_seconds, them.start_seconds),
        *(_rounds(name, us.rounds, them.rounds, value) for name, value in _OF_A_ROUND.items()),
        *_memory(us.memory, them.memory),
    ]
    return "\n".join(lines([HEADER, *rows]))


def _once(name: str, us: float, them: float) -> Row:
    return name, number(us), number(them), number(us / them)


def _rounds(name: str, us: Sequence[Round], them: Sequence[Round], value: Callable[[Round], float]) -> Row:
    """Compare round by round: neighbours in time had the same machine."""
    pairs = [(value(our_round), value(their_round)) for our_round, their_round in zip(us, them, strict=True)]
    ratios = [ours_then / theirs_then for ours_then, theirs_then in pairs]
    return name, spread([pair[0] for pair in pairs]), spread([pair[1] for pair in pairs]), spread(ratios)


def _memory(us: Mapping[str, Memory], them: Mapping[str, Memory]) -> list[Row]:
    def row(role: str, our_memory: Memory | None, their_memory: Memory | None) -> Row:
        ratio = number(our_memory.rss / their_memory.rss) if our_memory and their_memory else NOTHING
        return f"memory, {role}, MB: RSS (USS, PSS)", _held(our_memory), _held(their_memory), ratio

    roles = dict.fromkeys([*us, *them])
    total = row("all processes", sum(us.values(), Memory(0, 0, 0)), sum(them.values(), Memory(0, 0, 0)))
    return [*(row(role, us.get(role), them.get(role)) for role in roles), total]


def _held(memory: Memory | None) -> str:
    return f"{memory.rss:.0f} ({memory.uss:.0f}, {memory.pss:.0f})" if memory else NOTHING


def spread(values: Sequence[float]) -> str:
    """Write what was measured in rounds as least - median - most."""
    if len(values) == 1:
        return number(values[0])
    return " - ".join(number(value) for value in (min(values), statistics.median(values), max(values)))


def number(value: float) -> str:
    """Write three significant digits."""
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:.{digits}f}"


def milliseconds(seconds: Sequence[float], percent: int) -> float:
    """Give the milliseconds within which so many in a hundred were done."""
    return 1000 * statistics.quantiles(seconds, n=100, method="inclusive")[percent - 1]


def lines(rows: Sequence[Row]) -> list[str]:
    """Write rows as the lines of a Markdown table, the first row being its head."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = ["| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in rows]
    return [lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]]
