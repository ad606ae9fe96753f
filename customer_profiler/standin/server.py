"""Puts the stand-in together and serves it."""

from __future__ import annotations

from aiohttp import web

from customer_profiler.standin.control import Control
from customer_profiler.standin.exchange import Exchange
from customer_profiler.standin.graph import Graph
from customer_profiler.standin.options import Options
from customer_profiler.standin.site import Site, only_from_here

UPLOAD_MOST_BYTES = 16 * 1024 * 1024


class Server:
    """A running stand-in."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._exchange = Exchange(options)
        application = web.Application(middlewares=[only_from_here], client_max_size=UPLOAD_MOST_BYTES)
        for part in (Graph(self._exchange), Control(self._exchange), Site(self._exchange)):
            application.add_routes(part.routes())
        # A page that is open keeps its stream of events; nobody waits for it to close.
        self._runner = web.AppRunner(application, shutdown_timeout=0.5)

    async def start(self) -> None:
        """Listen, and begin to verify the bot's webhooks; raise ``OSError`` when the port is taken."""
        await self._runner.setup()
        await web.TCPSite(self._runner, self._options.host.strip("[]"), self._options.port).start()
        await self._exchange.start()

    async def stop(self) -> None:
        """Stop listening and give up what is under way."""
        await self._exchange.stop()
        await self._runner.cleanup()
