"""The CSV exports (R26): stable columns, streamed row by row (design, section 10)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

from customer_profiler.core.lead_body import OPEN, ORDER, WITHDRAWN
from customer_profiler.core.profiler import MAX_LEVELS
from customer_profiler.services.ports import Reports

Row = Mapping[str, Any]

_LEVEL_COLUMNS = [f"level_{n}_{what}" for n in range(1, MAX_LEVELS + 1) for what in ("question", "answer")]

RUN_COLUMNS = (
    "run_id", "profiler", "content_version", "channel", "language", "source", "profile_id", "started_at",
    "finished_at", "status", *_LEVEL_COLUMNS, "product_1", "score_1", "product_2", "score_2", "chosen_product",
    "name", "email", "phone", "lead_id", "lead_status",
)  # fmt: skip

LEAD_STATE = "lead_state"
"""The column of a lead's own field ``status``: the delivery's has the name already."""

LEAD_COLUMNS = (
    *(LEAD_STATE if field == "status" else field for field in ORDER), "status", "attempts", "last_error",
)  # fmt: skip

PROFILE_COLUMNS = (
    "profile_id", "name", "email", "phone", "channels", "persona", "segments", "first_seen_at", "last_seen_at",
    "language",
)  # fmt: skip

OUTCOME_COLUMNS = ("lead_id", "profile_id", "outcome", "reason", "happened_at", "received_at", "source")


def run_rows(reports: Reports, since: datetime | None) -> Iterator[Sequence[str]]:
    """Give the header and one row a run."""
    return _table(RUN_COLUMNS, reports.runs(since), _run)


def lead_rows(reports: Reports, since: datetime | None) -> Iterator[Sequence[str]]:
    """Give the header and one row a lead: its fields as sent to the CRM, then the state of its delivery."""
    return _table(LEAD_COLUMNS, reports.leads(since), _lead)


def profile_rows(reports: Reports, since: datetime | None) -> Iterator[Sequence[str]]:
    """Give the header and one row a person."""
    return _table(PROFILE_COLUMNS, reports.profiles(since), _profile)


def outcome_rows(reports: Reports, since: datetime | None) -> Iterator[Sequence[str]]:
    """Give the header and one row an outcome of a lead."""
    return _table(OUTCOME_COLUMNS, reports.outcomes(since), dict)


EXPORTS = {"runs": run_rows, "leads": lead_rows, "profiles": profile_rows, "outcomes": outcome_rows}
"""What can be exported: name -> rows."""


def _table(columns: Sequence[str], rows: Iterable[Row], shape: Callable[[Row], Row]) -> Iterator[Sequence[str]]:
    yield columns
    for row in rows:
        shaped = shape(row)
        yield [_cell(shaped.get(column)) for column in columns]


def _run(row: Row) -> Row:
    levels: dict[str, Any] = {}
    for level, (question, option) in row["answers"].items():
        levels |= {f"level_{level}_question": question, f"level_{level}_answer": option}
    products: dict[str, Any] = {}
    for place, entry in enumerate(row["products"] or [], start=1):
        products |= {f"product_{place}": entry["product"], f"score_{place}": entry["score"]}
    # A lead keeps the details it was sent with last, whatever the person's profile says by now.
    details = row["lead_body"] or row
    contact = {field: details.get(field) for field in ("name", "email", "phone")}
    chosen = row.get("lead_product") or row["chosen_product"]
    return {**row, **levels, **products, **contact, "run_id": row["id"], "chosen_product": chosen}


def _lead(row: Row) -> Row:
    body, state = row["body"], WITHDRAWN if row["withdrawn_at"] else OPEN
    moments = {key: datetime.fromisoformat(body[key]) for key in ("changed_at", "consent_at") if body.get(key)}
    delivery = {key: row[key] for key in ("status", "attempts", "last_error")}
    return {**body, **moments, "created_at": row["created_at"], LEAD_STATE: state, **delivery}


def _profile(row: Row) -> Row:
    return {**row, "profile_id": row["id"], "channels": " ".join(row["channels"])}


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc).isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, str | int | float):
        return str(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
