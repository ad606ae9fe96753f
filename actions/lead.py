"""The lead form, contact details and the person's yes, and what becomes of the request later."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace

from rasa_sdk import Tracker

from actions import tracker_bridge
from actions.base import ConversationAction
from customer_profiler.core.messages import Reply, Turn, from_memory
from customer_profiler.services import lead_form, leads, withdrawals
from customer_profiler.services.session import Session

FORM = "lead_form"


class ActionChooseProduct(ConversationAction):
    """Chooses a product for a quotation and prepares the form."""

    def turn(self, session: Session, tracker: Tracker) -> Turn:
        """See ``ConversationAction.turn``."""
        wish = tracker_bridge.reply(tracker)
        return lead_form.begin(session, wish.entity("product"), wish.entity("run"))


class ActionCorrectLead(ConversationAction):
    """Opens the form for a request that was sent, to correct it."""

    def turn(self, session: Session, tracker: Tracker) -> Turn:
        """See ``ConversationAction.turn``."""
        wish, open_form = tracker_bridge.reply(tracker), tracker_bridge.open_form(tracker)
        return lead_form.correct(session, tracker.slots, wish, open_form)


class ValidateLeadForm(ConversationAction):
    """Takes the reply to what the form asked; what is no reply to it is left to the rules."""

    def turn(self, session: Session, tracker: Tracker) -> Turn:
        """Take the reply; when the form has just begun there is none."""
        requested = tracker_bridge.requested_slot(tracker, FORM)
        if not requested:
            return Turn(passed_on=True)
        field = requested.removeprefix("lead_")
        return lead_form.take(session, tracker.slots, field, tracker_bridge.reply(tracker))

    def on_unavailable(self, language: str) -> Turn:
        """Keep the form open without a word: what is asked next apologises."""
        return Turn(memory={"preface": None})


class AskLeadDetail(ConversationAction, ABC):
    """Asks for one detail, or for the person's yes."""

    @property
    @abstractmethod
    def field(self) -> str:
        """One of ``LEAD_FIELDS``, or ``CONFIRM``."""

    def name(self) -> str:
        """The name by which the form asks for the detail."""
        return f"action_ask_lead_{self.field}"

    def turn(self, session: Session, tracker: Tracker) -> Turn:
        """Ask, in the words that the validation has prepared when the last reply could not be used."""
        prepared = from_memory(tracker.get_slot("preface"))
        turn = Turn((prepared,)) if prepared else lead_form.ask(session, tracker.slots, self.field)
        return replace(turn, memory={**turn.memory, "preface": None})


class ActionAskLeadName(AskLeadDetail):
    """Asks for the name."""

    field = "name"


class ActionAskLeadEmail(AskLeadDetail):
    """Asks for the e-mail address."""

    field = "email"


class ActionAskLeadPhone(AskLeadDetail):
    """Asks for the telephone number."""

    field = "phone"


class ActionAskLeadConfirmed(AskLeadDetail):
    """Shows what will be sent and asks for the person's yes."""

    field = "confirmed"


class ActionGoBackInLead(ConversationAction):
    """Opens the detail asked before."""

    def turn(self, session: Session, tracker: Tracker) -> Turn:
        """See ``ConversationAction.turn``."""
        field = tracker_bridge.requested_slot(tracker, FORM).removeprefix("lead_")
        return lead_form.go_back(session, tracker.slots, field)


class ActionSubmitLead(ConversationAction):
    """Says that the request, or the change of it, is with us, and its reference."""

    def turn(self, session: Session, tracker: Tracker) -> Turn:
        """See ``ConversationAction.turn``."""
        reply = tracker_bridge.reply(tracker)
        wish = reply if reply.intent == "confirm_lead" else Reply("")
        return leads.submit(session, tracker.slots, wish.entity("run"), wish.entity("product"))


class ActionCancelLead(ConversationAction):
    """Leaves the form and sends nothing; who said "stop" gets no more offers either."""

    def turn(self, session: Session, tracker: Tracker) -> Turn:
        """See ``ConversationAction.turn``."""
        stops = tracker_bridge.reply(tracker).intent == "stop"
        return lead_form.stop(session, tracker.slots) if stops else lead_form.cancel(session, tracker.slots)


class ActionWithdrawLead(ConversationAction):
    """Asks whether a request is to be withdrawn, and does it."""

    def turn(self, session: Session, tracker: Tracker) -> Turn:
        """See ``ConversationAction.turn``."""
        wish, open_form = tracker_bridge.reply(tracker), tracker_bridge.open_form(tracker)
        return withdrawals.withdraw(session, tracker.slots, wish, open_form)
