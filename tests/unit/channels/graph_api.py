"""A Graph API of a test's own: it answers what it is told and remembers what it was asked."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

Reply = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Request:
    """One call as it came."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any


def answer(body: object = None, status: int = 200, **headers: str) -> Reply:
    """An answer: JSON, or bytes as they are, by default that a message was taken; ``Retry_After="3"`` is a header."""
    given = {"messages": [{"id": "wamid.1"}], "message_id": "m_1"} if body is None else body
    raw = given if isinstance(given, bytes) else json.dumps(given).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    async def reply(request: web.Request) -> web.Response:
        return web.Response(status=status, body=raw, headers=named)

    return reply


def error(code: int, subcode: int = 0, status: int = 400, **headers: str) -> Reply:
    """An error as Meta words it."""
    told = {"message": "(#1) about +34 600 000 001", "type": "OAuthException", "code": code, "fbtrace_id": "A"}
    return answer({"error": {**told, **({"error_subcode": subcode} if subcode else {})}}, status, **headers)


class GraphApi:
    """``async with GraphApi() as api`` serves it at ``api.url``."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self._replies = deque([answer()])
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._server = TestServer(app)

    async def __aenter__(self) -> GraphApi:
        await self._server.start_server()
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self._server.close()

    @property
    def url(self) -> str:
        """The base with a version, as in ``META_GRAPH_URL``."""
        return str(self._server.make_url("/v25.0"))

    @property
    def bodies(self) -> list[Any]:
        """The JSON of every call."""
        return [request.body for request in self.requests]

    def gives(self, *replies: Reply) -> None:
        """Answer so from now on, one call after the other, and all further ones as the last."""
        self._replies = deque(replies)

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.json() if request.can_read_body else None
        self.requests.append(Request(request.method, request.path, dict(request.query), dict(request.headers), body))
        reply = self._replies.popleft() if len(self._replies) > 1 else self._replies[0]
        return await reply(request)
