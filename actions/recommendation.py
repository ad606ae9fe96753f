"""Actions around the two recommended products."""

from __future__ import annotations

from rasa_sdk import Tracker

from actions import tracker_bridge
from actions.base import ConversationAction
from customer_profiler.core.messages import Turn
from customer_profiler.services import recommendations
from customer_profiler.services.session import Session


class ActionRecommend(ConversationAction):
    """Shows the best product after the last question."""

    def turn(self, session: Session, tracker: Tracker) -> Turn:
        """See ``ConversationAction.turn``."""
        return recommendations.show(session)


class ActionShowRecommendation(ConversationAction):
    """Shows the newest recommendation again."""

    def turn(self, session: Session, tracker: Tracker) -> Turn:
        """See ``ConversationAction.turn``."""
        return recommendations.show(session, tracker_bridge.reply(tracker).entity("run"))


class ActionShowAlternative(ConversationAction):
    """Shows the second product."""

    def turn(self, session: Session, tracker: Tracker) -> Turn:
        """See ``ConversationAction.turn``."""
        return recommendations.show_alternative(session, tracker_bridge.reply(tracker).entity("run"))


class ActionRefuseProducts(ConversationAction):
    """Asks why neither product suits."""

    def turn(self, session: Session, tracker: Tracker) -> Turn:
        """See ``ConversationAction.turn``."""
        return recommendations.refuse(session, tracker_bridge.reply(tracker).entity("run"))


class ActionStoreRefusal(ConversationAction):
    """Stores the reason and offers a person."""

    def turn(self, session: Session, tracker: Tracker) -> Turn:
        """See ``ConversationAction.turn``."""
        wish = tracker_bridge.reply(tracker)
        return recommendations.give_reason(session, wish.entity("reason"), wish.entity("run"))
