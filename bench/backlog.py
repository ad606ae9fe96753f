"""Leads of the past, by the million if need be: put into a database by SQL, owed to one target or delivered to it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from sqlalchemy import event, insert, select, text
from sqlalchemy.engine import Connection, Engine

from customer_profiler.adapters.db import tables as t
from customer_profiler.adapters.db.engine import create_engine
from customer_profiler.adapters.db.migrate import migrate
from customer_profiler.core.delivery import DeliveryStatus
from customer_profiler.core.lead_body import ORDER

TARGET = "crm"
"""The name of the target that is owed everything."""

AT_ONCE = 100_000
"""Leads in one transaction."""

_SOMEBODY = "bench"
"""The id of the one profile and run that all these leads are of."""

_STAND_IN_ID = "L-00000-00000"
"""Stands in the body for the lead's own id."""

_ANSWERS = {
    "budget": ("What can you spend?", "From 20,000 to 30,000 €"),
    "use": ("What will you use it for most?", "The family, and holidays together"),
    "seats": ("How many people travel with you?", "Four or five"),
    "fuel": ("What should it run on?", "Electricity only"),
    "when": ("When do you need it?", "Within three months"),
}

_BODY: Mapping[str, object] = {
    "lead_id": _STAND_IN_ID,
    "revision": 1,
    "status": "open",
    "created_at": "2026-11-22T09:30:15.123456+00:00",
    "changed_at": "2026-11-22T09:30:15.123456+00:00",
    "name": f"Ada {_STAND_IN_ID}",
    "first_name": "Ada",
    "last_name": _STAND_IN_ID,
    "email": f"ada.{_STAND_IN_ID}@example.com",
    "phone": "+34612345678",
    "product": "family_estate",
    "product_title": "Family Estate Electric, 77 kWh",
    "products": ["family_estate"],
    "price": "29900.00",
    "currency": "EUR",
    "price_basis": "list price, content version 3f7a0c55d1b2e8a4",
    "score": 9,
    "reasons": [{"when": f"{question}=option", "points": 2} for question in _ANSWERS],
    "reasons_in_words": [answer for _, answer in _ANSWERS.values()],
    "profiler": "cars",
    "profiler_title": "Find your car",
    "profiler_version": "3f7a0c55d1b2e8a4",
    "run_id": "0" * 32,
    "answers": dict.fromkeys(_ANSWERS, "option"),
    "answers_in_words": {name: {"question": asked, "answer": said} for name, (asked, said) in _ANSWERS.items()},
    "channel": "whatsapp",
    "language": "en",
    "source": "ad:120211234567890123",
    "campaign": "120211234567890123",
    "consent_text": "I agree that you contact me about this request by e-mail or telephone.",
    "consent_at": "2026-11-22T09:30:15.123456+00:00",
    "profile_id": "0" * 32,
    "profile_url": "http://127.0.0.1:8080/profiles/00000000000000000000000000000000",
}
"""What a lead of a real conversation says: some 2 KB of JSON."""

_ID = "'L-' || CAST(CAST(i AS BIGINT) * 2654435761 % 10000000000 AS VARCHAR(18))"
"""The id of lead ``i``: real ones are drawn by lot, so that neighbours in time lie far apart in an index, as here."""

_INSERTS = (
    f"""
    INSERT INTO lead (id, run_id, profile_id, product, consent_text, body, status, attempts, last_error, created_at)
    SELECT {_ID}, :somebody, :somebody, 'family_estate', 'I agree.', {{body}}, :lead_status, :attempts, '', {{moment}}
    FROM n
    """,
    f"""
    INSERT INTO lead_revision (lead_id, revision, body, created_at, owed_at)
    SELECT {_ID}, 1, {{body}}, {{moment}}, {{moment}} FROM n
    """,
    f"""
    INSERT INTO lead_delivery (lead_id, revision, target, status, attempts, due_at, put_off_at, lease, trouble, detail,
        remote_id, created_at)
    SELECT {_ID}, 1, :target, :status, :attempts, {{moment}}, {{moment}}, '', '', '', '', {{moment}} FROM n
    """,
)

