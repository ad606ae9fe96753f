"""The combinations of answers that customers can reach: how many, which, and whether a condition can hold.

Counting does not walk every combination. Two ways through the questions that agree in all answers that any
later condition names go on alike, so they are counted together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from random import Random

from customer_profiler.core.condition import Condition
from customer_profiler.core.profiler import Profiler
from customer_profiler.core.walk import all_answers, question_at, walk

MAX_COMBINATIONS = 200_000
"""More combinations than this nobody can oversee (R5); counting stops soon after it."""

MAX_TRIED = 20_000
"""Advice tries every combination up to this number, and a sample of this size beyond it."""

MAX_SCORES = 2_000_000
"""With more than a hundred products fewer combinations are tried, so that advice takes seconds, not minutes."""

_Pair = tuple[str, str]
_State = frozenset[_Pair]


@dataclass(frozen=True)
class Combinations:
    """Complete combinations of answers (question id -> option id) that stand for all ``total`` of them."""

    tried: tuple[dict[str, str], ...]
    total: int

    @property
    def is_sample(self) -> bool:
        """Tell whether only a part of the combinations was tried."""
        return len(self.tried) < self.total

    def __str__(self) -> str:
        """Say what was tried, for use in advice."""
        if self.is_sample:
            return f"a fixed sample of {len(self.tried):,} of the {self.total:,} combinations of answers"
        return f"all {self.total:,} combinations of answers"


def combinations(profiler: Profiler) -> Combinations:
    """Give every combination, or the same sample each time when there are more than can be tried."""
    total = count_combinations(profiler)
    most = min(MAX_TRIED, MAX_SCORES // max(1, len(profiler.products)))
    if total <= most:
        return Combinations(tuple(all_answers(profiler)), total)
    chance = Random(0)  # noqa: S311  a sample that is the same each time, no secret
    return Combinations(tuple(_random_answers(profiler, chance) for _ in range(most)), total)


def count_combinations(profiler: Profiler) -> int:
    """Count the complete combinations of answers that customers can reach.

    Exact up to ``MAX_COMBINATIONS`` at least; far beyond it, a lower bound that exceeds it.
    """
    return sum(_states_at_the_end(profiler, ()).values())


def can_hold(profiler: Profiler, condition: Condition) -> bool:
    """Tell whether any customer can give answers for which the condition holds."""
    states = _states_at_the_end(profiler, _pairs([condition]))
    return any(condition.holds(dict(state)) for state in states)


def _random_answers(profiler: Profiler, chance: Random) -> dict[str, str]:
    answers: dict[str, str] = {}
    while (question := walk(profiler, answers).next) is not None:
        # random() alone is promised to give the same numbers in every Python version.
        answers[question.id] = question.options[int(chance.random() * len(question.options))].id
    return answers


def _states_at_the_end(profiler: Profiler, kept: Collection[_Pair]) -> Counter[_State]:
    """Map the answers among ``kept`` with which customers can arrive to the number of ways there."""
    states: Counter[_State] = Counter({frozenset(): 1})
    for level in profiler.levels:
        later = _pairs(question.show_if for question in profiler.questions if question.level > level)
        states = _states_after(profiler, level, states, later.union(kept))
        if len(states) > MAX_COMBINATIONS:
            break
    return states


def _states_after(profiler: Profiler, level: int, states: Counter[_State], needed: frozenset[_Pair]) -> Counter[_State]:
    after: Counter[_State] = Counter()
    for state, ways in states.items():
        question = question_at(profiler, level, dict(state))
        if question is None:
            after[state & needed] += ways
            continue
        for option in question.options:
            after[(state | {(question.id, option.id)}) & needed] += ways
    return after


def _pairs(conditions: Iterable[Condition]) -> frozenset[_Pair]:
    terms = [term for condition in conditions for term in condition.terms]
    return frozenset((term.question, option) for term in terms for option in term.options)
