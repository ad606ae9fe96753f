"""A measurement as a command: stopped by signals without a remainder, its failure told in one line."""

from __future__ import annotations

import signal
from collections.abc import Callable
from types import FrameType

import psutil

from bench.errors import BenchError
from bench.measurement import say
from bench.process import kill_rest

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run(measure: Callable[[], str]) -> int:
    """Measure and print; give 0, 1 when something failed, 130 when stopped."""
    for number in SIGNALS:
        signal.signal(number, _interrupt)
    try:
        print(measure())
    except (BenchError, OSError, psutil.Error) as error:
        say(f"failed: {error}")
        return 1
    except KeyboardInterrupt:
        say("stopped.")
        return 130
    finally:
        kill_rest()
    return 0


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Unwind, so that every process is stopped on the way out; a second signal must not cut that short."""
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt
