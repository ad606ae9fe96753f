"""A unit of work lasts wholly or not at all, and trouble with the database says nothing of anybody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.engine import Engine

from customer_profiler.adapters.db import tables as t
from customer_profiler.adapters.db.engine import reading
from customer_profiler.adapters.db.unit_of_work import SqlUnitOfWork
from customer_profiler.core.errors import StoreUnavailable
from customer_profiler.core.profile import Identity
from tests.integration.conftest import AT, begun, met

ANA = Identity("whatsapp_phone", "34612345678")
SECRETS = ("34612345678", "Ana Secret", "secret@example.com")


def count(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(t.profile)).scalar_one())


def says_nothing_of_anybody(error: StoreUnavailable) -> bool:
    return not any(secret in f"{error}{error!r}{error.__cause__ or ''}" for secret in SECRETS)


def test_what_is_committed_lasts(engine: Engine) -> None:
    with SqlUnitOfWork(engine) as unit:
        unit.profiles.visited(ANA, AT)
        unit.commit()

    assert count(engine) == 1


def test_leaving_without_commit_rolls_back(engine: Engine) -> None:
    with SqlUnitOfWork(engine) as unit:
        unit.profiles.visited(ANA, AT)

    assert count(engine) == 0


def test_an_error_rolls_back_and_goes_on_its_way(engine: Engine) -> None:
    with pytest.raises(ValueError, match="ours"), SqlUnitOfWork(engine) as unit:
        unit.profiles.visited(ANA, AT)
        raise ValueError("ours")

    assert count(engine) == 0


def test_what_follows_a_commit_needs_its_own(engine: Engine) -> None:
    with SqlUnitOfWork(engine) as unit:
        profile = unit.profiles.visited(ANA, AT)
        unit.commit()
        unit.profiles.save(replace(profile, name="later"))

    with SqlUnitOfWork(engine) as unit:
        assert unit.profiles.visited(ANA, AT).name == ""


def test_nobody_sees_what_is_not_committed(engine: Engine, url: str, connect: Callable[..., Engine]) -> None:
    other = reading(connect(url))
    with SqlUnitOfWork(engine) as unit:
        unit.profiles.visited(ANA, AT)
        assert count(other) == 0
        unit.commit()

    assert count(other) == 1


def test_a_unit_can_be_used_again(engine: Engine) -> None:
    unit = SqlUnitOfWork(engine)
    for sender in ("1", "2"):
        with unit:
            unit.profiles.visited(Identity("whatsapp_phone", sender), AT)
            unit.commit()

    assert count(engine) == 2


def test_a_commit_outside_of_a_unit_is_refused(engine: Engine) -> None:
    with pytest.raises(AssertionError):
        SqlUnitOfWork(engine).commit()


def test_a_refused_statement_leaves_as_unavailable_and_stores_nothing(engine: Engine) -> None:
    run = begun(engine)
    with pytest.raises(StoreUnavailable), SqlUnitOfWork(engine) as unit:
        unit.profiles.visited(ANA, AT)
        unit.runs.add(run)
        unit.commit()

    assert count(engine) == 1


def test_a_refused_statement_says_nothing_of_anybody(engine: Engine) -> None:
    """PostgreSQL adds ``DETAIL: Failing row contains (...)`` to what it says."""
    profile = replace(met(engine), name=SECRETS[1], email=SECRETS[2], phone=SECRETS[0])
    with pytest.raises(StoreUnavailable) as caught, SqlUnitOfWork(engine) as unit:
        unit.profiles.save(replace(profile, language=None))  # type: ignore[arg-type]

    assert says_nothing_of_anybody(caught.value)


# --- SQLite


def test_a_locked_sqlite_is_unavailable(sqlite_database: str, connect: Callable[..., Engine]) -> None:
    with connect(sqlite_database).begin():
        waiting = connect(sqlite_database, lock_wait_seconds=0.1)
        with pytest.raises(StoreUnavailable, match="locked"), SqlUnitOfWork(waiting):
            raise AssertionError("the unit must not begin")


def test_a_sqlite_lock_that_ends_in_time_is_waited_for(sqlite_database: str, connect: Callable[..., Engine]) -> None:
    engine = connect(sqlite_database, lock_wait_seconds=0.1)
    with connect(sqlite_database).begin(), pytest.raises(StoreUnavailable):
        met(engine)

    met(engine)
    assert count(engine) == 1


def test_a_reader_does_not_wait_for_a_writer(sqlite_database: str, connect: Callable[..., Engine]) -> None:
    with connect(sqlite_database).begin():
        assert count(reading(connect(sqlite_database, lock_wait_seconds=0.1))) == 0


def test_a_read_only_sqlite_file_is_unavailable(
    sqlite_database: str, connect: Callable[..., Engine], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Opened read-only, because the superuser may write to every file."""
    monkeypatch.chdir(tmp_path)
    file = sqlite_database.removeprefix("sqlite:///")
    engine = connect(f"sqlite:///file:{file}?mode=ro&uri=true", lock_wait_seconds=0.1)

    with pytest.raises(StoreUnavailable, match="readonly") as caught, SqlUnitOfWork(engine) as unit:
        profile = unit.profiles.visited(ANA, AT)
        unit.profiles.save(replace(profile, name=SECRETS[1], email=SECRETS[2]))
        unit.commit()
    assert says_nothing_of_anybody(caught.value)


