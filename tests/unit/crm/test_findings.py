"""Steps of a check, and the mend of each trouble."""

from __future__ import annotations

import pytest

from customer_profiler.adapters.crm.findings import MENDS, tried
from customer_profiler.core.delivery import DeliveryFailed, Finding, Trouble


@pytest.mark.parametrize("trouble", Trouble)
def test_every_trouble_has_a_mend(trouble: Trouble) -> None:
    assert MENDS[trouble]


def test_a_step_that_fails_says_what_the_target_said_and_the_mend() -> None:
    def call() -> str:
        raise DeliveryFailed(Trouble.FORBIDDEN, "HTTP 403 not yours")

    assert tried("write", call) == Finding("write", False, "forbidden: HTTP 403 not yours", MENDS[Trouble.FORBIDDEN])


def test_a_step_that_is_well_says_what_was_found() -> None:
    assert tried("write", lambda: "3 fields") == Finding("write", True, "3 fields")
