"""The CSV exports have the columns of design section 10, filled from what the reports give."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from customer_profiler.core.lead import FIELDS
from customer_profiler.services.exports import EXPORTS, lead_rows, outcome_rows, profile_rows, run_rows
from customer_profiler.services.ports import Reports

Rows = Callable[[Reports, "datetime | None"], Iterator[Sequence[str]]]

AT = datetime(2026, 5, 4, 10, 30, 15, 999_999, tzinfo=timezone.utc)

RUN = {
    "id": "r1", "profile_id": "p1", "profiler": "cars", "content_version": "abc", "channel": "whatsapp",
    "language": "es", "source": "campaign:spring", "status": "completed", "started_at": AT,
    "finished_at": AT + timedelta(minutes=2), "shown_product": "van", "chosen_product": "van", "refusal_reason": "",
    "name": "Ana", "email": "a@example.com",
    "phone": "+34612345678", "answers": {1: ("use", "work"), 3: ("budget", "low")}, "lead_id": "L-1",
    "products": [{"product": "hatch", "score": 4}, {"product": "van", "score": -1}], "lead_status": "pending",
    "lead_product": "van",
    "lead_body": {"name": "Ana", "email": "a@example.com", "phone": "+34612345678"},
}  # fmt: skip

LEAD = {
    "id": "L-1", "run_id": "r1", "profile_id": "p1", "product": "van", "created_at": AT, "consent_text": "Yes.",
    "status": "dead", "attempts": 3, "last_error": "500", "revision": 2, "withdrawn_at": None,
    "body": {
        "lead_id": "L-1", "created_at": "2026-05-04T10:30:15.999999+00:00", "name": "Ana", "email": "a@example.com",
        "phone": None, "product": "van", "product_title": "Van", "profiler": "cars", "run_id": "r1", "channel": "rest",
        "language": "es", "score": -1, "reasons": [{"when": "use=work", "points": 2}], "answers": {"use": "work"},
        "profile_id": "p1", "revision": 2, "status": "open", "changed_at": "2026-05-04T11:00:00+00:00",
        "first_name": None, "last_name": "Ana", "products": ["hatch", "van"], "price": "15990", "currency": "EUR",
        "consent_at": "2026-05-04T11:00:00+00:00", "answers_in_words": {"use": {"question": "For?", "answer": "Work"}},
    },
}  # fmt: skip

PROFILE = {
    "id": "p1", "name": "Ana", "email": "a@example.com", "phone": "", "language": "es", "current_run_id": "r1",
    "first_seen_at": AT, "last_seen_at": AT + timedelta(days=1), "channels": ["facebook", "whatsapp"],
}  # fmt: skip

OUTCOME = {
    "id": 1, "lead_id": "L-1", "profile_id": "p1", "outcome": "lost", "reason": "bought elsewhere",
    "happened_at": AT, "received_at": AT + timedelta(days=1), "source": "webhook",
}  # fmt: skip


@dataclass
class InMemoryReports:
    """Rows as the database's reports give them; remembers the moment it was asked for."""

    rows: Sequence[Mapping[str, Any]] = ()
    asked_since: list[datetime | None] = field(default_factory=list)

    def runs(self, since: datetime | None) -> Iterable[Mapping[str, object]]:
        self.asked_since.append(since)
        yield from self.rows

    leads = profiles = outcomes = runs


def exported(rows: Rows, *given: Mapping[str, Any]) -> list[dict[str, str]]:
    header, *lines = rows(InMemoryReports(given), None)
    return [dict(zip(header, line, strict=True)) for line in lines]


def header_of(rows: Rows) -> str:
    return ", ".join(next(rows(InMemoryReports(), None)))


# --- columns


def test_the_columns_of_runs_are_those_of_the_contract() -> None:
    assert header_of(run_rows) == (
        "run_id, profiler, content_version, channel, language, source, profile_id, started_at, finished_at, status, "
        "level_1_question, level_1_answer, level_2_question, level_2_answer, level_3_question, level_3_answer, "
        "level_4_question, level_4_answer, level_5_question, level_5_answer, "
        "product_1, score_1, product_2, score_2, chosen_product, name, email, phone, lead_id, lead_status"
    )


