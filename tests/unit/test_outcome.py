"""A record of a CRM is an outcome, or everything that is wrong with it is told."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from customer_profiler.core.errors import ProfilerError
from customer_profiler.core.moment import read_moment
from customer_profiler.core.outcome import (
    FIELDS,
    LONGEST_ID,
    LONGEST_REASON,
    InvalidOutcome,
    Outcome,
    OutcomeKind,
    read_outcome,
)

NOW = datetime(2026, 5, 4, 10, tzinfo=timezone.utc)


def a_record(**fields: Any) -> dict[str, Any]:
    """A lead that was lost, unless told otherwise."""
    return {"lead_id": "L-7KQ2M-X94TB", "outcome": "lost", "reason": "too dear", "at": "2026-05-01", **fields}


def read(**fields: Any) -> Outcome:
    return read_outcome(a_record(**fields), NOW)


def faults_of(record: object) -> dict[str, str]:
    """Field -> what is wrong with it."""
    with pytest.raises(InvalidOutcome) as refused:
        read_outcome(record, NOW)
    return {fault.field: fault.what for fault in refused.value.faults}


def test_a_record_is_an_outcome_with_its_moment_in_utc() -> None:
    at = datetime(2026, 5, 1, tzinfo=timezone.utc)

    assert read_outcome(a_record(), NOW) == Outcome("L-7KQ2M-X94TB", OutcomeKind.LOST, "too dear", at)


# --- kinds


@pytest.mark.parametrize("kind", OutcomeKind)
def test_every_kind_is_read_in_any_case(kind: OutcomeKind) -> None:
    for written in (kind.value, kind.value.upper(), kind.value.title(), f" {kind.value} "):
        assert read(outcome=written).kind is kind


def test_there_are_three_kinds() -> None:
    assert [kind.value for kind in OutcomeKind] == ["won", "lost", "returned"]


@pytest.mark.parametrize("wrong", ["closed", "won!", "wonlost", "0", "ＷＯＮ", "wоn"])
def test_any_other_kind_is_refused(wrong: str) -> None:
    assert faults_of(a_record(outcome=wrong)) == {"outcome": f"“{wrong}” is no outcome"}


# --- moments


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("2026-05-01", "2026-05-01T00:00:00+00:00"),
        ("20260501", "2026-05-01T00:00:00+00:00"),
        ("2026-05-01T09:30", "2026-05-01T09:30:00+00:00"),
        ("2026-05-01T09:30:15Z", "2026-05-01T09:30:15+00:00"),
        ("2026-05-01 09:30:15", "2026-05-01T09:30:15+00:00"),
        ("2026-05-01T09:30:15+02:00", "2026-05-01T07:30:15+00:00"),
        ("2026-05-01T09:30:15.000+0000", "2026-05-01T09:30:15+00:00"),
        ("2026-05-01T09:30:15.1234567-05", "2026-05-01T14:30:15.123456+00:00"),
        (" 2026-05-01\n", "2026-05-01T00:00:00+00:00"),
    ],
)
def test_a_moment_is_read_in_iso_8601(written: str, at: str) -> None:
    assert read(at=written).happened_at.isoformat() == at
    assert read_moment(written).isoformat() == at


@pytest.mark.parametrize(
    "wrong",
    ["yesterday", "01.05.2026", "5/1/2026", "2026-02-30", "2026-5-1", "2026-05-01T25:00", "2026-05-01T10:00+99:00",
     "1777890615", "0001-01-01T00:00+23:59", "٢٠٢٦-٠٥-٠١"],
)  # fmt: skip
def test_any_other_moment_is_refused(wrong: str) -> None:
    assert faults_of(a_record(at=wrong)) == {"at": f"“{wrong}” is no moment"}


def test_a_moment_may_lie_a_day_ahead_but_no_longer() -> None:
    latest = NOW + timedelta(days=1)

    assert read(at=latest.isoformat()).happened_at == latest
    later = (latest + timedelta(seconds=1)).isoformat()
    assert faults_of(a_record(at=later)) == {"at": f"“{later}” is in the future"}


def test_todays_date_is_taken_wherever_the_day_has_begun() -> None:
    before_midnight = datetime(2026, 5, 4, 12, tzinfo=timezone.utc)

    assert read_outcome(a_record(at="2026-05-05"), before_midnight).happened_at.day == 5


# --- reasons


@pytest.mark.parametrize("nothing", ["", "  ", None])
def test_a_reason_may_be_left_out(nothing: str | None) -> None:
    assert read(reason=nothing).reason == ""


def test_a_record_may_have_no_reason_at_all() -> None:
    record = a_record()
    del record["reason"]

    assert read_outcome(record, NOW).reason == ""


def test_a_reason_has_at_most_500_characters() -> None:
    assert LONGEST_REASON == 500
    assert read(reason=" " + "ü" * 500 + " ").reason == "ü" * 500
    assert faults_of(a_record(reason="x" * 1_234)) == {"reason": "the reason has 1,234 characters"}


# --- lead ids


def test_a_lead_id_is_trimmed_and_otherwise_left_as_it_is() -> None:
    assert read(lead_id=" 00Q5g00000abc ").lead_id == "00Q5g00000abc"


@pytest.mark.parametrize("wrong", ["L-\x00", "L-1\nL-2", "\ud800", "L" * (LONGEST_ID + 1)])
def test_what_can_be_no_id_of_anything_is_refused(wrong: str) -> None:
    [what] = faults_of(a_record(lead_id=wrong)).values()

    assert what.endswith("is no lead id")
    assert what.isprintable()
    assert len(what) < 70


# --- whole records


@pytest.mark.parametrize("field", ["lead_id", "outcome", "at"])
@pytest.mark.parametrize("nothing", ["", " \t", None])
def test_lead_outcome_and_moment_must_be_there(field: str, nothing: str | None) -> None:
    assert faults_of(a_record(**{field: nothing})) == {field: f"{field} is missing"}


@pytest.mark.parametrize("field", ["lead_id", "outcome", "at"])
@pytest.mark.parametrize("wrong", [0, 1777890615, 1.5, True, False, [], ["won"], {}, {"a": 1}, b"won"])
def test_a_field_that_is_no_text_is_refused(field: str, wrong: object) -> None:
    assert faults_of(a_record(**{field: wrong})) == {field: f"{field} is no text"}


@pytest.mark.parametrize("wrong", [0, False, [], {}, b""])
def test_a_reason_that_is_no_text_is_refused(wrong: object) -> None:
    assert faults_of(a_record(reason=wrong)) == {"reason": "the reason is no text"}


@pytest.mark.parametrize("wrong", [None, "won", 1, [], [a_record()], True])
def test_a_record_that_is_no_object_is_refused(wrong: object) -> None:
    assert faults_of(wrong) == {"": "the record is no object"}


def test_everything_wrong_is_told_at_once() -> None:
    assert list(faults_of({"reason": "x" * 501})) == ["lead_id", "outcome", "reason", "at"]


def test_a_fault_says_why_and_how_to_mend_it() -> None:
    with pytest.raises(InvalidOutcome) as refused:
        read(outcome="closed")

    [fault] = refused.value.faults
    assert fault.why == "a lead can end in three ways"
    assert fault.mend == "write one of won, lost, returned"


def test_the_errors_own_text_repeats_nothing_of_the_record() -> None:
    with pytest.raises(ProfilerError) as refused:
        read_outcome(dict.fromkeys(FIELDS, "ana@example.com"), NOW)

    assert str(refused.value) == "wrong: outcome, at"


def test_what_else_a_crm_sends_is_passed_over() -> None:
    assert read(owner={"name": "Eva"}, stage=3) == read()


# --- anything

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
moments = st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})?)?", fullmatch=True)
records = st.fixed_dictionaries(
    {},
    optional={
        "lead_id": anything | st.text(st.characters()),
        "outcome": anything | st.sampled_from(["won", "LOST", "Returned", "open"]),
        "reason": anything | st.text(max_size=600),
        "at": anything | moments,
    },
)


@given(records | anything)
@example({"lead_id": "L", "outcome": "won", "at": "9999-12-31T23:59-23:59"})
@example({"lead_id": "L", "outcome": "won", "at": "0000-00-00"})
def test_whatever_comes_is_an_outcome_or_refused_with_its_faults(record: object) -> None:
    try:
        outcome = read_outcome(record, NOW)
    except InvalidOutcome as error:
        assert error.faults
        assert all(all(part.isprintable() for part in fault) for fault in error.faults)
        assert all(fault.what and fault.why and fault.mend for fault in error.faults)
    else:
        assert outcome.lead_id.isprintable()
        assert outcome.happened_at.utcoffset() == timedelta(0)
        assert len(outcome.reason) <= LONGEST_REASON


@given(
    st.from_regex(r"L-[2-9A-Z]{5}-[2-9A-Z]{5}", fullmatch=True),
    st.sampled_from(OutcomeKind),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=LONGEST_REASON).map(str.strip),
    st.datetimes(datetime(1970, 1, 1), datetime(2026, 5, 4), timezones=st.just(timezone.utc)),
)
def test_an_outcome_written_down_is_read_back(lead_id: str, kind: OutcomeKind, reason: str, at: datetime) -> None:
    record = {"lead_id": lead_id, "outcome": kind.value, "reason": reason, "at": at.isoformat()}

    assert read_outcome(record, NOW) == Outcome(lead_id, kind, reason, at)
