"""Actions that begin, move and end a run."""

from __future__ import annotations

from rasa_sdk import Tracker

from actions import tracker_bridge
from actions.base import ConversationAction
from customer_profiler.core.messages import Turn
from customer_profiler.services import replies, runs
from customer_profiler.services.session import Session


class ActionStartRun(ConversationAction):
    """Begins the profiler a menu entry, a button or a campaign names."""

    def turn(self, session: Session, tracker: Tracker) -> Turn:
        """See ``ConversationAction.turn``."""
        wish = tracker_bridge.reply(tracker)
        return runs.start(session, wish.entity("profiler"), wish.entity("language"), wish.entity("source"))


class ActionStartAgain(ConversationAction):
    """Begins a profiler anew."""

    def turn(self, session: Session, tracker: Tracker) -> Turn:
        """See ``ConversationAction.turn``."""
        wish = tracker_bridge.reply(tracker)
        return runs.start_again(session, wish.entity("profiler"), wish.entity("source"))


class ActionResumeRun(ConversationAction):
    """Goes on with a run that was broken off."""

    def turn(self, session: Session, tracker: Tracker) -> Turn:
        """See ``ConversationAction.turn``."""
        return runs.resume(session, tracker_bridge.reply(tracker).entity("run"))


class ActionTakeTap(ConversationAction):
    """Takes a tap on an answer's button while no question is open."""

    def turn(self, session: Session, tracker: Tracker) -> Turn:
        """See ``ConversationAction.turn``."""
        return replies.take_tap(session, tracker_bridge.reply(tracker))


class ActionGoBack(ConversationAction):
    """Opens the question answered last again."""

    def turn(self, session: Session, tracker: Tracker) -> Turn:
        """See ``ConversationAction.turn``."""
        slot = tracker_bridge.requested_slot(tracker, "profiler_form")
        return runs.go_back(session, int(slot.removeprefix("level_")) if slot else 0)


class ActionChangeAnswer(ConversationAction):
    """Opens an earlier question again, or offers the answers given."""

    def turn(self, session: Session, tracker: Tracker) -> Turn:
        """See ``ConversationAction.turn``."""
        wish = tracker_bridge.reply(tracker)
        return runs.change_answer(session, wish.entity("question"), wish.entity("profiler"))


class ActionExplainQuestion(ConversationAction):
    """Says why the open question is asked."""

    def turn(self, session: Session, tracker: Tracker) -> Turn:
        """See ``ConversationAction.turn``."""
        return runs.explain(session)


class ActionStop(ConversationAction):
    """Stops asking; the answers are kept."""

    def turn(self, session: Session, tracker: Tracker) -> Turn:
        """See ``ConversationAction.turn``."""
        return runs.stop(session)
