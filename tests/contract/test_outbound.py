"""What we send keeps the platforms' limits: by our own table, and in the opinion of libraries of others.

Checked is everything the bot can say about the demos, in all their languages, and cases worse than any content. The
libraries never saw our table: each has read Meta's documentation on its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

import pytest

from customer_profiler.channels.facebook.render import render as render_facebook
from customer_profiler.channels.limits import violations
from customer_profiler.channels.rendering import ListWords
from customer_profiler.channels.whatsapp.render import render as render_whatsapp
from customer_profiler.core.messages import Message
from tests.contract.conversations import turns
from tests.contract.second_opinion import messenger, whatsapp

RENDER = {"whatsapp": render_whatsapp, "facebook": render_facebook}
ID = "0123456789abcdef" * 2
LINK = "https://bot.example.com/a.png"

Bodies = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def bodies() -> Bodies:
    """Every different body of every channel, the pages behind "More ..." included."""
    found: dict[str, dict[str, None]] = {channel: {} for channel in RENDER}
    for _, words, turn in turns():
        for channel in RENDER:
            found[channel] |= dict.fromkeys(json.dumps(body) for body in sent(channel, words, turn))
    return {channel: [json.loads(body) for body in each] for channel, each in found.items()}


def sent(channel: str, words: ListWords, turn: Sequence[Message]) -> Iterator[Any]:
    for _, each in RENDER[channel](turn, words, lambda: ID):
        yield each.body
        if each.rest:
            yield from sent(channel, words, [each.rest])


@pytest.mark.parametrize("channel", RENDER)
def test_nothing_breaks_a_limit_of_our_table(channel: str, bodies: Bodies) -> None:
    broken = [(problem, body) for body in bodies[channel] for problem in violations(channel, body)]

    assert len(bodies[channel]) > 5000
    assert broken == []


@pytest.mark.parametrize("channel", RENDER)
def test_every_kind_of_message_is_among_what_is_checked(channel: str, bodies: Bodies) -> None:
    everything_sent = json.dumps(bodies[channel])
    kinds = {
        "whatsapp": ['"type": "text"', '"type": "image", "image"', '"type": "button"', '"type": "list"', '"header"'],
        "facebook": ['{"text"', '"quick_replies"', '"subtitle"', '"image_url"', '"type": "postback"'],
    }

    for kind in [*kinds[channel], f"more:{ID}"]:
        assert kind in everything_sent


# --- WhatsApp


@pytest.fixture(scope="module")
def second_opinion() -> None:
    """Have the npm libraries installed."""
    whatsapp.install()


@pytest.mark.usefixtures("second_opinion")
def test_two_libraries_build_every_whatsapp_message_as_we_do(bodies: Bodies) -> None:
    assert whatsapp.objections(bodies["whatsapp"]) == []


def body_of(kind: str, **content: Any) -> dict[str, Any]:
    return {"messaging_product": "whatsapp", "recipient_type": "individual", "type": kind, kind: content}


def reply_buttons(*titles: str, text: str = "Which?", **more: Any) -> dict[str, Any]:
    replies = [{"type": "reply", "reply": {"id": f"p{n}", "title": title}} for n, title in zip(count(), titles)]
    return body_of("interactive", type="button", body={"text": text}, action={"buttons": replies}, **more)


def rows(*titles: str, **more: str) -> dict[str, Any]:
    given = [{"id": f"p{n}", "title": title, **more} for n, title in zip(count(), titles)]
    action = {"button": "Open", "sections": [{"title": "All", "rows": given}]}
    return body_of("interactive", type="list", body={"text": "Which?"}, action=action)


@pytest.mark.usefixtures("second_opinion")
def test_the_libraries_object_to_what_breaks_a_limit() -> None:
    broken = [
        body_of("text", body="x" * 4097),
        body_of("image", link=LINK, caption="x" * 1025),
        reply_buttons("x" * 21),
        reply_buttons("A", "B", "C", "D"),
        reply_buttons("A", "A"),
        reply_buttons("A", text="x" * 1025),
        rows("x" * 25),
        rows("A", description="x" * 73),
        rows("A", id="x" * 201),
        rows(*map(str, range(11))),
        {**body_of("text", body="Hi"), "recipient_type": "everybody"},
    ]

    assert [body for body in broken if not violations("whatsapp", body)] == []
    assert {each.message for each in whatsapp.objections(broken)} == set(range(len(broken)))


# --- Messenger


def test_a_library_builds_every_messenger_message_as_we_do(
    bodies: Bodies, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [messenger.objection(body["message"], caplog, monkeypatch) for body in bodies["facebook"]]

    assert [objection for objection in found if objection] == []


@pytest.mark.parametrize(
    "message",
    [
        {"text": "Hi", "quick_replies": [{"content_type": "text", "title": "x" * 21, "payload": "a"}]},
        {"text": "Hi", "quick_replies": [{"content_type": "text", "title": "A", "payload": "x" * 1001}]},
        {"text": "Hi", "quick_replies": [{"content_type": "photo", "title": "A", "payload": "a"}]},
        {"text": "Hi", "unknown": "B"},
    ],
)
def test_the_library_objects_to_what_breaks_a_limit(
    message: dict[str, Any], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert messenger.objection(message, caplog, monkeypatch)


@pytest.mark.parametrize(
    "element",
    [
        {"title": "x" * 81, "subtitle": "B"},
        {"title": "A", "subtitle": "x" * 81},
        {"title": "A", "buttons": [{"type": "postback", "title": "x" * 21, "payload": "a"}]},
    ],
)
def test_the_library_objects_to_cards_that_break_a_limit(
    element: dict[str, Any], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    payload = {"template_type": "generic", "elements": [element]}

    assert messenger.objection({"attachment": {"type": "template", "payload": payload}}, caplog, monkeypatch)
