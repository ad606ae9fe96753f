"""The CRM's webhook takes signed outcomes, all of a body or none, and says what was unknown or malformed."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import io
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sanic import Sanic
from sanic.touchup import TouchUp
from sqlalchemy.engine import Engine

from customer_profiler import bootstrap
from customer_profiler.adapters.db.engine import create_engine
from customer_profiler.services.session import Services
from customer_profiler.serving.outcomes import HEADER, LARGEST_BODY, MOST_PROBLEMS, OutcomesInput
from customer_profiler.settings import Settings
from tests.outcomes import kept, store_leads
from tests.phone import free_port
from tests.services.conftest import Clock

pytestmark = pytest.mark.anyio

SECRET = "outcomes-secret"

_numbers = count(1)

Json = dict[str, Any]


def a_record(lead_id: str = "L-1", **fields: Any) -> Json:
    """A lead that was lost, as a CRM tells it, unless told otherwise."""
    return {"lead_id": lead_id, "outcome": "lost", "reason": "too dear", "at": "2026-05-01", **fields}


def signature(body: bytes, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


class Crm:
    """A CRM that tells the server under test what became of leads."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url = url
        self.session = session

    async def post(self, body: bytes, signed: str | None = "") -> tuple[int, Json]:
        """Post a body as it is, signed rightly unless told otherwise; None leaves the header out."""
        headers = {} if signed is None else {HEADER: signed or signature(body)}
        async with self.session.post(self.url, data=io.BytesIO(body), headers=headers) as response:
            return response.status, await response.json()

    async def tells(self, told: object) -> tuple[int, Json]:
        return await self.post(json.dumps(told).encode())


