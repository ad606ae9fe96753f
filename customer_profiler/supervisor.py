"""Runs everything in the foreground (``make run``): checks first, then starts, watches and restarts processes.

A process that dies is started again, later each time it dies soon. SIGINT and SIGTERM stop all of them; the
kernel stops them too should this process itself be killed.
"""

from __future__ import annotations

import ctypes
import errno
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import FrameType

import requests
from ruamel.yaml import YAML

from customer_profiler import bootstrap
from customer_profiler.core.errors import ContentError, CrmConfigError, ProfilerError, SettingsError, StoreUnavailable
from customer_profiler.settings import WORKER_PORT, Settings

READY_SECONDS = 120
"""How long the first start may take before it is given up."""

STOP_SECONDS = 10
"""How long a process may take to stop before it is killed."""

LONGEST_PAUSE_SECONDS = 5
"""Between two starts of a process that keeps dying."""

SETTLED_SECONDS = 10
"""A process that has run so long counts as well again."""

QUIET = {
    "PYTHONWARNINGS": "ignore",
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
}
"""Keeps libraries from writing what helps nobody here, and Rasa from reporting usage."""

_PR_SET_PDEATHSIG = 1


@dataclass
class Process:
    """One of the processes we run, and when it may be started again."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    ready_url: str
    child: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause_seconds: float = 0.5
    restart_at: float = field(default=0.0)

    def start(self) -> None:
        """Start the process in a group of its own, so that a Ctrl-C reaches only us."""
        self.child = subprocess.Popen(  # noqa: S603 - the commands are ours
            self.command, env={**os.environ, **QUIET, **self.environment}, preexec_fn=_die_with_parent
        )
        self.started_at = time.monotonic()

    def watch(self) -> None:
        """Start the process again when it has died and its pause is over."""
        now = time.monotonic()
        if self.child is not None and self.child.poll() is not None:
            settled = now - self.started_at > SETTLED_SECONDS
            self.pause_seconds = 0.5 if settled else min(self.pause_seconds * 2, LONGEST_PAUSE_SECONDS)
            say(f"{self.name} ended with status {self.child.returncode}; starting it again")
            self.child, self.restart_at = None, now + self.pause_seconds
        if self.child is None and now >= self.restart_at:
            self.start()

    def is_ready(self) -> bool:
        """Tell whether the process answers."""
        try:
            return requests.get(self.ready_url, timeout=2).ok
        except requests.RequestException:
            return False

    def stop(self) -> None:
        """Ask the process to stop; kill it when it does not."""
        if self.child is None:
            return
        self.child.terminate()
        try:
            self.child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()


def main() -> int:
    """Serve until stopped; give 0 after a clean stop, 1 when something keeps us from starting."""
    try:
        settings = Settings.from_environment()
        for port in ports(settings):
            check_port(settings.host, port)
        settings = with_worker_port(settings)
        advice = bootstrap.build_crm(settings).advice
        bootstrap.build_services(settings)
    except CrmConfigError as error:
        say(f"{settings.crm} has defects; mend them and start again:")
        say(str(error))
        return 1
    except ContentError as error:
        say(f"The content in {settings.content} has defects; mend them and start again:")
        say(str(error))
        return 1
    except StoreUnavailable as error:
        say(f"The database cannot be used: {error}. See to it, or set PROFILER_DATABASE_URL or PROFILER_VAR.")
        return 1
    except (ProfilerError, OSError) as error:
        say(str(error))
        return 1
    for each in advice:
        say(str(each))
    return serve(processes(settings), settings)


def serve(running: Sequence[Process], settings: Settings) -> int:
    """Start the processes, print the addresses when they answer, and keep them running until a signal."""
    stopping = _stop_signals()
    for process in running:
        process.start()
    try:
        if not _wait_until_ready(running, stopping):
            return 0 if stopping else 1
        say(_addresses(settings))
        while not stopping:
            for process in running:
                process.watch()
            time.sleep(0.2)
        return 0
    finally:
        for process in reversed(running):
            process.stop()
        say("Stopped.")


def processes(settings: Settings) -> list[Process]:
    """Give the processes of the embedded set-up: action server, Rasa server, worker and, without tokens of Meta, the
    phone.
    """
    quietly = [sys.executable, "-m", "customer_profiler.serving.quietly"]
    endpoints = str(write_endpoints(settings))
    rasa = ["rasa", "run", "--interface", settings.host, "--port", str(settings.rasa_port)]
    rasa += ["--endpoints", endpoints, "--credentials", "credentials.yml", "--quiet"]
    actions = ["rasa_sdk", "--actions", "actions", "--port", str(settings.actions_port), "--quiet"]
    running = [
        Process("action server", [*quietly, *actions], {"SANIC_HOST": settings.host}, f"{settings.actions_url}/health"),
        Process("Rasa server", [*quietly, *rasa], {}, f"{settings.rasa_url}/"),
        Process(
            "worker",
            [sys.executable, "-m", "customer_profiler.cli", "worker"],
            {"WORKER_PORT": str(settings.worker_port)},
            f"{settings.listen_url}:{settings.worker_port}/health",
        ),
    ]
    if settings.uses_standin:
        standin = [sys.executable, "-m", "customer_profiler.standin"]
        secrets = {
            "META_APP_SECRET": bootstrap.app_secret(settings),
            "META_VERIFY_TOKEN": bootstrap.verify_token(settings),
        }
        running.insert(0, Process("phone stand-in", standin, secrets, f"{settings.console_url}/health"))
    return running


def ports(settings: Settings) -> list[int]:
    """Give the ports that the processes must have."""
    needed = [settings.rasa_port, settings.actions_port, *([settings.console_port] if settings.uses_standin else [])]
    return [*needed, *([settings.worker_port] if settings.worker_port else [])]


def with_worker_port(settings: Settings) -> Settings:
    """Give the settings with a port for the worker: the one set, else the usual one, else any that is free."""
    if settings.worker_port:
        return settings
    try:
        check_port(settings.host, WORKER_PORT)
        return replace(settings, worker_port=WORKER_PORT)
    except SettingsError:
        family, *_, address = socket.getaddrinfo(settings.host, 0, type=socket.SOCK_STREAM)[0]
        with socket.socket(family) as probe:
            probe.bind(address)
            return replace(settings, worker_port=probe.getsockname()[1])


def write_endpoints(settings: Settings) -> Path:
    """Write Rasa's endpoints with our action server's address; stock Rasa reads endpoints.yml as it is."""
    yaml = YAML()
    endpoints = yaml.load(Path("endpoints.yml").read_text("utf-8"))
    endpoints["action_endpoint"]["url"] = f"{settings.actions_url}/webhook"
    settings.var.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = settings.var / "endpoints.yml"
    with target.open("w", encoding="utf-8") as file:
        yaml.dump(endpoints, file)
    return target


def check_port(host: str, port: int) -> None:
    """Raise ``SettingsError`` when the host is none of this machine's or somebody else listens on the port."""
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise SettingsError(
                f"Port {port} is taken: free it, or set RASA_PORT, ACTIONS_PORT, CONSOLE_PORT or WORKER_PORT"
            ) from None
        raise SettingsError(f"PROFILER_HOST is {host!r}: nothing can listen there ({error.strerror})") from None


