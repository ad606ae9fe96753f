"""Whatever the Graph API does, a call gives a JSON object or one refusal that says what to do and tells no secret."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import AsyncIterator
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import aiohttp
import pytest
from aiohttp import web

from customer_profiler.channels.facebook.client import ERRORS as MESSENGER
from customer_profiler.channels.meta import graph
from customer_profiler.channels.meta.graph import FEW_ATTEMPTS, ErrorTable, Graph, Refusal, Verdict
from customer_profiler.channels.whatsapp.client import ERRORS as WHATSAPP
from tests.phone import free_port
from tests.unit.channels.graph_api import GraphApi, Reply, answer, error

pytestmark = pytest.mark.anyio

RETRY, LATER, NEVER, STOP = Verdict.RETRY, Verdict.LATER, Verdict.NEVER, Verdict.STOP
TOKEN = "EAAG-secret-token"


@pytest.fixture(name="api")
async def _api() -> AsyncIterator[GraphApi]:
    async with GraphApi() as api:
        yield api


async def posted(url: str, errors: ErrorTable = WHATSAPP) -> object:
    """Make one call; give what was answered."""
    client = Graph(url, errors)
    try:
        return await client.post("1/messages", {"a": 1}, {"access_token": TOKEN}, {"Authorization": f"Bearer {TOKEN}"})
    finally:
        await client.close()


async def refusal(url: str, errors: ErrorTable = WHATSAPP) -> Refusal:
    with pytest.raises(Refusal) as caught:
        await posted(url, errors)
    return caught.value


# --- calls


async def test_a_post_carries_body_parameters_and_headers(api: GraphApi) -> None:
    api.gives(answer({"answer": [1]}))

    assert await posted(api.url) == {"answer": [1]}
    [request] = api.requests
    assert (request.method, request.path, request.body) == ("POST", "/v25.0/1/messages", {"a": 1})
    assert request.query == {"access_token": TOKEN}
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"
    assert request.headers["Content-Type"] == "application/json"


async def test_a_get_has_no_body(api: GraphApi) -> None:
    client = Graph(api.url + "/", WHATSAPP)
    await client.get("7", {"fields": "locale"}, {})
    await client.close()

    [request] = api.requests
    assert (request.method, request.path, request.query, request.body) == (
        "GET", "/v25.0/7", {"fields": "locale"}, None,
    )  # fmt: skip


async def test_connections_are_used_again(api: GraphApi) -> None:
    ports: set[object] = set()

    async def reply(request: web.Request) -> web.Response:
        assert request.transport is not None
        ports.add(request.transport.get_extra_info("peername"))
        return web.json_response({})

    api.gives(reply)
    client = Graph(api.url, WHATSAPP)
    for _ in "123":
        await client.post("1", {}, {}, {})
    await client.close()
    assert len(ports) == 1


async def test_closing_without_a_call_or_twice_does_no_harm() -> None:
    client = Graph("https://graph.example.com", WHATSAPP)
    await client.close()
    await client.close()


# --- answers of Meta


@pytest.mark.parametrize(
    ("errors", "code", "subcode", "verdict"),
    [
        # WhatsApp, reference A4. A template that cannot be sent stops that message, not the channel.
        *((WHATSAPP, code, 0, RETRY) for code in (1, 2, 131016, 133004, 131000, 4, 80007, 130429, 131057)),
        (WHATSAPP, 131056, 0, Verdict.SLOW_PAIR),
        *((WHATSAPP, code, 0, LATER) for code in (131049, 132069)),
        *((WHATSAPP, code, 0, NEVER) for code in (131026, 131021, 131030, 130472, 131047, 131050, 131062, 137000)),
        *((WHATSAPP, code, 0, NEVER) for code in (100, 131008, 131009, 131051, 131053, 131055, 134011, 135000, 131052)),
        *((WHATSAPP, code, 0, NEVER) for code in (132000, 132012, 132008, 132018, 132005, 132068)),
        *((WHATSAPP, code, 0, NEVER) for code in (132001, 132007, 132015, 132016, 130497)),
        *((WHATSAPP, code, 0, STOP) for code in (0, 190, 3, 10, 200, 201, 230, 299, 131005, 33, 131045, 133010)),
        *((WHATSAPP, code, 0, STOP) for code in (133016, 131037, 131042, 368, 131031, 131048, 131063, 131064)),
        (WHATSAPP, 100, 33, STOP),
        # Messenger, reference B2
        *((MESSENGER, *pair, RETRY) for pair in ((1, 99), (1, 1357046), (2, 2018344), (2, 0), (1200, 2018024))),
        *((MESSENGER, *pair, RETRY) for pair in ((4, 2018022), (613, 0), (9, 2018352))),
        (MESSENGER, 4, 2018354, LATER),
        *((MESSENGER, 10, subcode, NEVER) for subcode in (2018278, 2018065, 2534022, 2018108)),
        *((MESSENGER, *pair, NEVER) for pair in ((100, 2018001), (200, 1545041), (551, 1545041), (551, 0), (10900, 0))),
        *((MESSENGER, 100, subcode, NEVER) for subcode in (2018015, 2018034, 2018040, 2018041, 2018053, 2018047)),
        *((MESSENGER, 100, subcode, NEVER) for subcode in (2018008, 2018294, 2018109, 2018074, 1893061, 2018218)),
        *((MESSENGER, code, 0, NEVER) for code in (100, 105, 2018300, 2018321, 2018247, 10303)),
        *((MESSENGER, 190, subcode, STOP) for subcode in (0, 458, 460, 463)),
        *((MESSENGER, *pair, STOP) for pair in ((100, 33), (230, 0), (200, 0), (200, 2018028), (200, 2018027))),
        *((MESSENGER, *pair, STOP) for pair in ((200, 2018021), (10, 0), (10, 1893063), (368, 0), (2022, 0))),
    ],
)
async def test_every_documented_code_has_its_class(
    errors: ErrorTable, code: int, subcode: int, verdict: Verdict
) -> None:
    refused = errors.refusal(code, subcode, 400, 0.0)

    assert refused.verdict is verdict
    assert refused.code == code
    assert refused.reason == (f"refused:{code}/{subcode}" if subcode else f"refused:{code}")


@pytest.mark.parametrize("errors", [WHATSAPP, MESSENGER])
@pytest.mark.parametrize(
    ("status", "verdict", "attempts"),
    [(400, NEVER, 0), (403, NEVER, 0), (200, NEVER, 0), (429, RETRY, FEW_ATTEMPTS), (500, RETRY, FEW_ATTEMPTS)],
)
async def test_an_unknown_code_is_judged_by_the_status(
    errors: ErrorTable, status: int, verdict: Verdict, attempts: int
) -> None:
    refused = errors.refusal(999_999, 0, status, 0.0)
    assert (refused.verdict, refused.attempts) == (verdict, attempts)


async def test_an_error_that_may_be_a_bad_request_is_repeated_once() -> None:
    assert WHATSAPP.refusal(1, 0, 400, 0.0).attempts == 2
    assert WHATSAPP.refusal(2, 0, 503, 0.0).attempts == 0


@pytest.mark.parametrize("status", [200, 400, 500])
async def test_an_error_body_is_a_refusal_whatever_the_status(api: GraphApi, status: int) -> None:
    api.gives(error(131026, status=status))
    refused = await refusal(api.url)

    assert (refused.verdict, refused.reason, refused.code) == (NEVER, "refused:131026", 131026)


@pytest.mark.parametrize("told", [{}, {"code": None}, {"code": "190"}, {"code": [1]}, {"message": "?"}])
async def test_an_error_without_a_code_is_judged_by_the_status(api: GraphApi, told: dict[str, object]) -> None:
    api.gives(answer({"error": told}, 500))
    refused = await refusal(api.url, ErrorTable({}))

    assert (refused.verdict, refused.attempts) == (RETRY, FEW_ATTEMPTS)


# --- answers of others


@pytest.mark.parametrize(
    ("body", "status", "reason", "attempts"),
    [
        (b"<html>Bad gateway</html>", 502, "http:502", FEW_ATTEMPTS),
        (b"<html>Sign in to the network</html>", 200, "not_json", FEW_ATTEMPTS),
        (b"", 200, "not_json", FEW_ATTEMPTS),
        (b"", 204, "not_json", FEW_ATTEMPTS),
        (b'{"messages": [{"id": "wam', 200, "not_json", FEW_ATTEMPTS),
        (b"[1]", 200, "not_json", FEW_ATTEMPTS),
        (b'"\xff"', 200, "not_json", FEW_ATTEMPTS),
        pytest.param(b"[" * 100_000, 200, "not_json", FEW_ATTEMPTS, id="deep"),
        (b"{}", 404, "http:404", FEW_ATTEMPTS),
        (b"", 500, "http:500", FEW_ATTEMPTS),
        (b"", 429, "http:429", 0),
        (b"", 503, "http:503", 0),
    ],
)
async def test_an_answer_that_is_not_metas_is_a_call_to_repeat(
    api: GraphApi, body: bytes, status: int, reason: str, attempts: int
) -> None:
    api.gives(answer(body, status))
    refused = await refusal(api.url)

    assert (refused.verdict, refused.reason, refused.attempts) == (RETRY, reason, attempts)


async def test_a_redirect_is_not_followed(api: GraphApi) -> None:
    api.gives(answer(b"", 302, Location=f"{api.url}/elsewhere"))

    assert (await refusal(api.url)).reason == "http:302"
    assert len(api.requests) == 1


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        ("7", 7.0),
        ("0", 0.0),
        ("999999", graph.LONGEST_RETRY_SECONDS),
        ("", 0.0),
        ("soon", 0.0),
        ("-5", 0.0),
        ("1.5", 0.0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", graph.LONGEST_RETRY_SECONDS),
        ("Wed, 99 Oct 2015 07:28:00 GMT", 0.0),
    ],
)
async def test_retry_after_is_read(api: GraphApi, given: str, seconds: float) -> None:
    api.gives(answer(b"", 503, Retry_After=given))
    assert (await refusal(api.url)).retry_after == seconds


async def test_retry_after_may_be_a_date(api: GraphApi) -> None:
    then = datetime.now(timezone.utc) + timedelta(seconds=60)
    api.gives(error(130429, Retry_After=format_datetime(then, usegmt=True)))

    assert 55 < (await refusal(api.url)).retry_after <= 60


# --- no answer


async def test_a_call_that_takes_too_long_is_given_up(api: GraphApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graph, "TIMEOUT", aiohttp.ClientTimeout(total=0.05))
    ends = asyncio.Event()

    async def sleep(request: web.Request) -> web.Response:
        await ends.wait()
        return web.json_response({})

    api.gives(sleep)
    refused = await refusal(api.url)
    ends.set()
    assert (refused.verdict, refused.reason, refused.attempts) == (RETRY, "timeout", FEW_ATTEMPTS)


@pytest.mark.parametrize("url", ["http://127.0.0.1:{port}/v25.0", "http://["])
async def test_where_nobody_listens_nothing_was_sent_and_tries_are_not_counted(url: str) -> None:
    refused = await refusal(url.replace("{port}", str(free_port())))

    assert (refused.verdict, refused.reason, refused.attempts) == (RETRY, "unreachable", 0)


async def hang_up(request: web.Request) -> web.Response:
    """End the connection instead of an answer."""
    assert request.transport is not None
    request.transport.close()
    return web.Response()


async def break_off(request: web.Request) -> web.StreamResponse:
    """End the connection in the middle of the answer."""
    response = web.StreamResponse(headers={"Content-Length": "100"})
    await response.prepare(request)
    await response.write(b'{"mess')
    assert request.transport is not None
    request.transport.close()
    return response


@pytest.mark.parametrize("reply", [hang_up, break_off])
async def test_a_connection_that_ends_early_leaves_the_outcome_open(api: GraphApi, reply: Reply) -> None:
    api.gives(reply)
    refused = await refusal(api.url)

    assert (refused.verdict, refused.reason, refused.attempts) == (RETRY, "connection_lost", FEW_ATTEMPTS)


# --- secrets


async def test_no_refusal_tells_token_address_or_number(api: GraphApi, monkeypatch: pytest.MonkeyPatch) -> None:
    api.gives(error(190))
    refused = [await refusal(api.url)]
    api.gives(answer(b"<html>502</html>", 502))
    refused += [await refusal(api.url)]
    api.gives(hang_up)
    refused += [await refusal(api.url), await refusal(f"http://127.0.0.1:{free_port()}"), await refusal("http://[")]
    monkeypatch.setattr(graph, "TIMEOUT", aiohttp.ClientTimeout(total=0.000_001))
    refused += [await refusal(api.url)]

    assert len({each.reason for each in refused}) == 5
    for each in refused:
        told = f"{each}{each!r}{''.join(traceback.format_exception(each))}"
        assert not any(secret in told for secret in (TOKEN, "127.0.0.1", "600 000 001"))
