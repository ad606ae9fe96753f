"""Calls to a CRM over HTTP: bounded in time and size, never redirected, every failure a ``DeliveryFailed``."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import requests

from customer_profiler import __version__
from customer_profiler.adapters.crm.deadline import TimelyAdapter, refuse_late_call
from customer_profiler.adapters.crm.trouble import as_failures
from customer_profiler.core.delivery import LONGEST_PAUSE, DeliveryFailed, Trouble

CONNECT_SECONDS, READ_SECONDS = 3.0, 15.0
"""How long a CRM may take to accept a connection, and to go on with its answer."""

ANSWER_SECONDS = 30.0
"""How long the head of an answer may take in all, and its body: one that drips is given up."""

LARGEST_ANSWER = 1_000_000
"""Bytes; no answer to one lead is that long."""


@dataclass(frozen=True)
class Answer:
    """An answer with its ``status``, ``headers`` (names in any case) and ``text``; ``json`` is None when it is none."""

    status: int
    headers: Mapping[str, str]
    text: str
    json: object = None

    @property
    def is_json(self) -> bool:
        """Tell whether the body was JSON."""
        return self.json is not None

    @property
    def retry_after(self) -> float:
        """The seconds of a ``Retry-After`` in either of its forms, 0 without one."""
        return retry_after(self.headers.get("Retry-After", ""))


class Http:
    """Calls below one base address, with these headers.

    Threads do not share connections. ``verify`` is a file of certificates to trust instead of the usual ones.
    """

    def __init__(self, url: str, headers: Mapping[str, str] | None = None, verify: str = "") -> None:
        self._url = url.rstrip("/")
        self._headers = {"User-Agent": f"customer-profiler/{__version__}", **(headers or {})}
        self._verify = verify or True
        self._local = threading.local()

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        params: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        raw: bytes | None = None,
        status_is_enough: bool = False,
    ) -> Answer:
        """Send ``body`` as JSON, ``form`` as a form or ``raw`` as it is; give the answer whatever its status.

        With ``status_is_enough`` the text of a success that cannot be read to its end is empty instead of a failure.
        Raises ``DeliveryFailed`` when there is no answer: unreachable, timeout, tls, redirected, not_understood; and
        misconfigured when the call cannot be made at all.
        """
        refuse_late_call()
        with as_failures():
            response = self._session().request(
                method,
                f"{self._url}{path}",
                json=body,
                data=form if raw is None else raw,
                params=params,
                headers=headers,
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,
                stream=True,
            )
        with response:
            _refuse_redirect(response)
            try:
                with as_failures():
                    content = _content(response)
            except DeliveryFailed:
                if not (status_is_enough and response.ok):
                    raise
                content = b""
        return Answer(response.status_code, response.headers, *_read(content, response.encoding))

    def close(self) -> None:
        """Give this thread's connections back; those of other threads end with them."""
        if hasattr(self._local, "session"):
            self._local.session.close()
            del self._local.session

    def _session(self) -> requests.Session:
        if not hasattr(self._local, "session"):
            session = _Session()
            session.mount("http://", TimelyAdapter(ANSWER_SECONDS))
            session.mount("https://", TimelyAdapter(ANSWER_SECONDS))
            session.headers.update(self._headers)
            session.verify = self._verify
            # A .netrc or a proxy variable of the machine must not change where leads and tokens go.
            session.trust_env = False
            self._local.session = session
        session = self._local.session
        assert isinstance(session, requests.Session)
        return session


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> None:
        """Give none: to prepare a redirect that nobody follows, ``requests`` would read its body without limits."""


def failure(answer: Answer, said: str = "") -> DeliveryFailed:
    """Give what an answer other than a success means by its status alone, as design section 10 has it.

    Vendors look at their own error names first: a status does not decide by itself. ``said`` is the vendor's text.
    """
    detail = f"HTTP {answer.status} {said or brief(answer)}".strip()
    if answer.status in _BY_STATUS:
        return DeliveryFailed(_BY_STATUS[answer.status], detail, answer.retry_after)
    if answer.status >= 500:
        return DeliveryFailed(Trouble.SERVER_ERROR, detail, answer.retry_after)
    return DeliveryFailed(Trouble.REFUSED, detail)


_BY_STATUS = {
    400: Trouble.INVALID_VALUE,
    401: Trouble.UNAUTHORIZED,
    403: Trouble.FORBIDDEN,
    404: Trouble.MISSING,
    408: Trouble.TIMEOUT,
    410: Trouble.MISSING,
    413: Trouble.TOO_LARGE,
    422: Trouble.INVALID_VALUE,
    425: Trouble.BUSY,
    429: Trouble.BUSY,
    503: Trouble.BUSY,
    504: Trouble.TIMEOUT,
}


def brief(answer: Answer) -> str:
    """Give the begin of an answer for people: nothing of HTML, which says nothing."""
    return "" if answer.text.lstrip()[:1] == "<" else answer.text[:300]


def retry_after(header: str) -> float:
    """Give the seconds a ``Retry-After`` header asks for: a number, or the time until a date; 0 for others.

    They are at most ``LONGEST_PAUSE``.
    """
    text = header.strip()
    try:
        seconds = float(text) if text.replace(".", "", 1).isdecimal() else _until(text)
    except (TypeError, ValueError, OverflowError):
        return 0.0
    return min(max(seconds, 0.0), LONGEST_PAUSE.total_seconds())


def _until(date: str) -> float:
    moment = parsedate_to_datetime(date)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return (moment - datetime.now(timezone.utc)).total_seconds()


def _refuse_redirect(response: requests.Response) -> None:
    if 300 <= response.status_code < 400 and "Location" in response.headers:
        where = _origin(response.headers["Location"])
        raise DeliveryFailed(Trouble.REDIRECTED, f"HTTP {response.status_code} to {where}; set “url” to the new one")


def _origin(location: str) -> str:
    """Give the server a redirect leads to, without the path, which may hold a key."""
    try:
        parts = urlsplit(location)
    except ValueError:
        return "an address that is none"
    return f"{parts.scheme}://{parts.hostname}" if parts.hostname else "another path of the same server"


def _content(response: requests.Response) -> bytes:
    """Read an answer as far as its limits allow."""
    deadline, content = time.monotonic() + ANSWER_SECONDS, bytearray()
    # `iter_content` would wait for a whole chunk, for hours when the bytes drip.
    while chunk := response.raw.read1(65_536, decode_content=True):
        content += chunk
        if len(content) > LARGEST_ANSWER:
            raise DeliveryFailed(Trouble.NOT_UNDERSTOOD, f"the answer is longer than {LARGEST_ANSWER:,} bytes")
        if time.monotonic() > deadline:
            raise DeliveryFailed(Trouble.TIMEOUT, f"the answer took longer than {ANSWER_SECONDS:.0f} s")
    return bytes(content)


def _read(content: bytes, encoding: str | None) -> tuple[str, object]:
    try:
        text = content.decode(encoding or "utf-8", "replace")
    except LookupError:
        text = content.decode("utf-8", "replace")
    try:
        return text, json.loads(content)
    except (ValueError, RecursionError):
        return text, None
