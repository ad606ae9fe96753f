"""What a car is made of, and how it is drawn.

A car faces right and stands on the ground of its wheels. Its outlines are path data in the coordinates of
the picture; whatever only one model has (a roof rack, a grille, luggage) is drawn beforehand and laid
behind the body, onto its paint or on top of it.
"""

from __future__ import annotations

from dataclasses import dataclass

from scripts.pictures.backdrop import draw_backdrop
from scripts.pictures.canvas import Canvas
from scripts.pictures.palette import CLADDING, RUBBER, WHITE, dark, light, mix
from scripts.pictures.shapes import HAZY, SOFT, bounds, circle, ellipse, group, line, path, rect
from scripts.pictures.wheel import GROUND, Rim, draw_wheel

Point = tuple[float, float]

FRAME = "#171b21"  # around and between the windows
SEAT = (
    "M-4 110 L-27 46 C-30 34 -10 30 -5 42 L24 110 Z"
    "M-31 30 C-36 14 -32 9 -23 9 C-14 9 -14 14 -12 28 C-12 37 -29 37 -31 30 Z"
)
MIRROR = "M-21 4 C-21 -8 -8 -13 6 -12 C17 -11 22 -5 20 4 C18 11 6 12 -8 12 C-17 12 -21 11 -21 4 Z"
REFLECTIONS = ((0.10, 46), (0.20, 14), (0.58, 64), (0.71, 16))  # where along the windows, and how wide


@dataclass(frozen=True, kw_only=True)
class Car:
    """Everything that makes one car: colours, outlines, wheels and extras."""

    paint: str
    hue: str
    scenery: str = ""
    wheels: tuple[float, float]  # x of the rear and of the front one
    radius: float
    rim: Rim
    body: str  # its lower edge is the sill
    glass: str
    pillars: str = ""  # strokes which divide the glass
    pillar_width: float = 11
    seams: str  # around doors and bonnet
    crease: str  # the line that catches the light
    head: str  # the headlamp
    tail: str  # the tail lamp
    handles: tuple[Point, ...]
    mirror: Point
    seats: tuple[Point, ...] = ()
    cladding: bool = False  # grey sills and wheel arches
    behind: str = ""
    inlay: str = ""  # on the paint, cut off at the edge of the body
    trim: str = ""  # on top of everything but lamps, handles, mirror and wheels


def draw_car(car: Car) -> Canvas:
    """Compose the picture of one car."""
    canvas = Canvas()
    draw_backdrop(canvas, car.hue, car.scenery)
    _draw_shadow(canvas, car)
    canvas.add(car.behind)
    _draw_body(canvas, car)
    _draw_glass(canvas, car)
    canvas.add(car.trim)
    _draw_lamps(canvas, car)
    canvas.add(*(_handle(car.paint, x, y) for x, y in car.handles), _mirror(car))
    for x in car.wheels:
        draw_wheel(canvas, x, car.radius, car.rim)
    return canvas


def _draw_shadow(canvas: Canvas, car: Car) -> None:
    """Lay a wide soft shadow and a tight one on the floor, and hide the floor between the wheels."""
    body, shade = bounds(car.body), mix(car.hue, "#151b2b", 0.8)
    half, (rear, front) = body.width / 2, car.wheels
    canvas.add(
        ellipse(body.middle, GROUND + 2, half * 1.04, 22, shade, opacity=0.45, filter=HAZY),
        ellipse(body.middle, GROUND - 3, half * 0.93, 10, shade, opacity=0.60, filter=SOFT),
        rect(rear, body.bottom - 46, front - rear, 55, 0, RUBBER),
    )


def _draw_body(canvas: Canvas, car: Car) -> None:
    """Paint the body from a bright roof to a deep sill, and put on it what ends at its edge."""
    body, paint = bounds(car.body), car.paint
    stops = ((0, light(paint, 0.30), 1), (0.40, light(paint, 0.06), 1), (0.62, paint, 1), (1, dark(paint, 0.34), 1))
    coat = canvas.linear(0, body.top, 0, body.bottom, *stops)
    edge = canvas.linear(0, body.top, 0, body.top + body.height * 0.7, (0, WHITE, 0.75), (1, WHITE, 0))
    canvas.add(
        path(car.body, coat, stroke=dark(paint, 0.5), stroke_width=2, stroke_opacity=0.45),
        group(
            car.inlay,
            _shading(canvas, car),
            _lines(car),
            _sill(car),
            line(car.body, edge, 9),
            _arches(car),
            clip_path=canvas.clip(path(car.body, "#000")),
        ),
    )


