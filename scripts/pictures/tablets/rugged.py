"""The tablet for outdoors, with guarded corners and a map on its screen."""

from __future__ import annotations

from scripts.pictures.icons import tile
from scripts.pictures.palette import WHITE, light
from scripts.pictures.shapes import circle, group, line, path, rect
from scripts.pictures.tablet import Tablet

WIDTH, HEIGHT = 724, 466
GUARD = "M-16 118 V26 C-16 0 0 -16 26 -16 H130 L112 30 H60 C42 30 32 40 32 58 V102 Z"
CORNERS = (
    "",
    f"translate({WIDTH} 0) scale(-1 1)",
    f"translate(0 {HEIGHT}) scale(1 -1)",
    f"translate({WIDTH} {HEIGHT}) scale(-1 -1)",
)


def _guards(colour: str) -> str:
    """Draw the guards of all four corners, each with its screw."""
    guard = group(
        path(GUARD, colour),
        line("M2 92 V34 C2 14 14 2 34 2 H104", light(colour, 0.35), 5, opacity=0.7),
        circle(31, 31, 9, "#2b3038"),
        line("M26 31 H36", "#9aa3ae", 2.5),
    )
    return group(*(group(guard, transform=corner) for corner in CORNERS))


LAND = group(
    path("M0 0 H240 C220 60 120 70 110 130 C100 190 30 190 0 240 Z", "#9fd3ee"),
    path("M420 0 H640 V120 C560 150 470 110 420 0 Z", "#b7dba0"),
    path("M120 400 C140 300 240 290 300 330 C340 360 330 400 330 400 Z", "#b7dba0"),
)
ROADS = group(
    line("M0 330 C120 260 200 250 300 220 C420 180 520 240 660 170", WHITE, 18),
    line("M300 0 C280 100 310 170 300 220 C290 290 400 330 420 420", WHITE, 14),
    line("M480 420 C500 320 460 260 520 205 M60 420 L130 262 M130 262 L190 100 L290 60", WHITE, 9),
    line("M430 110 C460 60 520 80 560 40 M450 84 C480 110 530 110 590 80", "#8dbd76", 4),
)
ROUTE = group(
    line("M96 352 C160 262 220 246 300 220 C380 194 420 196 480 214 C500 160 500 140 520 118", "#f2641f", 11),
    circle(96, 352, 20, WHITE),
    circle(96, 352, 13, "#2a7de1"),
    path("M520 122 C500 92 488 76 494 56 C502 32 538 32 546 56 C552 76 540 92 520 122 Z", "#d92b2b"),
    circle(520, 64, 10, WHITE),
)
DESTINATION = group(
    rect(440, 290, 190, 84, 16, WHITE, opacity=0.95),
    tile(454, 306, 52, ("#f2641f", "pin")),
    rect(520, 312, 92, 14, 7, "#39424f"),
    rect(520, 338, 64, 11, 5, "#a9b3c0"),
)
BACK_GUARDS = _guards("#a8480f")

RUGGED = Tablet(
    hue="#e2dbc6",
    size=(WIDTH, HEIGHT),
    place="matrix(.985 .04 -.01 1 236 70)",
    depth=(18, -8),
    casing="#3b424c",
    corner=44,
    bezel=42,
    rim="#2b3038",
    wallpaper=("#f4ecd6", "#efe3c4"),
    screen=group(LAND, ROADS, ROUTE, DESTINATION),
    under=group(*(group(BACK_GUARDS, transform=f"translate({x} {-x * 0.45})") for x in range(18, 0, -1))),
    over=group(
        _guards("#f2792b"),
        *(rect(x, 160 + 26 * ridge, 14, 12, 5, "#4a525e") for x in (14, 696) for ridge in range(6)),
        *(rect(290 + 54 * button, 439, 38, 13, 6, "#59626f") for button in range(3)),
    ),
)
