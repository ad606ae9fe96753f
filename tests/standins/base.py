"""What the stand-ins have in common: an HTTP server in a thread, and failures on demand.

::

    with HubSpot() as hubspot:
        hubspot.fail_next(429, {"policyName": "DAILY"}, {"Retry-After": "7"})
        Http(hubspot.url).call("GET", "/...")
        hubspot.stored()
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit

Stand = TypeVar("Stand", bound="StandIn")


@dataclass(frozen=True)
class Call:
    """A request; ``path`` as it came, without its query."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        """The body, None when it is no JSON."""
        try:
            return json.loads(self.content)
        except ValueError:
            return None

    @property
    def form(self) -> dict[str, str]:
        """The body of a form."""
        return {name: values[0] for name, values in parse_qs(self.content.decode()).items()}


@dataclass(frozen=True)
class Reply:
    """An answer; a body other than text goes as JSON, None is no body."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def content(self) -> bytes:
        if self.body is None:
            return b""
        return (self.body if isinstance(self.body, str) else json.dumps(self.body)).encode()


@dataclass
class Failure:
    """An answer to the next calls whose method and path hold ``on``."""

    reply: Reply
    times: int
    on: str


class Refused(Exception):
    """What a stand-in answers instead of a success."""

    def __init__(self, status: int, body: Any = None, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status)
        self.reply = Reply(status, body, headers or {})


Route = tuple[str, str, Callable[..., Reply]]
"""Method, pattern of the path, and what answers: it gets the call and the pattern's groups, unquoted."""


class StandIn:
    """A server on a free port of the loopback; ``calls`` are those it has heard. One call is answered at a time."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self._failures: list[Failure] = []
        self._lock = threading.RLock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.host, self.port = "127.0.0.1", self._server.server_port
        self.url = f"http://{self.host}:{self.port}"

    def __enter__(self: Stand) -> Stand:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def fail_next(
        self, status: int, body: Any = None, headers: Mapping[str, str] | None = None, *, times: int = 1, on: str = ""
    ) -> None:
        """Answer so the next calls, such as those ``on="PATCH /services"``, without doing anything."""
        self._failures.append(Failure(Reply(status, body, headers or {}), times, on))

    def stored(self) -> list[dict[str, Any]]:
        """Give all leads, each flat."""
        raise NotImplementedError

    def routes(self) -> list[Route]:
        """Give what answers which paths."""
        raise NotImplementedError

    def not_found(self, call: Call) -> Reply:
        """Answer a path that is none."""
        raise NotImplementedError

    def heard(self, call: Call) -> Reply:
        """Answer one call."""
        with self._lock:
            self.calls.append(call)
            for failure in self._failures:
                if failure.on in f"{call.method} {call.path}" and failure.times > 0:
                    failure.times -= 1
                    return failure.reply
            return self.answer(call)

    def answer(self, call: Call) -> Reply:
        """Do what a call asks for."""
        for method, pattern, route in self.routes():
            match = re.fullmatch(pattern, call.path)
            if match and method == call.method:
                try:
                    return route(call, *map(unquote, match.groups()))
                except Refused as refused:
                    return refused.reply
        return self.not_found(call)


class TokenStandIn(StandIn):
    """A stand-in that gives out tokens by client credentials; ``log_ins`` counts them."""

    token_path = ""
    client_id, client_secret = "client-1", "s3cret-of-client-1"
    token_seconds: int | None = None

    def __init__(self) -> None:
        super().__init__()
        self.log_ins = 0
        self._tokens: set[str] = set()

    def expire_tokens(self) -> None:
        """Let no token be good any more."""
        with self._lock:
            self._tokens.clear()

    def give_token(self, **more: Any) -> Reply:
        """Give a new token."""
        self.log_ins += 1
        token = f"token-{self.log_ins}-of-{type(self).__name__}"
        self._tokens.add(token)
        ends = {} if self.token_seconds is None else {"expires_in": self.token_seconds}
        return Reply(200, {"access_token": token, "token_type": "Bearer", **ends, **more})

    def is_logged_in(self, call: Call) -> bool:
        """Tell whether a call bears a good token."""
        kind, _, token = call.headers.get("Authorization", "").partition(" ")
        return kind == "Bearer" and token in self._tokens


def _handler(stand_in: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Head and body go out together, else each answer would wait for the client's acknowledgement of its head.
        wbufsize = -1

        def _serve(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            call = Call(self.command, parts.path, query, dict(self.headers), content)
            reply = stand_in.heard(call)
            self.send_response(reply.status)
            told = {"Content-Type": "application/json", "Content-Length": str(len(reply.content)), **reply.headers}
            for name, value in told.items():
                if not (reply.status == 204 and name.startswith("Content-")):
                    self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.content)

        def do_GET(self) -> None:
            self._serve()

        def do_POST(self) -> None:
            self._serve()

        def do_PATCH(self) -> None:
            self._serve()

        def do_PUT(self) -> None:
            self._serve()

        def do_DELETE(self) -> None:
            self._serve()

        def log_message(self, format: str, *args: object) -> None:
            """Print nothing."""

    return Handler
