"""How a CRM server is installed, prepared and served; every vendor has a recipe of its own."""

from __future__ import annotations

import json
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from scripts.crm import postgres
from scripts.crm.cache import fingerprint, is_made, making
from scripts.crm.interpreter import find_python
from scripts.crm.postgres import Postgres
from scripts.crm.process import Service, free_port, run

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Site:
    """Where a server runs: a folder for its files, a database server, a loopback port."""

    folder: Path
    postgres: Postgres
    port: int = field(default_factory=free_port)

    @property
    def url(self) -> str:
        """The server's address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """Where the server writes what it does."""
        return self.folder / "server.log"


class Recipe(ABC):
    """One vendor's server, in ``<cache>/<name>``: its packages in ``venv``, its data in ``prepared``."""

    name: ClassVar[str]
    """On the command line, and of the requirements file."""
    vendor: ClassVar[str]
    """The name without a version."""
    title: ClassVar[str]
    pythons: ClassVar[tuple[str, ...]]
    """The versions it runs on, the one we prefer first."""
    database: ClassVar[str]
    """The prepared database, which is only ever copied."""
    notices_databases: ClassVar[bool] = False
    """Whether the server serves a database that is made while it runs; else it must be started again."""

    def __init__(self, cache: Path) -> None:
        self.folder = cache / self.name
        self.python = self.folder / "venv" / "bin" / "python"
        self.prepared = self.folder / "prepared"

    @property
    def is_installed(self) -> bool:
        """Tell whether everything is there and up to date."""
        return self._has_packages and is_made(self.prepared, self._data_mark)

    @property
    def secrets(self) -> dict[str, str]:
        """What the prepared database lets one in with."""
        secrets: dict[str, str] = json.loads((self.prepared / "secrets.json").read_text("utf-8"))
        return secrets

    def install(self) -> None:
        """Make what is missing. Raises CrmError."""
        if not self._has_packages:
            self.fetch()
            python = find_python(self.pythons)
            with making(self.folder / "venv", self._packages_mark) as folder:
                run([python, "-m", "venv", folder], folder / "install.log")
                self.install_packages(folder / "install.log")
        if not is_made(self.prepared, self._data_mark):
            with making(self.prepared, self._data_mark) as folder:
                self._prepare(folder)

    def fetch(self) -> Path | None:
        """Get what does not come from PyPI and keep it in the folder; give its file. Raises PackageUnavailable."""
        return None

    def install_packages(self, log: Path) -> None:
        """Install what the requirements file pins; a vendor may need more. Raises CrmError."""
        self.pip(log, "-r", self.requirements)

    def pip(self, log: Path, *arguments: str | Path) -> None:
        """Call ``pip install`` in the server's environment. Raises CrmError."""
        run([self.python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *arguments], log)

    @property
    def prepare_script(self) -> Path:
        """What fills the database, run by the server's own Python; a folder of its own keeps our modules from it."""
        return HERE / "inside" / f"prepare_{self.vendor}.py"

    @property
    def requirements(self) -> Path:
        """The file with the pinned packages."""
        return HERE / f"requirements-{self.name}.txt"

    @abstractmethod
    def prepare(self, site: Site, secrets: Path) -> None:
        """Fill the database, and write the secrets, a JSON object of texts, into a file. Raises CrmError."""

    @abstractmethod
    def configure(self, site: Site) -> None:
        """Write what the server reads at its start into the site's folder."""

    @abstractmethod
    def service(self, site: Site, database: str) -> Service:
        """Give the server of a site that is configured, to be started."""

    @contextmanager
    def site(self) -> Iterator[Site]:
        """Give a site on a copy of the prepared data, for the time of the context."""
        with _temporary_folder() as folder:
            database_server = Postgres.copy(self.prepared / "data", folder / "postgres")
            try:
                site = Site(folder, database_server)
                self.configure(site)
                yield site
            finally:
                database_server.stop()

    def _prepare(self, folder: Path) -> None:
        with _temporary_folder() as place:
            site = Site(place, Postgres.make(place / "postgres"))
            try:
                site.postgres.create_database(self.database)
                self.configure(site)
                self.prepare(site, folder / "secrets.json")
                site.postgres.save(folder / "data")
            finally:
                site.postgres.stop()
                # For the person who must find out why it failed, and how long it took.
                if site.log.exists():
                    (folder / "prepare.log").write_bytes(site.log.read_bytes())
        (folder / "secrets.json").chmod(0o600)

    @property
    def _has_packages(self) -> bool:
        # The Python it was made from may have gone.
        return self.python.exists() and is_made(self.folder / "venv", self._packages_mark)

    @property
    def _packages_mark(self) -> str:
        return fingerprint(self.requirements)

    @property
    def _data_mark(self) -> str:
        recipe = [HERE / f"{module.rpartition('.')[2]}.py" for module in self._modules()]
        return fingerprint(self._packages_mark, self.prepare_script, *recipe, f"PostgreSQL {postgres.VERSION}")

    @classmethod
    def _modules(cls) -> list[str]:
        return sorted({base.__module__ for base in cls.__mro__ if issubclass(base, Recipe) and base is not Recipe})


@contextmanager
def _temporary_folder() -> Iterator[Path]:
    # A server that is just dying may still write a file into it.
    with tempfile.TemporaryDirectory(prefix="profiler-crm-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)
