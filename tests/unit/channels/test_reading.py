"""JSON of any shape is read without raising, and only payloads of ours mean more than their label."""

from __future__ import annotations

import json
from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_profiler.channels.reading import EPOCH, digest, event_id, moment, read_button, read_start, said, storable
from customer_profiler.core.events import More, Said, Sent, Started, Tapped
from customer_profiler.core.messages import TAP_ENTITIES, payload

HEX = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a\0b", "ab"),
        ("half \ud83d pair", "half ? pair"),
        ({"k\0": ["\udc00"]}, {"k": ["?"]}),
        ([float("nan"), float("inf"), 10**400, 1.5, 10**30], [None, None, None, 1.5, 10**30]),
        ("👍 ñ", "👍 ñ"),
        (True, True),
    ],
)
def test_what_databases_cannot_store_is_taken_out(value: object, expected: object) -> None:
    assert storable(value) == expected


def test_what_stands_too_deep_becomes_null() -> None:
    deep = json.loads("[" * 900 + "]" * 900)
    assert json.dumps(storable(deep)).count("[") == 40
    assert storable(storable(deep)) == storable(deep)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("start:cars", Started("cars")),
        ("start:cars:", Started("cars")),
        ("start:cars:website", Started("cars", "website")),
        ("start:cars_2:QR-7/a:b", Started("cars_2", "QR-7/a:b")),
        ("start:cars:" + "x" * 100, Started("cars", "x" * 100)),
        ("start:cars:primavera_ñ", Started("cars", "primavera_ñ")),
        ("start:cars:" + "x" * 101, None),
        ("start:cars:two words", None),
        ("start:cars:two\u00a0words", None),
        ("start:cars:zero\u200bwidth", None),
        ("start:cars:line\n", None),
        ("start:Cars", None),
        ("start:", None),
        ("start:cars ", None),
        (" start:cars", None),
        ("Start:cars", None),
        ("start cars", None),
    ],
)
def test_a_start_names_a_profiler_and_perhaps_a_source(text: str, expected: Started | None) -> None:
    assert read_start(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"more:{HEX}", More(HEX)),
        (f"more:{HEX}0", None),
        (f"more:{HEX.upper()}", None),
        ("/show_menu", Tapped("/show_menu")),
        ('/answer{"question": "use", "option": "family"}', Tapped('/answer{"question":"use","option":"family"}')),
        ('/answer{"option":"family","is_admin":"yes"}', Tapped('/answer{"option":"family"}')),
        ('/answer{"option":7}', Tapped('/answer{"option":"7"}')),
        ('/answer{"option":"\\u0000\\ud800"}', Tapped('/answer{"option":"?"}')),
        ("/answer{broken", Tapped("/answer")),
        ("/answer[1]", None),
        ("/answer please", None),
        ("/Answer", None),
        ("/", None),
        ("//answer", None),
        ("answer", None),
        ("/restart", None),
        ("/back", None),
        ('/session_start{"option":"x"}', None),
        ("start:cars:menu", Started("cars", "menu")),
        ("", None),
        ("HOURS", None),
    ],
)
def test_only_payloads_of_ours_are_more_than_their_label(text: str, expected: object) -> None:
    assert read_button(text) == expected


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")], ids=["arrays", "objects"])
def test_a_payload_of_any_depth_is_read(opening: str, closing: str) -> None:
    for depth in (*range(850, 1000), 100_000):
        written = '/answer{"option":' + opening * depth + "1" + closing * depth + "}"
        assert isinstance(read_button(written), Tapped)


@given(
    st.from_regex(r"[a-z]+(_[a-z]+)*", fullmatch=True).filter(lambda name: name not in ("restart", "back")),
    st.dictionaries(st.sampled_from(TAP_ENTITIES), st.text(st.characters(exclude_categories=["Cs"]))),
)
def test_a_payload_we_wrote_is_read_as_we_wrote_it(intent: str, entities: dict[str, str]) -> None:
    entities = {name: value.replace("\0", "") for name, value in entities.items()}
    written = payload(intent, **entities)
    if intent != "session_start":
        assert read_button(written) == Tapped(written)


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (("Red", "RED"), Said("Red")),
        ((" ", "RED"), Said("RED")),
        (("", " \n"), Sent("unsupported")),
        ((), Sent("unsupported")),
    ],
)
def test_the_first_label_that_is_not_blank_is_said(labels: tuple[str, ...], expected: object) -> None:
    assert said(*labels) == expected


@pytest.mark.parametrize(
    ("value", "per_second", "expected"),
    [
        ("1760000000", 1, datetime(2025, 10, 9, 8, 53, 20, tzinfo=timezone.utc)),
        (1760000000, 1, datetime(2025, 10, 9, 8, 53, 20, tzinfo=timezone.utc)),
        (1760000000250, 1000, datetime(2025, 10, 9, 8, 53, 20, 250000, tzinfo=timezone.utc)),
        (0, 1, EPOCH),
        ("9" * 18, 1, None),
        (10**300, 1000, None),
        (-1, 1, None),
        ("-1", 1, None),
        ("１７６０００００００", 1, None),
        ("1760000000.5", 1, None),
        (1760000000.5, 1, None),
        (True, 1, None),
        (None, 1, None),
    ],
)
def test_a_time_is_read_from_digits_or_not_at_all(value: object, per_second: int, expected: datetime | None) -> None:
    assert moment(value, per_second) == expected


def test_an_id_is_made_of_its_parts_or_of_the_item() -> None:
    assert event_id({"a": 1}, "x", "y") == "x:y"
    assert event_id({"a": 1}, "x", "") == event_id({"a": 1}) == digest({"a": 1})
    assert event_id({"a": 1}, "x" * 255) == "x" * 255
    assert event_id({"a": 1}, "x" * 256) == digest("x" * 256)


def test_a_hash_does_not_depend_on_the_order_of_keys() -> None:
    assert digest({"a": 1, "b": [2]}) == digest({"b": [2], "a": 1}) != digest({"a": 1, "b": ["2"]})
