"""Tryton with sale opportunities, which are its leads."""

from __future__ import annotations

import os
from pathlib import Path

from scripts.crm.http import answers
from scripts.crm.postgres import PASSWORD, ROLE
from scripts.crm.process import Service, run
from scripts.crm.recipe import Recipe, Site

_CONFIGURATION = """[database]
uri = postgresql://{role}:{password}@127.0.0.1:{site.postgres.port}/
path = {site.folder}/files
language = en
[web]
listen = 127.0.0.1:{site.port}
[session]
authentications = password
"""

_ADMIN_PASSWORD = "admin-secret"


class Tryton(Recipe):
    """One process serves every database there was at its start: the address names it."""

    name = vendor = "tryton"
    title = "Tryton 8.2"
    pythons = ("3.10",)
    database = "crm_tryton"

    def configure(self, site: Site) -> None:
        """Write ``trytond.conf`` and the first password of the administrator."""
        text = _CONFIGURATION.format(site=site, role=ROLE, password=PASSWORD)
        (site.folder / "trytond.conf").write_text(text, "utf-8")
        (site.folder / "admin_password").write_text(f"{_ADMIN_PASSWORD}\n", "utf-8")

    def prepare(self, site: Site, secrets: Path) -> None:
        """Make the tables, switch the modules on, then make a company with all there is to it."""
        environment = {**self.environment(site), "TRYTONPASSFILE": str(site.folder / "admin_password")}
        configuration = site.folder / "trytond.conf"
        admin = [self.python, self.python.parent / "trytond-admin", "-c", configuration, "-d", self.database]
        run([*admin, "--all", "--email", "admin@example.com"], site.log, environment, site.folder)
        modules = ["--activate-dependencies", "-u", "sale_opportunity", "marketing_campaign"]
        run([*admin, *modules], site.log, environment, site.folder)
        script = [self.prepare_script, configuration, self.database, secrets]
        run([self.python, *script], site.log, environment, site.folder)

    def service(self, site: Site, database: str) -> Service:
        """Serve every database there is."""
        command = [self.python, self.python.parent / "trytond", "-c", site.folder / "trytond.conf"]
        version = {"id": 1, "method": "common.server.version", "params": []}
        return Service(command, site.log, answers(f"{site.url}/rpc/", version), self.environment(site))

    def environment(self, site: Site) -> dict[str, str]:
        """Give the environment of every command."""
        return {"PATH": os.defpath, "HOME": str(site.folder), "LC_ALL": "C.UTF-8"}
