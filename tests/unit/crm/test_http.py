"""Calls to a CRM against a real server that behaves as badly as servers do."""

from __future__ import annotations

import gzip
import socket
import ssl
import time
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path

import pytest

from customer_profiler.adapters.crm import http
from customer_profiler.adapters.crm.deadline import within
from customer_profiler.adapters.crm.http import Answer, Http, brief, failure, retry_after
from customer_profiler.core.delivery import LONGEST_PAUSE, DeliveryFailed, Trouble
from tests.unit.crm.web import Web, answer, endless, head, sent, silence

TOKEN = "hush-hush-token"


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits that a test can wait for."""
    monkeypatch.setattr(http, "READ_SECONDS", 0.3)
    monkeypatch.setattr(http, "ANSWER_SECONDS", 0.6)


def call(web: Web, **options: bool) -> Answer:
    return Http(web.url, {"Authorization": f"Bearer {TOKEN}"}).call("POST", "/leads", {"name": "Ana"}, **options)


def failing(web: Web) -> DeliveryFailed:
    with pytest.raises(DeliveryFailed) as failed:
        call(web)
    assert TOKEN not in f"{failed.value!r} {failed.value}"
    return failed.value


# --- the time there is for a try


def test_a_try_begins_no_call_after_its_time(web: Web) -> None:
    with within(0.0), pytest.raises(DeliveryFailed) as failed:
        call(web)

    assert (failed.value.trouble, web.calls) == (Trouble.TIMEOUT, [])


def test_a_call_after_a_try_has_all_the_time(web: Web) -> None:
    web.gives(answer(200, {}))
    with within(0.0):
        pass

    assert call(web).status == 200


# --- what is sent and what comes back


def test_the_body_goes_as_json_and_the_answer_comes_as_json(web: Web) -> None:
    web.gives(answer(201, {"id": 7}))

    found = call(web)

    assert (found.status, found.json, web.calls[0].json) == (201, {"id": 7}, {"name": "Ana"})


def test_a_form_goes_as_a_form(web: Web) -> None:
    Http(web.url).call("POST", "/token", form={"grant_type": "x"})

    assert web.calls[0].body == b"grant_type=x"


def test_raw_bytes_go_as_they_are(web: Web) -> None:
    Http(web.url).call("POST", "/", raw=b'{"a":  1}', headers={"Content-Type": "application/json"})

    assert (web.calls[0].body, web.calls[0].headers["content-type"]) == (b'{"a":  1}', "application/json")


def test_a_proxy_or_netrc_of_the_machine_has_no_say(web: Web, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login other password other\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")

    call(web)

    assert web.calls[0].headers["authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize("status", [200, 204, 400, 401, 404, 409, 429, 500, 503])
def test_every_status_is_an_answer(web: Web, status: int) -> None:
    web.gives(answer(status))

    assert call(web).status == status


def test_html_is_no_json_and_says_nothing_to_people(web: Web) -> None:
    web.gives(answer(502, b"<html><body>Bad gateway</body></html>", Content_Type="text/html"))

    found = call(web)

    assert (found.is_json, brief(found)) == (False, "")


@pytest.mark.parametrize("charset", ["latin-1", "no-such-charset"])
def test_a_text_in_any_encoding_can_be_read(web: Web, charset: str) -> None:
    web.gives(answer(400, "né".encode("latin-1"), Content_Type=f"text/plain; charset={charset}"))

    assert call(web).text.startswith("n")


def test_a_compressed_answer_is_read(web: Web) -> None:
    web.gives(answer(200, gzip.compress(b'{"id": 7}'), Content_Encoding="gzip"))

    assert call(web).json == {"id": 7}


# --- answers that are none


def test_nobody_at_the_address_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    with pytest.raises(DeliveryFailed) as failed:
        Http(f"http://127.0.0.1:{port}").call("GET", "/")

    assert (failed.value.trouble, failed.value.detail) == (
        Trouble.UNREACHABLE,
        "ConnectionRefusedError: Connection refused",
    )


def test_a_name_that_nobody_bears_is_unreachable() -> None:
    with pytest.raises(DeliveryFailed) as failed:
        Http("http://crm.invalid").call("GET", "/")

    assert failed.value.trouble is Trouble.UNREACHABLE


def test_silence_is_a_timeout(web: Web) -> None:
    web.gives(silence)

    assert failing(web).trouble is Trouble.TIMEOUT


def test_an_answer_that_stops_is_a_timeout(web: Web) -> None:
    web.gives(sent(head(200, **{"Content-Length": "100"}) + b"{", pause=1))

    assert failing(web).trouble is Trouble.TIMEOUT


@pytest.mark.parametrize("begin", [b"HTTP/1.1 200 OK\r\nX-Slow: ", head(200)], ids=["head", "body"])
def test_an_answer_that_drips_is_given_up(web: Web, begin: bytes) -> None:
    web.gives(endless(b"1", pause=0.05, begin=begin))
    begun = time.monotonic()

    assert failing(web).trouble is Trouble.TIMEOUT
    assert time.monotonic() - begun < 3


def test_10_megabytes_are_not_read(web: Web) -> None:
    web.gives(answer(200, b"x" * 10_000_000))

    assert failing(web).trouble is Trouble.NOT_UNDERSTOOD


def test_50_megabytes_are_not_unpacked_either(web: Web) -> None:
    web.gives(answer(200, gzip.compress(bytes(50_000_000)), Content_Encoding="gzip"))

    assert failing(web).detail == "the answer is longer than 1,000,000 bytes"


@pytest.mark.parametrize(
    "half",
    [
        head(200, **{"Content-Length": "100"}) + b'{"id": ',
        head(200, **{"Transfer-Encoding": "chunked"}) + b'7\r\n{"id": \r\n',
        head(200, **{"Transfer-Encoding": "chunked"}) + b"64\r\n{",
        head(200, **{"Content-Encoding": "gzip", "Content-Length": "9"}) + b"not gzip!",
    ],
    ids=["length", "chunks", "chunk", "no gzip"],
)
def test_half_an_answer_is_not_understood(web: Web, half: bytes) -> None:
    web.gives(sent(half))

    assert failing(web).trouble is Trouble.NOT_UNDERSTOOD


@pytest.mark.parametrize(
    "half", [b"HTTP/1.1 200 OK\r\nContent-", b'HTTP/1.1 200 OK\r\n\r\n{"id": '], ids=["head", "json"]
)
def test_half_an_answer_that_does_not_tell_its_length_is_no_json(web: Web, half: bytes) -> None:
    web.gives(sent(half))

    assert not call(web).is_json


def test_a_connection_that_ends_without_a_word_is_unreachable(web: Web) -> None:
    web.gives(sent())

    assert failing(web).trouble is Trouble.UNREACHABLE


@pytest.mark.parametrize(
    "words", [b"SSH-2.0-OpenSSH_9.2\r\n", b"220 mail.example.com ESMTP\r\n", b"\x00\xff" * 50 + b"\n"]
)
def test_another_language_than_http_is_not_understood(web: Web, words: bytes) -> None:
    web.gives(sent(words))

    assert failing(web).trouble is Trouble.NOT_UNDERSTOOD


@pytest.mark.parametrize("reply", [answer(200, b"x" * 2_000_000), sent(head(200, **{"Content-Length": "9"}) + b"{")])
def test_where_the_status_is_enough_a_success_needs_no_readable_body(web: Web, reply: object) -> None:
    web.gives(reply)  # type: ignore[arg-type]

    assert call(web, status_is_enough=True).status == 200


def test_where_the_status_is_enough_a_refusal_needs_its_words(web: Web) -> None:
    web.gives(sent(head(400, **{"Content-Length": "9"}) + b"{"))

    with pytest.raises(DeliveryFailed):
        call(web, status_is_enough=True)


# --- redirects


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_and_the_token_stays(web: Web, status: int) -> None:
    with Web() as other:
        web.gives(answer(status, Location=f"{other.url}/leads?key=secret"))

        failed = failing(web)

    assert (failed.trouble, len(other.calls), len(web.calls)) == (Trouble.REDIRECTED, 0, 1)
    assert failed.detail.startswith(f"HTTP {status} to http://127.0.0.1; ")


@pytest.mark.parametrize("location", ["/elsewhere", "http://[broken", "//", "mailto:x", "\xff"])
def test_a_redirect_to_anywhere_is_no_crash(web: Web, location: str) -> None:
    web.gives(sent(f"HTTP/1.1 302 Found\r\nLocation: {location}\r\n\r\n".encode("latin-1")))

    assert failing(web).trouble is Trouble.REDIRECTED


def test_the_body_of_a_redirect_is_not_read(web: Web) -> None:
    web.gives(endless(b"x" * 100_000, begin=head(302, Location="/")))

    assert failing(web).trouble is Trouble.REDIRECTED


# --- TLS


def test_a_certificate_of_nobodys_is_not_trusted(server_context: ssl.SSLContext) -> None:
    with Web(server_context) as web:
        failed = failing(web)

    assert (failed.trouble, web.calls) == (Trouble.TLS, [])
    assert "certificate verify failed" in failed.detail


def test_an_authority_of_ones_own_can_be_trusted(server_context: ssl.SSLContext, ca_file: Path) -> None:
    with Web(server_context) as web:
        assert Http(web.url, verify=str(ca_file)).call("GET", "/").status == 200


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_an_authority_that_cannot_be_read_is_told(
    server_context: ssl.SSLContext, tmp_path: Path, content: str | None
) -> None:
    if content is not None:
        (tmp_path / "ca.pem").write_text(content)
    with Web(server_context) as web, pytest.raises(DeliveryFailed) as failed:
        Http(web.url, verify=str(tmp_path / "ca.pem")).call("GET", "/")

    assert failed.value.trouble in (Trouble.MISCONFIGURED, Trouble.TLS)


def test_a_drip_over_tls_is_a_timeout(server_context: ssl.SSLContext, ca_file: Path) -> None:
    with Web(server_context) as web:
        web.gives(endless(b"1", pause=0.05, begin=b"HTTP/1.1 200 OK\r\nX-Slow: "))

        with pytest.raises(DeliveryFailed) as failed:
            Http(web.url, verify=str(ca_file)).call("GET", "/")

    assert failed.value.trouble is Trouble.TIMEOUT


def test_tls_where_there_is_none_is_told(web: Web) -> None:
    with pytest.raises(DeliveryFailed) as failed:
        Http(web.url.replace("http://", "https://")).call("GET", "/")

    assert failed.value.trouble is Trouble.TLS


# --- what cannot be sent


@pytest.mark.parametrize("token", ["line\nbreak", " blank", "naïve ☃", "\udc80"])
def test_a_token_that_no_header_carries_is_not_told(web: Web, token: str) -> None:
    with pytest.raises(DeliveryFailed) as failed:
        Http(web.url, {"Authorization": token}).call("GET", "/")

    assert failed.value.trouble is Trouble.MISCONFIGURED
    assert "break" not in failed.value.detail.replace("line break", "")


@pytest.mark.parametrize(
    "url", ["http://", "http://[::1", "http://a b", "crm.example.com", f"http://{'a' * 70}.example"]
)
def test_an_address_that_is_none_is_misconfigured_or_unreachable(url: str) -> None:
    with pytest.raises(DeliveryFailed) as failed:
        Http(url).call("GET", "/")

    assert failed.value.trouble in (Trouble.MISCONFIGURED, Trouble.UNREACHABLE)


# --- Retry-After and the meaning of a status


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("3", 3), ("0", 0), ("1.5", 1.5), (" 7 ", 7), ("", 0), ("-3", 0), ("soon", 0), ("nan", 0), ("1e9", 0),
     ("Sun, 06 Nov 1994 08:49:37 GMT", 0), ("9" * 400, LONGEST_PAUSE.total_seconds()),
     ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_PAUSE.total_seconds()), ("Fri, 99 Dec 2030 23:59:59 GMT", 0)],
)  # fmt: skip
def test_a_retry_after_is_read_in_seconds(header: str, seconds: float) -> None:
    assert retry_after(header) == seconds


def test_a_retry_after_can_be_a_date() -> None:
    then = format_datetime(datetime.now(timezone.utc) + timedelta(seconds=90), usegmt=True)

    assert 85 < retry_after(then) <= 90


def test_a_retry_after_goes_with_the_failure(web: Web) -> None:
    web.gives(answer(429, Retry_After="30"))

    assert failure(call(web)).retry_after == 30


PASSING: Mapping[int, Trouble] = {
    408: Trouble.TIMEOUT,
    425: Trouble.BUSY,
    429: Trouble.BUSY,
    500: Trouble.SERVER_ERROR,
    501: Trouble.SERVER_ERROR,
    502: Trouble.SERVER_ERROR,
    503: Trouble.BUSY,
    504: Trouble.TIMEOUT,
    599: Trouble.SERVER_ERROR,
}


@pytest.mark.parametrize("status", range(300, 600))
def test_a_status_is_passing_or_permanent_as_the_design_has_it(status: int) -> None:
    trouble = failure(Answer(status, {}, "")).trouble

    assert trouble.is_passing == (status in (408, 425, 429) or status >= 500)
    assert trouble is PASSING.get(status, trouble)


def test_what_the_target_said_is_kept_for_people() -> None:
    assert failure(Answer(422, {}, '{"email": ["not valid"]}')).detail == 'HTTP 422 {"email": ["not valid"]}'
