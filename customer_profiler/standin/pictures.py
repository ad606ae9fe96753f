"""Fetches the pictures messages link to, as Meta would, and keeps them and other media for a while."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import struct
import time
from collections import OrderedDict
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp

from customer_profiler.standin.options import is_loopback

MOST_BYTES = 5 * 1024 * 1024
FETCH_SECONDS = 5
CACHED_SECONDS = 600
KEPT = 300

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"


class PictureRefused(Exception):
    """A picture cannot be fetched, or is none that Meta shows."""


@dataclass(frozen=True)
class Media:
    """Bytes with their type; ``id`` is how calls name them. Those ``for_whatsapp`` open with the token only."""

    id: str
    content: bytes
    mime_type: str
    fetched_at: float
    for_whatsapp: bool = False

    @property
    def sha256(self) -> str:
        """The digest webhooks carry."""
        return hashlib.sha256(self.content).hexdigest()


class Pictures:
    """What has been fetched or uploaded; the oldest goes when there is too much."""

    def __init__(self) -> None:
        self._media: OrderedDict[str, Media] = OrderedDict()
        self._by_link: dict[str, str] = {}

    def keep(self, content: bytes, mime_type: str, for_whatsapp: bool = False) -> Media:
        """Keep an upload, or what a person sends."""
        media = Media(str(10**15 + secrets.randbelow(10**15)), content, mime_type, time.time(), for_whatsapp)
        self._media[media.id] = media
        while len(self._media) > KEPT:
            self._media.popitem(last=False)
        return media

    def get(self, id: str) -> Media | None:
        """Give what is kept under the id."""
        return self._media.get(id)

    async def fetch(self, source: str) -> Media:
        """Give the picture at a link, or the uploaded one of ``media:<id>``; a link is cached as Meta does."""
        if source.startswith("media:"):
            media = self.get(source.removeprefix("media:"))
            if media is None:
                raise PictureRefused(f"There is no media of id {source.removeprefix('media:')}.")
            return media
        cached = self.get(self._by_link.get(source, ""))
        if cached is not None and time.time() - cached.fetched_at < CACHED_SECONDS:
            return cached
        content, mime_type = await _download(source)
        check_picture(content, mime_type)
        media = self.keep(content, mime_type)
        self._by_link[source] = media.id
        return media


async def _download(link: str) -> tuple[bytes, str]:
    address = urlsplit(link)
    if address.scheme != "https" and not is_loopback(address.hostname or ""):
        raise PictureRefused(f"The link must begin with https://: {link}")
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=FETCH_SECONDS)) as session,
            session.get(link, allow_redirects=False) as answer,
        ):
            if answer.status != 200:
                raise PictureRefused(f"Fetching the link gave status {answer.status}: {link}")
            content = await answer.content.read(MOST_BYTES + 1)
            while len(content) <= MOST_BYTES and (more := await answer.content.read(MOST_BYTES)):
                content += more
            return content, answer.content_type
    except (aiohttp.ClientError, asyncio.TimeoutError, ValueError) as error:
        raise PictureRefused(f"The link cannot be fetched ({type(error).__name__}): {link}") from error


def check_picture(content: bytes, mime_type: str) -> None:
    """Refuse anything but a PNG or JPEG of at most 5 MB, 8 bit, RGB or RGBA, sent under its own type."""
    if len(content) > MOST_BYTES:
        raise PictureRefused("The picture is larger than 5 MB.")
    if content.startswith(_PNG):
        kind = "image/png"
        good = len(content) > 25 and content[24] == 8 and content[25] in (2, 6)
    elif content.startswith(_JPEG):
        kind, good = "image/jpeg", _jpeg_frame(content) == (8, 3)
    else:
        raise PictureRefused(f"The picture is neither PNG nor JPEG (its type says {mime_type}).")
    if mime_type != kind:
        raise PictureRefused(f"The picture is {kind}, but its type says {mime_type}.")
    if not good:
        raise PictureRefused("The picture must have 8 bits a colour and be RGB or RGBA.")


def _jpeg_frame(content: bytes) -> tuple[int, int] | None:
    """Give the bits a sample and the number of colours from the first start-of-frame segment."""
    place = 2
    while place + 10 <= len(content) and content[place] == 0xFF:
        marker, size = struct.unpack_from(">xBH", content, place)
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return content[place + 4], content[place + 9]
        place += 2 + size
    return None
