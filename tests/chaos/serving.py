"""``make run`` as the product does it, with jumping workers in the place of its one worker."""

from __future__ import annotations

import os
import sys

from customer_profiler import supervisor
from customer_profiler.settings import Settings
from customer_profiler.supervisor import Process
from tests.chaos.jumping_worker import CLOCK
from tests.e2e.conftest import free_ports

WORKERS = "CHAOS_WORKERS"
"""The variable that says how many there are."""

_usual = supervisor.processes


def processes(settings: Settings) -> list[Process]:
    """Give the product's processes with other workers."""
    others = [process for process in _usual(settings) if process.name != "worker"]
    return [*others, *(_worker(settings, number) for number in range(int(os.environ[WORKERS])))]


def _worker(settings: Settings, number: int) -> Process:
    [port] = free_ports(1)
    own = {"WORKER_PORT": str(port), CLOCK: str(settings.var / f"clock-{number}"), "LOG_LEVEL": "INFO"}
    command = [sys.executable, "-m", "tests.chaos.jumping_worker"]
    return Process(f"worker {number}", command, own, f"{settings.listen_url}:{port}/health")


if __name__ == "__main__":
    supervisor.processes = processes
    sys.exit(supervisor.main())
