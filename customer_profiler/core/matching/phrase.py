"""Phrases: folded words in a row, and where they stand among other words."""

from __future__ import annotations

from collections.abc import Container, Iterable

Phrase = tuple[str, ...]
"""Folded words in the order in which they stand."""

Stretch = tuple[int, int]
"""The place of a phrase among words: of its first word, and of the word after its last."""

_LONGEST = 5


def found(words: Phrase, phrases: Container[Phrase]) -> list[Stretch]:
    """Give the stretches where phrases stand in the words, from the left, the longest first, none overlapping.

    Phrases of more than five words are never found.
    """
    stretches: list[Stretch] = []
    start = 0
    while start < len(words):
        ends = range(min(len(words), start + _LONGEST), start, -1)
        end = next((end for end in ends if words[start:end] in phrases), None)
        if end is not None:
            stretches.append((start, end))
        start = end if end is not None else start + 1
    return stretches


def covered(stretches: Iterable[Stretch]) -> set[int]:
    """Give the places of all words in the stretches."""
    return {place for start, end in stretches for place in range(start, end)}
