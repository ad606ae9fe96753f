"""The command ``profiler worker`` as a service manager runs it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from sqlalchemy.engine import Engine

from customer_profiler.adapters.db.engine import create_engine
from customer_profiler.adapters.db.migrate import migrate
from tests.e2e.conftest import eventually, free_ports
from tests.integration.test_deliveries import a_lead

PROFILER = Path(sys.executable).with_name("profiler")
CRM = "targets: {feed: {type: csv, file: leads.csv}}\n"


@pytest.fixture
def environment(tmp_path: Path) -> Mapping[str, str]:
    (tmp_path / "crm.yml").write_text(CRM, "utf-8")
    own = {"PROFILER_VAR": str(tmp_path), "PROFILER_CRM": str(tmp_path / "crm.yml")}
    return {**os.environ, **own, "WORKER_PORT": str(free_ports(1)[0])}


@pytest.fixture
def engine(tmp_path: Path, environment: Mapping[str, str]) -> Iterator[Engine]:
    engine = create_engine(f"sqlite:///{tmp_path / 'profiler.db'}")
    migrate(engine)
    yield engine
    engine.dispose()


def once(environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    command = [str(PROFILER), "worker", "--once"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


@contextmanager
def serving(environment: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A worker that answers for its health."""
    worker = subprocess.Popen([str(PROFILER), "worker"], env=environment, stderr=subprocess.PIPE, text=True)
    try:
        eventually(lambda: is_well(environment))
        yield worker
    finally:
        worker.kill()
        worker.communicate()


def is_well(environment: Mapping[str, str]) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{environment['WORKER_PORT']}/health", timeout=5).ok
    except requests.ConnectionError:
        return False


def test_one_round_delivers_what_is_due_and_counts_it(
    engine: Engine, environment: Mapping[str, str], tmp_path: Path
) -> None:
    lead = a_lead(engine, targets=("feed",))

    assert once(environment).stdout == "delivered: 1, put off: 0, dead: 0\n"
    assert lead.id in (tmp_path / "leads.csv").read_text("utf-8")


def test_a_second_worker_on_sqlite_says_why_it_cannot(engine: Engine, environment: Mapping[str, str]) -> None:
    with serving(environment):
        second = once(environment)

    assert second.returncode == 1
    assert "another worker" in second.stderr
    assert "stop it first" in second.stderr


def test_a_worker_ends_when_asked_to(engine: Engine, environment: Mapping[str, str]) -> None:
    with serving(environment) as worker:
        worker.send_signal(signal.SIGTERM)
        worker.communicate(timeout=30)

    assert worker.returncode == 0


def test_a_worker_tells_the_address_that_it_has_chosen(engine: Engine, environment: Mapping[str, str]) -> None:
    free = {name: value for name, value in environment.items() if name != "WORKER_PORT"}
    worker = subprocess.Popen([str(PROFILER), "worker"], env=free, stderr=subprocess.PIPE, text=True)
    try:
        assert worker.stderr is not None
        told = worker.stderr.readline()
    finally:
        worker.kill()
        worker.communicate()

    assert re.fullmatch(r"Metrics and health: http://127\.0\.0\.1:[0-9]+/metrics, /health\n", told)


def test_a_port_that_is_taken_is_named_with_the_mend(engine: Engine, environment: Mapping[str, str]) -> None:
    with socket.create_server(("127.0.0.1", int(environment["WORKER_PORT"]))):
        command = [str(PROFILER), "worker"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 1
    assert f"port {environment['WORKER_PORT']} (WORKER_PORT) cannot be had" in done.stderr
    assert "set another WORKER_PORT" in done.stderr
