"""Joins the concrete parts; the only place that chooses them."""

from __future__ import annotations

from datetime import datetime, timezone
from functools import lru_cache
from uuid import uuid4

from customer_profiler.adapters.contacts import LibraryContacts
from customer_profiler.adapters.content.loader import load_all
from customer_profiler.adapters.db.engine import create_engine
from customer_profiler.adapters.db.migrate import migrate
from customer_profiler.adapters.db.reports import SqlReports
from customer_profiler.adapters.db.unit_of_work import SqlUnitOfWork
from customer_profiler.adapters.locales import autonym, format_price
from customer_profiler.adapters.phrasebook import load_phrasebook, words_in
from customer_profiler.adapters.secret_file import kept_secret
from customer_profiler.adapters.similarity import edit_distance
from customer_profiler.core.document import version_hash
from customer_profiler.services.ports import Reports
from customer_profiler.services.session import Services, Tools
from customer_profiler.settings import Settings


def build_services(settings: Settings) -> Services:
    """Load the content, bring the database up to date and store the content's versions.

    Raises ``ContentError`` with every defect of the content, or ``StoreUnavailable``.
    """
    tools = build_tools(settings)
    engine = create_engine(settings.database_url)
    migrate(engine)
    services = Services(tools, lambda: SqlUnitOfWork(engine))
    services.store_versions()
    return services


def build_tools(settings: Settings) -> Tools:
    """Load the content and gather what every turn uses; raises ``ContentError``."""
    catalogue = load_all(settings.content)
    return Tools(
        catalogue=catalogue,
        versions={profiler_id: version_hash(profiler) for profiler_id, profiler in catalogue.items()},
        phrasebook=load_phrasebook(),
        contacts=LibraryContacts(settings.phone_region),
        words_in=words_in,
        near=edit_distance,
        price_format=format_price,
        autonym=autonym,
        pictures_url=settings.pictures_url,
        now=lambda: datetime.now(timezone.utc),
        new_id=lambda: uuid4().hex,
    )


def build_reports(settings: Settings) -> Reports:
    """Give the reads of the CSV exports over an up-to-date database; raises ``StoreUnavailable``."""
    engine = create_engine(settings.database_url)
    migrate(engine)
    return SqlReports(engine)


def app_secret(settings: Settings) -> str:
    """Give the secret that signs webhooks: the one set, else one made once and kept in ``PROFILER_VAR``."""
    return settings.app_secret or kept_secret(settings.var / "meta_app_secret")


def verify_token(settings: Settings) -> str:
    """Give the token that Meta shows when it verifies the webhook: the one set, else one made once and kept."""
    return settings.verify_token or kept_secret(settings.var / "meta_verify_token")


@lru_cache(maxsize=1)
def services() -> Services:
    """Give this process's services, built on first use from the environment."""
    return build_services(Settings.from_environment())