def say(text: str) -> None:
    """Speak to the person at the terminal."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _wait_until_ready(running: Sequence[Process], stopping: Sequence[int]) -> bool:
    deadline = time.monotonic() + READY_SECONDS
    while not stopping and time.monotonic() < deadline:
        failed = next((p for p in running if p.child is not None and p.child.poll() is not None), None)
        if failed is not None:
            say(f"The {failed.name} did not start; what it printed stands above.")
            return False
        if all(process.is_ready() for process in running):
            return True
        time.sleep(0.3)
    silent = ", ".join(process.name for process in running if not process.is_ready())
    if not stopping:
        say(f"No answer within {READY_SECONDS} seconds from: {silent}. LOG_LEVEL=INFO tells more.")
    return False


def _addresses(settings: Settings) -> str:
    if settings.uses_standin:
        phone = f"  Phone            {settings.console_url}/phone   (a stand-in for WhatsApp and Messenger)"
    else:
        phone = f"  Graph API        {settings.graph_url}"
    return "\n".join(
        [
            "Customer Profiler is running.",
            phone,
            f"  WhatsApp         {settings.public_url}/webhooks/whatsapp/webhook",
            f"  Messenger        {settings.public_url}/webhooks/facebook/webhook",
            f"  Chat over REST   {settings.rasa_url}/webhooks/rest/webhook   (or: make chat)",
            f"  Pictures         {settings.pictures_url}/<profiler>/images/<product>.png",
            f"  Action server    {settings.actions_url}",
            f"  Worker           {settings.listen_url}:{settings.worker_port}/metrics   (and /health)",
            f"  Data             {settings.var}/",
            *(f"  Note             {gap}" for gap in settings.gaps),
            "Stop with Ctrl-C.",
        ]
    )


def _stop_signals() -> list[int]:
    received: list[int] = []

    def remember(number: int, frame: FrameType | None) -> None:
        received.append(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, remember)
    return received


def _die_with_parent() -> None:
    os.setpgrp()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
