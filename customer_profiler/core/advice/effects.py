"""Which questions have an effect: some answer to them leads to other scores than another answer does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from customer_profiler.core.condition import Condition
from customer_profiler.core.profiler import NEVER, MatrixRow, Profiler, Question

_Rest = frozenset[tuple[str, frozenset[str]]]
_Cells = dict[str, tuple[int, int]]


def effective_questions(profiler: Profiler) -> frozenset[str]:
    """Give the ids of the questions whose answers change scores, or lead to questions that do.

    Rows that need the same other answers are added up first, so that a row for each option with the same
    points is no effect.
    """
    effective: set[str] = set()
    # A question only waits for answers of lower levels, so the questions it leads to are judged before it.
    for question in sorted(profiler.questions, key=lambda each: -each.level):
        if _changes_scores(profiler, question) or _leads_to(profiler, question, effective):
            effective.add(question.id)
    return frozenset(effective)


def _changes_scores(profiler: Profiler, question: Question) -> bool:
    groups: dict[_Rest, list[MatrixRow]] = {}
    for row in profiler.matrix:
        if any(term.question == question.id for term in row.when.terms):
            groups.setdefault(_other_terms(row.when, question), []).append(row)
    return any(_differ(rows, question) for rows in groups.values())


def _other_terms(when: Condition, question: Question) -> _Rest:
    return frozenset((term.question, frozenset(term.options)) for term in when.terms if term.question != question.id)


def _differ(rows: list[MatrixRow], question: Question) -> bool:
    """Tell whether the rows, which name the question and otherwise the same answers, part its options."""
    cells = [_cells(row for row in rows if _admits(row.when, question, option.id)) for option in question.options]
    return any(each != cells[0] for each in cells)


def _admits(when: Condition, question: Question, option_id: str) -> bool:
    """Tell whether the terms about the question hold for the option."""
    return all(option_id in term.options for term in when.terms if term.question == question.id)


def _cells(rows: Iterable[MatrixRow]) -> _Cells:
    """Add up the cells: product id -> how often ``NEVER``, and the points; products with neither are left out."""
    hits: Counter[str] = Counter()
    points: Counter[str] = Counter()
    for row in rows:
        for product, cell in row.cells.items():
            if cell is NEVER:
                hits[product] += 1
            else:
                points[product] += cell
    return {each: (hits[each], points[each]) for each in {*hits, *points} if hits[each] or points[each]}


def _leads_to(profiler: Profiler, question: Question, effective: set[str]) -> bool:
    """Tell whether an answer decides about a question with an effect.

    Opening a question also keeps those below it on its level from being asked.
    """
    for place, waiting in enumerate(profiler.questions):
        if _decides(question, waiting.show_if):
            rivals = (each for each in profiler.questions[place:] if each.level == waiting.level)
            if any(rival.id in effective for rival in rivals):
                return True
    return False


def _decides(question: Question, show_if: Condition) -> bool:
    """Tell whether the condition holds for some options of the question and not for others."""
    return len({_admits(show_if, question, option.id) for option in question.options}) > 1