@pytest.fixture(autouse=True, name="environment")
def _environment(services: Services, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROFILER_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("PROFILER_OUTCOMES_SECRET", SECRET)
    monkeypatch.setattr(bootstrap, "services", lambda: services)
    store_leads(engine, "L-1", "L-2", "L-3")


@pytest.fixture(name="crm")
async def _crm(environment: None) -> AsyncIterator[Crm]:
    channel = OutcomesInput.from_credentials(None)
    app = Sanic(f"outcomes_{next(_numbers)}", configure_logging=False)
    app.blueprint(channel.blueprint(lambda message: asyncio.sleep(0)), url_prefix=f"/webhooks/{channel.name()}")
    port = free_port()
    server = await app.create_server(host="127.0.0.1", port=port, return_asyncio_server=True, access_log=False)
    await server.startup()
    TouchUp._registry.clear()  # Sanic has rewritten its own code, which works once in a process
    await server.before_start()
    await server.after_start()
    async with aiohttp.ClientSession() as session:
        yield Crm(f"http://127.0.0.1:{port}/webhooks/crm/outcomes", session)
    await server.before_stop()
    await server.close()
    await server.after_stop()


def taken(stored: int = 0, repeated: int = 0, *unknown: str) -> tuple[int, Json]:
    return 200, {"stored": stored, "repeated": repeated, "unknown": list(unknown)}


# --- what is taken


async def test_one_outcome_may_come_alone(crm: Crm, engine: Engine) -> None:
    assert await crm.tells(a_record()) == taken(1)
    assert kept(engine) == [("L-1", "lost", "too dear")]


@pytest.mark.parametrize("wrapped", [False, True])
async def test_several_come_as_a_list(crm: Crm, engine: Engine, wrapped: bool) -> None:
    records = [a_record("L-1"), a_record("L-2", outcome="WON", reason=None), a_record("L-3", outcome="Returned")]

    assert await crm.tells({"outcomes": records, "sent_by": "crm"} if wrapped else records) == taken(3)
    assert [kind for _, kind, _ in kept(engine)] == ["lost", "won", "returned"]


@pytest.mark.parametrize("nothing", [[], {"outcomes": []}])
async def test_an_empty_list_is_no_mistake(crm: Crm, nothing: object) -> None:
    assert await crm.tells(nothing) == taken()


async def test_a_repeat_does_nothing(crm: Crm, engine: Engine) -> None:
    await crm.tells(a_record())

    assert await crm.tells([a_record(), a_record("L-2"), a_record("L-2")]) == taken(1, 2)
    assert len(kept(engine)) == 2


async def test_the_same_body_twice_at_once_is_stored_once(crm: Crm, engine: Engine) -> None:
    records = [a_record("L-1"), a_record("L-2"), a_record("L-3")]
    answers = await asyncio.gather(*(crm.tells(records) for _ in range(3)))

    assert sorted(answer["stored"] for _, answer in answers) == [0, 0, 3]
    assert len(kept(engine)) == 3


async def test_unknown_leads_are_told_and_the_others_stored(crm: Crm, engine: Engine) -> None:
    told = [a_record("L-9"), a_record("L-1"), a_record("00Q5g00000abc"), a_record("L-9", outcome="won")]

    assert await crm.tells(told) == taken(1, 0, "L-9", "00Q5g00000abc")
    assert [lead for lead, _, _ in kept(engine)] == ["L-1"]


async def test_a_full_body_is_taken(crm: Crm) -> None:
    record = json.dumps({"lead_id": "L-1", "outcome": "won", "at": "2026-05-01"})
    records = ",".join([record] * (LARGEST_BODY // (len(record) + 1) - 1))

    assert await crm.post(f"[{records}]".encode()) == taken(1, records.count("{") - 1)


# --- who is refused


@pytest.mark.parametrize(
    "signed",
    [
        None,
        "sha256=",
        "sha256=0",
        signature(b"{}"),
        "sha1=" + "0" * 40,
        "sha256=" + "0" * 64,
        "ü",
        "sha512=" + "0" * 64,
    ],
)
async def test_without_the_right_signature_nothing_is_taken_and_nobody_told_why(
    crm: Crm, engine: Engine, signed: str | None
) -> None:
    body = json.dumps(a_record()).encode()

    assert await crm.post(body, signed) == (401, {"error": "not authorized"})
    assert kept(engine) == []


async def test_another_secret_does_not_sign(crm: Crm) -> None:
    body = json.dumps(a_record()).encode()

    assert (await crm.post(body, signature(body, "another")))[0] == 401
    assert (await crm.post(body, signature(body, "")))[0] == 401


async def test_the_digits_alone_do_not_sign(crm: Crm) -> None:
    body = json.dumps(a_record()).encode()

    assert (await crm.post(body, signature(body).removeprefix("sha256=")))[0] == 401


async def test_the_signature_is_that_of_the_very_bytes(crm: Crm) -> None:
    body = json.dumps(a_record()).encode()

    assert (await crm.post(body + b" ", signature(body)))[0] == 401
    assert await crm.post(body + b" ") == taken(1)


async def test_digits_in_capitals_sign_as_well(crm: Crm) -> None:
    body = json.dumps(a_record()).encode()

    assert await crm.post(body, "sha256=" + signature(body)[7:].upper()) == taken(1)


@pytest.mark.parametrize("body", [b"", b"no json", b"[" * 1_000])
async def test_what_is_not_signed_is_not_even_read(crm: Crm, body: bytes) -> None:
    assert (await crm.post(body, "sha256=0"))[0] == 401


async def test_a_body_of_more_than_a_megabyte_is_refused(crm: Crm) -> None:
    assert (await crm.post(b" " * (LARGEST_BODY + 1)))[0] == 413
    assert (await crm.post(b" " * LARGEST_BODY))[0] == 400


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "HEAD"])
async def test_only_posts_are_taken(crm: Crm, method: str) -> None:
    body = json.dumps(a_record()).encode()
    async with crm.session.request(method, crm.url, data=body, headers={HEADER: signature(body)}) as response:
        assert response.status == 405


# --- what is malformed


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"lost",
        b'{"a": ',
        b'"\xff"',
        pytest.param(b"[" * 100_000, id="deep"),
        pytest.param(b"9" * 5_000, id="long"),
    ],
)
async def test_a_body_that_is_no_json_is_malformed(crm: Crm, body: bytes) -> None:
    status, answer = await crm.post(body)

    assert (status, [problem["record"] for problem in answer["problems"]]) == (400, [0])


