"""Actions of the menu and of everything that is not the questionnaire."""

from __future__ import annotations

import structlog
from rasa_sdk import Tracker

from actions import tracker_bridge
from actions.base import ConversationAction
from customer_profiler.core.messages import Turn
from customer_profiler.services import consents, menu, replies
from customer_profiler.services.session import Session

log = structlog.get_logger(__name__)


class ActionGreet(ConversationAction):
    """Greets, a returning customer as one."""

    def turn(self, session: Session, tracker: Tracker) -> Turn:
        """See ``ConversationAction.turn``."""
        return menu.greet(session, tracker_bridge.in_form(tracker))


class ActionShowMenu(ConversationAction):
    """Shows the menu."""

    def turn(self, session: Session, tracker: Tracker) -> Turn:
        """See ``ConversationAction.turn``."""
        return menu.show(session)


class ActionShowHelp(ConversationAction):
    """Says how the bot is talked to."""

    def turn(self, session: Session, tracker: Tracker) -> Turn:
        """See ``ConversationAction.turn``."""
        return menu.say(session, "help")


class ActionShowData(ConversationAction):
    """Shows what is stored about the person."""

    def turn(self, session: Session, tracker: Tracker) -> Turn:
        """See ``ConversationAction.turn``."""
        return menu.show_data(session)


class ActionChooseLanguage(ConversationAction):
    """Offers the languages."""

    def turn(self, session: Session, tracker: Tracker) -> Turn:
        """See ``ConversationAction.turn``."""
        return menu.choose_language(session)


class ActionSetLanguage(ConversationAction):
    """Goes on in another language."""

    def turn(self, session: Session, tracker: Tracker) -> Turn:
        """See ``ConversationAction.turn``."""
        language = tracker_bridge.reply(tracker).entity("language")
        return menu.set_language(session, language, tracker_bridge.in_form(tracker))


class ActionAskPerson(ConversationAction):
    """Passes the conversation on to a member of staff."""

    def turn(self, session: Session, tracker: Tracker) -> Turn:
        """See ``ConversationAction.turn``."""
        # Nobody watches the table yet, so whoever runs the bot reads it in the log.
        log.warning("person_asked_for", profile_id=session.profile.id, channel=session.visit.channel)
        return menu.ask_person(session, "asked")


class ActionSayThanks(ConversationAction):
    """Answers thanks."""

    def turn(self, session: Session, tracker: Tracker) -> Turn:
        """See ``ConversationAction.turn``."""
        return menu.say(session, "thanks")


class ActionSayGoodbye(ConversationAction):
    """Answers a goodbye."""

    def turn(self, session: Session, tracker: Tracker) -> Turn:
        """See ``ConversationAction.turn``."""
        return menu.say(session, "goodbye")


class ActionExplainBot(ConversationAction):
    """Says that the person talks to a bot."""

    def turn(self, session: Session, tracker: Tracker) -> Turn:
        """See ``ConversationAction.turn``."""
        return menu.say(session, "bot")


class ActionExplainPrivacy(ConversationAction):
    """Says what is stored and for what."""

    def turn(self, session: Session, tracker: Tracker) -> Turn:
        """See ``ConversationAction.turn``."""
        return menu.explain_privacy(session)


class ActionExplainDuration(ConversationAction):
    """Says how long it takes."""

    def turn(self, session: Session, tracker: Tracker) -> Turn:
        """See ``ConversationAction.turn``."""
        return menu.say(session, "duration")


class ActionExplainPrice(ConversationAction):
    """Says where prices are shown."""

    def turn(self, session: Session, tracker: Tracker) -> Turn:
        """See ``ConversationAction.turn``."""
        return menu.say(session, "price_question")


class ActionAnswerAttachment(ConversationAction):
    """Says that a photo, a voice message and the like cannot be read, and how to go on."""

    def turn(self, session: Session, tracker: Tracker) -> Turn:
        """See ``ConversationAction.turn``."""
        return menu.answer_attachment(session, tracker_bridge.reply(tracker).entity("value"))


class ActionSubscribe(ConversationAction):
    """Notes that the person wants news and offers."""

    def turn(self, session: Session, tracker: Tracker) -> Turn:
        """See ``ConversationAction.turn``."""
        return consents.subscribe(session)


class ActionDefaultFallback(ConversationAction):
    """Takes a typed reply for one of the buttons offered last, or says it was not understood."""

    def turn(self, session: Session, tracker: Tracker) -> Turn:
        """See ``ConversationAction.turn``."""
        return replies.read_offer(session, tracker_bridge.reply(tracker), tracker_bridge.in_form(tracker))
