"""What the Graph API does with calls that concern Messenger."""

from __future__ import annotations

import time
from typing import Any

from customer_profiler.standin import STANDIN_PAGE_ID
from customer_profiler.standin.call import Call
from customer_profiler.standin.delivery import Delivery
from customer_profiler.standin.errors import GraphError
from customer_profiler.standin.exchange import TYPING_SECONDS, Exchange, new_id
from customer_profiler.standin.fields import Fields
from customer_profiler.standin.message import Message
from customer_profiler.standin.messenger import REFUSALS
from customer_profiler.standin.messenger.checks import check_action, check_call, check_message, check_recipient
from customer_profiler.standin.messenger.profile import check_profile
from customer_profiler.standin.messenger.screen import shown
from customer_profiler.standin.person import Person
from customer_profiler.standin.pictures import PictureRefused

Json = dict[str, Any]

_PERSON_FIELDS = ("id", "first_name", "last_name", "name", "profile_pic", "locale", "timezone", "gender")


class MessengerCalls:
    """Answers calls, or raises ``GraphError`` as the Messenger Platform refuses them."""

    def __init__(self, exchange: Exchange, delivery: Delivery) -> None:
        self._exchange = exchange
        self._delivery = delivery

    async def send(self, call: Call) -> Json:
        """``POST /{page_id}/messages``: a message or a sender action."""
        fields = check_call(call.body())
        person = self._exchange.people.on_messenger(check_recipient(fields))
        if person is None:
            raise GraphError(100, "No matching user found.", 2018001)
        call.concerns(person)
        if fields.has("sender_action"):
            return self._act(person, fields)
        call.record["warnings"] += check_message(fields)
        if not self._exchange.throughput["facebook"].take():
            raise GraphError(613, "Calls to this api have exceeded the rate limit.")
        _check_reach(person, fields)
        message = Message(new_id("facebook"), "bot", at=time.time(), raw=fields.values, **shown(fields.values))
        if message.kind == "image":
            await self._check_picture(message)
        self._delivery.begin(person, message)
        return {"recipient_id": person.user_id, "message_id": message.id}

    async def profile(self, call: Call) -> Json:
        """``/{me}/messenger_profile``: set, get or delete "Get started", greeting, ice breakers and menu."""
        if call.request.match_info["id"] not in ("me", STANDIN_PAGE_ID):
            raise GraphError(100, "Unsupported request. The object does not exist.", 33)
        stored = self._exchange.messenger_profile
        if call.request.method == "GET":
            names = [name for name in call.request.query.get("fields", "").split(",") if name]
            return {"data": [{name: stored[name] for name in names if name in stored}]}
        if call.request.method == "DELETE":
            for name in Fields(call.body(), REFUSALS).values.get("fields") or []:
                stored.pop(name, None)
        else:
            stored |= check_profile(Fields(call.body(), REFUSALS), stored)
        self._exchange.journal.tell("profile", dict(stored))
        return {"result": "success"}

    async def describe(self, call: Call) -> Json:
        """``GET /{psid}``: a person who has written before; or the page itself."""
        id = call.request.match_info["id"]
        if id in ("me", STANDIN_PAGE_ID):
            return {"name": "Stand-in", "id": STANDIN_PAGE_ID}
        person = self._exchange.people.on_messenger(id)
        if person is None:
            details = f"Unsupported get request. Object with ID '{id}' does not exist or cannot be loaded."
            raise GraphError(100, details, 33)
        call.concerns(person)
        if person.wrote_at is None:
            raise GraphError(100, "No profile available for this user.", 2018218)
        first, _, last = person.name.partition(" ")
        known = {"id": id, "first_name": first, "last_name": last, "name": person.name, "locale": person.locale}
        known |= {"profile_pic": f"{self._exchange.options.url}/phone/icon.svg"}
        asked = call.request.query.get("fields", "first_name,last_name,profile_pic").split(",")
        for name in asked:
            if name not in _PERSON_FIELDS:
                raise GraphError(100, f"Tried accessing nonexisting field ({name}).")
        return {name: known[name] for name in dict.fromkeys((*asked, "id")) if name in known}

    def _act(self, person: Person, fields: Fields) -> Json:
        action = check_action(fields)
        if action == "typing_on":
            self._exchange.type(person, TYPING_SECONDS)
        elif action == "typing_off":
            self._exchange.type(person, 0)
        elif action == "mark_seen":
            for message in person.messages:
                if message.by == "person" and message.state != "read":
                    message.state = "read"
                    self._exchange.update(person, message)
        return {"recipient_id": person.user_id}

    async def _check_picture(self, message: Message) -> None:
        """Messenger fetches a picture of its own before it answers; those of cards it fetches later."""
        try:
            await self._exchange.pictures.fetch(message.image)
        except PictureRefused as error:
            raise GraphError(100, f"Failed to fetch the file from the url: {error}", 2018008) from None


def _check_reach(person: Person, fields: Fields) -> None:
    if not person.reachable:
        raise GraphError(551, "This person isn't available right now.", 1545041)
    has_tag = fields.values.get("messaging_type") == "MESSAGE_TAG"
    if not person.window_is_open and not has_tag:
        raise GraphError(10, "This message is sent outside of allowed window.", 2018278)
