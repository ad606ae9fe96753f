"""A customer who sends a request and changes it, saying everything again until it is answered, as people do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field

from customer_profiler.adapters.phrasebook import load_phrasebook
from customer_profiler.core.messages import payload, read_payload
from tests.chaos.talk import Replies, Talk, button, buttons, reference, texts

CORRECT, SWITCH, WITHDRAW = "correct", "switch", "withdraw"
"""What a customer can change after the request was sent: the e-mail address, the product, the mind."""

PROFILERS = ("cars", "tablets")

_FIELDS = {load_phrasebook()["en"].texts[f"ask_{field}"]: field for field in ("name", "email", "phone")}
"""What the lead form asks -> for what."""


def sender_of(number: int) -> str:
    """Give the name by which a customer is known on the channel."""
    return f"customer-{number:03}"


def email_of(number: int, mark: str = "") -> str:
    """Give a customer's address."""
    return f"ada.{mark}{number:03}@example.com"


def phone_of(number: int) -> str:
    """Give a customer's telephone number."""
    return f"+34612555{number:03}"


@dataclass(frozen=True)
class Acquaintance:
    """Somebody who has come as far as the summary, with the buttons to go on with."""

    number: int
    sender: str
    confirm: str
    alternative: str

    def stored(self) -> Mapping[str, object]:
        """Give what makes it again."""
        return asdict(self)


async def acquaint(talk: Talk, number: int) -> Acquaintance:
    """Answer the questions, choose a product and give all details, up to the summary with its last button."""
    opening = payload("start_profiler", profiler=PROFILERS[number % len(PROFILERS)])
    replies, alternative = await _said(talk, opening, lambda found: button(found, "answer")), ""
    while not button(replies, "confirm_lead"):
        alternative = button(replies, "show_alternative") or alternative
        replies = await _said(talk, _next(talk, replies, number), _is_understood)
    return Acquaintance(number, talk.sender, button(replies, "confirm_lead"), alternative)


def _next(talk: Talk, replies: Replies, number: int) -> str:
    """Give what to say after an answer."""
    if options := buttons(replies, "answer"):
        return talk.chance.choice(options)
    if product := button(replies, "choose_product"):
        return product
    details = {"name": "Ada Lovelace", "email": email_of(number), "phone": phone_of(number)}
    return next(details[field] for asked, field in _FIELDS.items() if asked in texts(replies))


def _is_understood(replies: Replies) -> bool:
    """Tell whether an answer leads on: that of a failed turn does not."""
    has_buttons = any(reply.get("buttons") for reply in replies)
    return has_buttons or any(asked in texts(replies) for asked in _FIELDS)


async def _said(talk: Talk, message: str, wanted: Callable[[Replies], object]) -> Replies:
    """Say something until the answer is as wanted; give the answer."""
    while not wanted(replies := await talk.say(message)):
        pass
    return replies


@dataclass
class Customer:
    """Sends the request, then changes it. What was acknowledged is kept, to be compared with what is stored."""

    known: Acquaintance
    changes: Sequence[str]
    talk: Talk
    reference: str = ""
    is_withdrawn: bool = False
    steps: int = 0
    email: str = field(init=False)
    product: str = field(init=False)
    run: str = field(init=False)

    def __post_init__(self) -> None:
        entities = read_payload(self.known.confirm)[1]
        self.run, self.product = entities["run"], entities["product"]
        self.email = email_of(self.known.number)

    @property
    def is_done(self) -> bool:
        """Whether everything was acknowledged."""
        return self.steps == 1 + len(self.changes)

    async def live(self) -> None:
        """Send the request, then change it."""
        self.reference = reference(await _said(self.talk, self.known.confirm, reference))
        self.steps += 1
        for change in self.changes:
            await asyncio.sleep(self.talk.chance.uniform(0, 2))
            await {CORRECT: self._correct, SWITCH: self._switch, WITHDRAW: self._withdraw}[change]()
            self.steps += 1

    async def _correct(self) -> None:
        email, summary = email_of(self.known.number, "new."), ""
        while not summary:
            await self.talk.say(payload("correct_lead", field="email", run=self.run))
            summary = button(await self.talk.say(email), "confirm_lead", email)
        await _said(self.talk, summary, reference)
        self.email = email

    async def _switch(self) -> None:
        card = await _said(self.talk, self.known.alternative, lambda found: button(found, "choose_product"))
        choice = button(card, "choose_product")
        product = read_payload(choice)[1]["product"]
        summary = await _said(self.talk, choice, lambda found: button(found, "confirm_lead", product=product))
        await _said(self.talk, button(summary, "confirm_lead"), reference)
        self.product = product

    async def _withdraw(self) -> None:
        ask = payload("withdraw_lead", run=self.run)
        asked = await _said(self.talk, ask, lambda found: button(found, "withdraw_lead", value="yes"))
        # Who has withdrawn is offered to ask again.
        await _said(
            self.talk, button(asked, "withdraw_lead", value="yes"), lambda found: button(found, "choose_product")
        )
        self.is_withdrawn = True
