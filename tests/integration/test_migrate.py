"""A database comes to the newest schema by itself, also when several processes start at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect
from sqlalchemy.engine import Engine, make_url

from customer_profiler.adapters.db.migrate import alembic_config, migrate
from customer_profiler.adapters.db.tables import metadata
from customer_profiler.core.errors import StoreUnavailable
from tests.integration.conftest import Race, met

Connect = Callable[..., Engine]


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names())


@pytest.fixture
def migrated(empty_url: str, connect: Connect) -> Engine:
    engine = connect(empty_url)
    migrate(engine)
    return engine


def test_an_empty_database_gets_all_tables(migrated: Engine) -> None:
    assert tables(migrated) == {*metadata.tables, "alembic_version"}


def test_the_migrated_schema_is_that_of_the_tables(migrated: Engine) -> None:
    with migrated.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []


def test_every_index_of_the_tables_exists(migrated: Engine) -> None:
    """Alembic does not look at the conditions of partial indexes."""
    found = {
        (index["name"], tuple(index["column_names"]), bool(index["unique"]))
        for table in metadata.tables
        for index in inspect(migrated).get_indexes(table)
    }
    expected = {
        (index.name, tuple(column.name for column in index.columns), bool(index.unique))
        for table in metadata.tables.values()
        for index in table.indexes
    }
    assert found == expected


def test_migrating_again_changes_nothing_and_keeps_the_data(migrated: Engine) -> None:
    profile = met(migrated)
    migrate(migrated)

    assert met(migrated) == profile


def test_migrations_can_be_undone_and_done_again(migrated: Engine) -> None:
    with migrated.begin() as connection:
        command.downgrade(alembic_config(connection), "base")
    assert tables(migrated) == {"alembic_version"}

    migrate(migrated)
    assert tables(migrated) == {*metadata.tables, "alembic_version"}


@pytest.mark.parametrize("attempt", range(12))
def test_two_processes_migrating_an_empty_database_at_once_both_succeed(
    race: Race, empty_url: str, connect: Connect, attempt: int
) -> None:
    assert race("migrate", [empty_url], [empty_url]) == ["migrated", "migrated"]
    assert tables(connect(empty_url)) == {*metadata.tables, "alembic_version"}


def test_a_process_may_migrate_while_another_works(race: Race, url: str) -> None:
    assert race("migrate", [url], [url]) == ["migrated", "migrated"]


def test_the_folder_of_a_sqlite_file_is_made(tmp_path: Path, connect: Connect) -> None:
    migrate(connect(f"sqlite:///{tmp_path / 'not' / 'yet' / 'there.db'}"))

    assert (tmp_path / "not" / "yet" / "there.db").is_file()


def test_a_locked_sqlite_is_unavailable(tmp_path: Path, connect: Connect) -> None:
    url = f"sqlite:///{tmp_path / 'profiler.db'}"
    migrate(connect(url))
    with connect(url).begin(), pytest.raises(StoreUnavailable, match="locked"):
        migrate(connect(url, lock_wait_seconds=0.1))


def test_a_read_only_sqlite_file_without_the_tables_is_unavailable(
    connect: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Opened read-only, because the superuser may write to every file."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty.db").touch()

    with pytest.raises(StoreUnavailable, match="readonly"):
        migrate(connect(f"sqlite:///file:{tmp_path / 'empty.db'}?mode=ro&uri=true"))


def test_a_database_that_does_not_exist_is_unavailable(postgres_url: str, connect: Connect) -> None:
    with pytest.raises(StoreUnavailable, match="nowhere"):
        migrate(connect(make_url(postgres_url).set(database="nowhere").render_as_string(hide_password=False)))


def test_a_migration_that_fails_leaves_the_database_as_it_was(empty_url: str, connect: Connect) -> None:
    """A table of the same name stands in the way of a later one."""
    engine = connect(empty_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE recommendation (id INTEGER)")

    with pytest.raises(StoreUnavailable):
        migrate(engine)
    assert tables(engine) == {"recommendation"}
