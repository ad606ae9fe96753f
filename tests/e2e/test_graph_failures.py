"""What the customer gets in the end, and staff see, when Meta's Graph API is away, slow, unwilling or strange."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path

import aiohttp
import pytest

from customer_profiler import bootstrap
from customer_profiler.channels.meta import graph as meta_graph
from customer_profiler.channels.meta import sender as meta_sender
from customer_profiler.channels.meta.sender import Sender
from customer_profiler.channels.whatsapp.client import WhatsAppClient
from customer_profiler.core.outgoing import Delivery, OutgoingMessage
from customer_profiler.core.profile import PHONE, Identity
from customer_profiler.services.outbox import Outbox
from customer_profiler.services.session import Services
from customer_profiler.settings import STANDIN_TOKEN, Settings
from tests.e2e.conftest import Assistant, eventually
from tests.e2e.graph import Answer, Call, Graph, html, refused
from tests.e2e.webhooks import CHANNELS, Writer, post

SECRET = "xylophone77"
"""What customers write here, which no log may hold."""

PASSING = {
    "too many requests": Answer(429, b"{}", {"Retry-After": "2"}),
    "an error page": html(502),
    "a page where JSON should be": html(200),
    "a lost connection": Answer(cut=True),
    "trouble of the platform's own": refused(2, status=500),
}

LASTING = {
    "whatsapp": {"the window has closed": refused(131047), "nobody has the number": refused(131026)},
    "facebook": {"the window has closed": refused(10, 2018278, 403), "the person has gone": refused(551, 1545041)},
}


def waiting_or_failed(bot: Assistant, our_id: str) -> list[dict[str, object]]:
    """What the command line lists of a message."""
    return [each for each in json.loads(bot.profiler("outbox", "list", "--json")) if each["id"] == our_id]


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("reason", [*PASSING, "too many messages to one person"])
def test_what_passes_delays_the_answer_and_what_follows_it_but_changes_nothing(
    bot: Assistant, graph: Graph, channel: str, reason: str
) -> None:
    writer = Writer(channel)
    pair_limit = refused(131056) if channel == "whatsapp" else refused(613)
    graph.reacts(writer.address, PASSING.get(reason, pair_limit))
    post(bot, channel, writer.says(f"thanks {SECRET}"), writer.says("bye"))
    eventually(lambda: len(graph.messages(writer.address)) == 3)
    first, again, next_one = graph.messages(writer.address)
    assert again.body == first.body and next_one.our_id != first.our_id
    assert reason != "too many requests" or again.at - first.at >= 2
    assert waiting_or_failed(bot, first.our_id) == []


@pytest.mark.parametrize(
    ("channel", "reason"), [(channel, reason) for channel in LASTING for reason in LASTING[channel]]
)
def test_what_lasts_ends_the_message_and_no_other(bot: Assistant, graph: Graph, channel: str, reason: str) -> None:
    writer = Writer(channel)
    graph.reacts(writer.address, LASTING[channel][reason])
    post(bot, channel, writer.says("thanks"), writer.says("bye"))
    eventually(lambda: len(graph.messages(writer.address)) == 2)
    failed, sent = graph.messages(writer.address)
    assert failed.our_id != sent.our_id
    [listed] = waiting_or_failed(bot, failed.our_id)
    assert (listed["status"], listed["attempts"]) == ("failed", 1)
    assert listed["reason"] and "refused:" not in str(listed["reason"])


def test_while_nobody_listens_messages_wait_and_then_go_once_and_in_order(bot: Assistant, graph: Graph) -> None:
    writers = {channel: Writer(channel) for channel in CHANNELS}
    with graph.away():
        for channel, writer in writers.items():
            post(bot, channel, writer.says("thanks"), writer.says("bye"))
        eventually(lambda: len(unreachable(bot)) == len(writers))
    for writer in writers.values():
        eventually(lambda: len(graph.messages(writer.address)) == 2)  # noqa: B023 - called at once
        assert ["welcome" in call.text for call in graph.messages(writer.address)] == [True, False]


def unreachable(bot: Assistant) -> list[dict[str, object]]:
    listed = json.loads(bot.profiler("outbox", "list", "--json"))
    return [each for each in listed if each["status"] == "waiting" and "reached" in each["reason"]]


def test_no_log_of_all_this_holds_a_token_or_a_customers_words(bot: Assistant) -> None:
    log = bot.log.read_text("utf-8")
    assert "message_refused" in log, "there was something to be logged"
    assert SECRET not in log and STANDIN_TOKEN not in log


# --- what takes too long for an assistant that runs


@pytest.fixture
def services(tmp_path: Path) -> Services:
    return bootstrap.build_services(Settings.from_environment({"PROFILER_VAR": str(tmp_path)}))


def test_a_call_that_takes_too_long_is_repeated(
    graph: Graph, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meta_graph, "TIMEOUT", aiohttp.ClientTimeout(total=0.2))
    writer = Writer("whatsapp")
    graph.reacts(writer.address, slow)
    message = owed(services, writer)
    asyncio.run(send(graph, services, message, lambda: stored(services, message).status is Delivery.SENT))
    assert len(graph.messages(writer.address)) == stored(services, message).attempts == 2


def test_a_token_that_has_expired_stops_the_channel_until_it_is_renewed(
    graph: Graph, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meta_sender, "STOP_SECONDS", 1.0)
    writers = [Writer("whatsapp"), Writer("whatsapp")]
    graph.reacts(writers[0].address, refused(190, status=401), refused(190, status=401))
    first, second = (owed(services, writer) for writer in writers)

    def both_are_sent() -> bool:
        return all(stored(services, message).status is Delivery.SENT for message in (first, second))

    asyncio.run(send(graph, services, first, both_are_sent, second))
    tries = [call.at for call in graph.messages(writers[0].address)]
    assert len(tries) == 3 and tries[2] - tries[0] >= 2
    assert len(graph.messages(writers[1].address)) == 1


def slow(call: Call) -> Answer:
    time.sleep(1)
    return Answer()


def owed(services: Services, writer: Writer) -> OutgoingMessage:
    """Put a message to somebody who has just written into the outbox."""
    now = datetime.now(timezone.utc)
    body = {"messaging_product": "whatsapp", "type": "text", "text": {"body": "Hello"}}
    with services.open_unit() as unit:
        profile_id = unit.profiles.met([Identity(PHONE, writer.address)], now, now)
        message = OutgoingMessage(services.tools.new_id(), "whatsapp", profile_id, body, now, now)
        unit.outgoing.add([message])
        unit.commit()
    return message


def stored(services: Services, message: OutgoingMessage) -> OutgoingMessage:
    found = Outbox(services, "whatsapp").get(message.id)
    assert found is not None
    return found


async def send(
    graph: Graph, services: Services, first: OutgoingMessage, is_done: Callable[[], bool], *others: OutgoingMessage
) -> None:
    """Let a sender of this process send until all is done; the other messages a moment after the first."""
    client = WhatsAppClient(graph.url, "100000000000001", STANDIN_TOKEN)
    sender = Sender(Outbox(services, "whatsapp"), client)
    sender._settles_at = 0.0
    sender.wake([first.profile_id])
    await asyncio.sleep(0.2)
    sender.wake(message.profile_id for message in others)
    for _ in range(600):
        if is_done():
            break
        await asyncio.sleep(0.05)
    await sender.close()
    await client.close()
    assert is_done()
