"""Five seeds of the chaos; ``make chaos`` plays all."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import nullcontext

import pytest

from tests.chaos.outcome import Outcome
from tests.chaos.plan import Plan, draw
from tests.chaos.season import season
from tests.chaos.snapshot import CUSTOMERS, snapshot
from tests.chaos.verdict import Wrong

PLANS = [
    draw(1, "sqlite", CUSTOMERS),
    draw(2, "sqlite", CUSTOMERS),
    draw(4, "sqlite", CUSTOMERS),
    draw(6, "postgresql", CUSTOMERS),
    draw(7, "postgresql", CUSTOMERS),
]


@pytest.fixture(scope="module")
def games(pytestconfig: pytest.Config) -> Iterator[Mapping[str, Future[Outcome]]]:
    """The seeds, all on their way."""
    capture = pytestconfig.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled() if capture else nullcontext():
        known = snapshot()
    with season(known, PLANS) as begun:
        yield dict(zip([plan.name for plan in PLANS], begun, strict=True))


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.name)
def test_every_target_has_every_lead_exactly_once_with_the_last_values(
    plan: Plan, games: Mapping[str, Future[Outcome]], capsys: pytest.CaptureFixture[str]
) -> None:
    outcome = games[plan.name].result()

    with capsys.disabled():
        sys.stdout.write(f"\n{outcome.line}\n")
    verdict = outcome.verdict
    assert [verdict.count(wrong) for wrong in Wrong] == [0, 0, 0], outcome.report
