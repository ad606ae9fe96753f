"""300 people at the summary of their request: made once, kept, and copied for every seed."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from sqlalchemy import Integer, func, insert, select
from sqlalchemy.engine import Engine

from customer_profiler.adapters.db import tables
from customer_profiler.adapters.db.engine import create_engine
from customer_profiler.adapters.db.migrate import migrate
from tests.chaos.assistant import PROJECT, Assistant
from tests.chaos.copies import multiply
from tests.chaos.customer import Acquaintance, acquaint, sender_of
from tests.chaos.folder import scratch
from tests.chaos.talk import Talk, client

CUSTOMERS = 300
TALKERS = 50
"""How many of the customers talk; each has five others who say the same."""

AT_ONCE = 8
"""Conversations side by side: more are no faster."""

DATABASES = ("profiler.db", "conversations.db")
PEOPLE = "people.json"

_SOURCES = (
    "actions", "content", "customer_profiler", "data", "migrations", "config.yml", "credentials.yml", "domain.yml",
    "endpoints.yml", *(f"tests/chaos/{name}.py" for name in ("copies", "customer", "snapshot", "talk")),
)  # fmt: skip
_BESIDE = ("adapters/crm", "channels/facebook", "channels/meta", "channels/whatsapp", "cli", "standin", "worker.py")
"""Parts of the product that have no part in a conversation before there is a lead."""


@dataclass(frozen=True)
class Snapshot:
    """The data of an assistant, stopped, in a folder."""

    folder: Path

    @property
    def people(self) -> Sequence[Acquaintance]:
        """Those it knows."""
        return [Acquaintance(**each) for each in json.loads((self.folder / PEOPLE).read_text("utf-8"))]

    def copy(self, var: Path) -> None:
        """Make the data of an assistant of it."""
        for name in DATABASES:
            shutil.copy(self.folder / name, var / name)

    def copy_product(self, url: str) -> None:
        """Copy the product's data into an empty database of another kind."""
        source, target = create_engine(f"sqlite:///{self.folder / DATABASES[0]}"), create_engine(url)
        try:
            migrate(target)
            _copy(source, target)
        finally:
            source.dispose()
            target.dispose()


def snapshot() -> Snapshot:
    """Give the snapshot for the sources as they are; it is made when there is none."""
    home = Path(os.environ.get("PROFILER_VAR") or PROJECT / "var") / "chaos"
    found = Snapshot(home / _fingerprint())
    if not (found.folder / PEOPLE).exists():
        shutil.rmtree(home, ignore_errors=True)
        sys.stdout.write(
            f"{TALKERS} customers talk to the assistant, up to the summary; kept until it is changed ...\n"
        )
        sys.stdout.flush()
        with scratch() as var:
            people = multiply(*(var / name for name in DATABASES), _prepare(var), CUSTOMERS)
            found.folder.mkdir(parents=True)
            Snapshot(var).copy(found.folder)
        # Last, because it says that the rest is whole.
        (found.folder / PEOPLE).write_text(json.dumps([each.stored() for each in people]), "utf-8")
    return found


def _prepare(var: Path) -> Sequence[Acquaintance]:
    """Let some talk to an assistant; give them when it has ended."""
    assistant = Assistant(var, workers=0)
    try:
        assistant.wait_until_ready()
        people = asyncio.run(_talk_to_all(assistant.url))
    finally:
        assistant.end()
    return people


async def _talk_to_all(address: str) -> Sequence[Acquaintance]:
    places = asyncio.Semaphore(AT_ONCE)
    async with client() as http:

        async def meet(number: int) -> Acquaintance:
            async with places:
                return await acquaint(Talk(http, address, sender_of(number), Random(number)), number)

        return await asyncio.gather(*(meet(number) for number in range(TALKERS)))


def _copy(source: Engine, target: Engine) -> None:
    with source.connect() as reader, target.begin() as writer:
        for table in tables.metadata.sorted_tables:
            # The migrations may have put rows there.
            writer.execute(table.delete())
            rows = [dict(row) for row in reader.execute(select(table)).mappings()]
            if rows:
                writer.execute(insert(table), rows)
            numbered = [column for column in table.primary_key if isinstance(column.type, Integer)]
            if rows and len(table.primary_key) == 1 and numbered:
                last = select(func.max(numbered[0])).scalar_subquery()
                sequence = func.pg_get_serial_sequence(table.name, numbered[0].name)
                writer.execute(select(func.setval(sequence, last)))


def _fingerprint() -> str:
    """Hash all that the stored conversations follow from."""
    digest = hashlib.sha256()
    for file in sorted(_files()):
        digest.update(f"{file.relative_to(PROJECT)}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _files() -> Iterator[Path]:
    for name in _SOURCES:
        path = PROJECT / name
        if path.is_file():
            yield path
        beside = [PROJECT / "customer_profiler" / part for part in _BESIDE]
        for file in path.rglob("*"):
            if file.is_file() and file.suffix != ".pyc" and not any(part in (file, *file.parents) for part in beside):
                yield file
