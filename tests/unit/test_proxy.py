"""The proxy of the tests loses what it is told to, and nothing else."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from tests.proxy import LossyProxy, Mode

HEARD: list[str] = []


class Handler(BaseHTTPRequestHandler):
    """Says what it has heard."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        HEARD.append(body.decode())
        answer = b"heard " + body
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing."""


@pytest.fixture
def proxy() -> Iterator[LossyProxy]:
    HEARD.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        with LossyProxy("127.0.0.1", server.server_port) as lossy:
            yield lossy
        server.shutdown()


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        yield session


def test_it_passes_on_what_both_say(proxy: LossyProxy, session: requests.Session) -> None:
    texts = ["one", "two" * 100_000, ""]
    assert [session.post(proxy.url, data=text).text for text in texts] == [f"heard {text}" for text in texts]
    assert proxy.requests == 3


@pytest.mark.parametrize("mode", [Mode.DROP, Mode.RESET])
def test_an_answer_is_lost_and_the_request_is_not(proxy: LossyProxy, session: requests.Session, mode: Mode) -> None:
    proxy.play(Mode.PASS, mode)
    assert session.post(proxy.url, data="one").text == "heard one"
    with pytest.raises(requests.ConnectionError):
        session.post(proxy.url, data="two")
    assert session.post(proxy.url, data="three").text == "heard three"
    assert HEARD == ["one", "two", "three"]


def test_half_an_answer_arrives(proxy: LossyProxy, session: requests.Session) -> None:
    proxy.mode = Mode.CUT
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        session.post(proxy.url, data="one")
    assert HEARD == ["one"]


@pytest.mark.parametrize(("mode", "heard"), [(Mode.HANG, ["one"]), (Mode.DEAF, [])])
def test_no_answer_comes(proxy: LossyProxy, session: requests.Session, mode: Mode, heard: list[str]) -> None:
    proxy.mode = mode
    with pytest.raises(requests.ReadTimeout):
        session.post(proxy.url, data="one", timeout=0.3)
    assert heard == HEARD


def test_a_gateways_page_comes_in_place_of_the_answer(proxy: LossyProxy, session: requests.Session) -> None:
    proxy.mode = Mode.HTML
    answer = session.post(proxy.url, data="one")
    assert (answer.status_code, answer.text[:2], HEARD) == (500, "<!", ["one"])


def test_nobody_listens_until_somebody_does_again(proxy: LossyProxy, session: requests.Session) -> None:
    session.post(proxy.url, data="one")
    proxy.mode = Mode.REFUSE
    with pytest.raises(requests.ConnectionError):
        session.post(proxy.url, data="two")
    proxy.mode = Mode.PASS
    assert session.post(proxy.url, data="three").text == "heard three"
    assert HEARD == ["one", "three"]


def test_it_says_what_it_is_told_without_asking(proxy: LossyProxy, session: requests.Session) -> None:
    proxy.say(429, {"Retry-After": "7"}, "slow down", times=1)
    answer = session.post(proxy.url, data="one")
    assert (answer.status_code, answer.headers["Retry-After"], answer.text, HEARD) == (429, "7", "slow down", [])
    assert session.post(proxy.url, data="two").text == "heard two"
