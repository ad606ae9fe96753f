"""Advice on results: products that never come first, answers that too few products fit (R18)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from customer_profiler.core.advice.combinations import Combinations
from customer_profiler.core.advice.places import MATRIX, PRODUCTS, Places, advice
from customer_profiler.core.problems import Problem
from customer_profiler.core.profiler import Profiler
from customer_profiler.core.ranking import rank


def outcome_advice(profiler: Profiler, places: Places, tried: Combinations) -> Iterator[Problem]:
    """Advise on products that no combination brings to the top, and on combinations that two products do not fit."""
    leaders: set[str] = set()
    unfit: list[Mapping[str, str]] = []
    for answers in tried.tried:
        shown = rank(profiler, answers).products
        leaders.update(recommended.product.id for recommended in shown[:1])
        if sum(not recommended.near_match for recommended in shown) < 2:
            unfit.append(answers)
    yield from _followers(profiler, places, leaders, tried)
    if unfit:
        yield _too_few(unfit, tried)


def _followers(profiler: Profiler, places: Places, leaders: set[str], tried: Combinations) -> Iterator[Problem]:
    for product in profiler.products:
        if product.id not in leaders and product.stock != 0:
            yield advice(
                PRODUCTS,
                places.product(product.id),
                "product",
                f"product “{product.id}” never comes first",
                f"another one leads for {tried}",
                "give it points in matrix.csv for the answers it suits best, if you want it recommended",
            )


def _too_few(unfit: list[Mapping[str, str]], tried: Combinations) -> Problem:
    example = " & ".join(f"{question}={option}" for question, option in unfit[0].items())
    return advice(
        MATRIX,
        0,
        "",
        f"for {len(unfit):,} of {tried} fewer than two products fit, for example {example}",
        "“never” cells and stock leave too few, so products that break a wish fill up",
        "turn a “never” into negative points, or add a product for these answers",
    )
