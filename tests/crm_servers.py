"""Real CRM servers for tests, as ``scripts/crm`` has installed them, each on data of its own.

::

    with crm_servers.odoo() as server:
        server.url, server.database, server.secrets["key"]
        server.leads()                       # all leads in it, read from the database itself
        server.clone()                       # server.database is another one, fresh
        server.kill(), server.start()        # kill -9, and up again at the same address on the same data
        server.stop_database()               # the server runs on, without its database

No process outlives the test run, not even one that is killed. Linux is needed, and one ``python -m scripts.crm
install``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from scripts.crm.cache import cache_folder
from scripts.crm.installation import installed
from scripts.crm.recipe import Recipe, Site
from tests.crm_readers import QUERIES


class Server:
    """A CRM server that runs.

    ``vendor`` is ``odoo``, ``bottlecrm`` or ``tryton``; ``name`` tells ``odoo19`` from ``odoo11``. It listens
    on ``port`` of 127.0.0.1, for as long as the context lasts. ``database`` is a fresh one made for it. ``secrets``
    are texts by name:

    - Odoo: ``login`` and ``key`` of a salesperson, ``outsider_login`` and ``outsider_key`` of somebody without a right
      to leads, ``admin_login`` and ``admin_password``. A key is a password for ``/jsonrpc`` as well.
    - BottleCRM: ``token`` that reads and writes leads, ``reader_token``, and the webhook's ``intake`` (its id) and
      ``intake_key``.
    - Tryton: ``key``, ``outsider_key``, ``admin_login``, ``admin_password``, and the ids ``company``, ``currency``,
      ``marketing_source``, ``product`` and ``unit``, with the ``product_name``.
    """

    def __init__(self, recipe: Recipe, site: Site, environment: dict[str, str]) -> None:
        self.vendor, self.name, self.secrets = recipe.vendor, recipe.name, recipe.secrets
        self.url, self.port = site.url, site.port
        self._recipe, self._site, self._environment, self._numbers = recipe, site, environment, count(1)
        self.database = self._copy()
        self._service = self._serve()

    @property
    def log(self) -> Path:
        """What the server has to say."""
        return self._site.log

    def start(self) -> None:
        """Start the server and wait until it answers."""
        self._service.start()

    def stop(self) -> None:
        """End the server as a service manager does."""
        self._service.stop()

    def kill(self) -> None:
        """Kill -9 the server and whatever it has started."""
        self._service.kill()

    def restart(self, **environment: str) -> None:
        """Stop and start the server, from now on with these variables in its environment as well."""
        self.stop()
        self._environment.update(environment)
        self._service = self._serve()
        self.start()

    def stop_database(self) -> None:
        """End the server of the database."""
        self._site.postgres.stop()

    def start_database(self) -> None:
        """Start the server of the database again, with its data."""
        self._site.postgres.start()

    def clone(self) -> str:
        """Make another fresh database, which becomes ``database``, and give its name.

        Odoo and Tryton serve those before it as well, BottleCRM serves one. Only Odoo is not restarted for it.
        """
        self.database = self._copy()
        if not self._recipe.notices_databases:
            self.kill()
            self._service = self._serve()
            self.start()
        return self.database

    def drop(self, database: str) -> None:
        """Drop a database, whoever is connected to it."""
        self._site.postgres.drop_database(database)

    def leads(self, database: str = "") -> list[dict[str, Any]]:
        """Give all leads of a database, the server's own unless told otherwise; see ``tests.crm_readers``."""
        return self.query(QUERIES[self.vendor], database)

    def query(self, statement: str, database: str = "") -> list[dict[str, Any]]:
        """Give what an SQL statement finds, or changes with ``RETURNING``, as superuser."""
        return self._site.postgres.query(database or self.database, statement)

    def _copy(self) -> str:
        name = f"{self._recipe.database}_{next(self._numbers)}"
        self._site.postgres.create_database(name, self._recipe.database)
        return name

    def _serve(self) -> Any:
        service = self._recipe.service(self._site, self.database)
        service.environment = {**service.environment, **self._environment}
        return service


def odoo(name: str = "odoo", **environment: str) -> AbstractContextManager[Server]:
    """Serve the Odoo that is installed, or the one that is named: ``odoo19`` or ``odoo11``."""
    return _running(name, environment)


def bottlecrm(**environment: str) -> AbstractContextManager[Server]:
    """Serve BottleCRM, with variables such as ``LEAD_INTAKE_THROTTLE_MINUTE="5/min"``."""
    return _running("bottlecrm", environment)


def tryton(**environment: str) -> AbstractContextManager[Server]:
    """Serve Tryton."""
    return _running("tryton", environment)


@contextmanager
def _running(name: str, environment: dict[str, str]) -> Iterator[Server]:
    recipe = installed(cache_folder(), name)
    with recipe.site() as site:
        server = Server(recipe, site, environment)
        try:
            server.start()
            yield server
        finally:
            # What it would still write goes with its folder.
            server.kill()
