"""The assistant as a user starts it: `make run` on free ports, in a folder of its own for its data."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import requests

from tests.e2e.customer import Customer

PROJECT = Path(__file__).parents[2]
START_SECONDS = 120


class Assistant:
    """A running `make run`."""

    def __init__(self, var: Path, **environment: str) -> None:
        self.port, self.actions_port = free_ports(2)
        self.var = var
        self.environment = {
            **os.environ,
            "PROFILER_VAR": str(var),
            "RASA_PORT": str(self.port),
            "ACTIONS_PORT": str(self.actions_port),
            **environment,
        }
        self.log = var / "run.log"
        var.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as log:
            self.make = subprocess.Popen(
                ["make", "run"], cwd=PROJECT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )

    def wait_until_ready(self) -> None:
        """Wait for the addresses to be printed."""
        eventually(lambda: "is running" in self.log.read_text("utf-8") or self.make.poll() is not None)
        assert "is running" in self.log.read_text("utf-8"), self.log.read_text("utf-8")

    def customer(self, sender: str) -> Customer:
        """Give a customer who writes over the REST channel."""
        return Customer(f"http://127.0.0.1:{self.port}", sender)

    def process(self, name: str) -> psutil.Process:
        """Give the process whose command line names ``rasa`` or ``rasa_sdk``."""
        return next(child for child in self.children() if name in child.cmdline())

    def children(self) -> list[psutil.Process]:
        """Give every process below `make run` that still lives."""
        below = psutil.Process(self.make.pid).children(recursive=True)
        return [child for child in below if child.status() != psutil.STATUS_ZOMBIE]

    def kill(self, name: str) -> None:
        """Kill -9 a process and wait until it answers again."""
        process = self.process(name)
        process.kill()
        process.wait(10)
        self.wait_until_answering()

    def wait_until_answering(self) -> None:
        """Wait until both servers answer."""
        eventually(lambda: answers(f"http://127.0.0.1:{self.port}/"))
        eventually(lambda: answers(f"http://127.0.0.1:{self.actions_port}/health"))

    def profiler(self, *arguments: str) -> str:
        """Run the command line on the same data; give what it prints."""
        command = [str(PROJECT / ".venv/bin/profiler"), *arguments]
        done = subprocess.run(command, cwd=PROJECT, env=self.environment, capture_output=True, check=True)
        return done.stdout.decode("utf-8")

    def stop(self) -> list[psutil.Process]:
        """Stop it as a service manager would; give the processes that outlived it."""
        children = self.children()
        self.make.send_signal(signal.SIGTERM)
        self.make.wait(30)
        return psutil.wait_procs(children, timeout=10)[1]


def free_ports(count: int) -> list[int]:
    """Give ports nobody listens on."""
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def answers(address: str) -> bool:
    """Tell whether a server answers."""
    try:
        return requests.get(address, timeout=2).ok
    except requests.RequestException:
        return False


def eventually(happens: object, seconds: float = START_SECONDS) -> None:
    """Wait until a call gives something true."""
    assert callable(happens)
    deadline = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.2)


@pytest.fixture(scope="session", name="assistant")
def _assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    assistant = Assistant(tmp_path_factory.mktemp("assistant"))
    try:
        assistant.wait_until_ready()
        yield assistant
    finally:
        assistant.stop()
