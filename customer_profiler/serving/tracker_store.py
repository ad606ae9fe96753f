"""Keeps Rasa's conversations beside the product's data, without a line in endpoints.yml to adapt."""

from __future__ import annotations

from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.utils.endpoints import EndpointConfig

from customer_profiler.settings import Settings


class ProfilerTrackerStore(SQLTrackerStore):
    """Rasa's own SQL tracker store on ``conversations.db`` in ``PROFILER_VAR``."""

    def __init__(
        self, host: EndpointConfig, domain: Domain | None = None, event_broker: EventBroker | None = None, **_: Any
    ) -> None:
        folder = Settings.from_environment().var
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        super().__init__(domain=domain, event_broker=event_broker, db=str(folder / "conversations.db"))
