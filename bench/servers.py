"""What stands behind the targets under measurement, on this machine: real servers as far as there are any.

Each is a context that gives the target in ``crm.yml`` that leads to it; a folder is for its files.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from bench import boot, process
from bench.assistant import clean_environment
from bench.errors import BenchError
from bench.target import Target

CHECKOUT = Path(__file__).resolve().parent.parent
START_SECONDS = 30


@contextmanager
def rest(folder: Path) -> Iterator[Target]:
    """A web address that takes everything."""
    [port] = process.free_ports(1)
    url = f"http://127.0.0.1:{port}"
    child = process.start(
        [sys.executable, "-m", "bench.sink", str(port)], CHECKOUT, clean_environment(), folder / "log"
    )
    try:
        _wait_for(lambda: requests.get(url, timeout=2).ok)
        yield Target({"type": "rest", "url": url, "path": "/leads"})
    finally:
        process.stop([child])


def nobody() -> Target:
    """Give a web address where nobody listens."""
    [port] = process.free_ports(1)
    return Target({"type": "rest", "url": f"http://127.0.0.1:{port}", "path": "/leads"})


@contextmanager
def csv(folder: Path) -> Iterator[Target]:
    """A file."""
    yield Target({"type": "csv", "file": str(folder / "leads.csv")})


@contextmanager
def email(folder: Path) -> Iterator[Target]:
    """A mail server that keeps nothing."""
    [port] = process.free_ports(1)
    command = [sys.executable, "-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{port}", "-c", "aiosmtpd.handlers.Sink"]
    child = process.start(command, CHECKOUT, clean_environment(), folder / "log")
    try:
        _wait_for(lambda: process.listens(port))
        smtp = {"host": "127.0.0.1", "port": port, "security": "none"}
        yield Target({"type": "email", "to": "sales@example.com", "from": "leads@example.com", "smtp": smtp})
    finally:
        process.stop([child])


@contextmanager
def hosted(name: str, folder: Path) -> Iterator[Target]:
    """A stand-in for HubSpot, Salesforce or Dynamics, as the tests have it."""
    said = folder / "said"
    said.touch()
    child = process.start([sys.executable, "-m", "bench.hosted", name], CHECKOUT, clean_environment(), said)
    try:
        _wait_for(lambda: said.read_bytes().endswith(b"}\n") or child.poll() is not None)
        if child.poll() is not None:
            raise BenchError(f"the stand-in did not start: {said.read_text('utf-8').strip().splitlines()[-1]}")
        yield Target(**json.loads(said.read_text("utf-8")))
    finally:
        process.stop([child])


@contextmanager
def real(name: str, folder: Path) -> Iterator[Target]:
    """A real CRM server."""
    with boot.crm(name) as server:
        yield of_crm(name, server)


def of_crm(name: str, server: boot.Server) -> Target:
    """Give the target that leads to a real CRM server."""
    keys, secrets = {"url": server.url}, {"CRM_SECRET": server.secrets.get("key", "")}
    if name == boot.ODOO:
        return Target({"type": "odoo", "database": boot.DATABASE, "key": "${CRM_SECRET}", **keys}, secrets)
    if name == boot.TRYTON:
        return Target({"type": "tryton", "database": boot.DATABASE, "key": "${CRM_SECRET}", **keys}, secrets)
    secrets = {"CRM_SECRET": server.secrets["intake_key"], "CRM_TOKEN": server.secrets["token"]}
    keys |= {"intake": server.secrets["intake"], "intake_key": "${CRM_SECRET}", "token": "${CRM_TOKEN}"}
    return Target({"type": "bottlecrm", **keys}, secrets)


def _wait_for(is_up: Callable[[], object]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            if is_up():
                return
        except requests.RequestException:
            pass
        if time.monotonic() > deadline:
            raise BenchError(f"a server of the measurement did not start within {START_SECONDS} s")
        time.sleep(0.05)
