"""Kill -9 at every stage of an answer on WhatsApp and Messenger: nothing is lost, and nothing is done twice.

Measured with these tests; both channels alike:

=================================================  ==================================================================
killed                                             what happened
=================================================  ==================================================================
Rasa, event stored and not begun                   the next process answered it; one message
Rasa, in a turn, answer not stored                 the turn was taken again; answer stored once, one message
Rasa, in a turn, answer stored                     the turn was taken again and asked the next question; one message
Rasa, turn done, its words not in the outbox       they were sent from the conversation, without another turn
Rasa, message in the outbox, not sent              sent by the next process; one message
Rasa, message sent, its answer lost                sent again under the same id; two messages
the same, and the platform tells in time           not sent again; one message
action server, in a turn                           the turn was taken again; answer stored once, one message
=================================================  ==================================================================
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager

import psutil

from customer_profiler.channels.meta.connector import TURNS_AT_ONCE
from tests.e2e.conftest import Assistant, eventually
from tests.e2e.graph import Answer, Call, Graph
from tests.e2e.stored import PROFILER, answers, attempts, conversation, is_done, put_off
from tests.e2e.webhooks import CHANNELS, Json, Writer, post


@contextmanager
def suspended(process: psutil.Process) -> Iterator[None]:
    """Hold a process where it is."""
    process.suspend()
    try:
        yield
    finally:
        process.resume()


def restart(bot: Assistant) -> None:
    """Kill the Rasa server; wait until the next one has done what was left."""
    bot.kill("rasa")
    eventually(lambda: is_done(bot))


def asked(bot: Assistant, graph: Graph, count: int = 1) -> list[Writer]:
    """So many people on each channel who were asked the first question."""
    writers = [Writer(channel) for channel in CHANNELS for _ in range(count)]
    for writer in writers:
        post(bot, writer.channel, writer.starts())
    eventually(lambda: all(graph.messages(writer.address) for writer in writers))
    graph.calls.clear()
    return writers


def taps(bot: Assistant, writers: Sequence[Writer]) -> list[Json]:
    """Let everybody answer the first question."""
    items = [writer.answers("use", "family") for writer in writers]
    for writer, item in zip(writers, items, strict=True):
        post(bot, writer.channel, item)
    return items


def check(bot: Assistant, graph: Graph, writers: Sequence[Writer], copies: int = 1) -> None:
    """The answer is stored once and the second question was sent so often under one id; the third one follows."""
    for writer in writers:
        sent = graph.messages(writer.address)
        assert ["(2/5)" in call.text for call in sent] == [True] * copies
        assert len({call.our_id for call in sent}) == 1
        assert answers(bot, writer) == [("use", "family")]
        post(bot, writer.channel, writer.answers("seats", "five"))
    for writer in writers:
        eventually(lambda: len(graph.messages(writer.address)) == copies + 1)  # noqa: B023 - called at once
        assert "(3/5)" in graph.messages(writer.address)[-1].text


def test_turns_cut_off_and_events_not_begun_are_done_by_the_next_process(bot: Assistant, graph: Graph) -> None:
    begun, waiting = asked(bot, graph, TURNS_AT_ONCE), asked(bot, graph)
    with suspended(bot.process("rasa_sdk")):
        items = taps(bot, begun)
        eventually(lambda: {attempts(bot, item) for item in items} == {1})
        items = taps(bot, waiting)
        assert {attempts(bot, item) for item in items} == {0}
        bot.process("rasa").kill()
    bot.wait_until_answering()
    eventually(lambda: is_done(bot))
    check(bot, graph, [*begun, *waiting])


def test_an_answer_stored_before_the_turn_was_cut_off_is_stored_once(bot: Assistant, graph: Graph) -> None:
    writers = asked(bot, graph)
    with suspended(bot.process("rasa_sdk")):
        items = taps(bot, writers)
        eventually(lambda: [attempts(bot, item) for item in items] == [1, 1])
        time.sleep(0.5)  # the call of the action server is on its way
        bot.process("rasa").suspend()
    eventually(lambda: all(answers(bot, writer) for writer in writers))
    restart(bot)
    check(bot, graph, writers)


def test_what_a_finished_turn_said_is_sent_without_another_turn(bot: Assistant, graph: Graph) -> None:
    writers = [Writer(channel) for channel in CHANNELS]
    rasa, actions = bot.process("rasa"), bot.process("rasa_sdk")
    with suspended(actions):
        items = [writer.says("thanks") for writer in writers]
        for writer, item in zip(writers, items, strict=True):
            post(bot, writer.channel, item)
        eventually(lambda: [attempts(bot, item) for item in items] == [1, 1])
        time.sleep(0.5)  # the call of the action server is on its way
        rasa.suspend()
    time.sleep(1)  # the action server has answered
    with closing(sqlite3.connect(bot.var / PROFILER, isolation_level=None)) as store:
        store.execute("BEGIN IMMEDIATE")  # what was said cannot get into the outbox
        rasa.resume()
        eventually(lambda: all(conversation(bot, writer) for writer in writers))
        rasa.kill()
        store.execute("ROLLBACK")
    said = [conversation(bot, writer) for writer in writers]
    bot.wait_until_answering()
    eventually(lambda: is_done(bot))
    for writer, before in zip(writers, said, strict=True):
        [sent] = graph.messages(writer.address)
        assert "welcome" in sent.text
        assert conversation(bot, writer) == before


def test_a_message_that_waits_in_the_outbox_is_sent_by_the_next_process(bot: Assistant, graph: Graph) -> None:
    writers = asked(bot, graph)
    with graph.away():
        taps(bot, writers)
        eventually(lambda: put_off(bot) == len(writers))
        bot.kill("rasa")
    eventually(lambda: is_done(bot))
    check(bot, graph, writers)


def test_a_message_whose_answer_was_lost_is_sent_again_under_the_same_id(bot: Assistant, graph: Graph) -> None:
    writers = asked(bot, graph)
    kill_while_sending(bot, graph, writers)
    eventually(lambda: is_done(bot))
    check(bot, graph, writers, copies=2)


def test_a_message_of_which_the_platform_tells_in_time_is_not_sent_again(bot: Assistant, graph: Graph) -> None:
    writers = asked(bot, graph)
    kill_while_sending(bot, graph, writers)
    for writer in writers:
        [sent] = graph.messages(writer.address)
        post(bot, writer.channel, writer.hears_of(sent.our_id), kind="statuses")
    eventually(lambda: is_done(bot))
    check(bot, graph, writers)


def kill_while_sending(bot: Assistant, graph: Graph, writers: Sequence[Writer]) -> None:
    """Let everybody answer, and kill the Rasa server when the platform has the next question and says nothing yet."""
    is_killed = threading.Event()

    def answer_late(call: Call) -> Answer:
        is_killed.wait(60)
        return Answer()

    for writer in writers:
        graph.reacts(writer.address, answer_late)
    taps(bot, writers)
    eventually(lambda: all(graph.messages(writer.address) for writer in writers))
    bot.kill("rasa")
    is_killed.set()


def test_a_turn_without_its_action_server_is_taken_again(bot: Assistant, graph: Graph) -> None:
    writers = asked(bot, graph)
    actions = bot.process("rasa_sdk")
    actions.suspend()
    items = taps(bot, writers)
    eventually(lambda: [attempts(bot, item) for item in items] == [1, 1])
    time.sleep(0.5)  # the call of the action server is on its way
    bot.kill("rasa_sdk")
    eventually(lambda: is_done(bot))
    check(bot, graph, writers)
