"""The recommendation: scores, order, the two products, reasons (design, section 5; R18, R19, R24).

Pure and in integers: the same answers and content give the same result for ever, on every channel and in
every language (R10, R37).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from customer_profiler.core.condition import Answers, Condition
from customer_profiler.core.profiler import NEVER, MatrixRow, MessageRow, Product, Profiler


@dataclass(frozen=True)
class Reason:
    """A matrix row that speaks for a product, with its points (1 or more)."""

    when: Condition
    points: int


@dataclass(frozen=True)
class Recommended:
    """One of the products shown.

    ``score`` is the sum of the product's integer cells, None for a near match. ``broken`` holds the conditions of
    the ``never`` cells that excluded a near match.
    """

    product: Product
    score: int | None
    reasons: tuple[Reason, ...]
    broken: tuple[Condition, ...] = ()

    @property
    def near_match(self) -> bool:
        """Tell whether a ``never`` excludes the product, so that it only fills up."""
        return bool(self.broken)


@dataclass(frozen=True)
class Ranking:
    """The result for one set of answers.

    ``products`` are none, one or two; ``scores`` maps every product id to its score, or to None where a
    ``never`` or a stock of 0 takes the product out; ``message`` is the first message row that holds.
    """

    products: tuple[Recommended, ...]
    scores: dict[str, int | None]
    message: MessageRow | None


@dataclass(frozen=True)
class _Standing:
    product: Product
    position: int
    points: int
    reasons: tuple[Reason, ...]
    broken: tuple[Condition, ...]

    @property
    def order(self) -> tuple[int, bool, int, int]:
        """Higher points, then lower priority with blank last, then place in the product list."""
        priority = self.product.priority
        return (-self.points, priority is None, priority or 0, self.position)

    def as_recommended(self) -> Recommended:
        score = None if self.broken else self.points
        return Recommended(self.product, score, self.reasons, self.broken)


def rank(profiler: Profiler, answers: Answers) -> Ranking:
    """Rank the profiler's products for the answers and choose the two to show.

    Fewer than two products appear only when fewer are in stock.
    """
    rows = [row for row in profiler.matrix if row.when.holds(answers)]
    standings = [_stand(product, place, rows) for place, product in enumerate(profiler.products)]
    shown = [standing for standing in standings if standing.product.stock != 0]
    fitting = sorted((s for s in shown if not s.broken), key=lambda s: s.order)
    near = sorted((s for s in shown if s.broken), key=lambda s: (len(s.broken), s.order))
    chosen = [*_first_two(fitting), *near][:2]
    in_play = {standing.product.id for standing in fitting}
    return Ranking(
        products=tuple(standing.as_recommended() for standing in chosen),
        scores={s.product.id: s.points if s.product.id in in_play else None for s in standings},
        message=next((row for row in profiler.messages if row.when.holds(answers)), None),
    )


def _stand(product: Product, position: int, rows: Sequence[MatrixRow]) -> _Standing:
    cells = [(row.when, row.cells[product.id]) for row in rows if product.id in row.cells]
    points = [(when, cell) for when, cell in cells if cell is not NEVER]
    reasons = [Reason(when, cell) for when, cell in points if cell > 0]
    return _Standing(
        product=product,
        position=position,
        points=sum(cell for _, cell in points),
        reasons=tuple(sorted(reasons, key=lambda reason: -reason.points)),
        broken=tuple(when for when, cell in cells if cell is NEVER),
    )


def _first_two(fitting: Sequence[_Standing]) -> Sequence[_Standing]:
    """The best, then the best of another family, or the runner-up when there is no other family."""
    if len(fitting) < 2:
        return fitting
    first, *rest = fitting
    second = next((s for s in rest if not s.product.family or s.product.family != first.product.family), rest[0])
    return (first, second)