@pytest.mark.parametrize("told", [None, 1, "lost", True])
async def test_a_body_that_is_no_list_is_malformed(crm: Crm, told: object) -> None:
    problem = "the body is no list, nobody can tell its records, send a list of objects"

    assert await crm.tells(told) == (400, {"problems": [{"record": 0, "field": "", "problem": problem}]})


async def test_outcomes_that_are_no_list_are_malformed(crm: Crm) -> None:
    status, answer = await crm.tells({"outcomes": a_record()})

    assert (status, answer["problems"][0]["field"]) == (400, "outcomes")


async def test_one_malformed_record_keeps_all_from_being_stored(crm: Crm, engine: Engine) -> None:
    told = [a_record("L-1"), a_record("L-2", outcome="open", at="soon"), "lost"]
    status, answer = await crm.tells(told)

    assert status == 400
    assert [(problem["record"], problem["field"]) for problem in answer["problems"]] == [
        (2, "outcome"),
        (2, "at"),
        (3, ""),
    ]
    assert answer["problems"][0]["problem"] == (
        "“open” is no outcome, a lead can end in three ways, write one of won, lost, returned"
    )
    assert kept(engine) == []


async def test_the_future_is_that_of_the_servers_clock(crm: Crm, clock: Clock) -> None:
    tomorrow = a_record(at=(clock.time + timedelta(days=2)).isoformat())

    assert (await crm.tells(tomorrow))[0] == 400
    clock.pass_(days=1)
    assert await crm.tells(tomorrow) == taken(1)


async def test_not_more_problems_are_told_than_anybody_mends_at_once(crm: Crm) -> None:
    status, answer = await crm.tells([{}] * 1_000)

    assert (status, len(answer["problems"])) == (400, MOST_PROBLEMS)


# --- trouble


async def test_while_the_database_is_away_the_crm_is_asked_to_try_again(crm: Crm, engine: Engine) -> None:
    other = create_engine(str(engine.url))
    with other.begin():
        assert (await crm.tells(a_record()))[0] == 503
    other.dispose()

    assert await crm.tells(a_record()) == taken(1)


async def test_other_requests_are_answered_while_the_database_is_waited_for(crm: Crm, engine: Engine) -> None:
    other = create_engine(str(engine.url))
    with other.begin():
        waiting = asyncio.create_task(crm.tells(a_record()))
        await asyncio.sleep(0.02)
        assert (await crm.post(b"{}", None))[0] == 401
        assert not waiting.done()
        await waiting
    other.dispose()


async def test_logs_hold_nothing_of_what_was_told(crm: Crm, capsys: pytest.CaptureFixture[str]) -> None:
    told = a_record("secret-lead", reason="secret reason")
    await crm.tells(told)
    await crm.tells({**told, "outcome": "secret outcome"})
    await crm.post(json.dumps(told).encode(), "sha256=secret-digits")

    logged = capsys.readouterr()
    assert "outcomes_taken" in logged.out
    assert logged.out.count("outcomes_refused") == 2
    assert "secret" not in logged.out + logged.err


# --- the secret


def test_a_secret_that_nobody_set_is_made_once_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PROFILER_OUTCOMES_SECRET")
    settings = Settings.from_environment()

    made = bootstrap.outcomes_secret(settings)
    assert len(made) == 64
    assert bootstrap.outcomes_secret(settings) == made
    assert (tmp_path / "var" / "outcomes_secret").read_text("utf-8") == made


def test_a_secret_that_is_set_counts() -> None:
    assert bootstrap.outcomes_secret(Settings.from_environment()) == SECRET


@pytest.fixture(name="unset")
def _unset(environment: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PROFILER_OUTCOMES_SECRET")


@pytest.mark.usefixtures("unset")
async def test_the_secret_made_at_the_start_is_the_one_to_sign_with(crm: Crm, tmp_path: Path) -> None:
    made = (tmp_path / "var" / "outcomes_secret").read_text("utf-8")
    body = json.dumps(a_record()).encode()

    assert (await crm.post(body))[0] == 401
    assert await crm.post(body, signature(body, made)) == taken(1)
