"""The stand-in's own addresses, for the page and for tests. Bodies are JSON; refusals are ``{"error": {"message"}}``.

==========================================  =========================================================================
``GET /phone/api/state``                    bot, people with their messages, failures to come, Messenger profile
``DELETE /phone/api/state``                 forget everybody and everything
``GET /phone/api/events``                   server-sent events: ``message``, ``person``, ``call``, ``webhook``, ``bot``
``GET /phone/api/calls``                    the bot's Graph calls with answers and times; ``?after=<number>``
``GET /phone/api/webhooks``                 what the bot was sent, with every attempt; ``?after=<number>``
``DELETE /phone/api/calls``                 forget calls and webhooks
``POST /phone/api/webhooks``                send ``{"channel", "body"}`` signed as it is: batches, repeats, oddities
``POST /phone/api/people``                  add ``{"channel", "name", "number", "user_id", "hidden", "locale"}``
``GET /phone/api/people/<id>``              one person with messages
``PATCH /phone/api/people/<id>``            change ``hours_later``, ``number``, ``reads`` ... (``deeds.Deeds.change``)
``POST /phone/api/people/<id>/writes``      ``{"text"}``
``POST /phone/api/people/<id>/taps``        ``{"button": title or payload, "message": id or nothing}``
``POST /phone/api/people/<id>/sends``       ``{"kind": "photo", "text"}``
``POST /phone/api/people/<id>/reacts``      ``{"emoji", "message"}``
``POST /phone/api/people/<id>/opens``       ``{"referral", "ad", "text"}``: link, advertisement, "Get started"
``POST /phone/api/people/<id>/chooses``     ``{"title", "payload"}``: Messenger's menu and ice breakers
``GET /phone/api/people/<id>/answers``      ``?after&least&quiet&within``: the bot's messages once it is quiet
``GET/POST/DELETE /phone/api/failures``     failures for the next calls (see ``failures.Failure``), a list or one
``GET/POST/DELETE /phone/api/templates``    declared message templates, a list or one
==========================================  =========================================================================
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from aiohttp import web

from customer_profiler.standin.deeds import Deeds
from customer_profiler.standin.errors import GraphError
from customer_profiler.standin.exchange import Exchange
from customer_profiler.standin.fields import Fields, Refusals
from customer_profiler.standin.journal import END, Record
from customer_profiler.standin.message import Message
from customer_profiler.standin.person import CHANNELS, Person
from customer_profiler.standin.whatsapp.templates import read_template

KEEP_ALIVE_SECONDS = 15

_REFUSALS = Refusals(missing=100, invalid=100, too_many=100)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Control:
    """The routes below ``/phone/api``."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._deeds = Deeds(exchange)

    def routes(self) -> list[web.RouteDef]:
        """Give the addresses."""
        person = "/phone/api/people/{id}"
        routes = [
            web.get("/phone/api/state", self._state),
            web.delete("/phone/api/state", self._clear),
            web.get("/phone/api/events", self._events),
            web.get("/phone/api/calls", self._calls),
            web.get("/phone/api/webhooks", self._webhooks),
            web.delete("/phone/api/calls", self._clear_calls),
            web.post("/phone/api/webhooks", self._post_webhook),
            web.post("/phone/api/people", self._add_person),
            web.get(person, self._person),
            web.patch(person, self._change),
            web.post(person + "/{deed:writes|taps|sends|reacts|opens|chooses}", self._deed),
            web.get(person + "/answers", self._answers),
            web.get("/phone/api/failures", self._failures),
            web.post("/phone/api/failures", self._add_failures),
            web.delete("/phone/api/failures", self._clear_failures),
            web.get("/phone/api/templates", self._templates),
            web.post("/phone/api/templates", self._add_templates),
            web.delete("/phone/api/templates", self._clear_templates),
        ]
        return [web.route(route.method, route.path, _refusing(route.handler)) for route in routes]

    async def _state(self, request: web.Request) -> web.StreamResponse:
        exchange = self._exchange
        return web.json_response(
            {
                "bot": {"url": exchange.options.bot_url, **exchange.bot.state},
                "people": [person.as_json(with_messages=True) for person in exchange.people],
                "failures": [asdict(failure) for failure in exchange.failures.waiting],
                "profile": exchange.messenger_profile,
            }
        )

    async def _clear(self, request: web.Request) -> web.StreamResponse:
        self._exchange.clear()
        return web.json_response({})

    async def _events(self, request: web.Request) -> web.StreamResponse:
        headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        stream = web.StreamResponse(headers=headers)
        with self._exchange.journal.listening() as queue:
            await stream.prepare(request)
            await stream.write(b": hello\n\n")
            while True:
                try:
                    event, data = await asyncio.wait_for(queue.get(), KEEP_ALIVE_SECONDS)
                    line = f"event: {event}\ndata: {json.dumps(data)}\n\n"
                except asyncio.TimeoutError:
                    event, line = "", ": still here\n\n"
                if event == END:
                    return stream
                try:
                    await stream.write(line.encode())
                except ConnectionResetError:
                    return stream

    async def _calls(self, request: web.Request) -> web.StreamResponse:
        return web.json_response(_later(request, list(self._exchange.journal.calls)))

    async def _webhooks(self, request: web.Request) -> web.StreamResponse:
        return web.json_response(_later(request, list(self._exchange.journal.webhooks)))

    async def _clear_calls(self, request: web.Request) -> web.StreamResponse:
        self._exchange.journal.clear()
        return web.json_response({})

    async def _post_webhook(self, request: web.Request) -> web.StreamResponse:
        fields = (await _body(request)).only("channel", "body")
        self._exchange.bot.post(fields.choice("channel", CHANNELS), fields.child("body").values)
        return web.json_response({})

    async def _add_person(self, request: web.Request) -> web.StreamResponse:
        fields = (await _body(request)).only("channel", "name", "number", "user_id", "hidden", "locale")
        person = self._exchange.people.add(**{"channel": fields.text("channel"), **fields.values})
        self._exchange.tell_person(person)
        return web.json_response(person.as_json(with_messages=True))

    async def _person(self, request: web.Request) -> web.StreamResponse:
        return web.json_response(self._who(request).as_json(with_messages=True))

    async def _change(self, request: web.Request) -> web.StreamResponse:
        person = self._who(request)
        self._deeds.change(person, (await _body(request)).values)
        return web.json_response(person.as_json())

    async def _deed(self, request: web.Request) -> web.StreamResponse:
        person, fields = self._who(request), await _body(request)
        return web.json_response(self._do(request.match_info["deed"], person, fields).as_json())

    def _do(self, deed: str, person: Person, fields: Fields) -> Message:
        deeds = self._deeds
        if deed == "writes":
            return deeds.write(person, fields.only("text").text("text"))
        if deed == "taps":
            return deeds.tap(person, fields.only("button", "message").text("button"), fields.optional("message"))
        if deed == "sends":
            return deeds.send(person, fields.only("kind", "text").text("kind"), fields.optional("text"))
        if deed == "reacts":
            emoji = str(fields.only("emoji", "message").values.get("emoji") or "")
            return deeds.react(person, emoji, fields.optional("message"))
        if deed == "chooses":
            return deeds.choose(person, fields.only("title", "payload").text("title"), fields.text("payload"))
        referral = fields.only("referral", "ad", "text").optional("referral")
        return deeds.open(person, referral, fields.flag("ad"), fields.optional("text"))

    async def _answers(self, request: web.Request) -> web.StreamResponse:
        person, query = self._who(request), request.query
        after, least = int(query.get("after", 0)), int(query.get("least", 1))
        quiet, within = float(query.get("quiet", 0.6)), float(query.get("within", 30))
        await self._exchange.wait(person, after, quiet, within, least)
        fresh = [message for message in person.messages if message.by == "bot" and message.number > after]
        return web.json_response([message.as_json() for message in fresh])

    async def _failures(self, request: web.Request) -> web.StreamResponse:
        return web.json_response([asdict(failure) for failure in self._exchange.failures.waiting])

    async def _add_failures(self, request: web.Request) -> web.StreamResponse:
        added = [self._exchange.failures.add(scripted.values) for scripted in await _one_or_more(request)]
        return web.json_response([asdict(failure) for failure in added])

    async def _clear_failures(self, request: web.Request) -> web.StreamResponse:
        self._exchange.failures.waiting.clear()
        return web.json_response({})

    async def _templates(self, request: web.Request) -> web.StreamResponse:
        return web.json_response([asdict(template) for template in self._exchange.templates.all()])

    async def _add_templates(self, request: web.Request) -> web.StreamResponse:
        added = [read_template(declaration.values) for declaration in await _one_or_more(request)]
        for template in added:
            self._exchange.templates.add(template)
        return web.json_response([asdict(template) for template in added])

    async def _clear_templates(self, request: web.Request) -> web.StreamResponse:
        self._exchange.templates.clear()
        return web.json_response({})

    def _who(self, request: web.Request) -> Person:
        return self._exchange.people.get(request.match_info["id"])


def _refusing(handler: Any) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        """Word refusals of our own addresses plainly."""
        try:
            return await handler(request)  # type: ignore[no-any-return]
        except (GraphError, ValueError) as error:
            return web.json_response({"error": {"message": str(error)}}, status=400)

    return handle


async def _json(request: web.Request) -> object:
    try:
        return await request.json()
    except ValueError:
        raise GraphError(100, "The body is not well-formed JSON.") from None


async def _body(request: web.Request) -> Fields:
    return Fields(await _json(request), _REFUSALS)


async def _one_or_more(request: web.Request) -> list[Fields]:
    body = await _json(request)
    return [Fields(item, _REFUSALS) for item in (body if isinstance(body, list) else [body])]


def _later(request: web.Request, records: list[Record]) -> list[Record]:
    after = int(request.query.get("after", 0))
    return [record for record in records if record["number"] > after]
