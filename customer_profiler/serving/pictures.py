"""Serves the pictures of products at ``/webhooks/pictures/<profiler>/<file>`` of the Rasa server."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from customer_profiler.adapters.content.loader import WORKBOOK_SUFFIX
from customer_profiler.adapters.content.workbook import image_folder
from customer_profiler.core.condition import is_identifier
from customer_profiler.settings import Settings

TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}
"""What is served; nothing else in a content folder is anybody's business."""


class PicturesInput(InputChannel):
    """A channel that brings no messages: it is Rasa's way to add addresses to its server."""

    @classmethod
    def name(cls) -> str:
        """The part of the address behind ``/webhooks/``."""
        return "pictures"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[None]]) -> Blueprint:
        """Give the address of the pictures."""
        blueprint = Blueprint("pictures")
        content = Settings.from_environment().content.resolve()

        @blueprint.route("/<profiler:str>/<picture:path>", methods=["GET", "HEAD"])
        async def picture(request: Request, profiler: str, picture: str) -> HTTPResponse:
            """Answer with the picture, or with 404."""
            file = find_picture(content, profiler, picture)
            if file is None:
                return response.text("There is no such picture.", status=404)
            return await response.file(file, mime_type=TYPES[file.suffix.lower()])

        return blueprint


def find_picture(content: Path, profiler: str, picture: str) -> Path | None:
    """Give the picture's file if it is one and lies where its profiler's pictures belong, else None."""
    if not is_identifier(profiler):
        return None
    workbook = content / f"{profiler}{WORKBOOK_SUFFIX}"
    folder = image_folder(workbook) if workbook.exists() else content / profiler
    file = (folder / picture).resolve()
    inside = folder.resolve() in file.parents
    return file if inside and file.suffix.lower() in TYPES and file.is_file() else None
