"""Keeps Rasa's conversations beside the product's data, without a line in endpoints.yml to adapt."""

from __future__ import annotations

from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from customer_profiler.serving.failed_actions import turn_has_failed
from customer_profiler.settings import Settings


class ProfilerTrackerStore(SQLTrackerStore):
    """Rasa's own SQL tracker store on ``conversations.db`` in ``PROFILER_VAR``.

    A turn that failed leaves no trace in it. Rasa would go on without the events of the action that failed: a form that
    never began would be submitted. The customer is asked to send the message again, which begins where it began.
    """

    def __init__(
        self, host: EndpointConfig, domain: Domain | None = None, event_broker: EventBroker | None = None, **_: Any
    ) -> None:
        folder = Settings.from_environment().var
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        super().__init__(domain=domain, event_broker=event_broker, db=str(folder / "conversations.db"))

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep what has happened in a conversation, unless the turn has failed."""
        if not turn_has_failed():
            await super().save(tracker)
