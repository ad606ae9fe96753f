"""Measures leads on their way to the CRM: ``python -m bench.leads [--quick]``, also at the end of ``make bench``."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import boot, command, growth, ours, rates, tap
from bench.errors import BenchError
from bench.machine import describe_machine
from bench.measurement import say
from bench.table import NOTHING, Row, lines, milliseconds, number

PARTS = ("taps", "rates", "growth")

CHECKOUT = Path(__file__).resolve().parent.parent

NOTES = """
Taps: {taps}, one every {pause} s. The lead is in Odoo when it is committed in Odoo's database. The bare calls are those
that our adapter makes for a lead, sent by `requests` at the same pace.
Leads a second: a worker and a bare loop have 4 calls open at once; {leads} leads a round, {rounds} round(s), written as
least - median - most, the ratio round by round. The stand-ins are those of the tests; BottleCRM takes 120 a minute.
Claims: the median of 50, commit included. Housekeeping is what a worker does every five seconds. While leads have been
delivered, 1,000 others wait. The ratio is to a database in which 1,000 wait, measured in turns with the other.
Memory: the most within {seconds} s, the target being down.
"""


@dataclass(frozen=True)
class Plan:
    """How much is measured; ``installs`` the CRM servers that are missing."""

    taps: tap.Plan
    rates: rates.Plan
    growth: growth.Plan
    installs: bool


WHOLE = Plan(
    taps=tap.Plan(leads=100, pause=0.5),
    rates=rates.Plan(rounds=3, leads=200),
    growth=growth.Plan(sizes=(1_000, 10_000, 100_000, 1_000_000), seconds=30),
    installs=True,
)
QUICK = Plan(
    taps=tap.Plan(leads=10, pause=0.5),
    rates=rates.Plan(rounds=1, leads=40),
    growth=growth.Plan(sizes=(1_000, 10_000), seconds=8),
    installs=False,
)


def run_leads(plan: Plan, parts: Sequence[str] = PARTS) -> str:
    """Measure the parts; give their tables."""
    tables = {
        "taps": lambda: _arrival(plan.taps),
        "rates": lambda: rates.render(plan.rates),
        "growth": lambda: growth.render(plan.growth),
    }
    if plan.installs:
        boot.install_crms()
    found = []
    for part in parts:
        say(f"leads: {part} ...")
        found.append(tables[part]())
    return "\n\n".join([*found, _notes(plan)])


def _arrival(plan: tap.Plan) -> str:
    try:
        with tempfile.TemporaryDirectory() as folder:
            found = tap.measure(CHECKOUT, Path(folder), plan)
    except BenchError as error:
        return f"From the confirm tap to Odoo: not measured, {error}"
    rows: list[Row] = [("measure", ours.NAME, "bare call", "ratio")]
    for percent in (50, 99):
        answered = number(milliseconds(found.answered, percent))
        rows.append((f"confirm tap answered p{percent}, ms", answered, NOTHING, NOTHING))
    for percent in (50, 99):
        us, them = milliseconds(found.arrived, percent), milliseconds(found.bare, percent)
        rows.append((f"confirm tap to lead in Odoo p{percent}, ms", number(us), number(them), number(us / them)))
    return "\n".join(lines(rows))


def _notes(plan: Plan) -> str:
    return NOTES.strip().format(
        taps=plan.taps.leads,
        pause=plan.taps.pause,
        leads=plan.rates.leads,
        rounds=plan.rates.rounds,
        seconds=f"{plan.growth.seconds:.0f}",
    )


def main() -> int:
    """Measure and print; see ``command.run``."""
    parser = argparse.ArgumentParser(prog="python -m bench.leads", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, one round")
    parser.add_argument("part", nargs="*", choices=[[], *PARTS], help="all when none is named")
    given = parser.parse_args()
    plan = QUICK if given.quick else WHOLE
    return command.run(lambda: f"{describe_machine()}\n\n{run_leads(plan, given.part or PARTS)}")


if __name__ == "__main__":
    sys.exit(main())
