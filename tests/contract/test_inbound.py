"""What the platforms send is read as Meta describes it; each file under inbound/ is one webhook and what it means.

The files hold shapes with made-up values; ``source`` says where the shape is documented or was seen.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customer_profiler.channels.facebook.parse import parse as parse_facebook
from customer_profiler.channels.whatsapp.parse import parse as parse_whatsapp
from customer_profiler.core import events
from customer_profiler.core.events import ATTACHMENTS, Event, Meaning, Sent, Status
from customer_profiler.core.profile import Identity

PARSERS: Mapping[str, Callable[[object, str], list[Event]]] = {"whatsapp": parse_whatsapp, "facebook": parse_facebook}

FOLDER = Path(__file__).parent / "inbound"
FILES = sorted(FOLDER.glob("*/*.json"))


def name_of(file: Path) -> str:
    return f"{file.parent.name}/{file.stem}"


def read(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


FIXTURES = {name_of(file): read(file) for file in FILES}


def channel_of(name: str) -> str:
    return name.partition("/")[0]


def meaning_of(expected: Any) -> Meaning:
    """The meaning that a file expects, written as JSON can."""
    fields = {key: _value(key, value) for key, value in expected["fields"].items()}
    meaning: Meaning = getattr(events, expected["meaning"])(**fields)
    return meaning


def _value(key: str, value: Any) -> Any:
    if key in ("old", "new"):
        return Identity(*value)
    if key == "up_to":
        return datetime.fromisoformat(value)
    return tuple(value) if isinstance(value, list) else value


# --- documented shapes


@pytest.mark.parametrize("name", FIXTURES)
def test_a_webhook_is_read_as_its_file_says(name: str) -> None:
    fixture = FIXTURES[name]
    found = PARSERS[channel_of(name)](fixture["body"], fixture["own_id"])
    assert [(event.id, event.meaning, event.identities, event.at) for event in found] == [
        (
            expected["id"],
            meaning_of(expected),
            tuple(Identity(*pair) for pair in expected["identities"]),
            datetime.fromisoformat(expected["at"]),
        )
        for expected in fixture["expected"]
    ]


@pytest.mark.parametrize("name", [name for name, fixture in FIXTURES.items() if len(fixture["expected"]) == 1])
def test_a_webhook_of_one_event_is_kept_whole(name: str) -> None:
    fixture = FIXTURES[name]
    (event,) = PARSERS[channel_of(name)](fixture["body"], fixture["own_id"])
    assert event.batch == fixture["body"]


def test_every_meaning_is_met_on_some_webhook() -> None:
    met = {expected["meaning"] for fixture in FIXTURES.values() for expected in fixture["expected"]}
    assert met == {meaning.__name__ for meaning in Meaning.__args__}


@pytest.mark.parametrize("name", FIXTURES)
def test_a_webhook_for_someone_else_asks_for_nothing(name: str) -> None:
    fixture = FIXTURES[name]
    found = PARSERS[channel_of(name)](fixture["body"], "someone else")
    assert {type(event.meaning) for event in found} == {events.Nothing}


@pytest.mark.parametrize("name", FIXTURES)
def test_a_repeated_webhook_has_the_same_ids_however_its_keys_are_ordered(name: str) -> None:
    fixture, parse = FIXTURES[name], PARSERS[channel_of(name)]
    again = json.loads(json.dumps(fixture["body"], sort_keys=True))
    first, second = (parse(body, fixture["own_id"]) for body in (fixture["body"], again))
    assert [event.id for event in first] == [event.id for event in second]


# --- any shape

any_text = st.text(st.characters(), max_size=40)  # with NUL and lone surrogates
any_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=True, allow_infinity=True)
    | st.integers(min_value=10**15, max_value=10**40)
    | any_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(any_text, inner, max_size=4),
    max_leaves=12,
)

KEYS = sorted(
    {
        *("object", "entry", "id", "time", "changes", "field", "value", "metadata", "phone_number_id", "contacts"),
        *("messages", "statuses", "errors", "user_preferences", "messaging", "standby", "message", "postback"),
        *("from", "from_user_id", "wa_id", "user_id", "timestamp", "type", "text", "body", "interactive", "button"),
        *("payload", "referral", "ref", "sender", "recipient", "mid", "attachments", "quick_reply", "read", "delivery"),
        *("watermark", "mids", "optin", "system", "context", "status", "is_echo", "code"),
    }
)
WORDS = [
    "messages",
    "user_preferences",
    "text",
    "interactive",
    "button",
    "system",
    "100200300",
    "555000111",
    "start:a:b",
]

known_keys_json = st.recursive(
    st.none() | st.booleans() | st.integers() | any_text | st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=20,
)


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, Any, str]:
    """A documented webhook with a few of its nodes dropped, replaced or doubled: (channel, body, own id)."""
    name = draw(st.sampled_from(sorted(FIXTURES)))
    body = deepcopy(FIXTURES[name]["body"])
    for _ in range(draw(st.integers(0, 3))):
        places = list(_places(body))
        if not places:
            break
        container, key = draw(st.sampled_from(places))
        change = draw(st.sampled_from(["drop", "replace", "double"]))
        if change == "drop":
            del container[key]
        elif change == "replace":
            container[key] = draw(known_keys_json | any_json)
        elif isinstance(container, list):
            container.append(deepcopy(container[key]))
        else:
            container[draw(st.sampled_from(KEYS))] = deepcopy(container[key])
    return channel_of(name), body, FIXTURES[name]["own_id"]


def _places(node: Any) -> Any:
    """Every (container, key) below a node."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in list(items):
        yield node, key
        yield from _places(value)


