"""What an attachment of a Messenger call must look like: files and the button and generic templates."""

from __future__ import annotations

from customer_profiler.standin.errors import GraphError
from customer_profiler.standin.fields import Fields

BUTTON_TEXT_MOST = 640
BUTTONS_MOST = 3
BUTTON_TITLE_MOST = 20
PAYLOAD_MOST = 1000
ELEMENTS_MOST = 10
ELEMENT_LINE_MOST = 80

EMPTY_PAYLOAD, EMPTY_URL, EMPTY_TITLE = 2018040, 2018041, 2018053


def check_attachment(attachment: Fields) -> None:
    """Check a file or a template; other templates than these two the stand-in does not play."""
    kind = attachment.choice("type", ("image", "audio", "video", "file", "template"))
    payload = attachment.only("type", "payload").child("payload")
    if kind != "template":
        _check_file(payload)
    elif payload.choice("template_type", ("button", "generic")) == "button":
        payload.only("template_type", "text", "buttons").text("text", BUTTON_TEXT_MOST)
        _check_buttons(payload, least=1)
    else:
        payload.only("template_type", "elements", "sharable", "image_aspect_ratio")
        for element in payload.children("elements", ELEMENTS_MOST):
            _check_element(element)


def _check_file(payload: Fields) -> None:
    payload.only("url", "attachment_id", "is_reusable")
    if payload.has("url") == payload.has("attachment_id"):
        raise GraphError(100, f"{payload.path} needs either url or attachment_id.", 2018074)
    if payload.has("url"):
        payload.link("url")


def _check_element(element: Fields) -> None:
    element.only("title", "subtitle", "image_url", "default_action", "buttons")
    _needed(element, "title", EMPTY_TITLE)
    element.text("title", ELEMENT_LINE_MOST)
    element.optional("subtitle", ELEMENT_LINE_MOST)
    if not any(element.has(key) for key in ("subtitle", "image_url", "default_action", "buttons")):
        raise element.invalid("title", "must not be the only property of the element")
    if element.has("image_url"):
        element.link("image_url")
    if element.has("default_action"):
        element.child("default_action").choice("type", ("web_url",))
        element.child("default_action").link("url")
    if element.has("buttons"):
        _check_buttons(element, least=0)


def _check_buttons(holder: Fields, least: int) -> None:
    for button in holder.children("buttons", BUTTONS_MOST, least):
        kind = button.choice("type", ("postback", "web_url", "phone_number"))
        button.text("title", BUTTON_TITLE_MOST)
        if kind == "web_url":
            _needed(button, "url", EMPTY_URL)
            button.only("type", "title", "url", "webview_height_ratio", "messenger_extensions").link("url")
        else:
            _needed(button, "payload", EMPTY_PAYLOAD)
            button.only("type", "title", "payload").text("payload", PAYLOAD_MOST)


def _needed(fields: Fields, key: str, subcode: int) -> None:
    if not fields.values.get(key):
        raise GraphError(100, f"{fields.name(key)} must not be empty.", subcode)
