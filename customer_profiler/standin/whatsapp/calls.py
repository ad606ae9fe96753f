"""What the Graph API does with calls that concern WhatsApp."""

from __future__ import annotations

import time
from typing import Any

from aiohttp import web

from customer_profiler.standin import BUSINESS_NUMBER, STANDIN_PHONE_NUMBER_ID
from customer_profiler.standin.call import Call
from customer_profiler.standin.delivery import Delivery
from customer_profiler.standin.errors import GraphError
from customer_profiler.standin.exchange import TYPING_SECONDS, Exchange, new_id
from customer_profiler.standin.fields import Fields
from customer_profiler.standin.message import Message
from customer_profiler.standin.person import Person
from customer_profiler.standin.pictures import PictureRefused, check_picture
from customer_profiler.standin.whatsapp.checks import check_call, check_message, check_read
from customer_profiler.standin.whatsapp.screen import shown
from customer_profiler.standin.whatsapp.templates import Template

Json = dict[str, Any]


class WhatsAppCalls:
    """Answers calls, or raises ``GraphError`` as the Cloud API refuses them."""

    def __init__(self, exchange: Exchange, delivery: Delivery) -> None:
        self._exchange = exchange
        self._delivery = delivery

    async def send(self, call: Call) -> Json:
        """``POST /{phone_number_id}/messages``: a message, or a read receipt with or without typing."""
        _check_number(call)
        fields = check_call(call.body())
        if fields.has("status"):
            return self._read(call, fields)
        kind = check_message(fields)
        if not self._exchange.throughput["whatsapp"].take():
            raise GraphError(130429, "Message failed to send because there were too many messages in a second.")
        person = self._recipient(fields)
        call.concerns(person)
        template = self._exchange.templates.fitting(fields.values["template"]) if kind == "template" else None
        self._check_media_ids(fields.values)
        _check_window(person, fields, template)
        if not self._exchange.pairs[person.id].take():
            raise GraphError(131056, "Too many messages sent from this phone number to the same phone number.")
        if kind == "reaction":
            return self._react(person, fields)
        message = Message(
            new_id("whatsapp"), "bot", at=time.time(), raw=fields.values, **shown(fields.values, template)
        )
        self._delivery.begin(person, message, _later_failure(call, person, template))
        return _accepted(fields, person, message.id)

    async def upload(self, call: Call) -> Json:
        """``POST /{phone_number_id}/media``: keep a file and give its id."""
        _check_number(call)
        if not call.request.content_type.startswith("multipart/"):
            raise GraphError(100, "The body must be multipart/form-data with file, type and messaging_product.")
        try:
            form = await call.request.post()
        except ValueError:
            raise GraphError(100, "The body is not well-formed multipart/form-data.") from None
        if form.get("messaging_product") != "whatsapp":
            raise GraphError(100, "The parameter messaging_product is required.")
        file = form.get("file")
        if not isinstance(file, web.FileField):
            raise GraphError(100, "The parameter file is required.")
        with file.file:
            content, mime_type = file.file.read(), file.content_type
        try:
            if mime_type.startswith("image/") and mime_type != "image/webp":
                check_picture(content, mime_type)
        except PictureRefused as error:
            raise GraphError(100, f"Param file is not supported: {error}") from None
        return {"id": self._exchange.pictures.keep(content, mime_type).id}

    async def describe(self, call: Call) -> Json:
        """``GET /{phone_number_id}`` or ``GET /{media_id}``."""
        id = call.request.match_info["id"]
        media = self._exchange.pictures.get(id)
        if media is None:
            shown_number = f"+{BUSINESS_NUMBER}"
            return {
                "verified_name": "Stand-in",
                "display_phone_number": shown_number,
                "quality_rating": "GREEN",
                "id": id,
            }
        return {
            "messaging_product": "whatsapp",
            "url": f"{self._exchange.options.url}/phone/media/{id}",
            "mime_type": media.mime_type,
            "sha256": media.sha256,
            "file_size": len(media.content),
            "id": id,
        }

    def _read(self, call: Call, fields: Fields) -> Json:
        message_id = check_read(fields)
        for person in self._exchange.people:
            message = person.message(message_id)
            if message is not None and message.by == "person":
                call.concerns(person)
                mark_read(self._exchange, person, message)
                if fields.has("typing_indicator"):
                    self._exchange.type(person, TYPING_SECONDS)
                return {"success": True}
        raise fields.invalid("message_id", "is no message that a person sent")

    def _recipient(self, fields: Fields) -> Person:
        to, user_id = fields.optional("to"), fields.optional("recipient")
        person = self._exchange.people.on_whatsapp(to, user_id)
        if person is None:
            raise GraphError(131026, f"Message undeliverable: nobody on WhatsApp has {'to' if to else 'recipient'}.")
        return person

    def _check_media_ids(self, body: Json) -> None:
        """Refuse ids of files that were never uploaded, wherever they stand."""
        for value in body.values():
            if isinstance(value, dict):
                if "id" in value and self._exchange.pictures.get(value["id"]) is None:
                    raise GraphError(131009, f"Media {value['id']!r} does not exist; upload it first.")
                self._check_media_ids(value)

    def _react(self, person: Person, fields: Fields) -> Json:
        reaction = fields.values["reaction"]
        message = person.message(reaction["message_id"])
        if message is None:
            raise GraphError(131009, "reaction.message_id is no message of this conversation.")
        message.reaction = reaction["emoji"]
        self._exchange.update(person, message)
        return _accepted(fields, person, new_id("whatsapp"))


def mark_read(exchange: Exchange, person: Person, last: Message) -> None:
    """Give what the person wrote up to this message its blue ticks."""
    for message in person.messages:
        if message.by == "person" and message.number <= last.number and message.state != "read":
            message.state = "read"
            exchange.update(person, message)


def _check_number(call: Call) -> None:
    id = call.request.match_info["id"]
    if id != STANDIN_PHONE_NUMBER_ID:
        details = f"Unsupported post request. Object with ID '{id}' does not exist or cannot be loaded."
        raise GraphError(100, details, 33)


def _check_window(person: Person, fields: Fields, template: Template | None) -> None:
    if template is None and not person.window_is_open:
        raise GraphError(131047, "More than 24 hours have passed since the customer last replied to this number.")
    by_user_id = not fields.has("to")
    if template is not None and template.category == "AUTHENTICATION" and by_user_id:
        raise GraphError(131062, "Authentication templates need a phone number.")


def _later_failure(call: Call, person: Person, template: Template | None) -> int:
    """Give the code by which an accepted message fails afterwards, or 0."""
    if call.failure is not None and call.failure.failed_code:
        return call.failure.failed_code
    unwelcome = template is not None and template.category == "MARKETING" and not person.marketing
    return 131050 if unwelcome else 0


def _accepted(fields: Fields, person: Person, message_id: str) -> Json:
    contact = {"input": fields.optional("to") or fields.optional("recipient")}
    contact |= {"wa_id": person.number} if fields.has("to") else {"user_id": person.user_id}
    return {
        "messaging_product": "whatsapp",
        "contacts": [contact],
        "messages": [{"id": message_id, "message_status": "accepted"}],
    }
