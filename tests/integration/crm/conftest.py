"""Real CRM servers, booted for the first test that asks for one.

``odoo``, ``bottlecrm`` and ``tryton`` are shared by all tests, with whatever these have left in their databases;
``fresh_odoo``, ``fresh_bottlecrm`` and ``fresh_tryton`` are the same servers on a database that nobody has used.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import crm_servers
from tests.crm_servers import Server


@pytest.fixture(scope="session")
def odoo() -> Iterator[Server]:
    """The Odoo that is installed: 19, or 11 where that cannot be had."""
    with crm_servers.odoo() as server:
        yield server


@pytest.fixture(scope="session")
def bottlecrm() -> Iterator[Server]:
    """BottleCRM."""
    with crm_servers.bottlecrm() as server:
        yield server


@pytest.fixture(scope="session")
def tryton() -> Iterator[Server]:
    """Tryton."""
    with crm_servers.tryton() as server:
        yield server


@pytest.fixture
def fresh_odoo(odoo: Server) -> Server:
    """Odoo, with no lead in its database."""
    return _renewed(odoo)


@pytest.fixture
def fresh_bottlecrm(bottlecrm: Server) -> Server:
    """BottleCRM, with no lead in its database and its counts of calls at 0."""
    return _renewed(bottlecrm)


@pytest.fixture
def fresh_tryton(tryton: Server) -> Server:
    """Tryton, with no lead in its database."""
    return _renewed(tryton)


def _renewed(server: Server) -> Server:
    used = server.database
    server.clone()
    server.drop(used)
    return server
