"""Colours, written ``#rrggbb``, and how one is made from another."""

from __future__ import annotations

WHITE = "#ffffff"
CHROME = "#d5dbe1"
CLADDING = "#383e47"
DARK = "#262b33"
RUBBER = "#1d2127"
SHADOW = "#0e1424"


def mix(colour: str, other: str, share: float) -> str:
    """Blend two colours; ``share`` is the part of the other one."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return _written(*(a + (b - a) * share for a, b in pairs))


def light(colour: str, share: float) -> str:
    """Blend a colour towards white."""
    return mix(colour, WHITE, share)


def dark(colour: str, share: float) -> str:
    """Blend a colour towards its own deep shade: yellow turns brown, grey stays neutral."""
    red, green, blue = channels = _channels(colour)
    vivid = (max(channels) - min(channels)) / 255
    return mix(colour, _written(red * 0.22, green * (0.22 - 0.12 * vivid), blue * 0.24), share)


def _channels(colour: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(colour[1:])
    return red, green, blue


def _written(*channels: float) -> str:
    return "#" + bytes(round(channel) for channel in channels).hex()
