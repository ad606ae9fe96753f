"""Guessing which known name a misspelt one was meant to be."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from itertools import islice

_MOST_COMPARED = 500


def closest(word: str, known: Iterable[str]) -> str | None:
    """Give the known name that looks most like ``word``, letter case aside, or None when none comes near."""
    by_fold = {name.casefold(): name for name in islice(known, _MOST_COMPARED)}
    found = get_close_matches(word.casefold(), by_fold, n=1, cutoff=0.6)
    return by_fold[found[0]] if found else None


def mend_name(word: str, known: Iterable[str], otherwise: str) -> str:
    """Write a mend: “did you mean ...?” where a known name comes near, else ``otherwise``."""
    guess = closest(word, known)
    return f"did you mean “{guess}”?" if guess else otherwise
