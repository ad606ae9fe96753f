"""What replies in a language may be made of: the small words the matcher must know.

Without any of them (a language that has no phrase file) labels, synonyms, digits, prefixes and near
spellings still work; the matcher is then only stricter about extra words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Words:
    """Words of one language, as people type them (the matcher folds them itself).

    ``fillers`` may stand around a pick without changing it ("the", "please"); ``negations`` turn it round
    ("not", "without"); ``positions`` maps ordinals and number words to positions from 1 ("third" -> 3);
    ``last`` name the last option.
    """

    language: str
    fillers: frozenset[str] = frozenset()
    negations: frozenset[str] = frozenset()
    positions: Mapping[str, int] = field(default_factory=dict)
    last: frozenset[str] = frozenset()