def check(parse: Callable[[object, str], list[Event]], body: object, own_id: str) -> None:
    """What holds for the events of any batch."""
    before = deepcopy(body)
    found = parse(body, own_id)
    assert repr(body) == repr(before)
    for event in found:
        assert 0 < len(event.id) <= 255
        assert event.at.utcoffset() == timedelta(0)
        event.at + timedelta(days=1)
        stored = json.dumps(event.batch, allow_nan=False)
        assert "\\u0000" not in stored.replace("\\\\", "")
        assert parse(event.batch, own_id) == [event]
        assert parse(json.loads(stored), own_id) == [event]
        repr(event.meaning).encode("utf-8")
        if event.is_from_customer:
            assert event.identities
        if isinstance(event.meaning, Sent):
            assert event.meaning.kind in ATTACHMENTS
        if isinstance(event.meaning, Status):
            assert event.meaning.state in ("sent", "delivered", "read", "failed")
            assert event.meaning.platform_ids or event.meaning.message_id or event.meaning.up_to


@given(st.sampled_from(sorted(PARSERS)), any_json | known_keys_json)
def test_any_json_can_be_read(channel: str, body: object) -> None:
    check(PARSERS[channel], body, "100200300")


@settings(max_examples=400)
@given(mutated())
def test_a_damaged_webhook_can_be_read_and_each_event_is_read_again_from_its_own_batch(
    case: tuple[str, Any, str],
) -> None:
    channel, body, own_id = case
    check(PARSERS[channel], body, own_id)


@pytest.mark.parametrize("name", FIXTURES)
def test_each_event_is_read_again_from_its_own_batch(name: str) -> None:
    fixture = FIXTURES[name]
    check(PARSERS[channel_of(name)], fixture["body"], fixture["own_id"])


@settings(max_examples=50)
@given(st.sampled_from(sorted(FIXTURES)), any_json)
def test_a_broken_item_hides_none_of_its_neighbours(name: str, broken: object) -> None:
    fixture, parse = FIXTURES[name], PARSERS[channel_of(name)]
    body = {**fixture["body"], "entry": [broken, *fixture["body"]["entry"], broken]}
    found = Counter(event.id for event in parse(body, fixture["own_id"]))
    assert not Counter(expected["id"] for expected in fixture["expected"]) - found


@pytest.mark.parametrize("channel", PARSERS)
@pytest.mark.parametrize("bracket", ["[]", '{"a":}'], ids=["arrays", "objects"])
def test_a_webhook_of_any_depth_can_be_read_and_stored(channel: str, bracket: str) -> None:
    opening, closing = bracket[:-1], bracket[-1]
    deep = json.loads(opening * 800 + "1" + closing * 800)
    item: dict[str, object] = {"changes": [deep], "messaging": [deep, {"message": {"mid": "m_1", "text": deep}}]}
    for body in (deep, {"entry": deep}, {"entry": [deep]}, {"entry": [item]}):
        for event in PARSERS[channel](body, ""):
            json.dumps(event.batch)
