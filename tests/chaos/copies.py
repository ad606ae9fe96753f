"""More people of the same kind: what the databases hold of each of those who talked, again under new names.

Talking to everybody would take most of the time of a test, and what is tested begins where the talking has ended.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from tests.chaos.customer import Acquaintance, email_of, phone_of, sender_of

_OWNERS: Mapping[str, tuple[str, str]] = {
    "profile": ("id", "profile"),
    "identity": ("profile_id", "profile"),
    "run": ("profile_id", "profile"),
    "answer": ("run_id", "run"),
    "recommendation": ("run_id", "run"),
}
"""Table -> the column that tells whose a row is, and what that names; in the order in which rows may be added."""

_NUMBERED = ("answer", "recommendation")


def multiply(product: Path, conversations: Path, people: Sequence[Acquaintance], total: int) -> Sequence[Acquaintance]:
    """Copy people in turn until there are so many; give all of them."""
    everybody = list(people)
    with closing(sqlite3.connect(product)) as data, closing(sqlite3.connect(conversations)) as talks:
        for number in range(len(people), total):
            everybody.append(_copied(data, talks, people[number % len(people)], number))
        data.commit()
        talks.commit()
    return everybody


def _copied(data: sqlite3.Connection, talks: sqlite3.Connection, person: Acquaintance, number: int) -> Acquaintance:
    query = "SELECT profile.id, current_run_id FROM profile JOIN identity ON profile_id = profile.id WHERE value = ?"
    [(profile, run)] = data.execute(query, (person.sender,)).fetchall()
    names = {
        profile: uuid4().hex,
        run: uuid4().hex,
        person.sender: sender_of(number),
        email_of(person.number): email_of(number),
        phone_of(person.number): phone_of(number),
    }
    whose = {"profile": profile, "run": run}
    for table, (column, owner) in _OWNERS.items():
        rows = data.execute(f"SELECT * FROM {table} WHERE {column} = ?", (whose[owner],)).fetchall()
        _insert(data, table, [(None, *row[1:]) if table in _NUMBERED else row for row in rows], names)
    events = talks.execute("SELECT * FROM events WHERE sender_id = ? ORDER BY id", (person.sender,)).fetchall()
    _insert(talks, "events", [(None, *row[1:]) for row in events], names)
    confirm, alternative = _renamed([person.confirm, person.alternative], names)
    return replace(person, number=number, sender=sender_of(number), confirm=str(confirm), alternative=str(alternative))


def _insert(
    connection: sqlite3.Connection, table: str, rows: Sequence[Sequence[object]], names: Mapping[str, str]
) -> None:
    places = ", ".join("?" for _ in rows[0]) if rows else ""
    connection.executemany(f"INSERT INTO {table} VALUES ({places})", [tuple(_renamed(row, names)) for row in rows])


def _renamed(values: Sequence[object], names: Mapping[str, str]) -> Iterator[object]:
    for value in values:
        if isinstance(value, str):
            for name, other in names.items():
                value = value.replace(name, other)
        yield value
