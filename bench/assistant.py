"""An assistant under measurement: the processes that serve it, started together and stopped together."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import requests

from bench import process
from bench.conversation import OPENING, find_button
from bench.errors import BenchError
from customer_profiler.supervisor import QUIET

READY_SECONDS = 300
"""How long the first answer may take before the measurement is given up."""

_OURS_ALONE = ("PROFILER_", "META_", "WHATSAPP_", "MESSENGER_")


@dataclass
class Assistant:
    """How to start an assistant, and the processes it has started."""

    name: str
    folder: Path
    commands: Sequence[process.Command]
    environment: Mapping[str, str]
    port: int
    log: Path
    children: list[process.Child] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The address of its REST channel."""
        return f"http://127.0.0.1:{self.port}/webhooks/rest/webhook"

    def start(self) -> float:
        """Start the processes; give the seconds until a customer's first message is answered."""
        started = time.perf_counter()
        for command in self.commands:
            self.children.append(process.start(command, self.folder, self.environment, self.log))
        while not self._answers():
            if any(child.poll() is not None for child in self.children):
                raise BenchError(f"{self.name} ended instead of starting; see {self.log}")
            if time.perf_counter() - started > READY_SECONDS:
                raise BenchError(f"{self.name} did not answer within {READY_SECONDS} s; see {self.log}")
            time.sleep(0.05)
        return time.perf_counter() - started

    def crew(self) -> process.Crew:
        """Give the running processes by what they are."""
        return process.crew(self.children)

    def stop(self) -> None:
        """Stop all processes."""
        process.stop(self.children)
        self.children.clear()

    def _answers(self) -> bool:
        """Tell whether a new customer is asked the first question; an apology is no answer."""
        message = {"sender": f"bench-{uuid4().hex}", "message": OPENING}
        try:
            response = requests.post(self.url, json=message, timeout=READY_SECONDS)
            return response.ok and bool(find_button(response.json(), "answer"))
        except (requests.RequestException, BenchError):
            return False


def clean_environment() -> dict[str, str]:
    """Give this process's environment without settings of our assistant, quiet as ``make run`` has it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS_ALONE)}
    return {**kept, **QUIET, "LOG_LEVEL": "WARNING"}
