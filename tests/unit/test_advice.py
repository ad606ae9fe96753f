"""What the author of a working profiler is told could be better."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from customer_profiler.adapters.phrasebook import load_phrasebook
from customer_profiler.core.advice import Places, advise_on_parts, advise_on_whole, count_combinations
from customer_profiler.core.advice.combinations import MAX_TRIED, can_hold, combinations
from customer_profiler.core.condition import Condition
from customer_profiler.core.problems import Problem, Severity
from customer_profiler.core.profiler import NEVER, MatrixRow, Profiler
from customer_profiler.core.walk import all_answers
from tests.builders import matrix_row, message_row, product, profiler, question

TWO = [matrix_row("budget=low", hatch=1), matrix_row("budget=high", van=1)]


def parts(built: Profiler, places: Places | None = None, phrases: Collection[str] = ("en", "es")) -> list[Problem]:
    return advise_on_parts(built, places or Places(), phrases)


def whole(built: Profiler, places: Places | None = None) -> list[Problem]:
    return advise_on_whole(built, places or Places())


def find(problems: list[Problem], part: str) -> list[Problem]:
    """The advice whose text contains a part."""
    return [problem for problem in problems if part in problem.what]


def test_advice_is_never_an_error() -> None:
    found = [*parts(profiler(languages=("en", "fa"))), *whole(profiler())]

    assert found
    assert {problem.severity for problem in found} == {Severity.ADVICE}


def test_advice_points_to_the_row_where_the_part_stands() -> None:
    places = Places(questions={"budget": 7})

    assert {(each.file, each.row) for each in find(parts(profiler(), places), "why it is asked")} == {
        ("questions.csv", 7)
    }


def test_goals_that_are_not_stated_are_asked_for() -> None:
    assert [each.column for each in find(parts(profiler()), "is empty")] == ["user_goals", "flow_goals"]


def test_a_missing_translation_is_named_by_row_and_column() -> None:
    products = [product("hatch", {"en": "Hatch"}), product("van", {"en": "Van", "es": "Furgoneta"})]
    places = Places(products={"hatch": 2, "van": 3})

    found = find(parts(profiler(products=products, languages=("en", "es")), places), "“title.es” is missing")

    assert [(each.file, each.row) for each in found if each.file == "products.csv"] == [("products.csv", 2)]


def test_a_column_without_any_translation_is_named_once() -> None:
    found = find(parts(profiler(languages=("en", "es"))), "“title.es” is missing in every row")

    assert [(each.file, each.row, each.column) for each in found] == [("products.csv", 1, "title.es")]


def test_a_language_without_a_phrase_file_will_be_framed_in_english() -> None:
    [found] = find(parts(profiler(languages=("en", "fa")), phrases=["en"]), "no phrases of its own in “fa”")

    assert found.file == "profiler.yml"
    assert "English" in found.why


@pytest.mark.parametrize("language", ["en", "en-GB", "es-MX"])
def test_a_region_has_the_phrases_of_its_language(language: str) -> None:
    assert not find(parts(profiler(languages=(language,))), "no phrases of its own")


def test_a_question_without_a_reason_is_told_what_customers_read_instead() -> None:
    [found] = find(parts(profiler()), "why it is asked")

    assert load_phrasebook()["en"].texts["why"] in found.why


def test_a_bare_product_is_advised_to_have_picture_price_and_description() -> None:
    found = find(parts(profiler(products=[product(), product("van", image="v.png", price="1")])), "has no")

    assert [each.column for each in found if "hatch" in each.what] == ["image", "price", "description.en"]
    assert [each.column for each in found if "van" in each.what] == ["description.en"]


def test_a_stock_of_zero_hides_a_product() -> None:
    found = parts(profiler(products=[product(stock=0), product("van"), product("suv")]))

    assert [each.column for each in find(found, "has a stock of 0")] == ["stock"]
    assert not find(found, "only one product")


def test_one_product_in_stock_is_too_few() -> None:
    assert find(parts(profiler(products=[product(stock=0), product("van")])), "only one product is in stock")


def in_vain(built: Profiler) -> dict[str, str]:
    """The questions said to change no score, with the reason given."""
    return {each.what.split("“")[1].split("”")[0]: each.why for each in find(whole(built), "changes any score")}


def test_a_question_nothing_names_is_asked_in_vain() -> None:
    built = profiler(questions=[question(), question("colour", 2)], matrix=TWO)

    [found] = find(whole(built, Places(questions={"colour": 3})), "changes any score")

    assert (found.file, found.row, found.column) == ("questions.csv", 3, "question")
    assert found.what == "no answer to “colour” changes any score"
    assert found.why == "no row of the matrix, no message and no show_if names it"


@pytest.mark.parametrize(
    "rows",
    [
        [matrix_row("colour=low|high", hatch=2)],
        [matrix_row("colour=low", hatch=2), matrix_row("colour=high", hatch=2, van=0)],
        [matrix_row("colour=low", hatch=2), matrix_row("colour=high", hatch=1), matrix_row("colour=high", hatch=1)],
        [matrix_row("colour=low & budget=low", hatch=NEVER), matrix_row("budget=low & colour=high", hatch=NEVER)],
        [matrix_row("colour=low", hatch=0)],
        [matrix_row("colour=low & colour=high", hatch=5)],
    ],
    ids=str,
)
def test_a_question_whose_rows_treat_its_options_alike_is_asked_in_vain(rows: list[MatrixRow]) -> None:
    built = profiler(questions=[question(), question("colour", 2)], matrix=[*TWO, *rows])

    assert in_vain(built) == {"colour": "the rows of matrix.csv that name it treat all its options alike"}


@pytest.mark.parametrize(
    "rows",
    [
        [matrix_row("colour=low", hatch=2)],
        [matrix_row("colour=low", hatch=-1)],
        [matrix_row("colour=low", hatch=NEVER), matrix_row("colour=high", hatch=0)],
        [matrix_row("colour=low", hatch=NEVER), matrix_row("colour=low|high", hatch=NEVER)],
        [matrix_row("colour=low", hatch=2), matrix_row("colour=high", van=2)],
        [matrix_row("colour=low & budget=low", hatch=2), matrix_row("colour=high & budget=high", hatch=2)],
    ],
    ids=str,
)
def test_a_question_whose_rows_part_its_options_is_not_in_vain(rows: list[MatrixRow]) -> None:
    built = profiler(questions=[question(), question("colour", 2)], matrix=[*TWO, *rows])

    assert in_vain(built) == {}


def test_a_question_that_only_a_message_names_is_asked_in_vain() -> None:
    built = profiler(
        questions=[question(), question("colour", 2)], matrix=TWO, messages=[message_row("colour=low & budget=low")]
    )

    assert in_vain(built) == {"colour": "the message that names it changes only what customers read"}


def test_a_question_that_leads_to_one_with_an_effect_is_not_in_vain() -> None:
    built = profiler(
        questions=[
            question(),
            question("use", 2),
            question("tow", 3, show_if="use=low"),
            question("b", 4, show_if="tow=low"),
        ],
        matrix=[*TWO, matrix_row("b=low", hatch=1)],
    )

    assert in_vain(built) == {}


def test_a_question_that_leads_to_none_with_an_effect_is_asked_in_vain() -> None:
    built = profiler(
        questions=[question(), question("use", 2), question("tow", 3, show_if="use=low")],
        matrix=TWO,
        messages=[message_row("use=high")],
    )

    assert in_vain(built) == {
        "use": "the message that names it changes only what customers read and "
        "the questions that wait for it change no score either",
        "tow": "no row of the matrix, no message and no show_if names it",
    }


def test_a_question_after_whose_every_answer_the_next_is_asked_leads_nowhere() -> None:
    built = profiler(
        questions=[question(), question("use", 2), question("tow", 3, show_if="use=low|high")],
        matrix=[*TWO, matrix_row("tow=low", hatch=1)],
    )

    assert list(in_vain(built)) == ["use"]


def test_a_question_that_keeps_one_with_an_effect_from_being_asked_is_not_in_vain() -> None:
    built = profiler(
        questions=[question(), question("use", 2), question("idle", 3, show_if="use=low"), question("tow", 3)],
        matrix=[*TWO, matrix_row("tow=low", hatch=1)],
    )

    assert list(in_vain(built)) == ["idle"]


def test_a_question_behind_another_that_is_always_asked_is_never_asked() -> None:
    built = profiler(
        questions=[question(), question("colour")],
        matrix=[*TWO, matrix_row("colour=low", hatch=1)],
    )

    assert [each.column for each in find(whole(built), "“colour” is never asked")] == ["show_if"]


def test_a_rule_over_two_branches_can_never_hold() -> None:
    questions = [question(), question("a", 2, show_if="budget=low"), question("b", 2, show_if="budget=high")]
    built = profiler(questions=questions, matrix=[*TWO, matrix_row("a=low & b=low", hatch=1)])

    [found] = find(whole(built, Places(matrix=(2, 3, 4))), "can never hold")

    assert (found.file, found.row, found.column) == ("matrix.csv", 4, "when")
    assert found.why == "questions “a” and “b” are never both asked"


def test_a_message_for_two_answers_to_one_question_can_never_hold() -> None:
    built = profiler(matrix=TWO, messages=[message_row("budget=low & budget=high")])

    assert [each.file for each in find(whole(built), "can never hold")] == ["messages.csv"]


def test_rules_that_stand_twice_add_up() -> None:
    rows = [*TWO, matrix_row("budget=low|high", hatch=1), matrix_row("budget=high|low", van=1)]

    [found] = find(whole(profiler(matrix=rows), Places(matrix=(2, 3, 4, 5))), "also stands in row 4")

    assert found.row == 5
    assert "added up" in found.why


def test_a_rule_without_points_does_nothing() -> None:
    found = find(whole(profiler(matrix=[*TWO, matrix_row("budget=low", hatch=0), matrix_row()])), "no points")

    assert len(found) == 2


def test_a_rule_that_only_excludes_has_an_effect() -> None:
    assert not find(whole(profiler(matrix=[*TWO, matrix_row("budget=low", van=NEVER)])), "no points")


def test_a_product_that_another_always_beats_never_comes_first() -> None:
    built = profiler(matrix=[matrix_row(hatch=1), matrix_row("budget=low", hatch=1)])

    [found] = find(whole(built), "“van” never comes first")

    assert found.file == "products.csv"
    assert "all 2 combinations" in found.why


def test_answers_that_fewer_than_two_products_fit_are_counted_with_an_example() -> None:
    built = profiler(matrix=[*TWO, matrix_row("budget=low", van=NEVER)])

    [found] = find(whole(built), "fewer than two products fit")

    assert "1 of all 2 combinations" in found.what
    assert "for example budget=low" in found.what


def test_counting_agrees_with_walking_every_combination() -> None:
    built = profiler(
        questions=[
            question("a", 1, ["x", "y", "z"]),
            question("b", 2, ["x", "y"], show_if="a=x|y"),
            question("c", 2, ["x", "y", "z"]),
            question("d", 4, ["x", "y"], show_if="a=x & b=y"),
            question("e", 5, ["x", "y"], show_if="c=z"),
        ]
    )

    assert count_combinations(built) == len(all_answers(built))


def test_millions_of_combinations_are_counted_without_walking_them() -> None:
    built = profiler(questions=[question(f"q{n}", n, [f"o{m}" for m in range(30)]) for n in range(1, 6)])

    assert count_combinations(built) == 30**5


def test_what_can_hold_is_exact_even_where_combinations_are_many() -> None:
    built = profiler(questions=[question(f"q{n}", n, [f"o{m}" for m in range(30)]) for n in range(1, 6)])

    assert can_hold(built, Condition.parse("q1=o29 & q5=o29"))
    assert not can_hold(built, Condition.parse("q1=o29 & q1=o28"))


def test_many_combinations_are_sampled_the_same_way_each_time() -> None:
    built = profiler(
        questions=[question(f"q{n}", n, [f"o{m}" for m in range(9)]) for n in range(1, 6)],
        matrix=[matrix_row("q1=o0", hatch=1)],
    )

    tried = combinations(built)

    assert tried == combinations(built)
    assert len(tried.tried) == MAX_TRIED
    assert "a fixed sample of 20,000 of the 59,049 combinations" in str(tried)
