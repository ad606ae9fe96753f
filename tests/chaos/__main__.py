"""Plays seeds and prints what became of the leads.

Usage::

    python -m tests.chaos                                   # 20 seeds on each database; what `make chaos` does
    python -m tests.chaos --seeds 3 --database sqlite
    python -m tests.chaos --seed 7 --database postgresql    # one of them again
"""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence

from tests.chaos.outcome import Outcome
from tests.chaos.plan import DATABASES, draw
from tests.chaos.season import AT_ONCE, season
from tests.chaos.snapshot import CUSTOMERS, snapshot
from tests.chaos.verdict import Wrong


def main() -> int:
    """Play what the command line names; give 1 when a lead was lost, doubled or stale."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description="300 leads while everything fails.")
    parser.add_argument("--seeds", type=int, default=20, help="how many, from 1 on (20)")
    parser.add_argument("--seed", type=int, help="this one alone")
    parser.add_argument("--database", choices=DATABASES, action="append", help="one kind alone")
    parser.add_argument("--at-once", type=int, default=AT_ONCE, help=f"seeds played side by side ({AT_ONCE})")
    arguments = parser.parse_args()
    # So that everything that was started is stopped.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    seeds = [arguments.seed] if arguments.seed is not None else range(1, arguments.seeds + 1)
    plans = [draw(seed, database, CUSTOMERS) for seed in seeds for database in arguments.database or DATABASES]
    outcomes: list[Outcome] = []
    with season(snapshot(), plans, arguments.at_once) as games:
        for game in games:
            outcomes.append(game.result())
            _say(outcomes[-1].line if outcomes[-1].is_well else outcomes[-1].report)
    _say(total(outcomes))
    return 0 if all(outcome.is_well for outcome in outcomes) else 1


def total(outcomes: Sequence[Outcome]) -> str:
    """Give the last line: all seeds together."""
    leads = sum(len(outcome.verdict.stored.leads) for outcome in outcomes)
    revisions = sum(outcome.verdict.revised for outcome in outcomes)
    refused = sum(outcome.verdict.refused for outcome in outcomes)
    wrong = ", ".join(f"{each.value} {sum(o.verdict.count(each) for o in outcomes)}" for each in Wrong)
    return f"{len(outcomes)} seeds: {leads} leads, {revisions} revisions, refused {refused} dead letters; {wrong}"


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
