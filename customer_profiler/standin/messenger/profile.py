"""What the Messenger Profile API takes: "Get started", greeting, ice breakers, persistent menu."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from customer_profiler.standin.errors import GraphError
from customer_profiler.standin.fields import Fields

ICE_BREAKERS_MOST = 4
MENU_MOST = 20
TITLE_MOST = 30
GREETING_MOST = 160
PAYLOAD_MOST = 1000


def check_profile(body: Fields, stored: Mapping[str, Any]) -> dict[str, Any]:
    """Check what is to be set; give it. A menu needs "Get started" before it or with it."""
    body.only("get_started", "greeting", "ice_breakers", "persistent_menu", "commands", "whitelisted_domains")
    if body.has("get_started"):
        body.child("get_started").only("payload").text("payload", PAYLOAD_MOST)
    if body.has("greeting"):
        for greeting in _with_default(body, "greeting"):
            greeting.only("locale", "text").text("text", GREETING_MOST)
    if body.has("ice_breakers"):
        for breakers in _with_default(body, "ice_breakers"):
            for question in breakers.only("locale", "call_to_actions").children("call_to_actions", ICE_BREAKERS_MOST):
                question.only("question", "payload").text("question")
                question.text("payload", PAYLOAD_MOST)
    if body.has("persistent_menu"):
        _check_menu(body, stored)
    return body.values


def _check_menu(body: Fields, stored: Mapping[str, Any]) -> None:
    if not body.has("get_started") and "get_started" not in stored:
        raise GraphError(100, "You must set a Get Started button if you also wish to use persistent menu.", 2018145)
    for menu in _with_default(body, "persistent_menu"):
        menu.only("locale", "composer_input_disabled", "call_to_actions", "disabled_surfaces")
        for item in menu.children("call_to_actions", MENU_MOST):
            item.text("title", TITLE_MOST)
            if item.choice("type", ("postback", "web_url")) == "postback":
                item.text("payload", PAYLOAD_MOST)
            else:
                item.link("url")


def _with_default(body: Fields, key: str) -> list[Fields]:
    items = body.children(key, 100)
    if not any(item.values.get("locale") == "default" for item in items):
        raise body.invalid(key, "must have an entry for the locale default")
    return items
