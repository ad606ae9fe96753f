"""The walk asks level by level what the answers lead to, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_profiler.core.profiler import Profiler
from customer_profiler.core.walk import all_answers, left_behind, question_at, walk
from tests.builders import profiler, question

BRANCHES = profiler(
    questions=[
        question("use", 1, ("family", "city", "fun")),
        question("seats", 2, ("five", "seven"), show_if="use=family"),
        question("trips", 2, ("short", "long"), show_if="use=city"),
        question("budget", 3, ("low", "high")),
        question("extras", 4, ("roof", "tow"), show_if="use=family & budget=high"),
    ]
)
"""Two branches on level 2 that ``fun`` skips, and a level 4 that most skip."""

FULL = {"use": "family", "seats": "seven", "budget": "high", "extras": "roof"}

some_answers = st.fixed_dictionaries(
    {},
    optional={
        asked.id: st.sampled_from([*(option.id for option in asked.options), "unheard_of"])
        for asked in BRANCHES.questions
    },
)


def next_question(answers: Mapping[str, str], built: Profiler = BRANCHES) -> str | None:
    asked = walk(built, answers).next
    return asked.id if asked else None


def test_the_first_level_is_asked_first() -> None:
    assert next_question({}) == "use"


@pytest.mark.parametrize(("use", "expected"), [("family", "seats"), ("city", "trips"), ("fun", "budget")])
def test_an_answer_chooses_the_branch(use: str, expected: str) -> None:
    assert next_question({"use": use}) == expected


def test_a_level_without_a_question_is_skipped() -> None:
    assert walk(BRANCHES, {"use": "fun", "budget": "low"}).skipped == (2, 4)


def test_the_walk_is_complete_when_every_level_is_answered_or_skipped() -> None:
    assert walk(BRANCHES, FULL).is_complete
    assert walk(BRANCHES, {"use": "fun", "budget": "high"}).is_complete
    assert not walk(BRANCHES, {"use": "family", "seats": "five"}).is_complete


def test_the_first_question_in_file_order_whose_condition_holds_is_asked() -> None:
    built = profiler(
        questions=[
            question("use", 1, ("work", "fun")),
            question("precise", 2, show_if="use=work"),
            question("other", 2),
            question("never_reached", 2),
        ]
    )

    assert next_question({"use": "work"}, built) == "precise"
    assert next_question({"use": "fun"}, built) == "other"


def test_file_order_does_not_move_a_question_to_another_level() -> None:
    built = profiler(questions=[question("later", 2), question("first", 1)])

    assert next_question({}, built) == "first"


def test_levels_may_leave_gaps() -> None:
    built = profiler(questions=[question("first", 1), question("last", 5)])

    assert next_question({"first": "low"}, built) == "last"


def test_answers_of_a_branch_that_was_left_do_not_appear() -> None:
    left = walk(BRANCHES, {**FULL, "use": "city", "trips": "long"})

    assert left.answers == {"use": "city", "trips": "long", "budget": "high"}


def test_answers_beyond_the_open_question_do_not_appear_but_are_found_again() -> None:
    without_seats = {key: option for key, option in FULL.items() if key != "seats"}

    assert walk(BRANCHES, without_seats).answers == {"use": "family"}
    assert walk(BRANCHES, {**without_seats, "seats": "five"}).is_complete


def test_an_option_the_question_does_not_have_counts_as_missing() -> None:
    assert next_question({"use": "space_travel"}) == "use"


def test_answers_to_unknown_questions_change_nothing() -> None:
    assert walk(BRANCHES, {**FULL, "colour": "red"}) == walk(BRANCHES, FULL)


def test_a_branch_hidden_by_an_answer_that_is_off_the_walk_stays_hidden() -> None:
    built = profiler(
        questions=[
            question("use", 1, ("work", "fun")),
            question("load", 2, ("much", "none"), show_if="use=work"),
            question("van", 3, show_if="load=much"),
        ]
    )

    assert walk(built, {"use": "fun", "load": "much"}).is_complete


def test_the_question_of_a_level_is_found_by_the_answers_below() -> None:
    assert question_at(BRANCHES, 2, {"use": "city"}) == BRANCHES.question("trips")
    assert question_at(BRANCHES, 2, {"use": "fun"}) is None
    assert question_at(BRANCHES, 5, FULL) is None


def test_answers_of_a_branch_no_longer_taken_are_left_behind() -> None:
    assert left_behind(BRANCHES, FULL | {"use": "city"}) == {"seats", "extras"}


def test_answers_beyond_the_open_question_stay_while_nothing_speaks_against_them() -> None:
    assert left_behind(BRANCHES, {"use": "family", "budget": "high", "extras": "roof"}) == set()


def test_an_answer_whose_condition_is_already_broken_is_left_behind() -> None:
    assert left_behind(BRANCHES, {"use": "city", "extras": "roof"}) == {"extras"}


@given(st.data())
def test_nothing_on_the_walk_is_ever_left_behind(data: st.DataObject) -> None:
    options = {each.id: [option.id for option in each.options] for each in BRANCHES.questions}
    answers = {key: data.draw(st.sampled_from(ids)) for key, ids in options.items() if data.draw(st.booleans())}
    assert not left_behind(BRANCHES, answers) & set(walk(BRANCHES, answers).answers)


def test_every_combination_a_customer_can_reach_is_given_once() -> None:
    combinations = all_answers(BRANCHES)

    # family: 2 seats x (low, or high x 2 extras); city: 2 trips x 2 budgets; fun: 2 budgets
    assert len(combinations) == 2 * 3 + 2 * 2 + 2
    assert len({tuple(sorted(each.items())) for each in combinations}) == len(combinations)
    assert all(walk(BRANCHES, each).is_complete for each in combinations)


def test_a_combination_holds_nothing_that_was_not_asked() -> None:
    assert all(walk(BRANCHES, each).answers == each for each in all_answers(BRANCHES))


@given(some_answers)
def test_every_level_is_answered_skipped_or_open(answers: dict[str, str]) -> None:
    trace = walk(BRANCHES, answers)
    answered = [asked.level for asked, _ in trace.answered]
    behind = [level for level in BRANCHES.levels if trace.next is None or level < trace.next.level]

    assert sorted([*answered, *trace.skipped]) == behind
    assert answered == sorted(answered)


@given(some_answers, st.randoms())
def test_the_order_of_answers_carries_no_meaning(answers: dict[str, str], random: object) -> None:
    shuffled = list(answers.items())
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert walk(BRANCHES, dict(shuffled)) == walk(BRANCHES, answers)


@given(some_answers)
def test_walking_the_answers_of_a_walk_changes_nothing(answers: dict[str, str]) -> None:
    trace = walk(BRANCHES, answers)

    assert walk(BRANCHES, trace.answers) == trace
