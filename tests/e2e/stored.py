"""What an assistant has stored, read from its databases while it runs: reading never makes it wait."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

from tests.e2e.conftest import Assistant
from tests.e2e.webhooks import Json, Writer

PROFILER, CONVERSATIONS = "profiler.db", "conversations.db"


def rows(assistant: Assistant, file: str, query: str, *values: str) -> list[Any]:
    with closing(sqlite3.connect(f"file:{assistant.var}/{file}?mode=ro", uri=True)) as store:
        return store.execute(query, values).fetchall()


def is_done(assistant: Assistant) -> bool:
    """Whether nothing waits any more, in the inbox or the outbox."""
    waiting = "SELECT number FROM {} WHERE status = 'waiting'"
    return not any(rows(assistant, PROFILER, waiting.format(table)) for table in ("inbox_event", "outgoing_message"))


def attempts(assistant: Assistant, item: Json) -> int:
    """How often the event of an item was begun; -1 until it is stored."""
    id_ = item["id"] if "id" in item else item["message"]["mid"]
    found = rows(assistant, PROFILER, "SELECT attempts FROM inbox_event WHERE id = ?", id_)
    return int(found[0][0]) if found else -1


def put_off(assistant: Assistant) -> int:
    """How many messages were tried and wait for another try."""
    query = "SELECT count(*) FROM outgoing_message WHERE status = 'waiting' AND reason <> ''"
    return int(rows(assistant, PROFILER, query)[0][0])


def answers(assistant: Assistant, writer: Writer) -> list[tuple[str, str]]:
    """All answers stored of somebody, those taken back included."""
    query = """SELECT question, option FROM answer JOIN run ON run.id = run_id JOIN identity USING (profile_id)
        WHERE identity.value = ? ORDER BY level"""
    return rows(assistant, PROFILER, query, writer.address)


def conversation(assistant: Assistant, writer: Writer) -> list[Any]:
    """The ids of what the bot said to somebody, as Rasa remembers it."""
    query = "SELECT profile_id FROM identity WHERE value = ?"
    [[profile_id]] = rows(assistant, PROFILER, query, writer.address)
    said = "SELECT id FROM events WHERE sender_id = ? AND type_name = 'bot'"
    return rows(assistant, CONVERSATIONS, said, profile_id)
