"""Tests that are coroutines run on asyncio: ``pytestmark = pytest.mark.anyio``."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

# How long something takes says nothing of whether it is right; `make bench` measures that.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """The one event loop the product runs on."""
    return "asyncio"
