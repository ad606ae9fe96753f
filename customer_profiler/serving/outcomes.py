"""Takes what became of leads from the CRM, at ``/webhooks/crm/outcomes`` of the Rasa server."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping

import structlog
from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from customer_profiler import bootstrap
from customer_profiler.channels.meta.signature import is_signed
from customer_profiler.core.errors import StoreUnavailable
from customer_profiler.core.outcome import Fault, InvalidOutcome, Outcome, read_outcome
from customer_profiler.services.outcomes import WEBHOOK, Report, take
from customer_profiler.settings import Settings

log = structlog.get_logger(__name__)

HEADER = "X-Profiler-Signature-256"
"""Holds ``sha256=`` and the HMAC-SHA256 of the raw body in hexadecimal digits: the way of Meta, under our name."""

LARGEST_BODY = 1024 * 1024
"""Bytes: some ten thousand outcomes."""

MOST_PROBLEMS = 100
"""Problems told in one answer; who mends that many will come again."""


class Malformed(Exception):
    """A body cannot be taken.

    ``problems`` is what the CRM is told: ``record`` (the first is 1, the body as a whole 0), ``field``, ``problem``.
    """

    def __init__(self, problems: list[dict[str, object]]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


class OutcomesInput(InputChannel):
    """A channel that brings no messages: it is Rasa's way to add addresses to its server."""

    @classmethod
    def name(cls) -> str:
        """The part of the address behind ``/webhooks/``."""
        return "crm"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[None]]) -> Blueprint:
        """Give the address for outcomes."""
        blueprint = Blueprint("crm_outcomes")

        @blueprint.post("/outcomes")
        async def receive(request: Request) -> HTTPResponse:
            """Take outcomes."""
            return await self.receive(request)

        @blueprint.listener("before_server_start")
        async def prepare(_app: Sanic, _loop: object) -> None:
            """Have everything ready before the first request."""
            self.prepare()

        return blueprint

    def prepare(self) -> None:
        """Open the database and find the secret; raises ``StoreUnavailable`` or ``SettingsError``."""
        self._services = bootstrap.services()
        self._secret = bootstrap.outcomes_secret(Settings.from_environment())

    async def receive(self, request: Request) -> HTTPResponse:
        """Store all outcomes of a body, or none when one of them is malformed or the database is away."""
        body = request.body
        if len(body) > LARGEST_BODY:
            return response.json({"error": "the body is larger than 1 MB"}, status=413)
        # Some libraries write hexadecimal digits in capitals.
        if not is_signed(self._secret, body, (request.headers.get(HEADER) or "").lower()):
            log.warning("outcomes_refused", reason="signature")
            return response.json({"error": "not authorized"}, status=401)
        try:
            report = await asyncio.to_thread(self._take, body)
        except Malformed as error:
            log.warning("outcomes_refused", reason="malformed", problems=len(error.problems))
            return response.json({"problems": error.problems[:MOST_PROBLEMS]}, status=400)
        except StoreUnavailable as error:
            # The CRM is to try again later.
            log.error("store_unavailable", channel=self.name(), reason=str(error))
            return response.json({"error": "the database does not take it now, try again"}, status=503)
        log.info("outcomes_taken", stored=report.stored, repeated=report.repeated, unknown=len(report.unknown))
        return response.json({"stored": report.stored, "repeated": report.repeated, "unknown": list(report.unknown)})

    def _take(self, body: bytes) -> Report:
        return take(self._services, self._outcomes(body), WEBHOOK)

    def _outcomes(self, body: bytes) -> list[Outcome]:
        """Read a body; raises ``Malformed``."""
        now = self._services.tools.now()
        outcomes: list[Outcome] = []
        problems: list[dict[str, object]] = []
        for number, record in enumerate(_records(body), start=1):
            try:
                outcomes.append(read_outcome(record, now))
            except InvalidOutcome as error:
                problems += [_problem(number, fault) for fault in error.faults]
        if problems:
            raise Malformed(problems)
        return outcomes


def _records(body: bytes) -> list[object]:
    """Give the records of a body: one object, a list, or an object with a list; raises ``Malformed``."""
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        what, why = "the body is no JSON", "it must be UTF-8 and follow RFC 8259"
        raise Malformed([_problem(0, Fault("", what, why, "send one outcome or a list of them"))]) from None
    records = given.get("outcomes", [given]) if isinstance(given, Mapping) else given
    if not isinstance(records, list):
        is_wrapped = isinstance(given, Mapping)
        what = f"{'outcomes' if is_wrapped else 'the body'} is no list"
        fault = Fault("outcomes" if is_wrapped else "", what, "nobody can tell its records", "send a list of objects")
        raise Malformed([_problem(0, fault)])
    return records


def _problem(record: int, fault: Fault) -> dict[str, object]:
    return {"record": record, "field": fault.field, "problem": f"{fault.what}, {fault.why}, {fault.mend}"}
