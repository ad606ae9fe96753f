"""Measures our assistant beside stock Rasa and prints one table: ``python -m bench [--quick]``."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
from pathlib import Path
from types import FrameType

import psutil

from bench import ours, stock
from bench.errors import BenchError
from bench.machine import describe_machine
from bench.measurement import Figures, Plan, measure, say
from bench.process import kill_rest
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

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main() -> int:
    """Measure and print; give 0, 1 when something failed, 130 when stopped."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round instead of five")
    plan = Plan(rounds=1, conversations=1) if parser.parse_args().quick else Plan()
    for number in SIGNALS:
        signal.signal(number, _interrupt)
    try:
        print(run_bench(plan))
    except (BenchError, OSError, psutil.Error) as error:
        say(f"failed: {error}")
        return 1
    except KeyboardInterrupt:
        say("stopped.")
        return 130
    finally:
        kill_rest()
    return 0


def run_bench(plan: Plan) -> str:
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
    report = "\n\n".join([_report(plan, figures), run_webhooks(), WEBHOOK_NOTES.strip()])
    (home / "bench.md").write_text(report + "\n", "utf-8")
    return report


def _report(plan: Plan, figures: list[Figures]) -> str:
    turns = figures[0].rounds[0].load.turns // (plan.customers * plan.conversations)
    notes = NOTES.strip().format(turns=turns, **vars(plan))
    return "\n\n".join([describe_machine(), render_table(*figures), notes])


def _empty(log: Path) -> Path:
    log.write_bytes(b"")
    return log


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Unwind, so that every process is stopped on the way out; a second signal must not cut that short."""
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
