"""Tests that are coroutines run on asyncio: ``pytestmark = pytest.mark.anyio``."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """The one event loop the product runs on."""
    return "asyncio"
