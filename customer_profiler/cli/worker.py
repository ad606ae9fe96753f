"""The command ``worker``: delivers leads until it is stopped."""

from __future__ import annotations

import logging
import signal
import sys
from collections import Counter
from collections.abc import Callable

import click
import structlog

from customer_profiler import bootstrap
from customer_profiler.adapters import meter
from customer_profiler.bootstrap import BuiltWorker
from customer_profiler.cli.failures import Refused
from customer_profiler.core.errors import WorkerRunning
from customer_profiler.settings import Settings
from customer_profiler.supervisor import with_worker_port


@click.command()
@click.option("--once", is_flag=True, help="Deliver what is due now and end.")
def worker(once: bool) -> None:
    """Deliver leads to the targets in crm.yml until stopped by Ctrl-C or SIGTERM.

    What is on its way then is finished first. A worker may be killed at any moment: what it was at is tried again. On
    PostgreSQL any number may run, on SQLite one.
    """
    settings = Settings.from_environment()
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, settings.log_level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    built = bootstrap.build_worker(settings)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: built.worker.stop())
    try:
        if once:
            _say(built.worker.run_once())
            return
        stop = _serve(built, settings)
        try:
            built.worker.run()
        finally:
            stop()
    except WorkerRunning as error:
        raise Refused(*str(error).split(": ", 1)) from None


def _serve(built: BuiltWorker, settings: Settings) -> Callable[[], None]:
    """Serve metrics and health; tell where, unless the port was named; give the call that ends it."""
    chosen = with_worker_port(settings)
    try:
        stop = meter.serve(built.meter, built.worker.health, chosen.host, chosen.worker_port or 0)
    except OSError as error:
        what = f"port {chosen.worker_port} (WORKER_PORT) cannot be had ({error.strerror or error})"
        mend = "stop it, or set another WORKER_PORT"
        raise Refused(what, "another worker or program may use it", mend) from None
    if not settings.worker_port:
        click.echo(f"Metrics and health: {chosen.listen_url}:{chosen.worker_port}/metrics, /health", err=True)
    return stop


def _say(counts: Counter[str]) -> None:
    click.echo(", ".join(f"{what}: {counts[what]}" for what in ("delivered", "put off", "dead")))
