"""Processes: started apart from our terminal, measured by what they are, and stopped without a remainder."""

from __future__ import annotations

import contextlib
import socket
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.errors import BenchError

STOP_SECONDS = 25
"""How long processes may take to stop before they are killed; our supervisor takes up to 20 itself."""

MEGABYTE = 1_000_000

RASA, ACTIONS, SUPERVISOR, WORKER = "Rasa server", "action server", "supervisor", "worker"

_ROLES = {"rasa": RASA, "rasa_sdk": ACTIONS, "customer_profiler.cli": WORKER}
_WRAPPER = "customer_profiler.serving.quietly"

Command = Sequence[str]
Child = subprocess.Popen[bytes]
Crew = Mapping[str, Sequence[psutil.Process]]
"""The processes of an assistant by what they are."""


@dataclass(frozen=True)
class Memory:
    """Memory in megabytes: resident, its own alone, and with a fair share of what is shared."""

    rss: float
    uss: float
    pss: float

    def __add__(self, other: Memory) -> Memory:
        return Memory(self.rss + other.rss, self.uss + other.uss, self.pss + other.pss)


def start(command: Command, folder: Path, environment: Mapping[str, str], log: Path) -> Child:
    """Start a process in a session of its own, so that a Ctrl-C reaches only us and we stop it."""
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def run(command: Command, folder: Path, environment: Mapping[str, str], log: Path) -> None:
    """Run a process to its end; raise ``BenchError`` when it fails."""
    child = start(command, folder, environment, log)
    try:
        status = child.wait()
    finally:
        stop([child])
    if status:
        raise BenchError(f"{' '.join(command)} ended with status {status}; see {log}")


def stop(children: Sequence[Child]) -> None:
    """Ask the processes to stop; kill what is left of them and of the processes they started."""
    everybody = family(children)
    for child in children:
        child.terminate()
    alive = psutil.wait_procs(everybody, timeout=STOP_SECONDS)[1]
    for process in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    for child in children:
        child.wait()


def kill_rest() -> None:
    """Kill whatever this process has started and not stopped: a signal may have come while it was starting."""
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()


def family(children: Sequence[Child]) -> list[psutil.Process]:
    """Give the processes that are running, and all that they have started."""
    found: list[psutil.Process] = []
    for child in children:
        with contextlib.suppress(psutil.NoSuchProcess):
            process = psutil.Process(child.pid)
            found += [process, *process.children(recursive=True)]
    return found


def crew(children: Sequence[Child]) -> Crew:
    """Sort the running processes by what they are."""
    sorted_by_role: dict[str, list[psutil.Process]] = {}
    for process in family(children):
        sorted_by_role.setdefault(_role(process.cmdline()), []).append(process)
    return sorted_by_role


def cpu_seconds(members: Crew) -> dict[str, float]:
    """Give the CPU time spent so far in user and system mode, by what the processes are."""
    return {role: sum(_cpu_seconds(process) for process in processes) for role, processes in members.items()}


def memory(members: Crew) -> dict[str, Memory]:
    """Give the memory held now, by what the processes are."""
    return {role: sum(map(_memory, processes), Memory(0, 0, 0)) for role, processes in members.items()}


def free_ports(count: int) -> list[int]:
    """Give so many ports of this machine on which nobody listens."""
    with contextlib.ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]


def listens(port: int) -> bool:
    """Tell whether somebody listens on a port of this machine."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _role(command: Command) -> str:
    """Tell what a process is from the module it runs; a module we do not know gives its own name."""
    words = [word for word in command[1:] if not word.startswith("-") and word != _WRAPPER]
    module = words[0] if words else "another process"
    return _ROLES.get(module, module.rpartition(".")[2])


def _cpu_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _memory(process: psutil.Process) -> Memory:
    held = process.memory_full_info()
    # Only Linux tells PSS, which lies between the other two.
    return Memory(held.rss / MEGABYTE, held.uss / MEGABYTE, getattr(held, "pss", held.uss) / MEGABYTE)
