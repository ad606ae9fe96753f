"""What could be better in a profiler that works: guidance for its author, never an error (R8)."""

from __future__ import annotations

from customer_profiler.core.advice.advise import advise_on_parts, advise_on_whole
from customer_profiler.core.advice.combinations import count_combinations
from customer_profiler.core.advice.places import Places

__all__ = ["Places", "advise_on_parts", "advise_on_whole", "count_combinations"]
