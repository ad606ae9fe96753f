"""The wheels of cars."""

from __future__ import annotations

from typing import NamedTuple

from scripts.pictures.canvas import Canvas
from scripts.pictures.palette import WHITE
from scripts.pictures.shapes import circle, group, line, path

GROUND = 524.0  # the y at which tyres touch the floor


class Rim(NamedTuple):
    """How many spokes a rim has and the outline of the one that points up, if its radius were 100."""

    spokes: int
    outline: str


FIVE = Rim(5, "M-12 -8 L-19 -92 L19 -92 L12 -8 Z")
TWIN = Rim(5, "M-9 -14 L-32 -94 L-13 -94 L0 -30 L13 -94 L32 -94 L9 -14 Z")
FAN = Rim(7, "M-10 -10 C-22 -40 -20 -70 -2 -95 L24 -92 C6 -66 4 -40 10 -10 Z")
BLADE = Rim(10, "M-5 -12 L-11 -94 L11 -94 L5 -12 Z")
STEEL = Rim(8, "M-15 -16 L-24 -94 L24 -94 L15 -16 Z")
BLOCK = Rim(6, "M-12 -10 L-17 -94 L17 -94 L12 -10 Z")


def draw_wheel(canvas: Canvas, x: float, radius: float, rim: Rim) -> None:
    """Draw one wheel standing on the ground."""
    y, inner = GROUND - radius, radius * 0.70
    tyre = canvas.radial(x, y, radius, (0.70, "#15181d", 1), (0.86, "#31373f", 1), (1, "#1b1f25", 1))
    canvas.add(
        circle(x, y, radius, tyre),
        circle(x, y, inner, "#20252c"),
        circle(x, y, inner * 0.66, "#5b6570"),
        circle(x, y, inner * 0.42, "#3a424c"),
        group(_rim(canvas, rim), transform=f"translate({x} {y}) scale({inner / 100:.4f})"),
        line(_gleam(x, y, radius), WHITE, 2.5, opacity=0.22),
    )


def _rim(canvas: Canvas, rim: Rim) -> str:
    metal = canvas.linear(0, -100, 0, 100, (0, "#fbfcfd", 1), (1, "#a4adb8", 1))
    turns = (360 / rim.spokes * number for number in range(rim.spokes))
    return group(
        *(path(rim.outline, metal, transform=f"rotate({turn:.3f})") for turn in turns),
        circle(0, 0, 95, "none", stroke=metal, stroke_width=10),
        circle(0, 0, 22, metal),
        circle(0, 0, 10, "#707a86"),
    )


def _gleam(x: float, y: float, radius: float) -> str:
    """Follow the upper left shoulder of the tyre."""
    bend = f"{radius * 0.9:.1f}"
    return f"M{x - radius * 0.72:.1f} {y - radius * 0.53:.1f} A{bend} {bend} 0 0 1 {x:.1f} {y - radius * 0.9:.1f}"
