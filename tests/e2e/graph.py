"""Meta's Graph API as a test needs it: it writes down every call and answers it as the test says."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any

from customer_profiler.settings import STANDIN_PAGE_ID, STANDIN_PHONE_NUMBER_ID, STANDIN_TOKEN

Json = dict[str, Any]

_numbers = count(1)


@dataclass(frozen=True)
class Answer:
    """What a call is answered; by default as Meta does when all is well. ``cut`` closes the connection instead."""

    status: int = 200
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False


def refused(code: int, subcode: int = 0, status: int = 400, **headers: str) -> Answer:
    """Meta's own error."""
    error = {"message": "(made up)", "type": "OAuthException", "code": code, "error_subcode": subcode}
    return Answer(status, json.dumps({"error": error}).encode(), headers)


def html(status: int) -> Answer:
    """What something between us and Meta says."""
    return Answer(status, b"<html><body>Bad day</body></html>", {"Content-Type": "text/html"})


@dataclass(frozen=True)
class Call:
    """A call by which something was sent: to whom, the body, when it came."""

    to: str
    body: Json
    at: float

    @property
    def is_attention(self) -> bool:
        """Whether it is a read receipt or a typing sign."""
        return "sender_action" in self.body or self.body.get("status") == "read"

    @property
    def our_id(self) -> str:
        return str(self.body.get("biz_opaque_callback_data") or self.body["message"]["metadata"])

    @property
    def text(self) -> str:
        """All words of the message."""
        return json.dumps(self.body, ensure_ascii=False)


Reaction = Callable[[Call], Answer]
"""Says how a message is answered; may take its time."""


class Graph:
    """The server. ``reactions`` are used up one a message to the address; then all is well again."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.reactions: dict[str, list[Reaction]] = {}
        self._server = _Server(("127.0.0.1", 0), self)
        self.port = self._server.server_address[1]
        self._server.run()

    def __enter__(self) -> Graph:
        return self

    def __exit__(self, *exception: object) -> None:
        self._server.end()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v25.0"

    @property
    def bot_environment(self) -> dict[str, str]:
        """The settings by which a bot uses this one."""
        return {
            "META_GRAPH_URL": self.url,
            "WHATSAPP_PHONE_NUMBER_ID": STANDIN_PHONE_NUMBER_ID,
            "WHATSAPP_TOKEN": STANDIN_TOKEN,
            "MESSENGER_PAGE_ID": STANDIN_PAGE_ID,
            "MESSENGER_TOKEN": STANDIN_TOKEN,
        }

    def reacts(self, to: str, *reactions: Answer | Reaction) -> None:
        """Answer the next messages to an address like this."""
        made = [_always(reaction) if isinstance(reaction, Answer) else reaction for reaction in reactions]
        self.reactions.setdefault(to, []).extend(made)

    def messages(self, to: str = "") -> list[Call]:
        """The messages that were sent, refused ones included; all, or those to one address."""
        return [call for call in list(self.calls) if not call.is_attention and to in ("", call.to)]

    @contextmanager
    def away(self) -> Iterator[None]:
        """Refuse connections for a while."""
        self._server.end()
        yield
        self._server = _Server(("127.0.0.1", self.port), self)
        self._server.run()

    def answer(self, call: Call) -> Answer:
        """Note a call and decide on its answer."""
        self.calls.append(call)
        waiting = [] if call.is_attention else self.reactions.get(call.to, [])
        return waiting.pop(0)(call) if waiting else Answer()


def _always(answer: Answer) -> Reaction:
    return lambda call: answer


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], graph: Graph) -> None:
        super().__init__(address, _Handler)
        self.graph = graph
        self._open: set[socket.socket] = set()

    def run(self) -> None:
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def end(self) -> None:
        """Stop listening and close what is open."""
        self.shutdown()
        self.server_close()
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of connections that their other end has left."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        self._send(Answer(200, b'{"locale": "en_US"}'))

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        to = str(body.get("recipient") or body.get("to") or "")
        if isinstance(body.get("recipient"), dict):
            to = str(body["recipient"]["id"])
        answer = self.server.graph.answer(Call(to.removeprefix("+"), body, time.time()))
        if answer.cut:
            self.close_connection = True
            return
        self._send(answer if answer.body is not None else Answer(200, _taken(body), answer.headers))

    def _send(self, answer: Answer) -> None:
        body = answer.body or b""
        head = {"Content-Type": "application/json", "Content-Length": str(len(body)), **answer.headers}
        lines = [f"HTTP/1.1 {answer.status} -", *(f"{name.replace('_', '-')}: {text}" for name, text in head.items())]
        self.wfile.write("\r\n".join([*lines, "", ""]).encode() + body)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing."""


def _taken(body: Json) -> bytes:
    id_ = f"wamid.OF{next(_numbers)}"
    if "messaging_product" in body:
        return json.dumps({"messaging_product": "whatsapp", "messages": [{"id": id_}], "success": True}).encode()
    return json.dumps({"recipient_id": body["recipient"]["id"], "message_id": id_}).encode()
