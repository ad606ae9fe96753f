"""A Graph API for tests that answers as told and remembers the calls."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class FakeGraph:
    """Takes every message until told to refuse it: ``refuse(131026)``."""

    calls: list[dict[str, Any]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    url: str = ""
    status: int = 200
    answer: Any = field(default_factory=lambda: {"messages": [{"id": "wamid.SENT"}]})

    def refuse(self, code: int, status: int = 400) -> None:
        self.status, self.answer = status, {"error": {"message": "no", "type": "OAuthException", "code": code}}


@contextmanager
def fake_graph() -> Iterator[FakeGraph]:
    """Serve one on a free port."""
    graph = FakeGraph()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            graph.paths.append(self.path)
            graph.tokens.append(self.headers["Authorization"])
            graph.calls.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            answer = json.dumps(graph.answer).encode()
            self.send_response(graph.status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            """Print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    graph.url = f"http://127.0.0.1:{server.server_port}/v25.0"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield graph
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
