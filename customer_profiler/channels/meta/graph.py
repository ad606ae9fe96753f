"""Calls to Meta's Graph API, and its refusals sorted by what is to be done about them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from enum import Enum

import aiohttp

TIMEOUT = aiohttp.ClientTimeout(total=15, connect=5)
"""Seconds; a call that takes longer counts as lost, whether or not the platform did what it asked."""

CONNECTIONS = 100
"""Kept open to the Graph API at most, over all persons."""

LONGEST_RETRY_SECONDS = 3600.0
"""A longer ``Retry-After`` is not obeyed in full."""

FEW_ATTEMPTS = 6
"""How often a call is repeated whose outcome is unknown: the platforms have no key against doubles."""


class Verdict(Enum):
    """What to do about a refusal (sections A4 and B2 of Meta's error pages)."""

    RETRY = "retry"
    """Again after a pause."""
    SLOW_PAIR = "slow_pair"
    """Again after 4^X seconds; other persons are unaffected."""
    LATER = "later"
    """Not before a day has passed."""
    NEVER = "never"
    """Not as it is."""
    STOP = "stop"
    """Nothing goes on this channel until somebody has seen to it."""


@dataclass(eq=False)
class Refusal(Exception):
    """A call that was not answered as wished.

    ``reason`` is fit for logs: ``refused:131026`` with the platform's code (and ``/subcode``), or ``timeout``,
    ``unreachable``, ``not_json``, ``http:502``. ``attempts`` bounds how often the call may be made in all, 0 for no
    bound but the window. ``retry_after`` is in seconds.
    """

    verdict: Verdict
    reason: str
    code: int = 0
    attempts: int = 0
    retry_after: float = 0.0


@dataclass(frozen=True)
class ErrorTable:
    """What a platform's codes mean: code, or (code, subcode), to a verdict; ``once`` are repeated once only."""

    verdicts: Mapping[int | tuple[int, int], Verdict]
    once: frozenset[int] = frozenset()

    def refusal(self, code: int, subcode: int, http_status: int, retry_after: float) -> Refusal:
        """Give the refusal of an error body; an unknown code is judged by the HTTP status."""
        reason = f"refused:{code}/{subcode}" if subcode else f"refused:{code}"
        verdict = self.verdicts.get((code, subcode)) or self.verdicts.get(code)
        if verdict is not None:
            return Refusal(verdict, reason, code, 2 if code in self.once else 0, retry_after)
        if http_status == 429 or http_status >= 500:
            return Refusal(Verdict.RETRY, reason, code, FEW_ATTEMPTS, retry_after)
        return Refusal(Verdict.NEVER, reason, code)


class Graph:
    """A pool of connections to one Graph API; ``url`` holds the pinned version, such as ``.../v25.0``."""

    def __init__(self, url: str, errors: ErrorTable) -> None:
        self._url = url.rstrip("/")
        self._errors = errors
        self._session: aiohttp.ClientSession | None = None

    async def post(
        self, path: str, body: Mapping[str, object], params: Mapping[str, str], headers: Mapping[str, str]
    ) -> Mapping[str, object]:
        """Post a JSON body; give the JSON object answered, or raise ``Refusal``."""
        return await self._call("POST", path, body, params, headers)

    async def get(self, path: str, params: Mapping[str, str], headers: Mapping[str, str]) -> Mapping[str, object]:
        """Get a JSON object, or raise ``Refusal``."""
        return await self._call("GET", path, None, params, headers)

    async def close(self) -> None:
        """Give the connections back."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _call(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None,
        params: Mapping[str, str],
        headers: Mapping[str, str],
    ) -> Mapping[str, object]:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=CONNECTIONS)
            self._session = aiohttp.ClientSession(timeout=TIMEOUT, connector=connector)
        try:
            async with self._session.request(
                method, f"{self._url}/{path}", json=body, params=params, headers=headers, allow_redirects=False
            ) as response:
                return self._answer(response.status, await response.read(), response.headers.get("Retry-After", ""))
        except asyncio.TimeoutError:
            raise Refusal(Verdict.RETRY, "timeout", attempts=FEW_ATTEMPTS) from None
        except (aiohttp.ClientConnectorError, aiohttp.InvalidURL):
            # Nothing was sent. The error's own text would hold the address with its token.
            raise Refusal(Verdict.RETRY, "unreachable") from None
        except aiohttp.ClientError:
            raise Refusal(Verdict.RETRY, "connection_lost", attempts=FEW_ATTEMPTS) from None

    def _answer(self, status: int, body: bytes, retry_after: str) -> Mapping[str, object]:
        seconds = _seconds(retry_after)
        try:
            answer = json.loads(body)
        except (ValueError, RecursionError):
            answer = None
        error = answer.get("error") if isinstance(answer, dict) else None
        if isinstance(error, dict):
            raise self._errors.refusal(_number(error.get("code")), _number(error.get("error_subcode")), status, seconds)
        if 200 <= status < 300 and isinstance(answer, dict):
            return answer
        if 200 <= status < 300:
            raise Refusal(Verdict.RETRY, "not_json", attempts=FEW_ATTEMPTS)
        # Not Meta's words, but those of something in between.
        attempts = 0 if status in (429, 503) else FEW_ATTEMPTS
        raise Refusal(Verdict.RETRY, f"http:{status}", attempts=attempts, retry_after=seconds)


def _seconds(retry_after: str) -> float:
    """Read the header ``Retry-After``: seconds, or a date (RFC 9110, section 10.2.3); 0 when it cannot be read."""
    if retry_after.isdecimal():
        return min(float(retry_after), LONGEST_RETRY_SECONDS)
    try:
        then = parsedate_to_datetime(retry_after)
    except (ValueError, TypeError, OverflowError):
        return 0.0
    left = (then.astimezone(timezone.utc) - datetime.now(timezone.utc)).total_seconds()
    return min(max(left, 0.0), LONGEST_RETRY_SECONDS)


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
