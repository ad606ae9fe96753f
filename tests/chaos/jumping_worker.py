"""``profiler worker`` with a clock that jumps, and less patience with a target that is silent.

The product has no hook for either: this stands in the place of its command line.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from customer_profiler import bootstrap
from customer_profiler.adapters.crm import http
from customer_profiler.cli import main
from tests.chaos.clock import Clock

CLOCK = "CHAOS_CLOCK"
"""The variable that names the clock's file."""

SILENCE_SECONDS = 2.0
"""In place of 15, so that a seed has time for more silences than one."""

if __name__ == "__main__":
    bootstrap._now = Clock(Path(os.environ[CLOCK])).now
    http.READ_SECONDS = SILENCE_SECONDS
    sys.argv = ["profiler", "worker"]
    main()
