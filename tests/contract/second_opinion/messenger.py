"""What the library ``fbmessenger`` says of Messenger messages."""

from __future__ import annotations

import collections
import collections.abc
import logging
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from fbmessenger.elements import Button, Element, Text
from fbmessenger.quick_replies import QuickReplies, QuickReply
from fbmessenger.templates import GenericTemplate

KNOWN_MAXIMUM = 11
"""The library refuses more quick replies than these; the platform has taken 13 since 2019, after its last release."""


def objection(message: Mapping[str, Any], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> str:
    """Let the library build the message anew and give what it refuses, warns of or builds differently, or ""."""
    # The library names a class that Python 3.10 has moved.
    monkeypatch.setattr(collections, "Iterable", collections.abc.Iterable, raising=False)
    caplog.clear()
    ours = {key: value for key, value in message.items() if key != "metadata"}
    with caplog.at_level(logging.WARNING, "fbmessenger"):
        try:
            theirs = _built(message)
        except ValueError as error:
            return str(error)
    if caplog.messages:
        return caplog.messages[0]
    return "" if theirs == ours else f"builds {theirs}"


def _built(message: Mapping[str, Any]) -> dict[str, Any]:
    if "text" in message:
        quick_replies = message.get("quick_replies", [])
        built: dict[str, Any] = Text(message["text"], _quick_replies(quick_replies[:KNOWN_MAXIMUM])).to_dict()
        built.get("quick_replies", []).extend(
            reply.to_dict() for reply in map(_quick_reply, quick_replies[KNOWN_MAXIMUM:])
        )
        return built
    payload = message["attachment"]["payload"]
    built = GenericTemplate([_element(element) for element in payload["elements"]]).to_dict()
    # It always says whether a card may be passed on; the platform does not need that.
    del built["attachment"]["payload"]["sharable"]
    return built


def _quick_replies(replies: Sequence[Mapping[str, str]]) -> QuickReplies | None:
    return QuickReplies([_quick_reply(reply) for reply in replies]) if replies else None


def _quick_reply(reply: Mapping[str, str]) -> QuickReply:
    return QuickReply(title=reply["title"], payload=reply["payload"], content_type=reply["content_type"])


def _element(element: Mapping[str, Any]) -> Element:
    buttons = [
        Button(each["type"], title=each["title"], payload=each["payload"]) for each in element.get("buttons", [])
    ]
    return Element(
        element["title"], image_url=element.get("image_url"), subtitle=element.get("subtitle"), buttons=buttons
    )
