"""Which question comes next: the walk from level 1 to the end that the answers trace (design, section 4).

The answers alone fix the walk (R10), so a run broken off anywhere goes on where it stood.
"""

from __future__ import annotations

from dataclasses import dataclass

from customer_profiler.core.condition import Answers
from customer_profiler.core.profiler import MAX_LEVELS, Profiler, Question


@dataclass(frozen=True)
class Walk:
    """The questions answered so far, in order, and the one to ask next.

    ``answered`` holds (question, option id) from the lowest level up; ``skipped`` the levels passed
    without a question; ``next`` is None when nothing is left to ask. Answers to questions that are not on
    the walk (a branch left, or beyond ``next``) do not appear.
    """

    answered: tuple[tuple[Question, str], ...]
    skipped: tuple[int, ...]
    next: Question | None

    @property
    def answers(self) -> dict[str, str]:
        """The answers on the walk: question id -> option id."""
        return {question.id: option for question, option in self.answered}

    @property
    def is_complete(self) -> bool:
        """Tell whether every level has been answered or skipped."""
        return self.next is None


def question_at(profiler: Profiler, level: int, answers: Answers) -> Question | None:
    """Give the question a level asks: the first in file order whose ``show_if`` holds, or None."""
    return next((q for q in profiler.questions if q.level == level and q.show_if.holds(answers)), None)


def walk(profiler: Profiler, answers: Answers) -> Walk:
    """Follow the answers level by level until one is missing.

    An answer whose option the question does not have counts as missing.
    """
    answered: list[tuple[Question, str]] = []
    skipped: list[int] = []
    seen: dict[str, str] = {}
    for level in profiler.levels:
        question = question_at(profiler, level, seen)
        if question is None:
            skipped.append(level)
            continue
        chosen = answers.get(question.id)
        if chosen not in {option.id for option in question.options}:
            return Walk(tuple(answered), tuple(skipped), question)
        assert chosen is not None
        seen[question.id] = chosen
        answered.append((question, chosen))
    return Walk(tuple(answered), tuple(skipped), None)


def all_answers(profiler: Profiler) -> list[dict[str, str]]:
    """Give every complete combination of answers that a customer can reach, in content order."""
    open_walks: list[dict[str, str]] = [{}]
    complete: list[dict[str, str]] = []
    while open_walks:
        answers = open_walks.pop(0)
        question = walk(profiler, answers).next
        if question is None:
            complete.append(answers)
        else:
            open_walks += [{**answers, question.id: option.id} for option in question.options]
    return complete


def left_behind(profiler: Profiler, answers: Answers) -> set[str]:
    """Give the questions answered on a branch that the answers no longer take.

    Answers beyond the open question stay as long as nothing known speaks against them: they are not asked
    again when the walk comes to them (R35).
    """
    trace = walk(profiler, answers)
    decided = trace.next.level if trace.next else MAX_LEVELS + 1
    level_of = {question.id: question.level for question in profiler.questions}

    def is_left(question: Question) -> bool:
        if question.level <= decided:
            return question.id not in trace.answers and question != trace.next
        known = (term for term in question.show_if.terms if level_of.get(term.question, 0) < decided)
        return not all(term.holds(trace.answers) for term in known)

    return {question.id for question in profiler.questions if question.id in answers and is_left(question)}
