"""A proxy that loses answers: it stands before a server, forwards TCP, and misbehaves as told.

::

    with LossyProxy("127.0.0.1", 8069) as proxy:
        target = Target(url=proxy.url)            # http://127.0.0.1:<a free port>
        proxy.mode = Mode.DROP                    # from now on
        proxy.play(Mode.PASS, Mode.DROP)          # one request passes, the answer to another is lost, then as `mode`
        proxy.say(429, {"Retry-After": "7"})      # from now on this answer, without asking the server
        proxy.mode = Mode.PASS

A mode counts from the next request on; ``REFUSE`` ends open connections at once. In all modes but ``REFUSE``, ``DEAF``
and after ``say`` the server gets the whole request: what it was asked for is done, whatever the client hears of it.
"""

from __future__ import annotations

import contextlib
import select
import socket
import struct
import threading
from collections import deque
from collections.abc import Mapping
from enum import Enum
from http import HTTPStatus
from types import TracebackType


class Mode(Enum):
    """What becomes of a request and its answer."""

    PASS = "pass"
    DROP = "drop"
    """The server does what it was asked; its answer is lost and the connection closed."""
    RESET = "reset"
    """The same, with the connection reset."""
    CUT = "cut"
    """Half of the body arrives, then the connection closes."""
    HANG = "hang"
    """The server does what it was asked; its answer never comes."""
    HTML = "html"
    """The server does what it was asked; HTTP 500 with a page of HTML comes in place of its answer."""
    DEAF = "deaf"
    """The server never sees the request; no answer comes."""
    REFUSE = "refuse"
    """Nobody listens at the address."""
    SAY = "say"
    """The server never sees the request; what ``say`` was given is the answer."""


class LossyProxy:
    """A proxy on a free port of the loopback; ``url`` is its address, ``requests`` counts what it has heard."""

    def __init__(self, host: str, port: int) -> None:
        self.requests = 0
        self._server = (host, port)
        self._mode = Mode.PASS
        self._script: deque[Mode] = deque()
        self._said = b""
        self._lock = threading.Lock()
        self._clients: set[socket.socket] = set()
        self._listener = self._listening(0)
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    @property
    def mode(self) -> Mode:
        """What becomes of requests when no script plays."""
        return self._mode

    @mode.setter
    def mode(self, mode: Mode) -> None:
        was, self._mode = self._mode, mode
        self._script.clear()
        if mode is Mode.REFUSE and was is not Mode.REFUSE:
            self._stop()
        elif was is Mode.REFUSE and mode is not Mode.REFUSE:
            self._listener = self._listening(self.port)

    def play(self, *modes: Mode) -> None:
        """Treat the next requests so, one each, and those after them by ``mode``; not for ``REFUSE``."""
        assert Mode.REFUSE not in modes, "a connection that is open cannot be refused any more"
        self._script = deque(modes)

    def say(self, status: int, headers: Mapping[str, str] | None = None, body: str = "", *, times: int = 0) -> None:
        """Answer every request so from now on, or only so many of the next."""
        self._said = _answer(status, headers or {}, body.encode())
        if times:
            self.play(*[Mode.SAY] * times)
        else:
            self.mode = Mode.SAY

    def close(self) -> None:
        """End the proxy and its connections."""
        if self._mode is not Mode.REFUSE:
            self._stop()

    def __enter__(self) -> LossyProxy:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _listening(self, port: int) -> socket.socket:
        listener = socket.create_server(("127.0.0.1", port), backlog=128)
        threading.Thread(target=self._accept, args=[listener], daemon=True).start()
        return listener

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client = listener.accept()[0]
            except OSError:
                return
            with self._lock:
                self._clients.add(client)
            threading.Thread(target=self._serve, args=[client], daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            _Conversation(self, client, self._server).run()
        with self._lock:
            self._clients.discard(client)
        client.close()

    def _stop(self) -> None:
        # `close` alone would not wake the thread that accepts.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            for client in self._clients:
                with contextlib.suppress(OSError):
                    client.shutdown(socket.SHUT_RDWR)

    def _begin(self) -> Mode:
        """Give the mode of a request that begins."""
        with self._lock:
            self.requests += 1
            return self._script.popleft() if self._script else self._mode


class _Conversation:
    """One connection of a client with one of the server's."""

    def __init__(self, proxy: LossyProxy, client: socket.socket, server: tuple[str, int]) -> None:
        self._proxy, self._client, self._address = proxy, client, server
        self._server: socket.socket | None = None
        self._mode = Mode.PASS
        self._is_answered = True
        """A request has been answered, or none has come: the client's next bytes begin one."""
        self._withheld = bytearray()

    def run(self) -> None:
        try:
            while self._turn():
                pass
        finally:
            if self._server is not None:
                self._server.close()

    def _turn(self) -> bool:
        sockets = [self._client] + ([self._server] if self._server else [])
        ready = select.select(sockets, [], [])[0]
        if self._client in ready and not self._hear_client():
            return False
        return self._server not in ready or self._hear_server()

    def _hear_client(self) -> bool:
        heard = self._client.recv(65_536)
        if not heard:
            return False
        if self._is_answered:
            self._mode, self._is_answered = self._proxy._begin(), False
            self._withheld.clear()
        if self._mode is Mode.SAY:
            self._withheld += heard
            if _is_whole(self._withheld):
                self._client.sendall(self._proxy._said)
                self._is_answered = True
        elif self._mode is not Mode.DEAF:
            self._upstream().sendall(heard)
        return True

    def _hear_server(self) -> bool:
        assert self._server is not None
        heard = self._server.recv(65_536)
        if self._mode is Mode.PASS:
            self._is_answered = True
            self._client.sendall(heard)
            return bool(heard)
        if self._mode is Mode.HANG:
            if not heard:
                self._server.close()
                self._server = None
            return True
        self._withheld += heard
        return self._end() if not heard or _is_whole(self._withheld, is_answer=True) else True

    def _end(self) -> bool:
        """Do to a whole answer what the mode says; the connection is over."""
        if self._mode is Mode.RESET:
            self._client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif self._mode is Mode.CUT:
            head = _head_length(self._withheld)
            self._client.sendall(self._withheld[: head + (len(self._withheld) - head) // 2])
        elif self._mode is Mode.HTML:
            page = b"<!doctype html><html><body><h1>Internal Server Error</h1></body></html>"
            self._client.sendall(_answer(500, {"Content-Type": "text/html", "Connection": "close"}, page))
        return False

    def _upstream(self) -> socket.socket:
        if self._server is None:
            self._server = socket.create_connection(self._address)
        return self._server


def _answer(status: int, headers: Mapping[str, str], body: bytes) -> bytes:
    told = {"Content-Length": str(len(body)), **headers}
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", *(f"{name}: {value}" for name, value in told.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def _head_length(content: bytes | bytearray) -> int:
    """Give where the body begins, or -1 as long as the head is not whole."""
    end = content.find(b"\r\n\r\n")
    return end + 4 if end >= 0 else -1


def _is_whole(content: bytes | bytearray, is_answer: bool = False) -> bool:
    """Tell whether these bytes are a whole request, or a whole answer."""
    begin = _head_length(content)
    if begin < 0:
        return False
    head, body = bytes(content[:begin]).lower(), content[begin:]
    if b"transfer-encoding: chunked" in head:
        return body.endswith(b"0\r\n\r\n")
    _, told, rest = head.partition(b"content-length:")
    if told:
        return len(body) >= int(rest.split(b"\r\n")[0])
    # Without a length a request has no body, and an answer goes on until the connection ends.
    return not is_answer or head.split()[1] in (b"204", b"304")
