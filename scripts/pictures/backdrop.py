"""What stands behind a product: a pastel wall with a disc of light, some scenery, and the floor."""

from __future__ import annotations

from scripts.pictures.canvas import HEIGHT, WIDTH, Canvas
from scripts.pictures.palette import WHITE, light, mix
from scripts.pictures.shapes import circle, path, rect

HORIZON = 452

# Sceneries, which stand on the horizon.
CITY = (
    "M60 452 V330 H130 V290 H196 V452 Z M214 452 V250 H282 V452 Z M300 452 V310 H372 V452 Z"
    "M846 452 V280 H912 V452 Z M930 452 V220 H992 V452 Z M1006 452 V300 H1140 V452 Z"
)
HILLS = "M0 452 V372 C120 300 240 300 380 368 C520 430 640 300 800 318 C960 336 1040 300 1200 360 V452 Z"
PEAKS = "M0 452 L150 300 L210 350 L352 190 L500 360 L560 318 L640 400 L820 232 L930 350 L1010 270 L1200 430 V452 Z"
COAST = "M0 452 V400 C200 380 420 396 600 404 C780 412 960 350 1200 336 V452 Z"


def draw_backdrop(canvas: Canvas, hue: str, scenery: str = "", horizon: float = HORIZON) -> None:
    """Paint wall, scenery and floor in shades of one hue."""
    wall = canvas.linear(0, 0, 0, horizon, (0, light(hue, 0.42), 1), (1, light(hue, 0.74), 1))
    floor = canvas.linear(0, horizon, 0, HEIGHT, (0, mix(hue, "#8f98ad", 0.10), 1), (1, light(hue, 0.32), 1))
    canvas.add(
        rect(0, 0, WIDTH, HEIGHT, 0, wall),
        circle(600, 300, 262, WHITE, opacity=0.34),
        circle(600, 300, 206, WHITE, opacity=0.22),
        path(scenery, hue, opacity=0.55),
        rect(0, horizon, WIDTH, HEIGHT - horizon, 0, floor),
    )
