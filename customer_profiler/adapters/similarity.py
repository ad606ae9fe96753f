"""How far two words are apart, by rapidfuzz."""

from __future__ import annotations

from rapidfuzz.distance import OSA


def edit_distance(one: str, other: str) -> int:
    """Count the edits from one word to the other; swapping two neighbours is a single edit."""
    return OSA.distance(one, other)
