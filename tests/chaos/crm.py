"""A target over HTTP that fails as its weather says, down to the bytes on the wire."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import struct
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from random import Random

from tests.chaos.store import Body, Call, Store
from tests.chaos.weather import Fault, Weather

PATH = "/leads"
PAGE = b"<!doctype html><title>Please wait</title><h1>We will be back soon</h1>"
SLOWEST_SECONDS = 0.2
"""How long a call may be on its way, so that some are when a worker dies."""

_NUMBER = re.compile(r"\.(\d+)@")


@dataclass(frozen=True)
class Request:
    """One call as it came."""

    method: str
    path: str
    key: str
    body: Body

    @property
    def lead_id(self) -> str:
        """The lead that the call names: in its path, else by its key."""
        return self.path.removeprefix(PATH).strip("/") or self.key


class Crm:
    """One target. ``refuses`` tells which leads it will never take.

    Of every second customer whose lead it refuses it has stored the first call, answered by an error: so that there are
    dead letters of leads that are there.
    """

    def __init__(self, name: str, store: Store, weather: Weather, refuses: Callable[[Body], bool]) -> None:
        self.name, self.store, self.weather, self.refuses = name, store, weather, refuses
        # Bound for as long as the target lives, so that nobody takes the port while it is down.
        self._place = _bound(0)
        self.port = int(self._place.getsockname()[1])
        self.faults: Counter[Fault] = Counter()
        self._server: asyncio.Server | None = None
        self._talks: set[asyncio.Task[None]] = set()
        self._slipped_in: set[int] = set()
        self._chance = Random(f"{weather.seed} {name}")

    async def rise(self) -> None:
        """Answer from now on."""
        if self._server is None:
            self._server = await asyncio.start_server(self._talk, sock=_bound(self.port))

    async def fall(self) -> None:
        """Refuse connections from now on, and end those that are open."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)

    async def end(self) -> None:
        """Stop for good."""
        await self.fall()
        self._place.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        this = asyncio.current_task()
        assert this is not None, "a server's handler runs as a task"
        self._talks.add(this)
        try:
            while await self._turn(reader, writer):
                pass
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            # The other side is gone, or the target falls.
            pass
        finally:
            self._talks.discard(this)
            writer.close()
            with suppress(OSError, asyncio.CancelledError):
                await writer.wait_closed()

    async def _turn(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one call; False when the connection ends with it."""
        request = await _read(reader)
        at = time.monotonic()
        await asyncio.sleep(self._chance.uniform(0, SLOWEST_SECONDS))
        fault = self._fault(request)
        if fault is None:
            writer.write(_answer(422, b'{"error": "this e-mail address is not accepted"}'))
            return True
        self.faults[fault] += 1
        if fault in _UNSTORED:
            status, content, head = _UNSTORED[fault]
            if status:
                writer.write(_answer(status, content, head))
            return bool(status)
        call = Call(at, request.method, request.lead_id, request.key, request.body)
        status = self.store.take(call)
        return await _reply(writer, fault, status, request.lead_id)

    def _fault(self, request: Request) -> Fault | None:
        """Give what becomes of a call, None when it is refused."""
        customer = customer_of(request.body)
        if not self.refuses(request.body):
            return self.weather.next(customer)
        if customer % 2 or customer in self._slipped_in:
            return None
        self._slipped_in.add(customer)
        return Fault.ERROR_STORED


_UNSTORED = {
    Fault.BUSY: (429, b'{"error": "slow down"}', "Retry-After: 1\r\n"),
    Fault.ERROR: (500, b'{"error": "database"}', ""),
    Fault.HTML_ERROR: (502, PAGE, ""),
    Fault.HUNG_UP: (0, b"", ""),
}


def customer_of(body: Body) -> int:
    """Give the number of the customer, which stands in the e-mail address."""
    found = _NUMBER.search(str(body["email"]))
    assert found is not None, f"an address without a number: {body['email']}"
    return int(found[1])


async def _reply(writer: asyncio.StreamWriter, fault: Fault, status: int, lead_id: str) -> bool:
    """Answer a call that was acted on, as far as the weather lets it through; False when the connection ends."""
    whole = _answer(status, json.dumps({"id": f"record of {lead_id}"}).encode())
    if fault is Fault.NONE:
        writer.write(whole)
        await writer.drain()
    elif fault is Fault.HTML_STORED:
        writer.write(_answer(200, PAGE))
    elif fault is Fault.ERROR_STORED:
        writer.write(_answer(500, b'{"error": "after commit"}'))
    elif fault is Fault.SILENCE:
        # Until the caller has had enough.
        await asyncio.sleep(3600)
    elif fault is Fault.RESET:
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
    else:
        writer.write(whole[:-7] if fault is Fault.HALF else whole[:20])
    return fault in (Fault.NONE, Fault.HTML_STORED, Fault.ERROR_STORED)


async def _read(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.rstrip().split("\r\n")
    method, path, _ = first.split(" ")
    headers = {name.casefold(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = json.loads(await reader.readexactly(int(headers["content-length"])))
    return Request(method, path, headers["idempotency-key"], body)


def _answer(status: int, content: bytes, head: str = "") -> bytes:
    kind = "text/html" if content is PAGE else "application/json"
    lines = f"HTTP/1.1 {status} -\r\nContent-Type: {kind}\r\n{head}Content-Length: {len(content)}\r\n\r\n"
    return lines.encode("latin-1") + content


def _bound(port: int) -> socket.socket:
    place = socket.socket()
    place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    place.bind(("127.0.0.1", port))
    return place
