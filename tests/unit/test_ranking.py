"""The recommendation is computed exactly as design section 5 says, in integers, whatever the order of the rows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_profiler.core.condition import Condition
from customer_profiler.core.profiler import NEVER, MatrixRow, Product, Profiler
from customer_profiler.core.ranking import Ranking, Reason, rank
from tests.builders import matrix_row, message_row, product, profiler, question

LOW = {"budget": "low"}


def ranked(*rows: MatrixRow, products: list[Product] | None = None, answers: dict[str, str] | None = None) -> Ranking:
    """Rank for the answer budget=low unless told otherwise."""
    return rank(profiler(matrix=rows, products=products), LOW if answers is None else answers)


def shown(ranking: Ranking) -> list[str]:
    return [entry.product.id for entry in ranking.products]


# --- step 1: scores


def test_a_score_is_the_sum_of_the_cells_in_rows_that_count() -> None:
    result = ranked(matrix_row("budget=low", hatch=3, van=1), matrix_row("", hatch=2), matrix_row("budget=high", van=9))

    assert result.scores == {"hatch": 5, "van": 1}


def test_negative_cells_take_points_away() -> None:
    assert ranked(matrix_row("", hatch=2), matrix_row("", hatch=-5)).scores["hatch"] == -3


def test_a_blank_cell_gives_nothing() -> None:
    assert ranked(matrix_row("", van=1)).scores["hatch"] == 0


def test_without_a_row_every_score_is_zero() -> None:
    assert ranked().scores == {"hatch": 0, "van": 0}


def test_never_in_a_row_that_counts_makes_the_score_null() -> None:
    assert ranked(matrix_row("", hatch=NEVER), matrix_row("", hatch=7)).scores == {"hatch": None, "van": 0}


def test_never_in_a_row_that_does_not_count_changes_nothing() -> None:
    assert ranked(matrix_row("budget=high", hatch=NEVER)).scores["hatch"] == 0


def test_stock_0_makes_the_score_null() -> None:
    result = ranked(matrix_row("", hatch=7), products=[product(stock=0), product("van")])

    assert result.scores == {"hatch": None, "van": 0}


@pytest.mark.parametrize("stock", [None, 1, 9])
def test_blank_or_positive_stock_is_available(stock: int | None) -> None:
    assert shown(ranked(products=[product(stock=stock)])) == ["hatch"]


# --- step 2: order


def test_the_higher_score_comes_first() -> None:
    assert shown(ranked(matrix_row("", hatch=1, van=2))) == ["van", "hatch"]


def test_at_equal_scores_the_lower_priority_number_comes_first() -> None:
    result = ranked(products=[product("a", priority=2), product("b", priority=1)])

    assert shown(result) == ["b", "a"]


@pytest.mark.parametrize("priority", [-1, 0, 1, 1000])
def test_a_blank_priority_comes_last(priority: int) -> None:
    assert shown(ranked(products=[product("a"), product("b", priority=priority)])) == ["b", "a"]


def test_priority_counts_only_at_equal_scores() -> None:
    result = ranked(matrix_row("", a=1), products=[product("a", priority=9), product("b", priority=1)])

    assert shown(result) == ["a", "b"]


def test_at_equal_scores_and_priorities_the_order_of_the_sheet_counts() -> None:
    assert shown(ranked(products=[product("z", priority=1), product("a", priority=1)])) == ["z", "a"]
    assert shown(ranked(products=[product("z"), product("a")])) == ["z", "a"]


# --- step 3: the second is of another family


def family(*pairs: str) -> list[Product]:
    """Products of descending rank: ``family("a:one", "b:one", "c:")``."""
    return [product(each.partition(":")[0], family=each.partition(":")[2]) for each in pairs]


@pytest.mark.parametrize(
    ("products", "expected"),
    [
        (family("a:one", "b:one", "c:two"), ["a", "c"]),
        (family("a:one", "b:two", "c:three"), ["a", "b"]),
        (family("a:one", "b:one", "c:"), ["a", "c"]),
        (family("a:", "b:", "c:one"), ["a", "b"]),
        (family("a:", "b:one"), ["a", "b"]),
        (family("a:one", "b:one", "c:one"), ["a", "b"]),
    ],
)
def test_the_second_is_the_next_of_another_family_else_the_next(products: list[Product], expected: list[str]) -> None:
    assert shown(ranked(products=products)) == expected


def test_another_family_counts_however_far_below_it_stands() -> None:
    result = ranked(matrix_row("", a=9, b=8, c=-50), products=family("a:one", "b:one", "c:two"))

    assert shown(result) == ["a", "c"]


# --- step 4: near matches


def test_two_that_fit_need_no_near_match() -> None:
    result = ranked(matrix_row("", a=NEVER), products=[product(each) for each in "abc"])

    assert shown(result) == ["b", "c"]
    assert not any(entry.near_match for entry in result.products)


def test_a_near_match_fills_up_behind_what_fits() -> None:
    result = ranked(matrix_row("budget=low", hatch=NEVER), matrix_row("", hatch=50, van=-50))

    assert [(entry.product.id, entry.near_match) for entry in result.products] == [("van", False), ("hatch", True)]


def test_a_near_match_names_the_conditions_it_breaks() -> None:
    result = ranked(matrix_row("budget=low", hatch=NEVER), matrix_row("", hatch=NEVER))

    assert result.products[1].broken == (Condition.parse("budget=low"), Condition())


def test_a_near_match_has_no_score() -> None:
    result = ranked(matrix_row("budget=low", hatch=NEVER), matrix_row("", hatch=7), matrix_row("", hatch=-2))

    assert result.products[1].near_match
    assert result.products[1].score is None
    assert result.scores["hatch"] is None


def test_the_fewest_hits_come_first_among_near_matches() -> None:
    result = ranked(
        matrix_row("", a=NEVER, b=NEVER, c=NEVER),
        matrix_row("budget=low", a=NEVER),
        matrix_row("", a=100, b=-100, c=-101),
        products=[product(each) for each in "abc"],
    )

    assert shown(result) == ["b", "c"]


def test_points_then_priority_then_the_sheet_order_near_matches_with_equal_hits() -> None:
    every = matrix_row("", a=NEVER, b=NEVER, c=NEVER, d=NEVER)
    products = [product("a"), product("b"), product("c", priority=5), product("d")]

    assert shown(ranked(every, products=products)) == ["c", "a"]
    assert shown(ranked(every, matrix_row("", d=1), products=products)) == ["d", "c"]


def test_families_do_not_matter_among_near_matches() -> None:
    every = matrix_row("", a=NEVER, b=NEVER, c=NEVER)

    assert shown(ranked(every, products=family("a:one", "b:one", "c:two"))) == ["a", "b"]


def test_a_near_match_may_be_of_the_family_of_the_product_that_fits() -> None:
    result = ranked(matrix_row("", b=NEVER), matrix_row("", c=NEVER), matrix_row("", c=NEVER),
                    products=family("a:one", "b:one", "c:two"))  # fmt: skip

    assert shown(result) == ["a", "b"]


def test_stock_0_is_not_even_a_near_match() -> None:
    result = ranked(matrix_row("", hatch=NEVER), products=[product(stock=0), product("van")])

    assert shown(result) == ["van"]


@pytest.mark.parametrize(("stocks", "expected"), [((0, 0), []), ((0, 1), ["van"]), ((None, 0), ["hatch"])])
def test_fewer_than_two_in_stock_are_all_that_is_shown(stocks: tuple[int | None, int], expected: list[str]) -> None:
    products = [product(stock=stocks[0]), product("van", stock=stocks[1])]

    assert shown(ranked(matrix_row("", hatch=1), products=products)) == expected


# --- step 5: reasons and message


def test_reasons_are_the_counting_rows_with_positive_cells_the_largest_first() -> None:
    result = ranked(
        matrix_row("", hatch=1),
        matrix_row("budget=low", hatch=5),
        matrix_row("budget=low|high", hatch=-9),
        matrix_row("budget=high", hatch=8),
        matrix_row("", van=7),
    )

    hatch = next(entry for entry in result.products if entry.product.id == "hatch")
    assert hatch.reasons == (Reason(Condition.parse("budget=low"), 5), Reason(Condition(), 1))


def test_a_cell_of_zero_is_no_reason() -> None:
    assert ranked(matrix_row("", hatch=0)).products[0].reasons == ()


def test_the_message_is_the_first_row_that_holds() -> None:
    rows = [message_row("budget=high", "High."), message_row("budget=low", "Low."), message_row("", "Any.")]
    built = profiler(messages=rows)

    assert rank(built, LOW).message == rows[1]
    assert rank(built, {}).message == rows[2]


def test_there_may_be_no_message() -> None:
    assert rank(profiler(messages=[message_row("budget=high")]), LOW).message is None


# --- for every content and all answers

ANSWERS = {"use": ("work", "fun"), "budget": ("low", "high")}
QUESTIONS = [question("use", 1, ANSWERS["use"]), question("budget", 2, ANSWERS["budget"])]
WHENS = ["", "use=work", "use=fun", "budget=low", "budget=low|high", "use=work & budget=low", "use=fun & budget=high"]

answers_given = st.fixed_dictionaries({}, optional={name: st.sampled_from(ids) for name, ids in ANSWERS.items()})
cells = st.one_of(st.integers(-5, 5), st.just(NEVER))


@st.composite
def profilers(draw: st.DrawFn) -> Profiler:
    """Small profilers with few values, so that ties, families and exclusions are frequent."""
    fields = st.fixed_dictionaries(
        {
            "family": st.sampled_from(["", "one", "two"]),
            "priority": st.one_of(st.none(), st.integers(-1, 2)),
            "stock": st.sampled_from([None, None, None, 0, 2]),
        }
    )
    products = [product(f"p{place}", **each) for place, each in enumerate(draw(st.lists(fields, max_size=5)))]
    ids = [each.id for each in products]
    row = st.builds(
        lambda when, points: MatrixRow(Condition.parse(when), points),
        st.sampled_from(WHENS),
        st.dictionaries(st.sampled_from(ids), cells) if ids else st.just({}),
    )
    return profiler(questions=QUESTIONS, products=products, matrix=draw(st.lists(row, max_size=6)))


def by_the_book(built: Profiler, answers: dict[str, str]) -> list[tuple[str, int | None, bool]]:
    """Design section 5, steps 1 to 4, told once more as plainly as possible: (product, score, near match)."""
    counting = [row.cells for row in built.matrix if row.when.holds(answers)]
    score = {p.id: sum(row.get(p.id) or 0 for row in counting) for p in built.products}
    hits = {p.id: sum(p.id in row and row[p.id] is None for row in counting) for p in built.products}
    in_stock = [p for p in built.products if p.stock != 0]
    step_2 = sorted(in_stock, key=lambda p: (-score[p.id], float("inf") if p.priority is None else p.priority))
    fitting = [p for p in step_2 if not hits[p.id]]
    near = sorted((p for p in step_2 if hits[p.id]), key=lambda p: hits[p.id])
    chosen = fitting[:1]
    if chosen:
        others = [p for p in fitting[1:] if "" in (p.family, chosen[0].family) or p.family != chosen[0].family]
        chosen += (others or fitting[1:])[:1]
    return [(p.id, None if hits[p.id] else score[p.id], bool(hits[p.id])) for p in [*chosen, *near][:2]]


@given(profilers(), answers_given)
def test_the_two_products_are_those_of_the_design(built: Profiler, answers: dict[str, str]) -> None:
    result = [(entry.product.id, entry.score, entry.near_match) for entry in rank(built, answers).products]

    assert result == by_the_book(built, answers)


@given(profilers(), answers_given, st.randoms())
def test_the_order_of_matrix_rows_changes_no_product_and_no_score(
    built: Profiler, answers: dict[str, str], random: object
) -> None:
    rows = list(built.matrix)
    random.shuffle(rows)  # type: ignore[attr-defined]

    other = rank(replace(built, matrix=tuple(rows)), answers)
    result = rank(built, answers)
    assert other.scores == result.scores
    assert [(e.product, e.score, e.near_match) for e in other.products] == [
        (e.product, e.score, e.near_match) for e in result.products
    ]


@given(profilers(), answers_given, st.data())
def test_more_points_never_rank_a_product_lower(built: Profiler, answers: dict[str, str], data: st.DataObject) -> None:
    before = rank(built, answers)
    for place, entry in enumerate(before.products):
        bonus = matrix_row("", **{entry.product.id: data.draw(st.integers(0, 9))})
        after = shown(rank(replace(built, matrix=(*built.matrix, bonus)), answers))
        assert after.index(entry.product.id) <= place


@given(profilers(), answers_given)
def test_the_same_answers_give_the_same_result(built: Profiler, answers: dict[str, str]) -> None:
    backwards = dict(reversed(answers.items()))

    assert rank(built, backwards) == rank(built, answers)


@given(profilers(), answers_given)
def test_two_products_are_shown_unless_fewer_are_in_stock(built: Profiler, answers: dict[str, str]) -> None:
    in_stock = sum(each.stock != 0 for each in built.products)

    ids = shown(rank(built, answers))
    assert len(ids) == min(2, in_stock)
    assert len(set(ids)) == len(ids)


@given(profilers(), answers_given)
def test_what_is_out_of_stock_is_never_shown(built: Profiler, answers: dict[str, str]) -> None:
    assert all(entry.product.stock != 0 for entry in rank(built, answers).products)


@given(profilers(), answers_given)
def test_every_product_has_a_score_in_integers_or_none(built: Profiler, answers: dict[str, str]) -> None:
    scores = rank(built, answers).scores

    assert list(scores) == [each.id for each in built.products]
    assert all(score is None or type(score) is int for score in scores.values())


@given(profilers(), answers_given)
def test_a_product_that_fits_scores_what_its_reasons_and_penalties_add_up_to(
    built: Profiler, answers: dict[str, str]
) -> None:
    for entry in rank(built, answers).products:
        cells = [row.cells.get(entry.product.id) or 0 for row in built.matrix if row.when.holds(answers)]
        assert sum(reason.points for reason in entry.reasons) == sum(cell for cell in cells if cell > 0)
        assert [reason.points for reason in entry.reasons] == sorted((c for c in cells if c > 0), reverse=True)


@given(profilers(), answers_given)
def test_a_near_match_stands_behind_every_product_that_fits(built: Profiler, answers: dict[str, str]) -> None:
    result = rank(built, answers)
    fitting = sum(score is not None for score in result.scores.values())

    assert [entry.near_match for entry in result.products] == [
        place >= fitting for place in range(len(result.products))
    ]
