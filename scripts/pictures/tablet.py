"""What a tablet is made of, and how it is drawn.

A tablet is a slab, upright or lying on the floor. Its front is drawn flat, in pixels from its upper left
corner, and an affine matrix puts it in its place; so are the extras of a single model, unless they stand
apart from the slab.
"""

from __future__ import annotations

from dataclasses import dataclass

from scripts.pictures.backdrop import draw_backdrop
from scripts.pictures.canvas import Canvas
from scripts.pictures.palette import SHADOW, WHITE, dark, light
from scripts.pictures.shapes import HAZY, SOFT, circle, group, path, rect


@dataclass(frozen=True, kw_only=True)
class Tablet:
    """Everything that makes one tablet: its slab, its screen and extras."""

    hue: str
    horizon: float = 430
    size: tuple[int, int]
    place: str  # SVG's matrix: where the x axis, the y axis and the corner go
    depth: tuple[int, int]  # how far the slab's back is shifted
    lying: bool = False
    casing: str
    corner: float = 34
    bezel: float = 24
    rim: str = "#171a20"
    wallpaper: tuple[str, str]
    screen: str  # counted from the screen's corner, cut off at its edge
    behind: str = ""  # in the picture
    under: str = ""  # on the slab's plane, below it
    over: str = ""  # on the slab's plane, above it
    front: str = ""  # in the picture


def draw_tablet(tablet: Tablet) -> Canvas:
    """Compose the picture of one tablet."""
    canvas = Canvas()
    draw_backdrop(canvas, tablet.hue, horizon=tablet.horizon)
    canvas.add(*_shadows(tablet), tablet.behind, group(tablet.under, transform=tablet.place))
    canvas.add(*_back(tablet))
    canvas.add(
        group(_frame(canvas, tablet), _screen(canvas, tablet), _lens(tablet), tablet.over, transform=tablet.place),
        tablet.front,
    )
    return canvas


def _shadows(tablet: Tablet) -> list[str]:
    """Lay a wide soft shadow and a tight one: of the whole slab, or of the edge it stands on."""
    width, height = tablet.size
    if tablet.lying:
        shape, offset = rect(0, 0, width, height, tablet.corner, SHADOW), "translate(10 30)"
    else:
        shape, offset = rect(-6, height - 16, width + 12, 26, 13, SHADOW), "translate(0 8)"
    placed = group(shape, transform=tablet.place)
    return [
        group(placed, transform=offset, opacity=opacity, filter=blur) for blur, opacity in ((HAZY, 0.38), (SOFT, 0.34))
    ]


def _back(tablet: Tablet) -> list[str]:
    """Give the slab its thickness, a sheet per pixel, with bright edges."""
    x, y = tablet.depth
    steps = max(abs(x), abs(y))
    sheets = []
    for step in range(steps, 0, -1):
        tone = dark(tablet.casing, 0.42 - 0.2 * (step == steps) - 0.1 * (step < 3))
        shift = f"translate({x * step / steps:.2f} {y * step / steps:.2f})"
        sheets.append(group(rect(0, 0, *tablet.size, tablet.corner, tone), transform=f"{shift} {tablet.place}"))
    return sheets


def _frame(canvas: Canvas, tablet: Tablet) -> str:
    (width, height), casing, corner = tablet.size, tablet.casing, tablet.corner
    metal = canvas.linear(
        0, 0, width, height, (0, light(casing, 0.45), 1), (0.5, casing, 1), (1, dark(casing, 0.18), 1)
    )
    return group(
        rect(0, 0, width, height, corner, metal),
        rect(5, 5, width - 10, height - 10, corner - 5, tablet.rim),
    )


def _screen(canvas: Canvas, tablet: Tablet) -> str:
    """Draw wallpaper, content and a reflection, inside the bezel."""
    bezel, (top, bottom) = tablet.bezel, tablet.wallpaper
    width, height = (length - 2 * bezel for length in tablet.size)
    paper = canvas.linear(0, 0, 0, height, (0, top, 1), (1, bottom, 1))
    gloss = canvas.linear(0, 0, width * 0.6, height, (0, WHITE, 0.26), (0.7, WHITE, 0.03))
    return group(
        rect(0, 0, width, height, 0, paper),
        tablet.screen,
        path(f"M0 0 H{width * 0.52} L{width * 0.22} {height} H0 Z", gloss),
        clip_path=canvas.clip(rect(0, 0, width, height, max(tablet.corner - bezel, 10), "#000")),
        transform=f"translate({bezel} {bezel})",
    )


def _lens(tablet: Tablet) -> str:
    """Put the camera into the middle of the upper bezel."""
    return circle(tablet.size[0] / 2, tablet.bezel / 2 + 2, 4, "#3c4656")