def test_the_columns_of_leads_are_its_fields_then_its_delivery() -> None:
    assert header_of(lead_rows) == (
        "lead_id, created_at, name, email, phone, product, product_title, profiler, run_id, channel, language, score, "
        "reasons, answers, profile_id, revision, lead_state, changed_at, first_name, last_name, products, price, "
        "currency, price_basis, reasons_in_words, profiler_title, profiler_version, answers_in_words, source, "
        "campaign, consent_text, consent_at, profile_url, status, attempts, last_error"
    )


def test_every_field_of_a_lead_is_a_column() -> None:
    own = {"lead_state" if field == "status" else field for field in FIELDS}

    assert own < set(header_of(lead_rows).split(", "))


def test_the_columns_of_profiles_begin_with_those_of_the_contract() -> None:
    assert header_of(profile_rows).startswith(
        "profile_id, name, email, phone, channels, persona, segments, first_seen_at, last_seen_at"
    )


def test_the_columns_of_outcomes_are_what_is_stored() -> None:
    assert header_of(outcome_rows) == "lead_id, profile_id, outcome, reason, happened_at, received_at, source"


def test_runs_leads_profiles_and_outcomes_can_be_exported() -> None:
    assert {
        "runs": run_rows, "leads": lead_rows, "profiles": profile_rows, "outcomes": outcome_rows,
    } == EXPORTS  # fmt: skip


@pytest.mark.parametrize("rows", EXPORTS.values(), ids=EXPORTS.keys())
def test_without_a_row_there_is_the_header_alone(rows: Rows) -> None:
    assert len(list(rows(InMemoryReports(), None))) == 1


@pytest.mark.parametrize("rows", EXPORTS.values(), ids=EXPORTS.keys())
def test_the_moment_is_passed_on(rows: Rows) -> None:
    reports = InMemoryReports()
    list(rows(reports, AT))

    assert reports.asked_since == [AT]


# --- runs


def test_a_run_is_one_row_of_ids() -> None:
    [row] = exported(run_rows, RUN)

    assert row == {
        "run_id": "r1", "profiler": "cars", "content_version": "abc", "channel": "whatsapp", "language": "es",
        "source": "campaign:spring", "profile_id": "p1", "started_at": "2026-05-04T10:30:15Z",
        "finished_at": "2026-05-04T10:32:15Z", "status": "completed", "level_1_question": "use",
        "level_1_answer": "work", "level_2_question": "", "level_2_answer": "",
        "level_3_question": "budget", "level_3_answer": "low",
        "level_4_question": "", "level_4_answer": "", "level_5_question": "", "level_5_answer": "",
        "product_1": "hatch", "score_1": "4", "product_2": "van", "score_2": "-1", "chosen_product": "van",
        "name": "Ana", "email": "a@example.com", "phone": "+34612345678", "lead_id": "L-1", "lead_status": "pending",
    }  # fmt: skip


def test_a_run_without_end_products_or_lead_has_blanks() -> None:
    nothing = dict.fromkeys(["finished_at", "products", "lead_id", "lead_status", "lead_product", "lead_body"])
    [row] = exported(run_rows, {**RUN, **nothing, "status": "active", "chosen_product": "", "answers": {}})

    blank = {key for key, value in row.items() if value == ""}
    assert {"finished_at", "product_1", "score_1", "product_2", "score_2", "lead_id", "lead_status"} <= blank
    assert {"level_1_question", "level_5_answer", "chosen_product"} <= blank
    assert row["name"] == "Ana"


def test_a_run_with_one_product_leaves_the_second_blank() -> None:
    [row] = exported(run_rows, {**RUN, "products": [{"product": "hatch", "score": 0}]})

    assert (row["product_1"], row["score_1"], row["product_2"], row["score_2"]) == ("hatch", "0", "", "")


def test_a_lead_keeps_the_details_it_was_sent_with() -> None:
    sent = {"name": "Ana as sent", "email": "sent@example.com", "phone": "+34600000000"}
    [row] = exported(run_rows, {**RUN, "lead_body": sent})

    assert {key: row[key] for key in sent} == sent


def test_a_detail_that_a_lead_was_sent_without_stays_blank() -> None:
    sent = {"name": "Ana", "email": "a@example.com", "phone": None}
    [row] = exported(run_rows, {**RUN, "lead_body": sent})

    assert row["phone"] == ""


