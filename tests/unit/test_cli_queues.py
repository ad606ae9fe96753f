"""The commands ``inbox`` and ``outbox``: what waits and what failed, in columns or as JSON, but no words of people."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from customer_profiler.bootstrap import build_services
from customer_profiler.cli import main
from customer_profiler.cli.reasons import in_words
from customer_profiler.core.inbox import InboxEvent, InboxStatus
from customer_profiler.core.outgoing import Delivery, OutgoingMessage
from customer_profiler.core.profile import PHONE, Identity
from customer_profiler.services.session import Services
from customer_profiler.settings import STANDIN_PHONE_NUMBER_ID, Settings
from tests.builders import write_content

AT = datetime(2026, 5, 4, 10, 30, 15, 999_999, tzinfo=timezone.utc)
NUMBER, SECRET = "34612345678", "my secret wish"


def profiler(*arguments: str) -> Result:
    """Run a command; whatever it raises by mistake fails the test."""
    result = CliRunner().invoke(main, list(arguments), prog_name="profiler")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture(name="services", autouse=True)
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    write_content(tmp_path / "content" / "cars")
    monkeypatch.setenv("PROFILER_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("PROFILER_CONTENT", str(tmp_path / "content"))
    monkeypatch.delenv("PROFILER_DATABASE_URL", raising=False)
    return build_services(Settings.from_environment())


def batch_of(message_id: str) -> dict[str, object]:
    """A batch of WhatsApp's with one text."""
    message = {"from": NUMBER, "id": message_id, "timestamp": "1777890615", "type": "text", "text": {"body": SECRET}}
    value = {"metadata": {"phone_number_id": STANDIN_PHONE_NUMBER_ID}, "messages": [message]}
    return {"object": "whatsapp_business_account", "entry": [{"changes": [{"field": "messages", "value": value}]}]}


@pytest.fixture(name="queues")
def one_of_each(services: Services) -> None:
    """An event and a message in every state."""
    with services.open_unit() as unit:
        person = unit.profiles.met([Identity(PHONE, NUMBER)], AT)
        for status in InboxStatus:
            error = "silence" if status is InboxStatus.FAILED else ""
            finished = None if status is InboxStatus.WAITING else AT
            batch = batch_of(f"wamid.{status.value}")
            unit.inbox.add(
                InboxEvent("whatsapp", f"wamid.{status.value}", person, batch, status, AT, AT, 0, 1, error, finished)
            )
        for place, delivery in enumerate(Delivery):
            reason = "refused:131026" if delivery is Delivery.FAILED else ""
            message = OutgoingMessage(f"{place:032x}", "whatsapp", person, {"text": SECRET}, AT, AT)
            unit.outgoing.add([message])
            unit.outgoing.save(OutgoingMessage(**{**vars(message), "status": delivery, "reason": reason}))
        unit.commit()


def table(*arguments: str) -> list[list[str]]:
    """The cells of a listing, row by row."""
    result = profiler(*arguments)
    assert (result.exit_code, result.stderr) == (0, "")
    return [line.split() for line in result.stdout.splitlines()]


# --- listing


@pytest.mark.usefixtures("queues")
def test_the_inbox_lists_what_waits_and_what_was_set_aside_with_the_reason_in_words() -> None:
    header, waiting, failed = table("inbox", "list")

    assert header == ["NUMBER", "CHANNEL", "STATUS", "ATTEMPTS", "RECEIVED", "FINISHED", "REASON"]
    assert waiting == ["1", "whatsapp", "waiting", "1", "2026-05-04T10:30:15Z", "-", "-"]
    assert failed[2] == "failed"
    assert " ".join(failed[6:]) == "the assistant had no answer"


@pytest.mark.usefixtures("queues")
def test_the_outbox_lists_what_waits_and_what_failed_with_the_reason_in_words() -> None:
    header, waiting, failed = table("outbox", "list")

    assert header[:4] == ["ID", "TO", "STATUS", "WHAT"]
    assert waiting[:5] == ["0" * 32, "whatsapp", "waiting", "message", "0"]
    assert failed[2] == "failed"
    assert " ".join(failed[10:]).startswith("WhatsApp cannot deliver to the number")


@pytest.mark.usefixtures("queues")
@pytest.mark.parametrize(("queue", "states"), [("inbox", list(InboxStatus)), ("outbox", list(Delivery))])
def test_all_lists_every_state(queue: str, states: list[InboxStatus | Delivery]) -> None:
    assert {row[2] for row in table(queue, "list", "--all")[1:]} == {state.value for state in states}