_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last})"

_OWN_BODY = {
    "sqlite": f"replace(:body, '{_STAND_IN_ID}', {_ID})",
    "postgresql": f"CAST(replace(:body, '{_STAND_IN_ID}', {_ID}) AS JSON)",
}
_MOMENT = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f000', :begin, printf('+%.3f seconds', i / 1000.0))",
    "postgresql": "CAST(:begin AS timestamp) + i * interval '1 millisecond'",
}
"""One lead a millisecond, from yesterday on."""


def body(lead_id: str) -> Mapping[str, Any]:
    """Give what a lead says; its e-mail address is its own."""
    values = json.loads(json.dumps(_BODY).replace(_STAND_IN_ID, lead_id))
    return {name: values.get(name) for name in ORDER}


def grow(url: str, first: int, last: int, status: DeliveryStatus = DeliveryStatus.WAITING) -> None:
    """Put the leads with these numbers into a database, which is made if need be."""
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _hurry)
    try:
        migrate(engine)
        for begin in range(first, last + 1, AT_ONCE):
            with engine.begin() as connection:
                _make_somebody(connection)
                _insert(connection, begin, min(begin + AT_ONCE - 1, last), status)
        _tidy(engine)
    finally:
        engine.dispose()


def _hurry(connection: sqlite3.Connection, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("PRAGMA cache_size=-500000")


def _make_somebody(connection: Connection) -> None:
    if connection.execute(select(t.run.c.id).where(t.run.c.id == _SOMEBODY)).first():
        return
    now = datetime.now(timezone.utc)
    version: dict[str, object] = {"hash": _SOMEBODY, "profiler": "cars", "document": {}, "created_at": now}
    profile: dict[str, object] = {"id": _SOMEBODY, "first_seen_at": now, "last_seen_at": now}
    run: dict[str, object] = {"id": _SOMEBODY, "profile_id": _SOMEBODY, "content_version": _SOMEBODY}
    run |= {"profiler": "cars", "channel": "rest", "language": "en", "source": "menu"}
    run |= {"status": "finished", "started_at": now}
    for table, row in ((t.content_version, version), (t.profile, profile), (t.run, run)):
        connection.execute(insert(table).values(**row))


def _insert(connection: Connection, first: int, last: int, status: DeliveryStatus) -> None:
    dialect, is_waiting = connection.dialect.name, status is DeliveryStatus.WAITING
    values = {
        "somebody": _SOMEBODY,
        "begin": (datetime.now(timezone.utc) - timedelta(days=1)).strftime("%Y-%m-%d %H:%M:%S"),
        "body": json.dumps(body(_STAND_IN_ID)),
        "status": status.value,
        "lead_status": "pending" if is_waiting else "delivered",
        "attempts": 0 if is_waiting else 1,
        "target": TARGET,
    }
    numbers = _NUMBERS.format(first=first, last=last)
    for into in _INSERTS:
        statement = into.format(body=_OWN_BODY[dialect], moment=_MOMENT[dialect])
        used = {name: value for name, value in values.items() if f":{name}" in statement}
        connection.execute(text(f"{numbers} {statement}"), used)


def _tidy(engine: Engine) -> None:
    """Do what PostgreSQL does by itself within a minute of such a growth, and SQLite at the next pause of writers."""
    statement = "VACUUM ANALYZE" if engine.dialect.name == "postgresql" else "PRAGMA wal_checkpoint(TRUNCATE)"
    raw = engine.raw_connection()
    try:
        if engine.dialect.name == "postgresql":
            raw.dbapi_connection.set_session(autocommit=True)
        cursor = raw.cursor()
        cursor.execute(statement)
        if cursor.description:
            cursor.fetchall()
        cursor.close()
    finally:
        raw.invalidate()
