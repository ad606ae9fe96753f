"""The rules of reading WhatsApp that one documented webhook alone does not show."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone

import pytest

from customer_profiler.channels.reading import EPOCH
from customer_profiler.channels.whatsapp.parse import parse
from customer_profiler.core.events import (
    Event,
    Meaning,
    More,
    Moved,
    Nothing,
    Preference,
    Said,
    Sent,
    Started,
    Status,
    Tapped,
)
from customer_profiler.core.profile import BSUID, PHONE, Identity

OWN = "100200300"
ANA, ANA_ID = Identity(PHONE, "34600000001"), Identity(BSUID, "ES.1")
BEA = Identity(PHONE, "34600000002")
NOW, NOW_TEXT = datetime(2025, 10, 9, 8, 53, 20, tzinfo=timezone.utc), "1760000000"
OUR_ID = "0123456789abcdef0123456789abcdef"


def batch(field: str = "messages", **value: object) -> dict[str, object]:
    metadata = {"phone_number_id": OWN}
    changes = [{"field": field, "value": {"metadata": metadata, **value}}]
    return {"object": "whatsapp_business_account", "entry": [{"id": "900", "changes": changes}]}


def only(body: object) -> Event:
    (event,) = parse(body, OWN)
    return event


def message(type: str = "text", **more: object) -> dict[str, object]:
    return {"from": ANA.value, "id": "wamid.A", "timestamp": NOW_TEXT, "type": type, **more}


def meaning(type: str, **more: object) -> Meaning:
    return only(batch(messages=[message(type, **more)])).meaning


def said(words: object, **more: object) -> Meaning:
    return meaning("text", text={"body": words}, **more)


# --- what is meant


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("hello", Said("hello")),
        (" hello\n", Said(" hello\n")),
        ("/answer", Said("/answer")),
        ("start:cars:website", Started("cars", "website")),
        ("start:cars", Started("cars")),
        ("start:cars:two words", Said("start:cars:two words")),
        (" start:cars", Said(" start:cars")),
        ("more:" + OUR_ID, Said("more:" + OUR_ID)),
        ("", Sent("unsupported")),
        ("\u2003\n", Sent("unsupported")),
        ("\0", Sent("unsupported")),
        (None, Sent("unsupported")),
        (["hello"], Sent("unsupported")),
    ],
)
def test_typed_words_are_words_unless_they_are_a_deep_link(words: object, expected: Meaning) -> None:
    assert said(words) == expected


@pytest.mark.parametrize(
    ("referral", "source"),
    [
        ({"source_id": "12", "source_type": "ad"}, "ad:12"),
        ({"source_id": 12, "source_type": "ad"}, "ad:12"),
        ({"source_id": "12", "source_type": "post"}, "post:12"),
        ({"source_id": "12"}, "ad:12"),
        ({"source_type": "ad", "ctwa_clid": "x"}, ""),
        ({}, ""),
        (None, ""),
    ],
)
def test_an_ad_is_the_source_of_words_and_of_a_start_without_one(referral: object, source: str) -> None:
    assert said("hello", referral=referral) == Said("hello", source)
    assert said("start:cars", referral=referral) == Started("cars", source)
    assert said("start:cars:website", referral=referral) == Started("cars", "website")


@pytest.mark.parametrize("kind", ["button_reply", "list_reply"])
@pytest.mark.parametrize(
    ("id_", "title", "expected"),
    [
        (f"more:{OUR_ID}", "More", More(OUR_ID)),
        ('/answer{"option":"family"}', "Family", Tapped('/answer{"option":"family"}')),
        ("start:cars:menu", "Cars", Started("cars", "menu")),
        ("/restart", "Again", Said("Again")),
        ("other", "Other", Said("Other")),
        ("other", "", Sent("unsupported")),
        (None, "Other", Said("Other")),
    ],
)
def test_a_tap_means_its_id_or_else_its_title(kind: str, id_: object, title: str, expected: Meaning) -> None:
    assert meaning("interactive", interactive={"type": kind, kind: {"id": id_, "title": title}}) == expected


@pytest.mark.parametrize(
    ("button", "context", "expected"),
    [
        ({"payload": "start:cars:spring", "text": "Go"}, {"id": "wamid.T"}, Started("cars", "spring:wamid.T")),
        ({"payload": "start:cars", "text": "Go"}, {"id": "wamid.T"}, Started("cars", "template:wamid.T")),
        ({"payload": "start:cars:spring", "text": "Go"}, None, Started("cars", "spring")),
        ({"payload": "start:cars", "text": "Go"}, {"forwarded": True}, Started("cars", "template")),
        ({"payload": "/show_menu", "text": "Menu"}, {"id": "wamid.T"}, Tapped("/show_menu")),
        ({"payload": f"more:{OUR_ID}", "text": "More"}, None, More(OUR_ID)),
        ({"payload": "stop", "text": "Unsubscribe"}, {"id": "wamid.T"}, Said("Unsubscribe")),
        ({"payload": "stop"}, None, Said("stop")),
        ({"text": "Unsubscribe"}, None, Said("Unsubscribe")),
        ({"payload": "/restart", "text": "Again"}, None, Said("Again")),
        ({}, None, Sent("unsupported")),
        ("stop", None, Sent("unsupported")),
    ],
)
def test_a_template_button_starts_taps_or_is_its_label(button: object, context: object, expected: Meaning) -> None:
    assert meaning("button", button=button, context=context) == expected


@pytest.mark.parametrize(
    ("type_", "expected"),
    [
        ("hologram", Nothing("unknown type")),
        ("Text", Nothing("unknown type")),
        ("", Nothing("malformed")),
        (None, Nothing("malformed")),
        (["text"], Nothing("malformed")),
    ],
)
def test_a_type_nobody_knows_is_no_input(type_: object, expected: Meaning) -> None:
    body = batch(messages=[{**message(), "type": type_, "text": {"body": "hello"}}])
    assert only(body).meaning == expected


@pytest.mark.parametrize(
    ("sender", "system", "expected"),
    [
        ({"from": "34600000001"}, {"wa_id": "34600000009"}, Moved(ANA, Identity(PHONE, "34600000009"))),
        ({"from": "34600000001"}, {"new_wa_id": "34600000009"}, Moved(ANA, Identity(PHONE, "34600000009"))),
        ({"from": "34600000001"}, {"wa_id": "34600000001"}, Nothing("system")),
        ({"from": "34600000001"}, {}, Nothing("system")),
        ({}, {"wa_id": "34600000009"}, Nothing("system")),
        ({}, {"previous_user_id": "ES.1", "user_id": "MX.2"}, Moved(ANA_ID, Identity(BSUID, "MX.2"))),
        ({"from_user_id": "ES.1"}, {"user_id": "MX.2"}, Moved(ANA_ID, Identity(BSUID, "MX.2"))),
        ({"from_user_id": "ES.1"}, {"user_id": "ES.1"}, Nothing("system")),
        ({}, {"previous_parent_user_id": "ES.ENT.1", "parent_user_id": "MX.ENT.2"}, Nothing("system")),
    ],
)
@pytest.mark.parametrize("type_", ["user_changed_number", "user_changed_user_id"])
def test_a_person_moves_when_both_identities_are_known(
    type_: str, sender: Mapping[str, object], system: Mapping[str, object], expected: Meaning
) -> None:
    item = {"id": "wamid.A", "type": "system", "system": {"type": type_, **system}, **sender}
    assert only(batch(messages=[item])).meaning == expected


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ({"value": "stop"}, Preference(False)),
        ({"value": "resume", "category": "marketing_messages"}, Preference(True)),
        ({"value": "stop", "category": "utility_messages"}, Nothing("preference")),
        ({"value": "STOP"}, Nothing("preference")),
        ({"value": ["stop"]}, Nothing("preference")),
    ],
)
def test_only_a_clear_word_changes_what_the_person_wants(item: Mapping[str, object], expected: Meaning) -> None:
    assert only(batch("user_preferences", user_preferences=[{"wa_id": ANA.value, **item}])).meaning == expected


@pytest.mark.parametrize(
    ("errors", "code"),
    [
        ([{"code": 131047}], 131047),
        ([{"code": "131047"}], 131047),
        ([{"code": 10**12}], 0),
        ([{"code": -1}], 0),
        ([{"code": None}, {"code": 5}], 0),
        ([7], 0),
        ([], 0),
        ({"code": 5}, 0),
    ],
)
def test_a_failure_has_the_code_of_its_first_error(errors: object, code: int) -> None:
    item = {"id": "wamid.O", "status": "failed", "errors": errors}
    assert only(batch(statuses=[item])).meaning == Status("failed", ("wamid.O",), code=code)


def test_a_status_that_is_no_failure_has_no_code() -> None:
    item = {"id": "wamid.O", "status": "sent", "errors": [{"code": 5}]}
    assert only(batch(statuses=[item])).meaning == Status("sent", ("wamid.O",))


def test_a_status_needs_an_id_of_theirs_or_of_ours() -> None:
    assert only(batch(statuses=[{"status": "read", "biz_opaque_callback_data": OUR_ID}])).meaning == Status(
        "read", message_id=OUR_ID
    )
    assert only(batch(statuses=[{"status": "read"}])).meaning == Nothing("malformed")


# --- who


@pytest.mark.parametrize(
    ("sender", "contacts", "expected"),
    [
        ({"from": "34600000001"}, None, (ANA,)),
        ({"from": "+34 600-000-001"}, None, (ANA,)),
        ({"from": 34600000001}, None, (ANA,)),
        ({"from": ""}, [{"wa_id": "34600000001"}], (ANA,)),
        ({"from": "Ana"}, [{"wa_id": "34600000001"}], (ANA,)),
        ({"from": "120363@g.us"}, None, (Identity(PHONE, "120363"),)),
        ({"from": "34600000001", "from_user_id": "ES.1"}, None, (ANA_ID, ANA)),
        ({"from": "ES.1", "from_user_id": "ES.1"}, None, (ANA_ID,)),
        ({"from_user_id": "ES.1"}, [{"wa_id": "34600000001", "user_id": "ES.1"}], (ANA_ID, ANA)),
        ({"from": "34600000001"}, [{"user_id": "ES.1"}], (ANA_ID, ANA)),
        ({"from": "34600000001"}, [{"wa_id": "34600000002", "user_id": "ES.2"}], (ANA,)),
        ({"from_user_id": "ES.1"}, [{"wa_id": "34600000002", "user_id": "ES.2"}], (ANA_ID,)),
        ({"from_user_id": "ES.1"}, [{"user_id": "ES.2"}, {"user_id": "ES.1", "wa_id": "34600000001"}], (ANA_ID, ANA)),
        ({"from": "34600000001"}, [{"user_id": "ES.2"}, {"user_id": "ES.3"}], (ANA,)),
        ({"from": "34600000001"}, [{"wa_id": "34600000001", "parent_user_id": "ES.ENT.1"}], (ANA,)),
        ({"from": "34600000001"}, {"wa_id": "34600000002"}, (ANA,)),
        ({"from": "34600000001"}, [None], (ANA,)),
    ],
)
def test_the_sender_is_named_by_the_message_and_the_contact_that_fits(
    sender: Mapping[str, object], contacts: object, expected: tuple[Identity, ...]
) -> None:
    item = {"id": "wamid.A", "type": "text", "text": {"body": "hello"}, **sender}
    event = only(batch(messages=[item], **({} if contacts is None else {"contacts": contacts})))
    assert (event.meaning, event.identities) == (Said("hello"), expected)


@pytest.mark.parametrize(
    "sender", [{}, {"from": ""}, {"from": "Ana"}, {"from": None, "from_parent_user_id": "ES.ENT.1"}]
)
def test_nobody_is_answered_when_the_sender_is_unknown(sender: Mapping[str, object]) -> None:
    item = {"id": "wamid.A", "type": "text", "text": {"body": "hello"}, **sender}
    assert only(batch(messages=[item])).meaning == Nothing("no sender")


def test_nobody_s_wish_is_kept_when_the_person_is_unknown() -> None:
    assert only(batch("user_preferences", user_preferences=[{"value": "stop"}])).meaning == Nothing("no sender")


def test_what_no_person_sent_names_nobody() -> None:
    for kind in ("errors", "statuses"):
        event = only(batch(contacts=[{"wa_id": ANA.value}], **{kind: [{"id": "wamid.O"}]}))
        assert ANA.value not in str(event.batch)
        assert event.identities == ()


def test_a_batch_of_one_names_no_other_person() -> None:
    contacts = [{"wa_id": BEA.value}, {"wa_id": ANA.value}]
    event = only(batch(messages=[message(text={"body": "hello"})], contacts=contacts))
    assert ANA.value in str(event.batch)
    assert BEA.value not in str(event.batch)


# --- which


def test_ids_of_messages_and_of_statuses_never_meet() -> None:
    item = {"id": "wamid.A", "status": "read", "recipient_id": ANA.value}
    body = batch(messages=[message(text={"body": "hello"})], statuses=[item, {**item, "status": "delivered"}])
    assert [event.id for event in parse(body, OWN)] == ["wamid.A", "wamid.A:read", "wamid.A:delivered"]


@pytest.mark.parametrize("id_", [None, "", " ", ["x"], "w" * 300])
def test_a_message_with_an_odd_id_still_counts_once(id_: object) -> None:
    body = batch(messages=[{**message(text={"body": "hello"}), "id": id_}])
    assert only(body).id == only(body).id
    assert len(only(body).id) == 64
    assert only(body).meaning == Said("hello")


@pytest.mark.parametrize("metadata", [None, {}, {"phone_number_id": "7"}, {"phone_number_id": None}, "100200300"])
def test_a_batch_that_does_not_name_our_number_is_not_ours(metadata: object) -> None:
    event = only(batch(messages=[message(text={"body": "hello"})], metadata=metadata))
    assert (event.meaning, event.identities) == (Nothing("another number"), ())


@pytest.mark.parametrize("body", [None, 7, "entry", [], {}, {"entry": None}, {"entry": {}}, {"entry": []}])
def test_what_is_no_batch_has_no_events(body: object) -> None:
    assert parse(body, OWN) == []


@pytest.mark.parametrize("value", [None, 7, {}, {"messages": []}, {"messages": {"0": message()}}, {"contacts": [{}]}])
def test_a_change_without_events_is_kept_once_as_malformed(value: object) -> None:
    body = {"entry": [{"changes": [{"field": "messages", "value": value}]}]}
    assert only(body).meaning == Nothing("malformed")


def test_the_name_of_a_field_may_be_of_any_length() -> None:
    assert only(batch("f" * 1000)).meaning == Nothing("field " + "f" * 60)


# --- when


@pytest.mark.parametrize(
    ("timestamp", "entry_time", "expected"),
    [
        ("1760000000", 0, NOW),
        (0, 1760000000, EPOCH),
        ("", 1760000000, EPOCH),
        (1760000000, 0, NOW),
        (None, 1760000000, NOW),
        (None, None, EPOCH),
        ("soon", 1760000000, EPOCH),
        ("9" * 17, 1760000000, EPOCH),
        (10**40, 1760000000, EPOCH),
        (-5, 1760000000, EPOCH),
    ],
)
def test_the_time_is_the_event_s_else_the_entry_s_else_1970(
    timestamp: object, entry_time: object, expected: datetime
) -> None:
    change = {"field": "messages", "value": {"messages": [{**message(), "timestamp": timestamp}]}}
    assert only({"entry": [{"time": entry_time, "changes": [change]}]}).at == expected
