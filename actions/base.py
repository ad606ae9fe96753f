"""The shape all our actions share: open the person's session, call one use case, say and remember."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod

import structlog
from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions import tracker_bridge
from customer_profiler import bootstrap
from customer_profiler.core.errors import StoreUnavailable
from customer_profiler.core.messages import Message, Turn
from customer_profiler.services.session import Services, Session

_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")

log = structlog.get_logger(__name__)


class ConversationAction(Action, ABC):
    """An action that is one use case, given by ``turn``.

    Its name is the class's in snake case: ``ActionStartRun`` is ``action_start_run`` in the domain.
    """

    belongs_to_form = False
    """Whether the action is a step of a form; any other one ends a row of replies not understood."""

    def __init__(self, services: Services | None = None) -> None:
        # The SDK builds actions without arguments; the first one built reads content and database, so that
        # a broken content stops the action server at its start and not a customer in the middle.
        self.services = services or bootstrap.services()

    def name(self) -> str:
        """The action's name in the domain."""
        return _CAPITAL.sub("_", type(self).__name__).lower()

    @abstractmethod
    def turn(self, session: Session, tracker: Tracker) -> Turn:
        """Call the use case."""

    def on_unavailable(self, language: str) -> Turn:
        """Give the turn for when the database does not take it: an apology, nothing changed."""
        return Turn((Message(self.services.apology(language)),))

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Run the use case in one transaction, say its messages and give its events."""
        language = str(tracker.get_slot("language") or "")
        try:
            with self.services.session(tracker_bridge.visit(tracker)) as session:
                session.notice_language(tracker_bridge.reply(tracker).text)
                turn, language = self.turn(session, tracker), session.language
        except StoreUnavailable as error:
            log.error("store_unavailable", action=self.name(), reason=str(error))
            turn = self.on_unavailable(language)
        if turn.passed_on:
            return []
        for message in turn.messages:
            tracker_bridge.utter(dispatcher, message, language)
        return tracker_bridge.events(tracker, turn, language, {} if self.belongs_to_form else {"misses": 0})
