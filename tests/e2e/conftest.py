"""The assistant as a user starts it: `make run` on free ports, in a folder of its own for its data."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import psutil
import pytest
import requests

from customer_profiler import bootstrap
from customer_profiler.services.session import Services
from customer_profiler.settings import Settings
from tests.e2e.customer import Customer
from tests.e2e.graph import Graph
from tests.phone import StandIn

APP_SECRET, VERIFY_TOKEN = "the test's app secret", "the test's verify token"
PROJECT = Path(__file__).parents[2]
START_SECONDS = 120


class Assistant:
    """A running `make run`."""

    def __init__(self, var: Path, **environment: str) -> None:
        names = ("RASA_PORT", "ACTIONS_PORT", "CONSOLE_PORT")
        own = {name: str(port) for name, port in zip(names, free_ports(3), strict=True)}
        self.var = var
        self.environment = {**os.environ, **own, "PROFILER_VAR": str(var), **environment}
        self.port, self.actions_port, self.console_port = (int(self.environment[name]) for name in names)
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

    @cached_property
    def services(self) -> Services:
        """Give the use cases on the same data, for what no customer and no command sees."""
        return bootstrap.build_services(Settings.from_environment(self.environment))

    def stop(self) -> list[psutil.Process]:
        """Stop it as a service manager would; give the processes that outlived it."""
        if self.make.poll() is not None:
            return []
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


@pytest.fixture(scope="session")
def phone() -> Iterator[StandIn]:
    """Meta and people's phones, for `meta`."""
    yield from ringing()


@pytest.fixture(scope="session", name="meta")
def _meta(phone: StandIn, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """An assistant whose messages go to `phone`."""
    yield from serving(tmp_path_factory.mktemp("meta"), **of_phone(phone))


@pytest.fixture(scope="session")
def graph() -> Iterator[Graph]:
    """Meta's Graph API that does what a test says, for `bot`."""
    with Graph() as served:
        yield served


@pytest.fixture(scope="session", name="bot")
def _bot(graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """An assistant whose messages go to `graph`."""
    yield from serving(tmp_path_factory.mktemp("bot"), **graph.bot_environment)


def ringing() -> Iterator[StandIn]:
    """Serve people's phones for one assistant, which must listen where they send: see ``of_phone``."""
    with StandIn.start(f"http://127.0.0.1:{free_ports(1)[0]}", APP_SECRET, VERIFY_TOKEN) as standin:
        yield standin


def of_phone(phone: StandIn) -> dict[str, str]:
    """Give the environment of the assistant whose messages go to a phone."""
    return {"RASA_PORT": phone.state["bot"]["url"].rpartition(":")[2], **phone.bot_environment}


def serving(var: Path, **environment: str) -> Iterator[Assistant]:
    """Run an assistant that knows the tests' secrets, and stop it in the end."""
    assistant = Assistant(var, META_APP_SECRET=APP_SECRET, META_VERIFY_TOKEN=VERIFY_TOKEN, **environment)
    try:
        assistant.wait_until_ready()
        yield assistant
    finally:
        assistant.stop()
