"""The page, its files, and the pictures and media the stand-in keeps; and who may ask for any of it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from customer_profiler.standin import STANDIN_TOKEN
from customer_profiler.standin.exchange import Exchange
from customer_profiler.standin.options import is_loopback

PAGE = Path(__file__).with_name("page")

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}

_TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}


class Site:
    """The routes of everything one looks at."""

    def __init__(self, exchange: Exchange) -> None:
        self._pictures = exchange.pictures

    def routes(self) -> list[web.RouteDef]:
        """Give the addresses."""
        return [
            web.get("/", self._to_page),
            web.get("/health", self._health),
            web.get("/phone", self._page),
            web.get("/phone/pictures/{id}", self._picture),
            web.get("/phone/media/{id}", self._media),
            web.get("/phone/{file}", self._file),
        ]

    async def _to_page(self, request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound("/phone")

    async def _health(self, request: web.Request) -> web.StreamResponse:
        return web.json_response({"status": "ok"})

    async def _page(self, request: web.Request) -> web.StreamResponse:
        return _file_answer(PAGE / "index.html")

    async def _file(self, request: web.Request) -> web.StreamResponse:
        file = PAGE / request.match_info["file"]
        if file.parent != PAGE or file.suffix not in _TYPES or not file.is_file():
            raise web.HTTPNotFound
        return _file_answer(file)

    async def _picture(self, request: web.Request) -> web.StreamResponse:
        media = self._pictures.get(request.match_info["id"])
        if media is None or not media.mime_type.startswith("image/"):
            raise web.HTTPNotFound
        return web.Response(body=media.content, content_type=media.mime_type, headers=_HEADERS)

    async def _media(self, request: web.Request) -> web.StreamResponse:
        """Give what a person sent: Messenger's addresses are open, WhatsApp's need the token."""
        media = self._pictures.get(request.match_info["id"])
        if media is None:
            raise web.HTTPNotFound
        if media.for_whatsapp and request.headers.get("Authorization") != f"Bearer {STANDIN_TOKEN}":
            raise web.HTTPUnauthorized
        return web.Response(body=media.content, headers={**_HEADERS, "Content-Type": media.mime_type})


@web.middleware
async def only_from_here(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what another site's page makes the browser ask, directly or under a name that leads to this machine."""
    origin = request.headers.get("Origin")
    if not is_loopback(_host(f"//{request.host}")) or (origin and not is_loopback(_host(origin))):
        raise web.HTTPForbidden(text="The phone stand-in answers this machine only.")
    return await handler(request)


def _host(address: str) -> str:
    return urlsplit(address).hostname or ""


def _file_answer(file: Path) -> web.Response:
    headers = {**_HEADERS, "Content-Type": f"{_TYPES[file.suffix]}; charset=utf-8"}
    return web.Response(body=file.read_bytes(), headers=headers)
