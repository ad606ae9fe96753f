"""The actions of the stock assistant: replies are validated against lists, two cars are shown, nothing is stored."""

# mypy: disallow-subclassing-any=False
from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.forms import FormValidationAction
from rasa_sdk.types import DomainDict

OPTIONS = {
    "use": {
        "family": "Family life",
        "commute": "Daily commute",
        "leisure": "Fun and adventure",
        "work": "Work and trade",
    },
    "seats": {"small": "A small family", "five": "A family of five", "big": "Six or more of us"},
    "energy": {
        "electric": "Electric",
        "hybrid": "Hybrid",
        "petrol": "Petrol",
        "diesel": "Diesel",
        "advise": "Please advise me",
    },
    "budget": {
        "low": "Up to €20,000",
        "mid": "€20,000 to €30,000",
        "upper": "€30,000 to €45,000",
        "top": "Over €45,000",
        "open": "Not decided yet",
    },
    "matters": {
        "comfort": "Comfort",
        "costs": "Low running costs",
        "tech": "Latest technology",
        "fun": "Driving fun",
        "space": "Space and safety",
    },
}
"""Question -> option -> what stands on its button."""

CARS = {
    "spark": "Spark, the electric city hatchback\nParks anywhere, charges overnight.\n€19,990",
    "linea": "Linea, the hybrid saloon\n900 km between two fill-ups.\n€28,990",
}

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
PHONE = re.compile(r"\+?[\d ]{7,20}")

Slots = dict[str, Any]


class ValidateProfilerForm(FormValidationAction):
    """Takes an option's id, from a tap, or its label, typed."""

    def name(self) -> str:
        """Give the action's name in the domain."""
        return "validate_profiler_form"

    def validate_use(self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> Slots:
        """Validate the first answer."""
        return chosen("use", value, dispatcher)

    def validate_seats(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Slots:
        """Validate the second answer."""
        return chosen("seats", value, dispatcher)

    def validate_energy(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Slots:
        """Validate the third answer."""
        return chosen("energy", value, dispatcher)

    def validate_budget(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Slots:
        """Validate the fourth answer."""
        return chosen("budget", value, dispatcher)

    def validate_matters(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Slots:
        """Validate the fifth answer."""
        return chosen("matters", value, dispatcher)


class ValidateLeadForm(FormValidationAction):
    """Checks the shape of e-mail address and telephone number."""

    def name(self) -> str:
        """Give the action's name in the domain."""
        return "validate_lead_form"

    def validate_lead_name(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Slots:
        """Validate the name."""
        return {"lead_name": str(value).strip() or None}

    def validate_lead_email(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Slots:
        """Validate the e-mail address."""
        return matching("lead_email", EMAIL, value, dispatcher)

    def validate_lead_phone(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Slots:
        """Validate the telephone number."""
        return matching("lead_phone", PHONE, value, dispatcher)

    def validate_lead_confirmed(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Slots:
        """Take the yes as it is."""
        return {"lead_confirmed": value}


class ActionRecommend(Action):
    """Shows the first car."""

    def name(self) -> str:
        """Give the action's name in the domain."""
        return "action_recommend"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Show the card."""
        show(dispatcher, "spark")
        return []


class ActionShowAlternative(Action):
    """Shows the second car."""

    def name(self) -> str:
        """Give the action's name in the domain."""
        return "action_show_alternative"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Show the card."""
        show(dispatcher, "linea")
        return []


class ActionSubmitLead(Action):
    """Closes the conversation with a reference."""

    def name(self) -> str:
        """Give the action's name in the domain."""
        return "action_submit_lead"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Say the reference."""
        name = tracker.get_slot("lead_name")
        dispatcher.utter_message(text=f"Thank you, {name}! Your reference: L-{uuid4().hex[:10].upper()}")
        return []


def chosen(question: str, value: Any, dispatcher: CollectingDispatcher) -> Slots:
    """Give the option that was tapped or typed, or ask again."""
    wanted = str(value).strip().lower()
    for option, label in OPTIONS[question].items():
        if wanted in (option, label.lower()):
            return {question: option}
    dispatcher.utter_message(text="Please choose one of the options.")
    return {question: None}


def matching(slot: str, pattern: re.Pattern[str], value: Any, dispatcher: CollectingDispatcher) -> Slots:
    """Give the detail when it has the right shape, or ask again."""
    if pattern.fullmatch(str(value).strip()):
        return {slot: str(value).strip()}
    dispatcher.utter_message(text="That does not look right, please try again.")
    return {slot: None}


def show(dispatcher: CollectingDispatcher, car: str) -> None:
    """Show a car as picture, text and two buttons."""
    buttons = [
        {"title": "Ask for a quote", "payload": f'/choose_product{{"product":"{car}"}}'},
        {"title": "Show another", "payload": "/show_alternative"},
    ]
    dispatcher.utter_message(text=CARS[car], image=f"https://www.example.com/cars/{car}.png", buttons=buttons)
