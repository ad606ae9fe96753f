"""``python -m customer_profiler.cli``: the same as ``profiler``, wherever its script may lie."""

from __future__ import annotations

from customer_profiler.cli import main

main(prog_name="profiler")
