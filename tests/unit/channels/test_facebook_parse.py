"""The rules of reading Messenger that one documented webhook alone does not show."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone

import pytest

from customer_profiler.channels.facebook.parse import parse
from customer_profiler.channels.reading import EPOCH
from customer_profiler.core.events import (
    Event,
    Meaning,
    More,
    Nothing,
    Opened,
    Preference,
    Said,
    Sent,
    Started,
    Status,
    Tapped,
)
from customer_profiler.core.profile import PSID, Identity

PAGE, ANA = "555000111", Identity(PSID, "7001")
NOW, MILLISECONDS = datetime(2025, 10, 9, 8, 53, 20, tzinfo=timezone.utc), 1760000000000
OUR_ID = "0123456789abcdef0123456789abcdef"

LINK = {"type": "fallback", "payload": {"url": "https://a.example"}}
PHOTO = {"type": "image", "payload": {"url": "https://a.example/1.jpg"}}
THUMB = {"type": "image", "payload": {"sticker_id": 369}}
START = {"ref": "start:cars:poster"}


def batch(*items: object, key: str = "messaging") -> dict[str, object]:
    return {"object": "page", "entry": [{"id": PAGE, "time": MILLISECONDS, key: list(items)}]}


def item(**what: object) -> dict[str, object]:
    return {"sender": {"id": ANA.value}, "recipient": {"id": PAGE}, "timestamp": MILLISECONDS, **what}


def only(body: object) -> Event:
    (event,) = parse(body, PAGE)
    return event


def meaning(**what: object) -> Meaning:
    return only(batch(item(**what))).meaning


# --- what is meant


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ({"text": "hello"}, Said("hello")),
        ({"text": "/answer"}, Said("/answer")),
        ({"text": "start:cars"}, Said("start:cars")),
        ({"text": " "}, Sent("unsupported")),
        ({"text": None}, Sent("unsupported")),
        ({"text": "see", "attachments": [LINK]}, Said("see")),
        ({"text": "see", "attachments": [LINK, LINK]}, Said("see")),
        ({"text": "see", "attachments": [LINK, PHOTO]}, Sent("photo")),
        ({"text": "see", "attachments": [PHOTO]}, Sent("photo")),
        ({"text": "see", "attachments": []}, Said("see")),
        ({"text": "see", "attachments": [7]}, Sent("unsupported")),
        ({"attachments": [LINK]}, Sent("unsupported")),
        ({"attachments": [{"type": "fallback"}]}, Sent("unsupported")),
        ({"attachments": [THUMB]}, Sent("sticker")),
        ({"attachments": [PHOTO, {"type": "sticker"}]}, Sent("sticker")),
        ({"attachments": [PHOTO, PHOTO]}, Sent("photo")),
        ({"attachments": [{"type": "hologram"}, PHOTO]}, Sent("photo")),
        ({"attachments": [{"type": ["image"]}]}, Sent("unsupported")),
        ({"text": "Red", "quick_reply": {"payload": "/show_menu"}}, Tapped("/show_menu")),
        ({"text": "Red", "quick_reply": {"payload": f"more:{OUR_ID}"}}, More(OUR_ID)),
        ({"text": "Red", "quick_reply": {"payload": "start:cars"}}, Started("cars")),
        ({"text": "Red", "quick_reply": {"payload": "RED"}}, Said("Red")),
        ({"text": "", "quick_reply": {"payload": "RED"}}, Said("RED")),
        ({"text": "Red", "quick_reply": {"payload": "/back"}}, Said("Red")),
        ({"text": "Red", "quick_reply": None}, Said("Red")),
    ],
)
def test_a_message_is_said_tapped_or_sent(message: Mapping[str, object], expected: Meaning) -> None:
    assert meaning(message={"mid": "m_1", **message}) == expected


@pytest.mark.parametrize(
    ("payload", "title", "referral", "expected"),
    [
        ("GET_STARTED", "Get Started", None, Opened()),
        ("getstarted", "Get Started", None, Opened()),
        ("<GET_STARTED_PAYLOAD>", "", None, Opened()),
        ("get_started", "", {"ref": "spring"}, Opened("spring")),
        ("get_started", "", {"ad_id": 6045}, Opened("ad:6045")),
        ("get_started", "", {"ref": "spring", "ad_id": "6045"}, Opened("spring")),
        ("get_started", "", {"ref": " ", "ad_id": "6045"}, Opened("ad:6045")),
        ("get_started", "", START, Started("cars", "poster")),
        ("get_started", "", {"ref": "start:cars"}, Started("cars", "link")),
        ("start:bikes", "", START, Started("cars", "poster")),
        ("start:bikes", "", {"ref": "spring"}, Started("bikes", "spring")),
        ("start:bikes:menu", "", {"ref": "spring"}, Started("bikes", "menu")),
        ("/show_menu", "Menu", {"ref": "spring"}, Tapped("/show_menu")),
        ("/show_menu", "Menu", START, Started("cars", "poster")),
        ("HOURS", "Opening hours", None, Said("Opening hours")),
        ("HOURS", "Opening hours", {"ref": "spring"}, Said("Opening hours", "spring")),
        ("HOURS", "", None, Said("HOURS")),
        ("", "", None, Opened()),
        ("", "", {"ref": "spring"}, Opened("spring")),
        ("", "", "start:cars", Opened()),
    ],
)
def test_a_link_to_a_profiler_comes_before_the_payload_and_the_payload_before_the_title(
    payload: str, title: str, referral: object, expected: Meaning
) -> None:
    assert meaning(postback={"mid": "m_1", "payload": payload, "title": title, "referral": referral}) == expected


@pytest.mark.parametrize(
    ("referral", "with_text", "alone"),
    [
        (START, Started("cars", "poster"), Started("cars", "poster")),
        ({"ref": "spring"}, Said("hello", "spring"), Opened("spring")),
        ({"ad_id": "6045"}, Said("hello", "ad:6045"), Opened("ad:6045")),
        ({"ref": "start:cars:two words"}, Said("hello", "start:cars:two words"), Opened("start:cars:two words")),
        ({"product": {"id": "7"}}, Said("hello"), Sent("unsupported")),
    ],
)
@pytest.mark.parametrize("is_inside", [True, False])
def test_words_that_come_with_a_link_are_kept(
    referral: Mapping[str, object], with_text: Meaning, alone: Meaning, is_inside: bool
) -> None:
    inside, outside = ({"referral": referral}, {}) if is_inside else ({}, {"referral": referral})
    assert meaning(message={"mid": "m_1", "text": "hello", **inside}, **outside) == with_text
    assert meaning(message={"mid": "m_1", **inside}, **outside) == alone


@pytest.mark.parametrize(
    ("optin", "expected"),
    [
        ({"type": "notification_messages", "notification_messages_status": "STOP_NOTIFICATIONS"}, Preference(False)),
        ({"type": "notification_messages", "notification_messages_status": "STOP"}, Preference(False)),
        ({"type": "notification_messages", "notification_messages_status": "Resume notifications"}, Preference(True)),
        ({"type": "notification_messages", "notification_messages_status": "STOPPING"}, Nothing("optin")),
        ({"type": "notification_messages"}, Nothing("optin")),
        ({"notification_messages_status": "STOP_NOTIFICATIONS"}, Nothing("optin")),
    ],
)
def test_only_a_clear_word_changes_what_the_person_wants(optin: Mapping[str, object], expected: Meaning) -> None:
    assert meaning(optin=optin) == expected


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ({"mid": "m_1", "metadata": OUR_ID}, Status("sent", ("m_1",), OUR_ID)),
        ({"metadata": OUR_ID}, Status("sent", (), OUR_ID)),
        ({"mid": "m_1", "metadata": OUR_ID.upper()}, Nothing("echo")),
        ({"mid": "m_1", "metadata": OUR_ID + "\n"}, Nothing("echo")),
        ({"mid": "m_1", "metadata": 7}, Nothing("echo")),
        ({"mid": "m_1", "text": "hello"}, Nothing("echo")),
        ({"mid": "m_1", "quick_reply": {"payload": "/show_menu"}}, Nothing("echo")),
        ({"mid": "m_1", "attachments": [PHOTO]}, Nothing("echo")),
    ],
)
def test_an_echo_is_never_input(message: Mapping[str, object], expected: Meaning) -> None:
    sides = {"sender": {"id": PAGE}, "recipient": {"id": ANA.value}}
    echo = only(batch({**item(message={**message, "is_echo": True}), **sides}))
    unmarked = only(batch({**item(message=message), **sides}))
    assert echo.meaning == unmarked.meaning == expected
    assert echo.identities == unmarked.identities == (ANA,)


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ({"delivery": {"mids": ["m_1", "m_2"], "watermark": MILLISECONDS}}, Status("delivered", ("m_1", "m_2"))),
        ({"delivery": {"mids": ["m_1", None, 7, ""]}}, Status("delivered", ("m_1",))),
        ({"delivery": {"mids": [], "watermark": MILLISECONDS}}, Status("delivered", up_to=NOW)),
        ({"delivery": {"mids": "m_1", "watermark": str(MILLISECONDS)}}, Status("delivered", up_to=NOW)),
        ({"delivery": {"mids": []}}, Nothing("malformed")),
        ({"read": {"watermark": MILLISECONDS}}, Status("read", up_to=NOW)),
        ({"read": {"watermark": 10**40}}, Nothing("malformed")),
        ({"read": {}}, Nothing("malformed")),
        ({"read": MILLISECONDS}, Nothing("malformed")),
    ],
)
def test_a_receipt_means_its_messages_or_all_until_its_watermark(what: Mapping[str, object], expected: Meaning) -> None:
    assert meaning(**what) == expected


@pytest.mark.parametrize("sender", [None, {}, {"user_ref": "u-1"}, {"id": ""}, {"id": None}, "7001"])
@pytest.mark.parametrize(
    "what",
    [
        {"message": {"mid": "m_1", "text": "hello"}},
        {"postback": {"payload": "start:cars"}},
        {"referral": START},
        {"optin": {"type": "notification_messages", "notification_messages_status": "STOP_NOTIFICATIONS"}},
    ],
)
def test_nobody_is_answered_when_the_sender_is_unknown(sender: object, what: Mapping[str, object]) -> None:
    event = only(batch({**item(**what), "sender": sender}))
    assert (event.meaning, event.identities) == (Nothing("no sender"), ())


def test_a_sender_may_be_a_number() -> None:
    assert only(batch({**item(message={"text": "hello"}), "sender": {"id": 7001}})).identities == (ANA,)


# --- which


def ids(*items: object) -> list[str]:
    return [event.id for event in parse(batch(*items), PAGE)]


def test_the_same_message_id_in_both_directions_is_two_events() -> None:
    message = {"mid": "m_1", "text": "hello"}
    assert ids(item(message=message), item(message={**message, "is_echo": True})) == ["m_1", "echo:m_1"]


def test_a_reaction_or_an_edit_does_not_take_the_id_of_its_message() -> None:
    found = ids(
        item(message={"mid": "m_1", "text": "hello"}),
        item(reaction={"mid": "m_1", "action": "react"}),
        item(reaction={"mid": "m_1", "action": "unreact"}),
        item(message_edit={"mid": "m_1", "text": "hallo", "num_edit": 1}),
    )
    assert len(set(found)) == 4


def test_a_postback_without_mid_is_told_by_who_when_and_what() -> None:
    tap = item(postback={"payload": "/show_menu", "title": "Menu"})
    retitled = item(postback={"payload": "/show_menu", "title": "Menú"})
    others = [
        item(postback={"payload": "/stop", "title": "Menu"}),
        {**tap, "timestamp": MILLISECONDS + 1},
        {**tap, "sender": {"id": "7002"}},
    ]
    assert len(set(ids(tap, retitled))) == 1
    assert len(set(ids(tap, *others))) == 4


def test_receipts_differ_by_person_kind_watermark_and_messages() -> None:
    read = item(read={"watermark": 5})
    found = ids(
        read,
        {**read, "sender": {"id": "7002"}},
        item(read={"watermark": 6}),
        item(delivery={"watermark": 5}),
        item(delivery={"watermark": 5, "mids": ["m_1"]}),
        item(delivery={"watermark": 5, "mids": ["m_2"]}),
    )
    assert found[0] == "read:7001:5"
    assert len(set(found)) == 6
    assert ids({**read, "timestamp": MILLISECONDS + 7}) == [found[0]]


def test_a_message_read_on_standby_can_still_come() -> None:
    message = item(message={"mid": "m_1", "text": "hello"})
    (standby,) = parse(batch(message, key="standby"), PAGE)
    (event,) = parse(batch(message), PAGE)
    assert standby.meaning == Nothing("standby")
    assert standby.id != event.id == "m_1"


@pytest.mark.parametrize("page", [None, "", "7", {"id": PAGE}])
def test_an_entry_that_does_not_name_our_page_is_not_ours(page: object) -> None:
    body = {"entry": [{"id": page, "messaging": [item(message={"mid": "m_1", "text": "hello"})]}]}
    event = only(body)
    assert (event.meaning, event.identities) == (Nothing("another page"), ())


@pytest.mark.parametrize("body", [None, 7, "entry", [], {}, {"entry": None}, {"entry": {}}, {"entry": []}])
def test_what_is_no_batch_has_no_events(body: object) -> None:
    assert parse(body, PAGE) == []


@pytest.mark.parametrize("entry", [None, 7, {}, {"id": PAGE}, {"messaging": []}, {"messaging": {"0": item()}}])
def test_an_entry_without_events_is_kept_once_as_malformed(entry: object) -> None:
    assert only({"entry": [entry]}).meaning == Nothing("malformed")


# --- when


@pytest.mark.parametrize(
    ("timestamp", "expected"),
    [(MILLISECONDS, NOW), (str(MILLISECONDS), NOW), (None, NOW), (10**40, EPOCH), ("soon", EPOCH), (-5, EPOCH)],
)
def test_the_time_is_the_event_s_else_the_entry_s_else_1970(timestamp: object, expected: datetime) -> None:
    assert only(batch({**item(reaction={"mid": "m_1"}), "timestamp": timestamp})).at == expected
