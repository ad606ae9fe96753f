"""What people send from the stand-in: a small picture, a voice message and a sticker, made here."""

from __future__ import annotations

import struct
import zlib

SIDE = 96

MIME_TYPES = {
    "image": "image/png",
    "audio": "audio/ogg; codecs=opus",
    "sticker": "image/webp",
    "video": "video/mp4",
    "document": "application/pdf",
}
"""What a person can attach, besides a place and a contact."""


def sample(kind: str) -> bytes:
    """Give the bytes of a sample; only the picture can be looked at."""
    return _picture() if kind == "image" else f"stand-in sample: {kind}".encode()


def _picture() -> bytes:
    rows = b"".join(
        b"\0" + bytes(value for x in range(SIDE) for value in (60 + x, 120 + y // 2, 200 - x // 2)) for y in range(SIDE)
    )
    header = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