def test_the_product_of_the_lead_is_the_one_chosen() -> None:
    [row] = exported(run_rows, {**RUN, "chosen_product": ""})

    assert row["chosen_product"] == "van"


def test_times_of_another_zone_are_given_in_utc() -> None:
    madrid = datetime(2026, 5, 4, 12, 30, tzinfo=timezone(timedelta(hours=2)))
    [row] = exported(run_rows, {**RUN, "started_at": madrid})

    assert row["started_at"] == "2026-05-04T10:30:00Z"


# --- leads


def test_a_lead_is_its_fields_as_sent_and_the_state_of_its_delivery() -> None:
    [row] = exported(lead_rows, LEAD)

    assert row["lead_id"] == "L-1"
    assert row["created_at"] == "2026-05-04T10:30:15Z"
    assert (row["product"], row["product_title"], row["score"]) == ("van", "Van", "-1")
    assert (row["phone"], row["status"], row["attempts"], row["last_error"]) == ("", "dead", "3", "500")


def test_a_lead_is_its_newest_revision() -> None:
    [row] = exported(lead_rows, LEAD)

    assert (row["revision"], row["last_name"], row["price"], row["products"]) == (
        "2",
        "Ana",
        "15990",
        '["hatch", "van"]',
    )
    assert row["changed_at"] == row["consent_at"] == "2026-05-04T11:00:00Z"
    assert json.loads(row["answers_in_words"]) == {"use": {"question": "For?", "answer": "Work"}}


@pytest.mark.parametrize(("withdrawn_at", "state"), [(None, "open"), (AT, "withdrawn")])
def test_the_state_of_a_lead_is_not_that_of_its_delivery(withdrawn_at: datetime | None, state: str) -> None:
    [row] = exported(lead_rows, {**LEAD, "withdrawn_at": withdrawn_at})

    assert (row["lead_state"], row["status"]) == (state, "dead")


def test_a_lead_of_before_the_other_fields_leaves_them_blank() -> None:
    body = {"lead_id": "L-1", "product": "van"}
    [row] = exported(lead_rows, {**LEAD, "body": body, "revision": 1})

    assert (row["lead_id"], row["lead_state"], row["changed_at"], row["price"]) == ("L-1", "open", "", "")


def test_reasons_and_answers_of_a_lead_are_json() -> None:
    [row] = exported(lead_rows, LEAD)

    assert json.loads(row["reasons"]) == [{"when": "use=work", "points": 2}]
    assert json.loads(row["answers"]) == {"use": "work"}


def test_json_cells_are_readable_in_any_script() -> None:
    [row] = exported(lead_rows, {**LEAD, "body": {**LEAD["body"], "answers": {"نام": "مریم"}}})  # type: ignore[dict-item]

    assert row["answers"] == '{"نام": "مریم"}'


# --- profiles


def test_a_profile_is_one_row_a_person() -> None:
    [row] = exported(profile_rows, PROFILE)

    assert row == {
        "profile_id": "p1", "name": "Ana", "email": "a@example.com", "phone": "", "channels": "facebook whatsapp",
        "persona": "", "segments": "", "first_seen_at": "2026-05-04T10:30:15Z", "last_seen_at": "2026-05-05T10:30:15Z",
        "language": "es",
    }  # fmt: skip


# --- outcomes


def test_an_outcome_is_one_row_with_its_times_in_utc() -> None:
    [row] = exported(outcome_rows, OUTCOME)

    assert row == {
        "lead_id": "L-1", "profile_id": "p1", "outcome": "lost", "reason": "bought elsewhere",
        "happened_at": "2026-05-04T10:30:15Z", "received_at": "2026-05-05T10:30:15Z", "source": "webhook",
    }  # fmt: skip


# --- streaming


def test_rows_are_given_while_they_are_read() -> None:
    taken: list[int] = []

    def endless() -> Iterator[Mapping[str, Any]]:
        while True:
            taken.append(1)
            yield PROFILE

    class Endless(InMemoryReports):
        def profiles(self, since: datetime | None) -> Iterable[Mapping[str, object]]:
            return endless()

    rows = profile_rows(Endless(), None)
    for _ in range(4):
        next(rows)

    assert len(taken) == 3
