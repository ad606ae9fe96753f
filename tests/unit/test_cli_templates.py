"""The commands ``send-template``, ``opt-in`` and ``opt-out``: who gets what, and what becomes of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from customer_profiler.bootstrap import build_services
from customer_profiler.cli import main
from customer_profiler.core.outgoing import Delivery, OutgoingMessage
from customer_profiler.core.profile import PHONE, Identity
from customer_profiler.services import outbox
from customer_profiler.services.session import Services
from customer_profiler.settings import Settings
from tests.builders import TEMPLATES, write_content
from tests.graph import FakeGraph, fake_graph
from tests.phone import StandIn

ANA = "+34 612 345 678"
TOKEN = "EAAsecret"
OFFER = ("--template", "spring_offer", "--lang", "en")
FILLED = (*OFFER, "--param", "Ana", "--param", "31 May")


def profiler(*arguments: str) -> Result:
    """Run a command; whatever it raises by mistake fails the test."""
    result = CliRunner().invoke(main, list(arguments), prog_name="profiler")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def send(*arguments: str, to: str = ANA) -> Result:
    return profiler("send-template", "--to", to, *arguments)


@pytest.fixture(name="graph", autouse=True)
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGraph]:
    """A dealership with templates, a database of its own, and a WhatsApp that takes everything."""
    write_content(tmp_path / "content" / "cars", templates=TEMPLATES)
    write_content(tmp_path / "content" / "vans")
    with fake_graph() as graph:
        monkeypatch.setenv("PROFILER_VAR", str(tmp_path / "var"))
        monkeypatch.setenv("PROFILER_CONTENT", str(tmp_path / "content"))
        monkeypatch.delenv("PROFILER_DATABASE_URL", raising=False)
        monkeypatch.delenv("PROFILER_PHONE_REGION", raising=False)
        monkeypatch.setenv("META_GRAPH_URL", graph.url)
        monkeypatch.setenv("WHATSAPP_TOKEN", TOKEN)
        monkeypatch.setenv("WHATSAPP_PHONE_NUMBER_ID", "42")
        yield graph


@pytest.fixture(name="agreed")
def ana_has_opted_in() -> None:
    assert profiler("opt-in", "--to", ANA, "--source", "web form").exit_code == 0


def services() -> Services:
    return build_services(Settings.from_environment())


def stored() -> OutgoingMessage:
    """The only message in the outbox."""
    [message] = outbox.listed(services(), True, 10)
    return message


def has_agreed() -> bool:
    with services().open_unit() as unit:
        profile_id = unit.profiles.find(Identity(PHONE, "34612345678"))
        return profile_id is not None and unit.consents.in_force(profile_id)


def refusal(result: Result) -> str:
    """The line that says what is wrong: what, why, mend."""
    assert result.exit_code == 1
    [line] = result.stderr.splitlines()
    assert line.count(", ") >= 2
    return line


def components(call: dict[str, Any]) -> list[Any]:
    return list(call["template"]["components"])


# --- sending


@pytest.mark.usefixtures("agreed")
def test_a_template_goes_out_filled_and_addressed_under_our_own_id(graph: FakeGraph) -> None:
    result = send(*FILLED)

    message = stored()
    assert (result.exit_code, result.stdout, result.stderr) == (0, f"{message.id} sent\n", "")
    [call] = graph.calls
    assert (graph.paths, graph.tokens) == (["/v25.0/42/messages"], [f"Bearer {TOKEN}"])
    assert (call["to"], call["biz_opaque_callback_data"]) == ("+34612345678", message.id)
    assert call["template"]["language"] == {"code": "en"}
    assert components(call)[0]["parameters"] == [{"type": "text", "text": "Ana"}, {"type": "text", "text": "31 May"}]
    assert components(call)[1]["parameters"] == [{"type": "payload", "payload": "start:cars:spring"}]


@pytest.mark.usefixtures("agreed")
def test_what_was_sent_is_stored_with_the_platforms_id() -> None:
    send(*FILLED)

    message = stored()
    assert (message.status, message.platform_id, message.attempts) == (Delivery.SENT, "wamid.SENT", 1)
    assert message.is_template
    assert message.sent_at is not None


@pytest.mark.usefixtures("agreed")
def test_a_campaign_takes_the_place_of_the_buttons_own(graph: FakeGraph) -> None:
    send(*FILLED, "--campaign", "may_2026")

    assert components(graph.calls[0])[1]["parameters"] == [{"type": "payload", "payload": "start:cars:may_2026"}]


@pytest.mark.usefixtures("agreed")
def test_a_dry_run_prints_the_message_and_neither_sends_nor_stores_it(graph: FakeGraph) -> None:
    result = send(*FILLED, "--dry-run")

    assert result.exit_code == 0
    printed = json.loads(result.stdout)
    assert printed["template"]["name"] == "spring_offer"
    assert "to" not in printed
    assert graph.calls == []
    assert outbox.listed(services(), True, 10) == []


@pytest.mark.usefixtures("agreed")
@pytest.mark.parametrize("to", ["+34612345678", "0034612345678", "+34 (612) 345-678"])
def test_a_number_is_taken_as_people_write_it(graph: FakeGraph, monkeypatch: pytest.MonkeyPatch, to: str) -> None:
    monkeypatch.setenv("PROFILER_PHONE_REGION", "ES")
    assert send(*FILLED, to=to).exit_code == 0

    assert graph.calls[0]["to"] == "+34612345678"


# --- what is refused before anything is sent


@pytest.mark.parametrize("more", [(), ("--dry-run",)])
def test_without_an_opt_in_nothing_is_sent(graph: FakeGraph, more: tuple[str, ...]) -> None:
    assert "there is no opt-in on record" in refusal(send(*FILLED, *more))
    assert graph.calls == []


def test_a_utility_template_needs_the_opt_in_too() -> None:
    utility = ("--template", "quote_ready", "--lang", "es", "--param", "Ana")

    assert "there is no opt-in on record" in refusal(send(*utility))


@pytest.mark.usefixtures("agreed")
@pytest.mark.parametrize(
    ("arguments", "what", "mend"),
    [
        (("--template", "winter", "--lang", "en"), "no template “winter”", "use one of quote_ready, spring_offer"),
        (("--template", "spring_offer", "--lang", "es"), "“spring_offer” has no language “es”", "use one of en"),
        (("--template", "quote_ready", "--lang", "fr"), "“quote_ready” has no language “fr”", "use one of en, es"),
        (("--profiler", "boats", *FILLED), "no profiler “boats”", "use one of cars, vans"),
        (("--profiler", "vans", *FILLED), "no template “spring_offer”", "declare it in templates.csv"),
        (OFFER, "was given no parameters and takes 2", "give exactly 2 parameters"),
        ((*FILLED, "--param", "more"), "was given 3 parameters and takes 2", "give exactly 2 parameters"),
        ((*OFFER, "--param", "Ana", "--param", " "), "parameter 2 of template “spring_offer” is blank", "{{2}}"),
        ((*FILLED, "--campaign", "two words"), "“two words” is no name of a campaign", "“spring_2026”"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_why_and_mend(
    graph: FakeGraph, arguments: tuple[str, ...], what: str, mend: str
) -> None:
    line = refusal(send(*arguments))

    assert what in line
    assert mend in line
    assert graph.calls == []
    assert outbox.listed(services(), True, 10) == []


@pytest.mark.parametrize("number", ["612 345 678", "Ana", "+34", ""])
def test_what_is_no_number_is_refused(graph: FakeGraph, number: str) -> None:
    assert "is no telephone number" in refusal(send(*FILLED, to=number))
    assert "is no telephone number" in refusal(profiler("opt-in", "--to", number, "--source", "shop"))
    assert "is no telephone number" in refusal(profiler("opt-out", "--to", number))


def test_a_template_of_several_profilers_wants_the_profiler_named(tmp_path: Path) -> None:
    write_content(tmp_path / "content" / "vans", templates=TEMPLATES)
    profiler("opt-in", "--to", ANA, "--source", "shop")

    result = send(*FILLED)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "add --profiler with one of cars, vans" in result.stderr
    assert send("--profiler", "vans", *FILLED).exit_code == 0


# --- what WhatsApp refuses


@pytest.mark.usefixtures("agreed")
@pytest.mark.parametrize(
    ("code", "status", "why", "left"),
    [
        (131026, 400, "it is not on WhatsApp", Delivery.FAILED),
        (131050, 400, "the person wants no marketing messages", Delivery.FAILED),
        (132001, 404, "no approved template of that name in that language", Delivery.FAILED),
        (132000, 400, "the number of parameters is not that of the approved template", Delivery.FAILED),
        (131049, 400, "so that the person does not get too much marketing", Delivery.WAITING),
        (131056, 400, "too many messages went to this person", Delivery.WAITING),
        (190, 401, "the access token is wrong or has expired", Delivery.WAITING),
        (131016, 500, "Meta had trouble of its own", Delivery.WAITING),
        (999999, 400, "Meta refused it", Delivery.FAILED),
    ],
)
def test_a_refusal_is_told_in_words_and_kept(
    graph: FakeGraph, code: int, status: int, why: str, left: Delivery
) -> None:
    graph.refuse(code, status)
    result = send(*FILLED)

    line, message = refusal(result), stored()
    assert "the message was not sent" in line
    assert why in line
    assert f"(error {code})" in line
    assert ("the message is kept" in line) == (left is Delivery.WAITING)
    assert result.stdout == f"{message.id} {left.value}\n"
    assert (message.status, message.reason, message.attempts) == (left, f"refused:{code}", 1)


@pytest.mark.usefixtures("agreed")
def test_what_is_withheld_waits_a_day(graph: FakeGraph) -> None:
    graph.refuse(131049)
    send(*FILLED)

    assert stored().due_at > datetime.now(timezone.utc) + timedelta(hours=23)


@pytest.mark.usefixtures("agreed")
def test_who_stopped_marketing_in_whatsapp_is_opted_out(graph: FakeGraph) -> None:
    graph.refuse(131050)

    assert "the opt-in on record has been ended" in refusal(send(*FILLED))
    assert not has_agreed()
    assert "there is no opt-in on record" in refusal(send(*FILLED))


@pytest.mark.usefixtures("agreed")
def test_a_whatsapp_that_is_away_is_told_and_the_message_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("META_GRAPH_URL", "http://127.0.0.1:9/v25.0")

    assert "Meta could not be reached" in refusal(send(*FILLED))
    assert stored().status is Delivery.WAITING


@pytest.mark.usefixtures("agreed")
@pytest.mark.parametrize("code", [131026, 190, 131016, 0])
def test_neither_token_nor_number_is_shown(graph: FakeGraph, caplog: pytest.LogCaptureFixture, code: int) -> None:
    graph.refuse(code)
    result = send(*FILLED)

    shown = result.output + caplog.text
    assert TOKEN not in shown
    assert "612" not in shown


# --- the phone stand-in


def test_on_the_stand_in_a_template_needs_no_approval_and_can_be_tapped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with StandIn.start(bot_url="http://127.0.0.1:9") as phone:
        for variable in ("META_GRAPH_URL", "WHATSAPP_TOKEN", "WHATSAPP_PHONE_NUMBER_ID"):
            monkeypatch.delenv(variable)
        monkeypatch.setenv("CONSOLE_PORT", phone.url.rpartition(":")[2])
        ana = phone.person(number=ANA)
        profiler("opt-in", "--to", ANA, "--source", "shop")

        assert send(*FILLED).exit_code == 0
        [received] = ana.waits()

    assert "Hello Ana, until 31 May every test drive" in received.text
    assert received.titles == ["Find my car", "Unsubscribe", "See them"]


# --- agreements noted by hand


def test_an_opt_in_is_noted_once() -> None:
    results = [profiler("opt-in", "--to", ANA, "--source", "web form, 3 May") for _ in range(2)]

    assert [(each.exit_code, each.stdout) for each in results] == [(0, "opted in\n"), (0, "had opted in already\n")]
    assert has_agreed()


@pytest.mark.usefixtures("agreed")
def test_an_opt_out_ends_it_and_may_be_repeated() -> None:
    results = [profiler("opt-out", "--to", ANA) for _ in range(2)]

    assert [(each.exit_code, each.stdout) for each in results] == [(0, "opted out\n"), (0, "had not opted in\n")]
    assert not has_agreed()


@pytest.mark.parametrize("arguments", [("--to", ANA), ("--to", ANA, "--source", " "), ("--source", "shop")])
def test_an_opt_in_without_number_or_source_is_misuse(arguments: tuple[str, ...]) -> None:
    assert profiler("opt-in", *arguments).exit_code == 2
