"""A web server of a test's own on a real socket: it answers byte by byte what it is told, however broken."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

Reply = Callable[[socket.socket], None]
"""Writes an answer, or part of one; then the connection ends."""


@dataclass(frozen=True)
class Call:
    """One call as it came; names of headers in small letters."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def answer(status: int = 200, body: object = b"", **headers: str) -> Reply:
    """A whole answer: bytes as they are, or JSON; ``Retry_After="3"`` is a header."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {"Content-Length": str(len(raw)), **{name.replace("_", "-"): value for name, value in headers.items()}}
    return sent(head(status, **named) + raw)


def head(status: int = 200, **headers: str) -> bytes:
    """The head of an answer."""
    named = {"Connection": "close", **headers}
    lines = [f"HTTP/1.1 {status} Said", *(f"{name}: {value}" for name, value in named.items())]
    return "\r\n".join([*lines, "", ""]).encode()


def sent(*pieces: bytes, pause: float = 0.0) -> Reply:
    """These bytes, with a pause in seconds after each piece."""

    def reply(connection: socket.socket) -> None:
        for piece in pieces:
            connection.sendall(piece)
            threading.Event().wait(pause)

    return reply


def endless(piece: bytes, pause: float = 0.0, begin: bytes = b"") -> Reply:
    """The same bytes again and again until the caller has had enough."""

    def reply(connection: socket.socket) -> None:
        connection.sendall(begin)
        with suppress(OSError):
            while True:
                connection.sendall(piece)
                threading.Event().wait(pause)

    return reply


def silence(connection: socket.socket) -> None:
    """Nothing at all, until the caller goes."""
    with suppress(OSError):
        connection.recv(1)


@dataclass
class Web:
    """``with Web() as web`` serves at ``web.url``; ``replies`` are given one a call, the last one for ever.

    ``at_once`` does not wait for a call: for protocols in which the server speaks first.
    """

    context: ssl.SSLContext | None = None
    at_once: bool = False
    calls: list[Call] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=lambda: [answer()])

    def __enter__(self) -> Web:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"{'https' if self.context else 'http'}://127.0.0.1:{self.port}"

    def gives(self, *replies: Reply) -> None:
        """Answer so from now on."""
        self.replies = list(replies)

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                threading.Thread(target=self._answer, args=[connection], daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with suppress(OSError, ValueError), connection:
            if self.context is not None:
                connection = self.context.wrap_socket(connection, server_side=True)
            with connection, connection.makefile("rb") as file:
                if not self.at_once:
                    self.calls.append(_read(file))
                reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
                reply(connection)


def _read(file: Any) -> Call:
    method, path, _ = file.readline().decode().split()
    headers: dict[str, str] = {}
    while line := file.readline().decode("latin-1").strip():
        name, _, value = line.partition(":")
        headers[name.casefold()] = value.strip()
    return Call(method, path, headers, file.read(int(headers.get("content-length", 0))))
