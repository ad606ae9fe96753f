"""What a picture, film, sound, file or sticker of a call must say."""

from __future__ import annotations

from collections.abc import Callable

from customer_profiler.standin.errors import GraphError
from customer_profiler.standin.fields import Fields

CAPTION_MOST = 1024

_EXTRAS = {"image": ("caption",), "video": ("caption",), "document": ("caption", "filename")}


def check_media(kind: str) -> Callable[[Fields], None]:
    """Give the check of one kind of media."""

    def check(media: Fields) -> None:
        """Refuse anything but an id or a link, and a caption where there may be one."""
        media.only("id", "link", *_EXTRAS.get(kind, ()))
        if media.has("id") == media.has("link"):
            raise GraphError(131008, f"{media.path} needs either id or link.")
        if media.has("link"):
            media.link("link")
        else:
            media.text("id")
        media.optional("caption", CAPTION_MOST)
        media.optional("filename", 240)

    return check
