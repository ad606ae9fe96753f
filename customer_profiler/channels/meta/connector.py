"""The webhook of a Meta channel as a Rasa connector: accept first, answer 200, then work through the inbox."""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
from abc import ABC, abstractmethod
from collections.abc import Coroutine, Sequence
from typing import Any

import structlog
from rasa.core.channels.channel import InputChannel, OutputChannel
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from customer_profiler import bootstrap
from customer_profiler.channels.lanes import Lanes
from customer_profiler.channels.meta.answer import Answer, Parse, Render
from customer_profiler.channels.meta.client import Client
from customer_profiler.channels.meta.sender import Sender
from customer_profiler.channels.meta.signature import HEADER, is_signed, is_token
from customer_profiler.core.errors import StoreUnavailable
from customer_profiler.core.events import ELSEWHERE, Nothing
from customer_profiler.services.inbox import Inbox, SecondTry
from customer_profiler.services.outbox import Outbox
from customer_profiler.serving.turns import OnNewMessage, ProactiveOutput, Turns, Utterance, output_for
from customer_profiler.settings import Settings

log = structlog.get_logger(__name__)

LARGEST_BODY = 3 * 1024 * 1024
"""Bytes of a webhook (Meta, Webhooks overview, 2 Dec 2025)."""

TURNS_AT_ONCE = 4
"""Conversations that Rasa works on at the same time. A turn is work for its one thread: more would not be faster, but
would keep webhooks waiting for their answer."""

SWEEP_SECONDS = 5.0
"""Between two looks for work that nobody told of."""

HOUSEKEEPING_SECONDS = 3600.0
"""Between two deletions of old events."""


