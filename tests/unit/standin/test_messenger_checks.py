"""What the Send API and the profile API refuse, one row a rule."""

from __future__ import annotations

from typing import Any

import pytest

from customer_profiler.standin.errors import GraphError
from customer_profiler.standin.fields import Fields
from customer_profiler.standin.messenger import REFUSALS
from customer_profiler.standin.messenger.checks import check_action, check_call, check_message
from customer_profiler.standin.messenger.profile import check_profile

Json = dict[str, Any]


def message(**content: Any) -> Json:
    return {"recipient": {"id": "1"}, "messaging_type": "RESPONSE", "message": content}


def quick_replies(count: int, **more: Any) -> Json:
    reply = {"content_type": "text", "title": "Red", "payload": "RED", **more}
    return message(text="Pick", quick_replies=[reply] * count)


def template(**payload: Any) -> Json:
    return message(attachment={"type": "template", "payload": payload})


def button(**more: Any) -> Json:
    return {"type": "postback", "title": "Yes", "payload": "YES", **more}


def button_template(*buttons: Json, text: str = "Sure?") -> Json:
    return template(template_type="button", text=text, buttons=list(buttons))


def element(**more: Any) -> Json:
    return {"title": "Spark", "subtitle": "Small", **more}


def generic(*elements: Json) -> Json:
    return template(template_type="generic", elements=list(elements))


def check(body: Any) -> list[str]:
    return check_message(check_call(body))


TAKEN = {
    "text": message(text="x" * 1999, metadata="m" * 1000),
    "thirteen quick replies": quick_replies(13, payload="p" * 1000),
    "phone and e-mail": message(text="?", quick_replies=[{"content_type": "user_email"}]),
    "three buttons": button_template(*[button(title="t" * 20, payload="p" * 1000)] * 3, text="x" * 640),
    "link button": button_template({"type": "web_url", "title": "Open", "url": "https://h/"}),
    "ten cards": generic(*[element(title="t" * 80, subtitle="s" * 80, buttons=[button()] * 3)] * 10),
    "card with picture only": generic({"title": "Spark", "image_url": "https://h/x.png"}),
    "image": message(attachment={"type": "image", "payload": {"url": "https://h/x.png", "is_reusable": True}}),
    "person's agent": {**message(text="x"), "messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"},
}

REFUSED = {
    "no object": ("x", 100, None),
    "unknown key": ({**message(text="x"), "extra": 1}, 100, None),
    "unknown key inside": (message(text="x", extra=1), 100, None),
    "neither message nor action": ({"recipient": {"id": "1"}}, 100, 2018015),
    "message and action": ({**message(text="x"), "sender_action": "typing_on"}, 100, 2018015),
    "empty message": (message(), 100, 2018034),
    "text and attachment": (message(text="x", attachment={"type": "image"}), 100, 2018034),
    "text blank": (message(text=" "), 100, None),
    "text long": (message(text="x" * 2000), 100, None),
    "metadata long": (message(text="x", metadata="m" * 1001), 100, None),
    "unknown messaging type": ({**message(text="x"), "messaging_type": "PROMOTION"}, 100, None),
    "retired tag": ({**message(text="x"), "messaging_type": "MESSAGE_TAG", "tag": "ACCOUNT_UPDATE"}, 100, 1893061),
    "unknown tag": ({**message(text="x"), "messaging_type": "MESSAGE_TAG", "tag": "X"}, 100, None),
    "fourteen quick replies": (quick_replies(14), 105, None),
    "no quick replies": (quick_replies(0), 100, None),
    "quick reply payload long": (quick_replies(1, payload="p" * 1001), 100, None),
    "quick reply without payload": (quick_replies(1, payload=""), 100, None),
    "removed quick reply": (quick_replies(1, content_type="location"), 100, None),
    "button text long": (button_template(button(), text="x" * 641), 100, None),
    "no buttons": (button_template(), 100, None),
    "four buttons": (button_template(*[button()] * 4), 105, None),
    "button title long": (button_template(button(title="t" * 21)), 100, None),
    "button payload long": (button_template(button(payload="p" * 1001)), 100, None),
    "button payload empty": (button_template(button(payload="")), 100, 2018040),
    "button url empty": (button_template({"type": "web_url", "title": "Open", "url": ""}), 100, 2018041),
    "unknown button": (button_template(button(type="reply")), 100, None),
    "eleven cards": (generic(*[element()] * 11), 105, None),
    "card title empty": (generic(element(title="")), 100, 2018053),
    "card title long": (generic(element(title="t" * 81)), 100, None),
    "card subtitle long": (generic(element(subtitle="s" * 81)), 100, None),
    "card with title only": (generic({"title": "Spark"}), 100, None),
    "card with four buttons": (generic(element(buttons=[button()] * 4)), 105, None),
    "unknown template": (template(template_type="list"), 100, None),
    "attachment nowhere": (message(attachment={"type": "image", "payload": {}}), 100, 2018074),
    "unknown attachment": (message(attachment={"type": "sticker", "payload": {}}), 100, None),
}


@pytest.mark.parametrize("body", TAKEN.values(), ids=TAKEN)
def test_takes(body: Json) -> None:
    assert check(body) == []


@pytest.mark.parametrize(("body", "code", "subcode"), REFUSED.values(), ids=REFUSED)
def test_refuses(body: Any, code: int, subcode: int | None) -> None:
    with pytest.raises(GraphError) as caught:
        check(body)
    assert (caught.value.code, caught.value.subcode) == (code, subcode), caught.value.details


def test_a_long_quick_reply_is_taken_but_warned_of() -> None:
    (warning,) = check(quick_replies(1, title="t" * 21))
    assert "shown cut" in warning


def test_an_action_must_be_known() -> None:
    assert check_action(check_call({"recipient": {"id": "1"}, "sender_action": "typing_on"})) == "typing_on"
    with pytest.raises(GraphError):
        check_action(check_call({"recipient": {"id": "1"}, "sender_action": "sing"}))


MENU: Json = {"locale": "default", "call_to_actions": [{"type": "postback", "title": "Menu", "payload": "MENU"}]}
BREAKERS: Json = {"locale": "default", "call_to_actions": [{"question": "Which car?", "payload": "CAR"}]}


def test_takes_a_whole_profile() -> None:
    whole: Json = {
        "get_started": {"payload": "START"},
        "greeting": [{"locale": "default", "text": "Hello"}],
        "ice_breakers": [BREAKERS],
        "persistent_menu": [MENU],
    }
    assert check_profile(Fields(whole, REFUSALS), {}) == whole


@pytest.mark.parametrize(
    "profile",
    [
        {"persistent_menu": [MENU]},
        {"greeting": [{"locale": "en_US", "text": "Hello"}]},
        {"ice_breakers": [{**BREAKERS, "call_to_actions": BREAKERS["call_to_actions"] * 5}]},
        {"get_started": {}},
        {"colour": "red"},
    ],
)
def test_refuses_a_profile(profile: Json) -> None:
    with pytest.raises(GraphError):
        check_profile(Fields(profile, REFUSALS), {})