@pytest.mark.usefixtures("queues")
@pytest.mark.parametrize("queue", ["inbox", "outbox"])
def test_a_limit_keeps_the_newest(queue: str) -> None:
    assert table(queue, "list", "--all", "--limit", "2")[1:] == table(queue, "list", "--all")[-2:]


@pytest.mark.usefixtures("queues")
@pytest.mark.parametrize("queue", ["inbox", "outbox"])
def test_columns_stand_below_each_other(queue: str) -> None:
    header, *rows = profiler(queue, "list", "--all").stdout.splitlines()
    place = header.index("STATUS")

    assert all(row[place - 1] == " " and row[place] != " " for row in rows)
    assert [row for row in (header, *rows) if row != row.rstrip()] == []


@pytest.mark.usefixtures("queues")
@pytest.mark.parametrize("queue", ["inbox", "outbox"])
def test_json_is_one_array_of_the_same_rows(queue: str) -> None:
    rows = json.loads(profiler(queue, "list", "--all", "--json").stdout)
    header, *listed = table(queue, "list", "--all")

    assert [name.upper() for name in rows[0]] == header
    assert [row["status"] for row in rows] == [row[2] for row in listed]
    assert rows[0]["attempts"] in (0, 1)


@pytest.mark.usefixtures("queues")
@pytest.mark.parametrize("queue", ["inbox", "outbox"])
@pytest.mark.parametrize("more", [(), ("--all",), ("--all", "--json")])
def test_no_words_and_no_numbers_of_customers_are_listed(queue: str, more: tuple[str, ...]) -> None:
    shown = profiler(queue, "list", *more).output

    assert NUMBER not in shown
    assert SECRET not in shown
    assert "wamid" not in shown, "WhatsApp's ids hold the number, in base64"


@pytest.mark.parametrize("queue", ["inbox", "outbox"])
def test_an_empty_queue_is_a_header_or_an_empty_array(queue: str) -> None:
    assert len(table(queue, "list")) == 1
    assert json.loads(profiler(queue, "list", "--json").stdout) == []


# --- replaying


@pytest.mark.usefixtures("queues")
def test_a_failed_event_waits_again() -> None:
    failed = next(row[0] for row in table("inbox", "list") if row[2] == "failed")

    result = profiler("inbox", "replay", failed, failed)

    assert (result.exit_code, result.stdout) == (0, f"{failed} is taken again\n")
    assert [row[2:4] for row in table("inbox", "list")[1:]] == [["waiting", "1"], ["waiting", "0"]]


@pytest.mark.usefixtures("queues")
def test_what_did_not_fail_is_named_and_the_others_wait_again_all_the_same() -> None:
    numbers = {row[2]: row[0] for row in table("inbox", "list", "--all")[1:]}

    result = profiler("inbox", "replay", numbers["done"], numbers["failed"], "99")

    assert result.exit_code == 1
    assert result.stdout == f"{numbers['failed']} is taken again\n"
    assert f"there is no failed event {numbers['done']}, 99, " in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [("inbox",), ("inbox", "replay"), ("inbox", "replay", "x"), ("inbox", "list", "--limit", "0"), ("outbox", "send")],
)
def test_misuse_exits_with_2(arguments: tuple[str, ...]) -> None:
    assert profiler(*arguments).exit_code == 2


# --- reasons


@pytest.mark.parametrize(
    ("channel", "reason", "words"),
    [
        ("whatsapp", "", ""),
        ("whatsapp", "window_closed", "it came too late, the person last wrote more than 24 hours ago"),
        ("whatsapp", "refused:131047", "the person last wrote more than 24 hours ago (error 131047)"),
        ("whatsapp", "refused:424242", "Meta refused it (error 424242)"),
        ("whatsapp", "refused:100/33", "Meta did not take the message as it was written (error 100/33)"),
        ("facebook", "refused:10/2018278", "the person last wrote more than 24 hours ago (error 10/2018278)"),
        ("facebook", "refused:10/1", "the access token lacks a permission (error 10/1)"),
        ("facebook", "refused:551/1545041", "the person cannot be reached (error 551/1545041)"),
        ("facebook", "http:502", "Meta, or something before it, answered with HTTP 502"),
        ("facebook", "ReadTimeout", "the assistant failed with ReadTimeout"),
    ],
)
def test_a_stored_reason_is_told_in_words(channel: str, reason: str, words: str) -> None:
    assert in_words(channel, reason) == words
