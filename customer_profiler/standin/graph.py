"""The Graph API's addresses: who may call, what is written down, and failures on demand.

What a call does is the channel's business: ``whatsapp.calls`` and ``messenger.calls``.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from customer_profiler.standin import STANDIN_PAGE_ID, STANDIN_PHONE_NUMBER_ID, STANDIN_TOKEN
from customer_profiler.standin.call import Call
from customer_profiler.standin.delivery import Delivery
from customer_profiler.standin.errors import GraphError
from customer_profiler.standin.exchange import Exchange
from customer_profiler.standin.failures import Failure
from customer_profiler.standin.messenger.calls import MessengerCalls
from customer_profiler.standin.whatsapp.calls import WhatsAppCalls

Json = dict[str, Any]


Handler = Callable[[Call], Awaitable[Json]]


class Graph:
    """The routes."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        delivery = Delivery(exchange)
        self._whatsapp = WhatsAppCalls(exchange, delivery)
        self._messenger = MessengerCalls(exchange, delivery)

    def routes(self) -> list[web.RouteDef]:
        """Give the addresses below a version such as ``/v25.0``."""
        version = r"/{version:v\d+\.\d+}"
        return [
            web.post(version + "/{id}/messages", self._messages),
            web.post(version + "/{id}/media", self._media),
            web.route("*", version + "/{id}/messenger_profile", self._messenger_profile),
            web.get(version + "/{id}", self._object),
        ]

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        if _is_page(request):
            return await self._answer(request, "facebook", self._messenger.send)
        return await self._answer(request, "whatsapp", self._whatsapp.send)

    async def _media(self, request: web.Request) -> web.StreamResponse:
        return await self._answer(request, "whatsapp", self._whatsapp.upload)

    async def _messenger_profile(self, request: web.Request) -> web.StreamResponse:
        return await self._answer(request, "facebook", self._messenger.profile)

    async def _object(self, request: web.Request) -> web.StreamResponse:
        id = request.match_info["id"]
        if id == STANDIN_PHONE_NUMBER_ID or self._exchange.pictures.get(id) is not None:
            return await self._answer(request, "whatsapp", self._whatsapp.describe)
        return await self._answer(request, "facebook", self._messenger.describe)

    async def _answer(self, request: web.Request, channel: str, handler: Handler) -> web.StreamResponse:
        started = time.monotonic()
        # A form with a file is read where it is kept.
        raw = b"" if request.content_type.startswith("multipart/") else await request.read()
        call = Call(request, raw, channel)
        call.failure = self._exchange.failures.take(channel, call.kind)
        if call.failure is not None:
            await asyncio.sleep(call.failure.delay_seconds)
        try:
            if call.failure is not None and call.failure.is_answer:
                answer = await self._fail(call, call.failure, handler)
            else:
                answer = web.json_response(await self._handle(call, handler))
        except GraphError as error:
            answer = web.json_response(error.body(channel), status=error.status)
        call.record["status"] = answer.status
        call.record["response"] = _readable(answer)
        call.record["seconds"] = round(time.monotonic() - started, 3)
        self._exchange.journal.add("call", call.record)
        return answer

    async def _handle(self, call: Call, handler: Handler) -> Json:
        _check_token(call.request, self._exchange.options.app_secret)
        return await handler(call)

    async def _fail(self, call: Call, failure: Failure, handler: Handler) -> web.Response:
        if failure.then == "store":
            await self._handle(call, handler)
        if failure.code is not None:
            raise GraphError(failure.code, "This is what the stand-in was asked to answer.", failure.subcode)
        if failure.status == 0:
            assert call.request.transport is not None
            call.request.transport.abort()
            return web.Response(status=499, text="(connection cut)")
        headers = {"Retry-After": failure.retry_after} if failure.retry_after else {}
        if failure.html:
            return web.Response(
                status=failure.status or 500, text=failure.html, content_type="text/html", headers=headers
            )
        return web.json_response(failure.body or {}, status=failure.status or 500, headers=headers)


def _is_page(request: web.Request) -> bool:
    return request.match_info["id"] in ("me", STANDIN_PAGE_ID)


def _check_token(request: web.Request, app_secret: str) -> None:
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    token = bearer.strip() if scheme.lower() == "bearer" else request.query.get("access_token", "")
    if token != STANDIN_TOKEN:
        raise GraphError(190, "Invalid OAuth access token - cannot parse access token.")
    proof = request.query.get("appsecret_proof")
    expected = hmac.new(app_secret.encode(), token.encode(), hashlib.sha256).hexdigest()
    if proof is not None and proof != expected:
        raise GraphError(100, "Invalid appsecret_proof provided in the API argument.")


def _readable(answer: web.Response) -> object:
    text = answer.text or ""
    return json.loads(text) if answer.content_type == "application/json" else text