def test_a_sqlite_that_turns_read_only_under_us_says_nothing_of_anybody(
    sqlite_database: str, connect: Callable[..., Engine]
) -> None:
    engine = connect(sqlite_database)
    with pytest.raises(StoreUnavailable, match="readonly") as caught, SqlUnitOfWork(engine) as unit:
        profile = unit.profiles.visited(ANA, AT)
        unit._connection.exec_driver_sql("PRAGMA query_only = ON")  # type: ignore[union-attr]
        unit.profiles.save(replace(profile, name=SECRETS[1], email=SECRETS[2]))
    assert says_nothing_of_anybody(caught.value)


def test_a_file_that_is_no_database_is_unavailable(tmp_path: Path, connect: Callable[..., Engine]) -> None:
    (tmp_path / "profiler.db").write_text("This is a letter to my aunt." * 100)

    with pytest.raises(StoreUnavailable), SqlUnitOfWork(connect(f"sqlite:///{tmp_path / 'profiler.db'}")):
        raise AssertionError("the unit must not begin")


def test_a_full_disk_is_unavailable(sqlite_database: str, connect: Callable[..., Engine]) -> None:
    engine = connect(sqlite_database)
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA max_page_count = 1"))

    with pytest.raises(StoreUnavailable), SqlUnitOfWork(engine) as unit:
        for sender in range(5_000):
            unit.profiles.visited(Identity("rest_sender", f"{sender}"), AT)
        unit.commit()
    assert count(engine) == 0


# --- PostgreSQL


def test_a_server_that_does_not_answer_is_unavailable(connect: Callable[..., Engine]) -> None:
    engine = connect("postgresql://somebody:password1234@127.0.0.1:1/profiler")

    with pytest.raises(StoreUnavailable) as caught, SqlUnitOfWork(engine):
        raise AssertionError("the unit must not begin")
    assert "password1234" not in str(caught.value)


@pytest.fixture
def broken_unit(postgresql_database: str, connect: Callable[..., Engine]) -> SqlUnitOfWork:
    """A unit on an engine whose connection the server ends as soon as somebody has visited."""
    engine = connect(postgresql_database)
    killer = connect(postgresql_database)

    class Broken(SqlUnitOfWork):
        def kill(self) -> None:
            assert self._connection is not None
            process = self._connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
            with killer.begin() as connection:
                connection.exec_driver_sql(f"SELECT pg_terminate_backend({process}, 5000)")

    return Broken(engine)


def test_a_connection_lost_in_the_middle_is_unavailable(broken_unit: SqlUnitOfWork) -> None:
    with pytest.raises(StoreUnavailable) as caught, broken_unit as unit:
        profile = unit.profiles.visited(ANA, AT)
        unit.kill()  # type: ignore[attr-defined]
        unit.profiles.save(replace(profile, name=SECRETS[1]))
        unit.commit()
    assert says_nothing_of_anybody(caught.value)


def test_a_connection_lost_before_the_commit_is_unavailable(broken_unit: SqlUnitOfWork) -> None:
    with pytest.raises(StoreUnavailable), broken_unit as unit:
        unit.profiles.visited(ANA, AT)
        unit.kill()  # type: ignore[attr-defined]
        unit.commit()


def test_after_a_lost_connection_the_next_unit_works(broken_unit: SqlUnitOfWork) -> None:
    with pytest.raises(StoreUnavailable), broken_unit as unit:
        unit.kill()  # type: ignore[attr-defined]
        unit.profiles.visited(ANA, AT)

    with broken_unit as unit:
        assert unit.profiles.visited(ANA, AT).id
        unit.commit()
