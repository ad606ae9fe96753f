"""The floor of a webhook: a handler that checks the signature, commits one row and posts once to the Graph API.

It knows no conversation, no order and no second try; run as ``python -m bench.floor PORT DATABASE GRAPH_URL SECRET``.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import sqlite3
import sys

import aiohttp
from aiohttp import web

GRAPH = web.AppKey("graph", aiohttp.ClientSession)


def application(database: str, graph_url: str, secret: str) -> web.Application:
    """Give the handler with its database and connections."""
    app = web.Application(client_max_size=3 * 1024 * 1024)
    store = sqlite3.connect(database, isolation_level=None)
    store.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE event (id TEXT PRIMARY KEY)")
    posts: set[asyncio.Task[None]] = set()

    async def connect(app: web.Application) -> None:
        app[GRAPH] = aiohttp.ClientSession()

    async def post(message: dict[str, str]) -> None:
        body = {"messaging_product": "whatsapp", "to": message["from"], "type": "text", "text": {"body": "Hello!"}}
        async with app[GRAPH].post(graph_url, json=body) as answer:
            await answer.read()

    async def receive(request: web.Request) -> web.Response:
        body = await request.read()
        signed = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(signed, request.headers["X-Hub-Signature-256"]):
            return web.Response(status=403)
        message = json.loads(body)["entry"][0]["changes"][0]["value"]["messages"][0]
        store.execute("INSERT OR IGNORE INTO event VALUES (?)", (message["id"],))
        task = asyncio.create_task(post(message))
        posts.add(task)
        task.add_done_callback(posts.discard)
        return web.Response(text="EVENT_RECEIVED")

    async def alive(request: web.Request) -> web.Response:
        return web.Response()

    app.on_startup.append(connect)  # type: ignore[arg-type]
    app.router.add_post("/webhooks/whatsapp/webhook", receive)
    app.router.add_get("/", alive)
    return app


if __name__ == "__main__":
    web.run_app(application(*sys.argv[2:5]), host="127.0.0.1", port=int(sys.argv[1]), print=None)
