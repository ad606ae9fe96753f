"""How far two words are apart, by rapidfuzz."""

from __future__ import annotations

from rapidfuzz.distance import OSA


def edit_distance(one: str, other: str) -> int:
    """Count the insertions, deletions, substitutions and swaps of neighbours that turn one word into the other."""
    return OSA.distance(one, other)
