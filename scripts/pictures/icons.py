"""The icons of apps, as they stand on the screens of tablets."""

from __future__ import annotations

from collections.abc import Iterable

from scripts.pictures.palette import WHITE
from scripts.pictures.shapes import group, path, rect

ICONS = {  # in a box of 40 x 40
    "play": "M13 9 L31 20 L13 31 Z",
    "mail": "M7 11 H33 L20 22 Z M7 15 L20 26 L33 15 V30 H7 Z",
    "heart": "M20 33 C6 24 5 12 13 10 C17 9 20 13 20 15 C20 13 23 9 27 10 C35 12 34 24 20 33 Z",
    "star": "M20 6 L24 16 L34 17 L26 24 L29 34 L20 28 L11 34 L14 24 L6 17 L16 16 Z",
    "note": (
        "M15 8 L32 6 V27 C30 33 22 31 24 26 C25 24 27 24 28 24 V13 L19 14 V30 C17 36 9 34 11 29 C12 27 14 27 15 27 Z"
    ),
    "chat": "M7 9 H33 V27 H19 L12 33 V27 H7 Z",
    "pin": "M20 6 C28 6 32 12 30 19 C28 25 23 30 20 35 C17 30 12 25 10 19 C8 12 12 6 20 6 Z",
    "bolt": "M23 5 L10 23 H19 L16 36 L30 17 H21 Z",
    "sun": (
        "M20 10 L23 5 L25 11 L31 9 L29 15 L35 17 L30 20 L35 24 L29 25 L31 31 L25 29"
        "L23 35 L20 30 L17 35 L15 29 L9 31 L11 25 L5 24 L10 20 L5 17 L11 15 L9 9 L15 11 L17 5 Z"
    ),
    "photo": "M6 9 H34 V22 L27 15 L18 26 L13 21 L6 28 Z M6 32 L13 25 L18 30 L27 19 L34 26 V32 Z",
}

App = tuple[str, str]  # colour, icon


def tile(x: float, y: float, size: float, app: App) -> str:
    """Draw the tile of one app with its icon."""
    colour, icon = app
    return group(
        rect(0, 0, 40, 40, 10, colour),
        rect(0, 0, 40, 20, 10, WHITE, opacity=0.14),
        path(ICONS[icon], WHITE, transform="translate(5 5) scale(.75)"),
        transform=f"translate({x} {y}) scale({size / 40})",
    )


def tiles(corner: tuple[int, int], size: int, columns: int, step: tuple[int, int], apps: Iterable[App]) -> str:
    """Draw the tiles of several apps in rows, from the upper left corner on."""
    (left, top), (across, down) = corner, step
    return group(
        *(
            tile(left + across * (number % columns), top + down * (number // columns), size, app)
            for number, app in enumerate(apps)
        )
    )
