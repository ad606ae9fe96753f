"""How a worker on SQLite learns of commits, wherever the file lies; ``test_worker`` has what workers make of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy.engine import Engine
from structlog.testing import capture_logs

from customer_profiler.adapters.db import presence as presence_module
from customer_profiler.adapters.db.presence import presence


@contextmanager
def arrived(engine: Engine) -> Iterator[threading.Event]:
    """A worker that is there; the event is set whenever it is woken."""
    woken, here = threading.Event(), presence(engine)
    here.arrive(uuid4().hex, woken.set)
    try:
        yield woken
    finally:
        here.leave()


def commit(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)


@pytest.mark.parametrize("folder", ["plain", "leads #1", "100%25", "50%", "Zoë & 李"])
def test_a_commit_wakes_a_worker_whatever_the_folder_is_called(
    folder: str, tmp_path: Path, connect: Callable[..., Engine]
) -> None:
    engine = connect(f"sqlite:///{tmp_path / folder / 'profiler.db'}")
    commit(engine, "CREATE TABLE thing (id INTEGER)")
    with arrived(engine) as woken:
        assert woken.wait(5), "the file was not opened"
        woken.clear()
        commit(engine, "INSERT INTO thing VALUES (1)")
        assert woken.wait(5), "the commit was not seen"


def test_a_relative_path_is_found_too(
    tmp_path: Path, connect: Callable[..., Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    engine = connect("sqlite:///var/profiler.db")
    commit(engine, "CREATE TABLE thing (id INTEGER)")
    with arrived(engine) as woken:
        assert woken.wait(5)


def test_that_commits_cannot_be_seen_is_told_once_and_tried_again(
    tmp_path: Path, connect: Callable[..., Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence_module, "AGAIN_SECONDS", 0.01)
    engine = connect(f"sqlite:///{tmp_path / 'profiler.db'}")
    with capture_logs() as told, arrived(engine) as woken:
        assert not woken.wait(0.3)
        commit(engine, "CREATE TABLE thing (id INTEGER)")
        assert woken.wait(5)

    warning = {"event": "commits_are_not_seen", "log_level": "warning"}
    assert told == [{**warning, "file": "profiler.db", "reason": "unable to open database file"}]
