"""Refuses what the Send API refuses in a body of ``POST /{page_id}/messages`` (Meta docs, Mar-Jun 2026, v25.0)."""

from __future__ import annotations

from customer_profiler.standin.errors import GraphError
from customer_profiler.standin.fields import Fields, length
from customer_profiler.standin.messenger import REFUSALS
from customer_profiler.standin.messenger.attachments import check_attachment

TEXT_MOST = 1999
QUICK_REPLIES_MOST = 13
TITLE_SHOWN = 20
PAYLOAD_MOST = 1000
METADATA_MOST = 1000

ACTIONS = ("typing_on", "typing_off", "mark_seen", "react", "unreact")

_RETIRED_TAGS = ("CONFIRMED_EVENT_UPDATE", "ACCOUNT_UPDATE", "POST_PURCHASE_UPDATE")


def check_call(body: object) -> Fields:
    """Check what every call has; give its fields."""
    call = Fields(body, REFUSALS)
    call.only(
        "recipient", "messaging_type", "message", "sender_action", "payload", "tag", "notification_type", "persona_id",
        "reply_to",
    )  # fmt: skip
    if call.has("message") == call.has("sender_action"):
        raise GraphError(100, "You must specify either a message or a sender_action, not both.", 2018015)
    return call


def check_recipient(call: Fields) -> str:
    """Check to whom the call goes; give the page-scoped id. Others than persons the stand-in does not play."""
    return call.child("recipient").only("id").text("id")


def check_action(call: Fields) -> str:
    """Check a sender action; give its name."""
    action = call.choice("sender_action", ACTIONS)
    if action in ("react", "unreact"):
        call.child("payload").text("message_id")
    return action


def check_message(call: Fields) -> list[str]:
    """Check a message; give warnings about what Messenger takes but does not show whole."""
    if call.has("messaging_type"):
        call.choice("messaging_type", ("RESPONSE", "UPDATE", "MESSAGE_TAG"))
    if call.values.get("messaging_type") == "MESSAGE_TAG" or call.has("tag"):
        _check_tag(call)
    message = call.child("message").only("text", "attachment", "quick_replies", "metadata")
    message.optional("metadata", METADATA_MOST)
    if message.has("text") == message.has("attachment"):
        raise GraphError(100, "The message must have either text or an attachment.", 2018034)
    if message.has("attachment"):
        check_attachment(message.child("attachment"))
    else:
        message.text("text", TEXT_MOST)
    return _check_quick_replies(message) if message.has("quick_replies") else []


def _check_tag(call: Fields) -> None:
    tag = call.text("tag")
    if tag in _RETIRED_TAGS:
        raise GraphError(100, f"The message tag {tag} is no longer supported.", 1893061)
    call.choice("tag", ("HUMAN_AGENT",))


def _check_quick_replies(message: Fields) -> list[str]:
    warnings = []
    for reply in message.children("quick_replies", QUICK_REPLIES_MOST):
        kind = reply.choice("content_type", ("text", "user_phone_number", "user_email"))
        reply.only("content_type", "title", "payload", "image_url")
        if kind != "text":
            continue
        title = reply.text("title")
        reply.text("payload", PAYLOAD_MOST)
        if length(title) > TITLE_SHOWN:
            warnings.append(f"{reply.name('title')} is longer than {TITLE_SHOWN} characters and is shown cut.")
    return warnings
