"""The product's processes as one seed runs them: started together, killed one by one."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import psutil

from tests.chaos.serving import WORKERS
from tests.e2e.conftest import answers, free_ports

PROJECT = Path(__file__).parents[2]
START_SECONDS = 300
END_SECONDS = 30
LAST_LINES = 60

VICTIMS: Mapping[str, str] = {"rasa": "rasa", "actions": "rasa_sdk", "worker": "tests.chaos.jumping_worker"}
"""What can be killed -> a word of its command line."""

# Where no message is sent, there need be no phone.
_NO_PHONE = {"META_GRAPH_URL": "http://127.0.0.1:9"}


class Assistant:
    """The processes on one folder of data."""

    def __init__(self, var: Path, workers: int = 1, **environment: str) -> None:
        rasa_port, actions_port = free_ports(2)
        self.url = f"http://127.0.0.1:{rasa_port}"
        self.actions_url = f"http://127.0.0.1:{actions_port}"
        self.log = var / "run.log"
        own = {"RASA_PORT": str(rasa_port), "ACTIONS_PORT": str(actions_port), "PROFILER_VAR": str(var)}
        values = {**os.environ, **_NO_PHONE, **own, WORKERS: str(workers), **environment}
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.chaos.serving"],
                cwd=PROJECT,
                env=values,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait_until_ready(self) -> None:
        """Wait for the addresses to be printed."""
        deadline = time.monotonic() + START_SECONDS
        while "is running" not in self.log.read_text("utf-8", "replace"):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the assistant did not start:\n{self.last_lines}")
            time.sleep(0.1)

    def is_up(self, name: str) -> bool:
        """Tell whether one of ``VICTIMS`` answers; a worker need only live."""
        if name == "worker":
            return bool(self._alive(name))
        return answers(f"{self.url}/" if name == "rasa" else f"{self.actions_url}/health")

    def kill(self, name: str, place: int = 0) -> bool:
        """Kill -9 one of ``VICTIMS``, the one on that place among those that live; False when there is none."""
        alive = self._alive(name)
        if alive:
            with suppress(psutil.NoSuchProcess):
                alive[place % len(alive)].kill()
        return bool(alive)

    def end(self) -> None:
        """Kill all of them, first the one that would start the others again: what counts is what is stored."""
        children = self._children()
        self._process.kill()
        self._process.wait()
        for child in children:
            with suppress(psutil.NoSuchProcess):
                child.kill()
        psutil.wait_procs(children, timeout=END_SECONDS)

    @property
    def last_lines(self) -> str:
        """The end of what the processes have printed."""
        return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-LAST_LINES:])

    def _alive(self, name: str) -> list[psutil.Process]:
        found = [child for child in self._children() if VICTIMS[name] in _command(child)]
        return sorted(found, key=lambda process: process.pid)

    def _children(self) -> list[psutil.Process]:
        try:
            return list(psutil.Process(self._process.pid).children(recursive=True))
        except psutil.NoSuchProcess:
            return []


def _command(process: psutil.Process) -> list[str]:
    """Give the words of the command line of a process that lives, none of another."""
    try:
        return [] if process.status() == psutil.STATUS_ZOMBIE else list(process.cmdline())
    except psutil.NoSuchProcess:
        return []
