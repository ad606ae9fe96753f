"""Processes of the servers: commands that run to their end, and services that never outlive us."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scripts.crm.errors import CrmError

LOG_LINES = 15
"""Lines of a log that an error quotes."""

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)

# Linux tells a process of the death of the *thread* that started it: a thread that lives as long as we do starts all.
_STARTER = ThreadPoolExecutor(max_workers=1, thread_name_prefix="starter")


def run(
    command: Sequence[str | Path],
    log: Path,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    user: str = "",
) -> None:
    """Run a command to its end, its output going to the end of a log. Raises CrmError quoting the log.

    It runs in our environment, folder and under our user unless told otherwise.
    """
    words = [str(word) for word in command]
    with log.open("ab") as output:
        done = subprocess.run(
            words,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=environment,
            cwd=folder,
            preexec_fn=_dying_with_us(signal.SIGKILL),
            **_as(user),
        )
    if done.returncode:
        raise CrmError(f"{' '.join(words[:4])} ... failed with {done.returncode}:\n{tail(log)}")


def tail(log: Path) -> str:
    """Give the last lines of a log, none when nothing was written."""
    if not log.exists():
        return ""
    return "\n".join(log.read_text("utf-8", "replace").splitlines()[-LOG_LINES:])


def free_port() -> int:
    """Give a loopback port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@dataclass
class Service:
    """A server process with whatever it starts, working in the folder of its log; it dies with us.

    ``answers`` tells whether it is up; ``user`` is another user to run as, empty for our own; ``stop_signal`` is
    how it is asked to end, also by the kernel when we die.
    """

    command: Sequence[str | Path]
    log: Path
    answers: Callable[[], bool]
    environment: Mapping[str, str] = field(default_factory=dict)
    user: str = ""
    stop_signal: signal.Signals = signal.SIGTERM
    start_seconds: float = 120
    stop_seconds: float = 20
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False, repr=False)

    @property
    def pid(self) -> int:
        """The process id, 0 when it does not run."""
        return self._process.pid if self._process is not None and self._process.poll() is None else 0

    def start(self) -> None:
        """Start it and wait until it answers. Raises CrmError quoting its log."""
        assert not self.pid, "it runs already"
        self._process = _STARTER.submit(self._begin).result()
        deadline = time.monotonic() + self.start_seconds
        while not self.answers():
            if not self.pid or time.monotonic() > deadline:
                self.kill()
                raise CrmError(f"{Path(self.command[0]).name} did not start:\n{tail(self.log)}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Ask it to end, kill it when it does not, and wait until it is gone."""
        if self.pid:
            assert self._process is not None
            self._process.send_signal(self.stop_signal)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(self.stop_seconds)
        self.kill()

    def kill(self) -> None:
        """Kill -9 it and whatever it has started, and wait until it is gone."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None

    def _begin(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as output:
            return subprocess.Popen(
                [str(word) for word in self.command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=dict(self.environment),
                cwd=self.log.parent,
                start_new_session=True,
                preexec_fn=_dying_with_us(self.stop_signal),
                **_as(self.user),
            )


def _as(user: str) -> dict[str, Any]:
    return {"user": user, "group": user, "extra_groups": []} if user else {}


def _dying_with_us(with_signal: signal.Signals) -> Callable[[], None]:
    def ask_the_kernel() -> None:
        if sys.platform == "linux":
            _LIBC.prctl(_PR_SET_PDEATHSIG, with_signal)

    return ask_the_kernel
