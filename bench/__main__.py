"""Measures our assistant beside stock Rasa and prints one table: ``python -m bench [--quick]``."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from bench import command, leads, ours, stock
from bench.machine import describe_machine
from bench.measurement import Figures, Plan, measure, say
from bench.table import render_table
from bench.webhooks import run_webhooks

CHECKOUT = Path(__file__).resolve().parent.parent

NOTES = """
One conversation is {turns} turns: a start, five questions, a choice of product, three contact details, a yes.
Load: {customers} customers at a time, {conversations} conversation(s) of each in a round, {rounds} round(s) each,
alternating between the two assistants.
Several rounds stand as least - median - most; the ratio is ours to stock, round by round.
The start is on an empty database with the model trained. Our training must stay under 20 s on 2 cores.
Stock: the pipeline and policies of `rasa init`, SQLite, the same questions as a plain form, which stores nothing but
the conversation. Its training time is of the day when it was trained here.
"""

WEBHOOK_NOTES = """
Webhooks: greetings of new people on WhatsApp, each answered with the menu, at a steady rate for 20 and 10 seconds, over
make run's processes. The floor checks the signature, commits a row and posts once.
"""


def main() -> int:
    """Measure and print; see ``command.run``."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round instead of five, small sizes")
    is_quick: bool = parser.parse_args().quick
    plan = Plan(rounds=1, conversations=1) if is_quick else Plan()
    return command.run(lambda: run_bench(plan, leads.QUICK if is_quick else leads.WHOLE))


def run_bench(plan: Plan, plan_of_leads: leads.Plan) -> str:
    """Train, serve and load both assistants; give the report, which is also written to ``bench.md``."""
    home = (Path(os.environ.get("PROFILER_VAR") or CHECKOUT / "var") / "bench").resolve()
    home.mkdir(parents=True, exist_ok=True)
    our_log, stock_log = _empty(home / "ours.log"), _empty(home / "stock.log")
    say(f"training {stock.NAME}, unless it was trained before (some minutes) ...")
    project, stock_seconds = stock.trained_project(home / "stock", stock_log)
    say(f"training {ours.NAME} ...")
    figures = [Figures(ours.train_ours(CHECKOUT, our_log)), Figures(stock_seconds)]
    with tempfile.TemporaryDirectory(dir=home) as folder:
        var = Path(folder)
        assistants = [ours.our_assistant(CHECKOUT, var, our_log), stock.stock_assistant(project, var, stock_log)]
        measure(assistants, figures, plan)
    parts = [_report(plan, figures), run_webhooks(), WEBHOOK_NOTES.strip(), leads.run_leads(plan_of_leads)]
    report = "\n\n".join(parts)
    (home / "bench.md").write_text(report + "\n", "utf-8")
    return report


def _report(plan: Plan, figures: list[Figures]) -> str:
    turns = figures[0].rounds[0].load.turns // (plan.customers * plan.conversations)
    notes = NOTES.strip().format(turns=turns, **vars(plan))
    return "\n\n".join([describe_machine(), render_table(*figures), notes])


def _empty(log: Path) -> Path:
    log.write_bytes(b"")
    return log


if __name__ == "__main__":
    sys.exit(main())
