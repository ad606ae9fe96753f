"""BottleCRM, a Django application."""

from __future__ import annotations

import os
from pathlib import Path

from scripts.crm.http import answers
from scripts.crm.postgres import PASSWORD, ROLE
from scripts.crm.process import Service, run
from scripts.crm.recipe import Recipe, Site


class BottleCrm(Recipe):
    """One process serves one database."""

    name = vendor = "bottlecrm"
    title = "BottleCRM 1.35"
    pythons = ("3.13", "3.12")
    database = "crm_bottle"

    def configure(self, site: Site) -> None:
        """Everything is in the environment."""

    def prepare(self, site: Site, secrets: Path) -> None:
        """Migrate, then make an organization with all there is to it."""
        environment = self.environment(site, self.database)
        run([self.python, "-m", "django", "migrate"], site.log, environment, site.folder)
        run([self.python, self.prepare_script, secrets], site.log, environment, site.folder)

    def service(self, site: Site, database: str) -> Service:
        """Serve one database with one process, so that a limit on calls is the same for all of them."""
        gunicorn = [self.python, "-m", "gunicorn", "--workers", "1", "--threads", "4", "--graceful-timeout", "5"]
        command = [*gunicorn, "--bind", f"127.0.0.1:{site.port}", "crm.wsgi:application"]
        # Without credentials the address of the leads refuses: it is up.
        up = answers(f"{site.url}/api/leads/", below=500)
        return Service(command, site.log, up, self.environment(site, database))

    def environment(self, site: Site, database: str) -> dict[str, str]:
        """Give the settings; mails are queued in memory, where nobody fetches them."""
        return {
            "PATH": os.defpath,
            "HOME": str(site.folder),
            "LC_ALL": "C.UTF-8",
            "DJANGO_SETTINGS_MODULE": "crm.settings",
            "SECRET_KEY": "only-for-tests-on-loopback-only-for-tests-on-loopback",
            "ENV_TYPE": "dev",
            "ALLOWED_HOSTS": "localhost,127.0.0.1",
            "DBNAME": database,
            "DBUSER": ROLE,
            "DBPASSWORD": PASSWORD,
            "DBHOST": "127.0.0.1",
            "DBPORT": str(site.postgres.port),
            "CELERY_BROKER_URL": "memory://",
            "CELERY_RESULT_BACKEND": "cache+memory://",
            "DOMAIN_NAME": site.url,
            "FRONTEND_URL": site.url,
        }
