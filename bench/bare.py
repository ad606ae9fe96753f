"""The same leads without a queue: what an adapter says for one lead, said again by its client library in a bare loop.

A lead is recorded once and repeated with other numbers in place of its own; nothing is looked at in the answers but
whether they are a success.
"""

from __future__ import annotations

import os
import smtplib
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import requests

from bench.backlog import body
from bench.errors import BenchError
from customer_profiler.core.delivery import LeadMessage
from customer_profiler.services.ports import LeadTarget

Step = Callable[[str], None]
"""Says one thing for the lead of a number."""

_DIGITS = 10
_RECORDED = "8" * _DIGITS
"""The number of the recorded lead; all numbers are of the same length."""

_OF_THE_WAY = ("content-length", "host", "connection", "accept-encoding", "user-agent")


def number(value: int) -> str:
    """Give a lead's number as it stands in what is said."""
    return f"{value:0{_DIGITS}}"


def message(digits: str) -> LeadMessage:
    """Give the lead of a number."""
    return LeadMessage(f"L-{digits}", 1, body(f"L-{digits}"))


def record(target: LeadTarget) -> Sequence[Step]:
    """Give what a target says for a lead, in order; two leads are delivered to it."""
    target.deliver(message("7" * _DIGITS))  # the first asks for tokens and fields
    steps: list[Step] = []
    with _listening(steps):
        target.deliver(message(_RECORDED))
    target.close()
    return steps


def leads_per_second(steps: Sequence[Step], numbers: Sequence[str], threads: int) -> float:
    """Say all steps for each number, in so many threads; give how many numbers a second."""

    def say_all(digits: str) -> None:
        for step in steps:
            step(digits)

    with ThreadPoolExecutor(threads) as pool:
        started = time.perf_counter()
        list(pool.map(say_all, numbers))
        return len(numbers) / (time.perf_counter() - started)


@dataclass(frozen=True)
class Request:
    """A request of ``requests``, sent over the connections of the thread."""

    method: str
    url: str
    headers: Mapping[str, str]
    content: bytes

    def __call__(self, digits: str) -> None:
        """See ``Step``."""
        url, content = self.url.replace(_RECORDED, digits), self.content.replace(_RECORDED.encode(), digits.encode())
        answer = _session().request(self.method, url, data=content, headers=self.headers, timeout=60)
        if not answer.ok:
            raise BenchError(f"{self.method} {url} was answered with {answer.status_code}: {answer.text[:200]}")


@dataclass(frozen=True)
class Mail:
    """An e-mail of ``smtplib``, over a connection of its own."""

    host: str
    port: int
    sender: str
    recipients: Sequence[str]
    content: bytes

    def __call__(self, digits: str) -> None:
        """See ``Step``."""
        with smtplib.SMTP(self.host, self.port, local_hostname="[127.0.0.1]", timeout=60) as session:
            content = self.content.replace(_RECORDED.encode(), digits.encode())
            session.sendmail(self.sender, self.recipients, content)


@dataclass(frozen=True)
class Row:
    """A row that is appended to a file and brought to the disk."""

    file: Path
    content: bytes

    def __call__(self, digits: str) -> None:
        """See ``Step``."""
        with self.file.open("ab", buffering=0) as file:
            file.write(self.content.replace(_RECORDED.encode(), digits.encode()))
            os.fsync(file.fileno())


def row_of(file: Path) -> Row:
    """Give the last row of a file, to be appended to another one beside it."""
    return Row(file.with_name("bare.csv"), file.read_bytes().splitlines(keepends=True)[-1])


_local = threading.local()


def _session() -> requests.Session:
    if not hasattr(_local, "session"):
        _local.session = requests.Session()
        _local.session.trust_env = False
    session: requests.Session = _local.session
    return session


@contextmanager
def _listening(steps: list[Step]) -> Iterator[None]:
    """Write down what is said by ``requests`` and ``smtplib``."""
    send, sendmail = requests.Session.send, smtplib.SMTP.sendmail

    def heard(session: requests.Session, request: requests.PreparedRequest, **settings: Any) -> requests.Response:
        assert request.method is not None and request.url is not None, "it is prepared"
        content = request.body if isinstance(request.body, bytes) else (request.body or "").encode()
        kept = {name: value for name, value in request.headers.items() if name.lower() not in _OF_THE_WAY}
        steps.append(Request(request.method, request.url, kept, content))
        return send(session, request, **settings)

    def heard_mail(session: smtplib.SMTP, sender: str, recipients: Sequence[str], content: bytes, *more: Any) -> Any:
        assert session.sock is not None, "it is connected"
        host, port = session.sock.getpeername()[:2]
        steps.append(Mail(host, port, sender, recipients, content))
        return sendmail(session, sender, recipients, content, *more)

    with (
        mock.patch.object(requests.Session, "send", heard),
        mock.patch.object(smtplib.SMTP, "sendmail", heard_mail),
    ):
        yield
