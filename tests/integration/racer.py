"""The other process of a race: works on the database when told, at the same moment as its rival.

``python -m tests.integration.racer`` reads one JSON list a line, ``[function, argument, ...]``, and prints the
result of each call as JSON, or the name and text of the error.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime, timezone
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from sqlalchemy.engine import Engine

from customer_profiler.adapters.db.engine import create_engine
from customer_profiler.adapters.db.migrate import migrate as migrate_engine
from customer_profiler.adapters.db.unit_of_work import SqlUnitOfWork
from customer_profiler.core.errors import ProfilerError
from customer_profiler.core.events import Event, Said
from customer_profiler.core.profile import PHONE, Identity
from customer_profiler.services.inbox import Inbox

NOW = datetime(2026, 5, 4, 10, tzinfo=timezone.utc)


@lru_cache
def engine_of(url: str) -> Engine:
    return create_engine(url)


def hello() -> str:
    return "ready"


def migrate(url: str) -> str:
    engine = create_engine(url)
    migrate_engine(engine)
    engine.dispose()
    return "migrated"


def meet(url: str, sender: str) -> str:
    """Meet a person for the first time and give the profile's id."""
    with SqlUnitOfWork(engine_of(url)) as unit:
        profile = unit.profiles.visited(Identity("whatsapp_phone", sender), NOW)
        unit.commit()
    return profile.id


def answer(url: str, run_id: str, option: str, sender: str) -> str:
    """Answer a question; a sender's visit comes first, as in every turn, when one is named."""
    with SqlUnitOfWork(engine_of(url)) as unit:
        if sender:
            unit.profiles.visited(Identity("rest_sender", sender), NOW)
        unit.runs.save_answer(run_id, 1, "budget", option, NOW)
        unit.commit()
    return option


def accept(url: str, batch: str) -> str:
    """Accept a batch of ten events of five people; give for how many people it was new."""
    services: Any = SimpleNamespace(
        tools=SimpleNamespace(now=lambda: NOW), open_unit=lambda: SqlUnitOfWork(engine_of(url))
    )
    events = [
        Event(f"{batch}.{number}", NOW, Said("hello"), (Identity(PHONE, f"3460000000{number % 5}"),), {"of": number})
        for number in range(10)
    ]
    return str(len(Inbox(services, "whatsapp").accept(events)))


CALLS = {call.__name__: call for call in (hello, migrate, meet, answer, accept)}


def main() -> None:
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        try:
            result = CALLS[name](*arguments)
        except ProfilerError as error:
            result = f"{type(error).__name__}: {error}"
        sys.stdout.write(json.dumps(result) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
