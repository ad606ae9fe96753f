"""Joins the concrete parts; the only place that chooses them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from random import SystemRandom
from uuid import uuid4

from customer_profiler.adapters.contacts import LibraryContacts
from customer_profiler.adapters.content.loader import load_all
from customer_profiler.adapters.crm.alerts import AlertMail
from customer_profiler.adapters.crm.config import CrmConfig, read_crm
from customer_profiler.adapters.db.engine import create_engine, reading
from customer_profiler.adapters.db.migrate import migrate
from customer_profiler.adapters.db.presence import presence
from customer_profiler.adapters.db.reports import SqlReports
from customer_profiler.adapters.db.unit_of_work import SqlUnitOfWork
from customer_profiler.adapters.locales import autonym, format_price
from customer_profiler.adapters.meter import Meter
from customer_profiler.adapters.phrasebook import load_phrasebook, words_in
from customer_profiler.adapters.secret_file import kept_secret
from customer_profiler.adapters.similarity import edit_distance
from customer_profiler.core.document import version_hash
from customer_profiler.services.alerts import Alerts, Limits
from customer_profiler.services.deliveries import LeadDeliveries
from customer_profiler.services.ports import Reports
from customer_profiler.services.session import Services, Tools
from customer_profiler.settings import Settings
from customer_profiler.worker import Worker


def build_services(settings: Settings, targets: Iterable[str] = ()) -> Services:
    """Load the content, bring the database up to date and store the content's versions.

    ``targets`` are the names of those that new leads are owed to; only who makes leads must know them. Raises
    ``ContentError`` with every defect of the content, or ``StoreUnavailable``.
    """
    tools = build_tools(settings, targets)
    engine = create_engine(settings.database_url)
    migrate(engine)
    services = Services(tools, lambda: SqlUnitOfWork(engine))
    services.store_versions()
    return services


def build_tools(settings: Settings, targets: Iterable[str] = ()) -> Tools:
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
        now=_now,
        new_id=lambda: uuid4().hex,
        targets=tuple(targets),
        profiles_url=settings.profiles_url,
    )


def build_reports(settings: Settings) -> Reports:
    """Give the reads of the CSV exports over an up-to-date database; raises ``StoreUnavailable``."""
    engine = create_engine(settings.database_url)
    migrate(engine)
    return SqlReports(engine)


def build_crm(settings: Settings) -> CrmConfig:
    """Read ``crm.yml`` for the environment in force; raises ``CrmConfigError`` with every defect."""
    return read_crm(settings.crm, settings.var, settings.environment, settings.crm_is_set)


@dataclass(frozen=True)
class BuiltWorker:
    """A worker with what is shown of it."""

    worker: Worker
    meter: Meter


def build_worker(settings: Settings) -> BuiltWorker:
    """Join a worker for the targets of ``crm.yml``; raises ``CrmConfigError`` or ``StoreUnavailable``."""
    crm, engine = build_crm(settings), create_engine(settings.database_url)
    migrate(engine)
    read_only = reading(engine)
    deliveries = LeadDeliveries(
        worker=uuid4().hex,
        open_unit=lambda: SqlUnitOfWork(engine),
        open_reading=lambda: SqlUnitOfWork(read_only),
        now=_now,
        jitter=SystemRandom().random,
    )
    meter = Meter(lambda: deliveries.queues(tuple(crm.targets)), _now)
    limits = {
        name: Limits(timedelta(minutes=config.down_minutes), timedelta(seconds=config.promise_seconds))
        for name, config in crm.targets.items()
    }
    alerts = Alerts(
        lambda: SqlUnitOfWork(engine),
        lambda: SqlUnitOfWork(read_only),
        _now,
        limits,
        AlertMail(crm.alerts).send if crm.alerts else None,
        crm.alerts.repeat if crm.alerts else timedelta(days=1),
    )
    targets = {name: (crm.target(name), config) for name, config in crm.targets.items()}
    return BuiltWorker(Worker(deliveries, targets, presence(engine), meter, alerts), meter)


def app_secret(settings: Settings) -> str:
    """Give the secret that signs webhooks: the one set, else one made once and kept in ``PROFILER_VAR``."""
    return settings.app_secret or kept_secret(settings.var / "meta_app_secret")


def verify_token(settings: Settings) -> str:
    """Give the token that Meta shows when it verifies the webhook: the one set, else one made once and kept."""
    return settings.verify_token or kept_secret(settings.var / "meta_verify_token")


def outcomes_secret(settings: Settings) -> str:
    """Give the secret with which the CRM signs outcomes of leads: the one set, else one made once and kept."""
    return settings.outcomes_secret or kept_secret(settings.var / "outcomes_secret")


@lru_cache(maxsize=1)
def services() -> Services:
    """Give this process's services, built on first use from the environment."""
    settings = Settings.from_environment()
    return build_services(settings, build_crm(settings).targets)


def _now() -> datetime:
    return datetime.now(timezone.utc)
