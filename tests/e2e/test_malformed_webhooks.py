"""Signed webhooks of any shape: none is answered with an error of ours, and the next good message is answered."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.pool import SingletonThreadPool

from customer_profiler import bootstrap
from customer_profiler.adapters.db import engine
from customer_profiler.channels.facebook.connector import FacebookInput
from customer_profiler.channels.meta.connector import MetaInput
from customer_profiler.channels.whatsapp.connector import WhatsAppInput
from customer_profiler.serving.turns import Turns
from tests.e2e.conftest import APP_SECRET, Assistant, eventually
from tests.e2e.graph import Graph
from tests.e2e.malformed import malformed
from tests.e2e.webhooks import CHANNELS, Writer, batch, encoded, post, post_raw, signed

CONNECTORS: dict[str, type[MetaInput]] = {"whatsapp": WhatsAppInput, "facebook": FacebookInput}

IN_PROCESS, OVER_HTTP = 50_000, 1_000
"""Bodies for each channel."""


def test_no_body_is_answered_with_an_error_of_ours(tmp_path: Path) -> None:
    with ProcessPoolExecutor(2, get_context("spawn")) as processes:
        results = list(processes.map(try_all, CHANNELS, (tmp_path / channel for channel in CHANNELS)))
    for statuses, waiting in results:
        assert sum(statuses.values()) == IN_PROCESS + 1
        assert set(statuses) == {200, 400}
        assert waiting, "some of them were good enough to be answered"


def try_all(channel: str, var: Path) -> tuple[Counter[int], int]:
    """Let a connector with a database of its own receive everything; count statuses and people to be answered."""
    os.environ |= {"PROFILER_VAR": str(var), "META_APP_SECRET": APP_SECRET}
    # The test claims nothing about a loss of power, and opening a connection for each body would take half of the time.
    event.listen(Engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    engine.sqlalchemy_engine = partial(engine.sqlalchemy_engine, poolclass=SingletonThreadPool)  # type: ignore[misc]
    statuses = asyncio.run(receive_all(channel))
    with bootstrap.services().open_unit() as unit:
        return statuses, len(unit.inbox.senders(channel))


async def receive_all(channel: str) -> Counter[int]:
    """Let a connector receive everything and answer none of it; count the statuses."""
    connector = CONNECTORS[channel]()
    connector.prepare(Turns(channel, nobody, nobody))
    connector._lanes.wake = lambda keys: None  # type: ignore[method-assign]
    good = encoded(batch(channel, Writer(channel).says("hello")))
    statuses: Counter[int] = Counter()
    for raw in (*malformed(channel, IN_PROCESS, connector.own_id), good):
        request = SimpleNamespace(body=raw, headers=signed(raw))
        statuses[(await connector.receive(request)).status] += 1
    await connector.stop()
    return statuses


async def nobody(_: object) -> None:
    """Handle no message, know no conversation."""


@pytest.mark.parametrize("channel", CHANNELS)
def test_the_bot_survives_them_and_answers_the_next_good_message(bot: Assistant, graph: Graph, channel: str) -> None:
    own_id = bot.environment["WHATSAPP_PHONE_NUMBER_ID" if channel == "whatsapp" else "MESSENGER_PAGE_ID"]
    processes = {process.pid for process in bot.children()}
    with ThreadPoolExecutor(4) as threads:
        bodies = malformed(channel, OVER_HTTP, own_id, seed=2)
        statuses = set(threads.map(lambda raw: post_raw(bot, channel, raw).status_code, bodies))
    assert statuses == {200, 400}
    writer = Writer(channel)
    post(bot, channel, writer.says("hello"))
    eventually(lambda: "Hello" in str([call.text for call in graph.messages(writer.address)]))
    assert {process.pid for process in bot.children()} == processes