def _shading(canvas: Canvas, car: Car) -> str:
    """Turn both ends away from the light and let the flank bulge."""
    body, deep = bounds(car.body), dark(car.paint, 1)
    stops = ((0, deep, 0.40), (0.11, deep, 0), (0.88, deep, 0), (1, deep, 0.26))
    return group(
        path(car.body, canvas.linear(body.left, 0, body.right, 0, *stops)),
        ellipse(body.left + body.width / 2, 436, body.width * 0.34, 16, WHITE, opacity=0.30, filter=HAZY),
    )


def _lines(car: Car) -> str:
    """Draw crease and seams, each with the light that falls on its lower or right-hand side."""
    return group(
        line(car.crease, dark(car.paint, 0.5), 3, opacity=0.55),
        line(car.crease, WHITE, 2.5, opacity=0.5, transform="translate(0 3)"),
        line(car.seams, dark(car.paint, 0.55), 2.6, opacity=0.8),
        line(car.seams, WHITE, 1.4, opacity=0.28, transform="translate(2.2 0)"),
    )


def _sill(car: Car) -> str:
    body = bounds(car.body)
    height, colour = (20, CLADDING) if car.cladding else (9, dark(car.paint, 0.62))
    return rect(body.left, body.bottom - height, body.width, height + 9, 0, colour)


def _arches(car: Car) -> str:
    """Cut the wheels' openings into the body, each with its lip."""
    opening = car.radius * 1.13
    lip, colour = (12, CLADDING) if car.cladding else (5, dark(car.paint, 0.30))
    rings = ((opening + lip, colour), (opening, "#14171c"))
    return group(*(circle(x, GROUND - car.radius, radius, tone) for radius, tone in rings for x in car.wheels))


def _draw_glass(canvas: Canvas, car: Car) -> None:
    """Draw the windows with seats behind them and slanted reflections on them."""
    glass = bounds(car.glass)
    tone = canvas.linear(0, glass.top, 0, glass.bottom, (0, "#2a3948", 1), (1, "#6b879b", 1))
    canvas.add(
        line(car.glass, FRAME, 7),
        path(car.glass, tone),
        group(
            *(path(SEAT, "#1d2834", transform=f"translate({x} {y})") for x, y in car.seats),
            _reflections(canvas, car),
            line(car.pillars, FRAME, car.pillar_width, stroke_linecap="butt"),
            clip_path=canvas.clip(path(car.glass, "#000")),
        ),
    )


def _reflections(canvas: Canvas, car: Car) -> str:
    left, top, _, bottom = glass = bounds(car.glass)
    sheen = canvas.linear(0, top, 0, bottom, (0, WHITE, 0.50), (1, WHITE, 0.10))
    places = ((left + glass.width * share, width) for share, width in REFLECTIONS)
    return group(
        *(
            path(f"M{x + glass.height * 0.7} {top} h{width} L{x + width} {bottom} h{-width} Z", sheen)
            for x, width in places
        )
    )


def _draw_lamps(canvas: Canvas, car: Car) -> None:
    head, frame = bounds(car.head), dark(car.paint, 0.62)
    lens = canvas.linear(head.left, 0, head.right, 0, (0, "#b9cfdd", 1), (0.5, WHITE, 1), (1, "#e4f1fa", 1))
    red = canvas.linear(*bounds(car.tail), (0, "#ff5a52", 1), (1, "#b3122a", 1))
    canvas.add(
        path(car.head, lens, stroke=frame, stroke_width=3),
        path(car.tail, red, stroke=frame, stroke_width=2.5),
    )


def _handle(paint: str, x: float, y: float) -> str:
    return group(
        rect(x, y + 3, 44, 9, 4.5, dark(paint, 0.55), opacity=0.7),
        rect(x, y, 44, 8, 4, light(paint, 0.30)),
    )


def _mirror(car: Car) -> str:
    x, y = car.mirror
    fill, edge = dark(car.paint, 0.18), dark(car.paint, 0.6)
    return path(MIRROR, fill, transform=f"translate({x} {y})", stroke=edge, stroke_width=2)
