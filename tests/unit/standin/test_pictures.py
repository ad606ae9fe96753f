"""Which pictures Meta would show."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from customer_profiler.standin.pictures import MOST_BYTES, PictureRefused, check_picture


def picture(kind: str, mode: str) -> bytes:
    content = io.BytesIO()
    Image.new(mode, (16, 16)).save(content, kind)
    return content.getvalue()


@pytest.mark.parametrize(("kind", "mode"), [("PNG", "RGB"), ("PNG", "RGBA"), ("JPEG", "RGB")])
def test_takes(kind: str, mode: str) -> None:
    check_picture(picture(kind, mode), f"image/{kind.lower()}")


@pytest.mark.parametrize(
    ("content", "mime_type", "why"),
    [
        (picture("WEBP", "RGB"), "image/webp", "neither PNG nor JPEG"),
        (picture("GIF", "P"), "image/png", "neither PNG nor JPEG"),
        (b"<html>", "text/html", "neither PNG nor JPEG"),
        (picture("PNG", "RGB"), "image/jpeg", "its type says"),
        (picture("PNG", "RGB"), "application/octet-stream", "its type says"),
        (picture("PNG", "P"), "image/png", "RGB"),
        (picture("PNG", "I;16"), "image/png", "8 bits"),
        (picture("JPEG", "CMYK"), "image/jpeg", "RGB"),
        (picture("PNG", "RGB") + b"x" * MOST_BYTES, "image/png", "5 MB"),
    ],
)
def test_refuses(content: bytes, mime_type: str, why: str) -> None:
    with pytest.raises(PictureRefused, match=why):
        check_picture(content, mime_type)
