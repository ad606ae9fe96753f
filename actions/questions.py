"""The profiler form: which question is asked comes from the content, whose levels are the form's slots."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace

from rasa_sdk import Tracker

from actions import tracker_bridge
from actions.base import ConversationAction
from customer_profiler.core.messages import Turn, from_memory
from customer_profiler.services import replies, runs
from customer_profiler.services.session import Session

FORM = "profiler_form"


class ValidateProfilerForm(ConversationAction):
    """Takes the reply to the question asked; what is no reply to it is left to the rules."""

    belongs_to_form = True

    def turn(self, session: Session, tracker: Tracker) -> Turn:
        """Take the reply, or, when the form has just begun, only tell it where the run stands."""
        requested = tracker_bridge.requested_slot(tracker, FORM)
        if not requested:
            return runs.position(session)
        level = int(requested.removeprefix("level_"))
        misses = int(tracker.get_slot("misses") or 0)
        return replies.take(session, level, tracker_bridge.reply(tracker), misses)

    def on_unavailable(self, language: str) -> Turn:
        """Keep the form open without a word: the question asked next apologises."""
        return Turn(memory={"preface": None})


class AskLevel(ConversationAction, ABC):
    """Asks the question that is open in the run; the form knows five such actions, one a level."""

    belongs_to_form = True

    @property
    @abstractmethod
    def level(self) -> int:
        """The level whose slot the form asks for."""

    def name(self) -> str:
        """The name by which the form asks for the slot of the level."""
        return f"action_ask_level_{self.level}"

    def turn(self, session: Session, tracker: Tracker) -> Turn:
        """Ask, in the words that the validation has prepared when the last reply was no pick."""
        prepared = from_memory(tracker.get_slot("preface"))
        turn = runs.ask(session, (prepared,) if prepared else ())
        return replace(turn, memory={**turn.memory, "preface": None})


class ActionAskLevel1(AskLevel):
    """Asks the question of level 1."""

    level = 1


class ActionAskLevel2(AskLevel):
    """Asks the question of level 2."""

    level = 2


class ActionAskLevel3(AskLevel):
    """Asks the question of level 3."""

    level = 3


class ActionAskLevel4(AskLevel):
    """Asks the question of level 4."""

    level = 4


class ActionAskLevel5(AskLevel):
    """Asks the question of level 5."""

    level = 5
