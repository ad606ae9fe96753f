"""A web address that takes every lead at once and keeps none: ``python -m bench.sink PORT``."""

from __future__ import annotations

import itertools
import sys

from aiohttp import web


def application() -> web.Application:
    """Give the server; its answers bear ids of their own."""
    app, numbers = web.Application(), itertools.count(1)

    async def take(request: web.Request) -> web.Response:
        await request.json()
        return web.json_response({"id": next(numbers)}, status=201)

    async def alive(request: web.Request) -> web.Response:
        return web.Response()

    app.router.add_post("/leads", take)
    app.router.add_get("/", alive)
    return app


if __name__ == "__main__":
    web.run_app(application(), host="127.0.0.1", port=int(sys.argv[1]), print=None)
