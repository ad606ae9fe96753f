"""A stand-in and a small bot that know each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.phone import StandIn
from tests.unit.standin.bot import Bot

QUICK: dict[str, Any] = {"quiet": 0.1, "within": 5.0}
"""How the tests wait: the bot answers at once."""


@pytest.fixture(scope="package", name="both")
def _both() -> Iterator[tuple[StandIn, Bot]]:
    with Bot() as bot, StandIn.start(bot.url, retry_seconds=0.1) as phone:
        bot.graph_url = phone.graph_url
        yield phone, bot


@pytest.fixture(name="phone")
def _phone(both: tuple[StandIn, Bot]) -> StandIn:
    both[0].clear()
    return both[0]


@pytest.fixture(name="bot")
def _bot(both: tuple[StandIn, Bot]) -> Bot:
    bot = both[1]
    bot.webhooks.clear()
    bot.answers.clear()
    bot.statuses.clear()
    bot.replies.clear()
    return bot
