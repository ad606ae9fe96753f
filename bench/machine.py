"""The machine and the versions that the figures belong to."""

from __future__ import annotations

import platform
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path

import psutil


def describe_machine() -> str:
    """Tell in one line where and with what the figures were measured."""
    now = datetime.now(timezone.utc)
    cores = psutil.cpu_count(logical=True)
    memory = psutil.virtual_memory().total / 2**30
    machine = f"{platform.node()}: {_cpu_model()}, {cores} cores, {memory:.0f} GiB, {platform.system()}"
    return f"{machine}; Python {platform.python_version()}, Rasa {version('rasa')}; {now:%Y-%m-%d %H:%M} UTC"


def _cpu_model() -> str:
    """Give the processor's name; only Linux needs to be asked in its own way."""
    facts = Path("/proc/cpuinfo")
    lines = facts.read_text("utf-8").splitlines() if facts.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())
