"""People on WhatsApp and Messenger for end-to-end tests, and what the bot sent them and stored of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from customer_profiler import bootstrap
from customer_profiler.services.exports import run_rows
from customer_profiler.settings import Settings
from tests.e2e.conftest import Assistant
from tests.phone import ANSWER_SECONDS, Person, Received, StandIn

Call = dict[str, Any]


class Guest(Person):
    """A person who waits no longer than the bot needs between two messages of one answer."""

    def waits(self, least: int = 1, within: float = ANSWER_SECONDS, quiet: float = 0.3) -> list[Received]:
        return super().waits(least, within, quiet)


def guest(phone: StandIn, channel: str, **known: Any) -> Guest:
    return Guest(phone, phone.person(channel, **known).known)


def begins(phone: StandIn, channel: str, profiler: str = "cars", **known: Any) -> Guest:
    """Somebody who comes in by a link and is asked the first question."""
    person = guest(phone, channel, **known)
    person.opens(referral=f"start:{profiler}:website")
    return person


def titles(answers: Sequence[Received]) -> list[str]:
    return [title for answer in answers for title in answer.titles]


def texts(answers: Sequence[Received]) -> str:
    """All that is to be read in answers."""
    return "\n".join(text for answer in answers for text in (answer.header, answer.text))


def messages_to(person: Person, after: int = 0) -> list[Call]:
    """The calls by which messages went to a person, without receipts and typing."""
    return [call for call in calls_for(person, after) if not is_attention(call)]


def calls_for(person: Person, after: int = 0) -> list[Call]:
    calls = person.phone.calls(after=after)
    return [call for call in calls if call["person"] == person.id and call["method"] == "POST"]


def is_attention(call: Call) -> bool:
    return call["request"].get("status") == "read" or "sender_action" in call["request"]


def our_id(call: Call) -> str:
    """The id that the bot gave a message of its own."""
    request = call["request"]
    return str(request.get("biz_opaque_callback_data") or request["message"]["metadata"])


def newest(phone: StandIn) -> int:
    """The number of the last call so far."""
    return max((call["number"] for call in phone.calls()), default=0)


def last_run(assistant: Assistant, channel: str) -> dict[str, str]:
    """The row of the export for the run begun last on a channel."""
    reports = bootstrap.build_reports(Settings.from_environment(assistant.environment))
    header, *rows = (list(row) for row in run_rows(reports, None))
    runs = [dict(zip(header, row, strict=True)) for row in rows]
    return max((run for run in runs if run["channel"] == channel), key=lambda run: run["started_at"])


def exported_runs(assistant: Assistant) -> list[dict[str, str]]:
    """The runs as the command line writes them."""
    return list(csv.DictReader(io.StringIO(assistant.profiler("export", "runs"))))
