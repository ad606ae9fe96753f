"""Servers booted by ``scripts.crm``: a PostgreSQL of our own, and real CRM servers; none outlives us."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from bench.errors import BenchError
from bench.measurement import say
from scripts.crm import installation
from scripts.crm.cache import cache_folder
from scripts.crm.errors import CrmError
from scripts.crm.postgres import PASSWORD, ROLE, Postgres

DATABASE = "bench"
"""The name of the one database that is used on each server."""

CRMS = ODOO, BOTTLECRM, TRYTON = "odoo19", "bottlecrm", "tryton"
"""The CRM servers, by their names in ``scripts.crm``."""

_DURABLE = ("fsync", "synchronous_commit", "full_page_writes")
"""What the scripts' PostgreSQL does without; the product's database must outlive a loss of power."""


@dataclass(frozen=True)
class Server:
    """A CRM server that runs: its address, what lets one in, and its own database, to look past it."""

    url: str
    secrets: Mapping[str, str]
    database_url: str


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """Give the address of an empty, durable database on a server with its data in the folder."""
    server = Postgres.make(folder / "postgres")
    try:
        for setting in _DURABLE:
            server.execute(f"ALTER SYSTEM SET {setting} = on")
        server.execute("SELECT pg_reload_conf()")
        server.create_database(DATABASE)
        yield _address(server)
    finally:
        server.stop()


def install_crms() -> None:
    """Install the CRM servers that are not there, which takes minutes; one that cannot be had is told of."""
    for name in CRMS:
        try:
            with redirect_stdout(sys.stderr):
                installation.install(cache_folder(), [name])
        except CrmError as error:
            say(f"{name} is not installed: {error}")


@contextmanager
def crm(name: str) -> Iterator[Server]:
    """Serve a fresh database with one of ``CRMS``."""
    try:
        recipe = installation.installed(cache_folder(), name)
        with recipe.site() as site:
            site.postgres.create_database(DATABASE, recipe.database)
            service = recipe.service(site, DATABASE)
            service.start()
            try:
                yield Server(site.url, recipe.secrets, _address(site.postgres))
            finally:
                service.stop()
    except CrmError as error:
        raise BenchError(str(error)) from None


def _address(server: Postgres) -> str:
    return f"postgresql://{ROLE}:{PASSWORD}@127.0.0.1:{server.port}/{DATABASE}"