class MetaInput(InputChannel, ABC):
    """Serves ``/webhooks/<name>/webhook``. A channel gives its name, parser, renderer, client and own id."""

    channel: str
    parse: Parse
    render: Render
    second_try: SecondTry

    def __init__(self) -> None:
        self.settings = Settings.from_environment()
        self._tasks: set[asyncio.Task[None]] = set()

    @classmethod
    def name(cls) -> str:
        """The part of the address behind ``/webhooks/``, and the name of the channel."""
        return cls.channel

    @property
    @abstractmethod
    def own_id(self) -> str:
        """The id of the business number or page that messages must be for."""

    @abstractmethod
    def client(self) -> Client:
        """Give a client to send with."""

    def get_output_channel(self) -> OutputChannel:
        """Give an output for what Rasa says on its own."""
        output = output_for(self.channel, ProactiveOutput)()
        output.say = self._say
        return output

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:
        """Give the addresses, and what starts and stops with the server."""
        blueprint = Blueprint(f"{self.channel}_webhook")

        @blueprint.get("/")
        async def health(request: Request) -> HTTPResponse:
            """Say that the channel is there."""
            return response.json({"status": "ok"})

        @blueprint.get("/webhook")
        async def verify(request: Request) -> HTTPResponse:
            """Answer Meta's question whether the address is ours (section A1)."""
            return self.verify(request)

        @blueprint.post("/webhook")
        async def receive(request: Request) -> HTTPResponse:
            """Take a batch of events."""
            return await self.receive(request)

        @blueprint.listener("before_server_start")
        async def prepare(app: Sanic, _loop: object) -> None:
            """Open inbox and outbox before the first request."""
            self.prepare(Turns(self.channel, on_new_message, lambda who: app.ctx.agent.tracker_store.retrieve(who)))

        @blueprint.listener("after_server_start")
        async def start(_app: Sanic, _loop: object) -> None:
            """Take up what an earlier process left."""
            self._in_background(self._take_up())
            self._in_background(self._sender.take_up())
            self._in_background(self._keep_house())

        @blueprint.listener("before_server_stop")
        async def stop(_app: Sanic, _loop: object) -> None:
            """Leave the rest to the next start."""
            await self.stop()

        return blueprint

    def prepare(self, turns: Turns) -> None:
        """Open inbox and outbox; raises ``StoreUnavailable``."""
        services = bootstrap.services()
        self._app_secret = bootstrap.app_secret(self.settings)
        self._verify_token = bootstrap.verify_token(self.settings)
        self._inbox, self._outbox = Inbox(services, self.channel, type(self).second_try), Outbox(services, self.channel)
        self._client = self.client()
        self._sender = Sender(self._outbox, self._client)
        parse, render = type(self).parse, type(self).render
        self._answer = Answer(services, self._inbox, turns, self._client, parse, render, self.own_id)
        self._lanes = Lanes(self._step, TURNS_AT_ONCE)

    async def stop(self) -> None:
        """Stop in the middle of whatever it is; the next start goes on with it."""
        for task in list(self._tasks):
            task.cancel()
        await self._lanes.close()
        await self._answer.close()
        await self._sender.close()
        await self._client.close()

    def verify(self, request: Request) -> HTTPResponse:
        """Give the challenge back to whoever knows our token."""
        if request.args.get("hub.mode") == "subscribe" and is_token(
            self._verify_token, request.args.get("hub.verify_token") or ""
        ):
            return response.text(request.args.get("hub.challenge") or "")
        return response.text("The verify token is not the one in META_VERIFY_TOKEN.", status=403)

    async def receive(self, request: Request) -> HTTPResponse:
        """Store the events of a batch and answer 200; only then they are worked on."""
        body = request.body
        if len(body) > LARGEST_BODY:
            return response.text("The body is larger than 3 MB.", status=413)
        if not is_signed(self._app_secret, body, request.headers.get(HEADER) or ""):
            log.warning("webhook_refused", channel=self.channel, reason="signature")
            return response.text("The signature does not fit.", status=403)
        try:
            waiting = await asyncio.to_thread(self._accept, body)
        except (ValueError, RecursionError):
            return response.text("The body is no JSON.", status=400)
        except StoreUnavailable as error:
            # Meta delivers again later.
            log.error("store_unavailable", channel=self.channel, reason=str(error))
            return response.text("The database does not take it now.", status=503)
        self._lanes.wake(waiting)
        return response.text("EVENT_RECEIVED")

    def _accept(self, body: bytes) -> list[str]:
        """Read and store a batch; raises ``ValueError`` or ``RecursionError`` when it is no JSON."""
        batch = json.loads(body, parse_constant=_no_number, parse_float=_finite)
        events = type(self).parse(batch, self.own_id)
        if any(isinstance(event.meaning, Nothing) and event.meaning.reason in ELSEWHERE for event in events):
            log.warning("webhook_for_another", channel=self.channel, expected=self.own_id)
        return self._inbox.accept(events)

    async def _step(self, profile_id: str) -> float | None:
        taken = await asyncio.to_thread(self._inbox.take, profile_id)
        if taken is None:
            return None
        event, profile = taken
        messages, error = await self._answer.to(event, profile)
        await asyncio.to_thread(self._inbox.finish, event, messages, error)
        self._sender.wake([profile_id])
        return 0.0

    async def _say(self, profile_id: str, said: Sequence[Utterance]) -> None:
        await asyncio.to_thread(self._outbox.add, self._answer.composed(profile_id, said))
        self._sender.wake([profile_id])

    async def _take_up(self) -> None:
        """Look again and again for events that wait: left by a crash, or replayed by staff."""
        while True:
            with contextlib.suppress(StoreUnavailable):
                self._lanes.wake(await asyncio.to_thread(self._inbox.senders))
            await asyncio.sleep(SWEEP_SECONDS)

    async def _keep_house(self) -> None:
        while True:
            with contextlib.suppress(StoreUnavailable):
                await asyncio.to_thread(self._inbox.forget_old)
                await asyncio.to_thread(self._outbox.forget_old)
            await asyncio.sleep(HOUSEKEEPING_SECONDS)

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError("a number is too large")
    return number
