"""The command line ``profiler`` (design, section 10): exit 0 when all is well, 1 on bad content, 2 on misuse."""

from __future__ import annotations

from customer_profiler.cli.commands import main

__all__ = ["main"]
