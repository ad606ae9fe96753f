"""Our assistant as ``make run`` serves it, with an empty ``PROFILER_VAR`` of its own and on free ports."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from bench.assistant import Assistant, clean_environment
from bench.process import free_ports
from bench.training import train

NAME = "Customer Profiler"


def train_ours(checkout: Path, log: Path) -> float:
    """Train the checkout's model anew where ``make train`` puts it; give the seconds it took."""
    return train(checkout, clean_environment(), log, ("--fixed-model-name", "profiler"))


def our_assistant(checkout: Path, var: Path, log: Path, variables: Mapping[str, str] | None = None) -> Assistant:
    """Give our assistant, served by its supervisor, perhaps with more variables; the model must be trained."""
    ports = dict(zip(("RASA_PORT", "ACTIONS_PORT", "CONSOLE_PORT"), free_ports(3), strict=True))
    settings = {"PROFILER_VAR": str(var), **{name: str(port) for name, port in ports.items()}}
    command = [sys.executable, "-m", "customer_profiler.supervisor"]
    environment = {**clean_environment(), **settings, **(variables or {})}
    return Assistant(NAME, checkout, [command], environment, ports["RASA_PORT"], log)
