"""Limits in time for a whole exchange: a time-out of a socket begins anew with every byte that drips."""

from __future__ import annotations

import contextlib
import math
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.response import HTTPResponse

from customer_profiler.core.delivery import DeliveryFailed, Trouble

_no_call_after: ContextVar[float] = ContextVar("no_call_after", default=math.inf)


@contextlib.contextmanager
def within(seconds: float) -> Iterator[None]:
    """Let the body of the ``with`` begin calls for so long, in this thread; see ``refuse_late_call``."""
    token = _no_call_after.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _no_call_after.reset(token)


def refuse_late_call() -> None:
    """Raise ``DeliveryFailed`` (timeout) when the time of ``within`` is over."""
    if time.monotonic() > _no_call_after.get():
        raise DeliveryFailed(Trouble.TIMEOUT, "the calls before took all the time there is for one try")


@contextlib.contextmanager
def cut_after(seconds: float, connection: Callable[[], socket.socket | None]) -> Iterator[None]:
    """End the connection should the body of the ``with`` take longer; it raises ``TimeoutError`` then."""
    is_late = threading.Event()

    def cut() -> None:
        is_late.set()
        found = connection()
        if found is not None:
            with contextlib.suppress(OSError):
                # The method of the plain socket: that of a TLS socket would take its state from under the reader.
                socket.socket.shutdown(found, socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    except Exception:
        if is_late.is_set():
            raise TimeoutError from None
        raise
    finally:
        timer.cancel()
    if is_late.is_set():
        # An end within the head of an answer passes for the end of the head.
        raise TimeoutError


class TimelyAdapter(HTTPAdapter):
    """Lets the head of an answer take ``seconds`` in all."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.poolmanager.pool_classes_by_scheme = _pools(seconds)


def _pools(seconds: float) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # as urllib3 itself has it
            with cut_after(seconds, lambda: self.sock):
                return super().getresponse()

    class Secure(HTTPSConnection):
        def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # as urllib3 itself has it
            with cut_after(seconds, lambda: self.sock):
                return super().getresponse()

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}
