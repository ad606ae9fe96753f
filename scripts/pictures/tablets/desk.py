"""The tablet for work, on its keyboard."""

from __future__ import annotations

from scripts.pictures.palette import SHADOW, WHITE
from scripts.pictures.shapes import SOFT, circle, ellipse, group, line, path, rect
from scripts.pictures.tablet import Tablet

ENTRIES = (36, 54, 44, 28, 50)  # how wide the text in a cell may be
COLUMNS = ((52, "#9dc3ff"), (84, "#5b8def"), (66, "#9dc3ff"), (112, "#5b8def"), (94, "#9dc3ff"), (128, "#2f5fd0"))
SPECIAL_KEYS = ((0, 0), (13, 2))


def _cell(column: int, row: int) -> str:
    """Draw one cell of the spreadsheet, green in the heading, and now and then marked orange."""
    paper, ink = ("#dcefe5", "#7fbf9f") if row == 0 else (WHITE, "#b8c4d4")
    if row and (column * 3 + row) % 7 == 4:
        ink = "#ffb36b"
    x, y = 20 + 82 * column, 64 + 32 * row
    entry = ENTRIES[(2 * column + 3 * row) % len(ENTRIES)]
    return group(rect(x, y, 76, 26, 4, paper), rect(x + 8, y + 8, entry, 10, 5, ink))


def _panel(left: float, top: float, right: float, bottom: float, colour: str) -> str:
    """Draw part of the keyboard, in shares of its top, which widens towards the viewer."""
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    points = (f"{600 + (x - 0.5) * (712 + 170 * y):.1f} {453 + 116 * y:.1f}" for x, y in corners)
    return path(f"M{' L'.join(points)} Z", colour, stroke=colour, stroke_width=3, stroke_linejoin="round")


def _key(column: int, row: int) -> str:
    colour = "#5b8def" if (column, row) in SPECIAL_KEYS else "#4d5a70"
    left, top = 0.05 + 0.0645 * column, 0.08 + 0.115 * row
    return _panel(left, top, left + 0.055, top + 0.07, colour)


BAR_CHART = group(
    rect(362, 64, 266, 160, 12, WHITE),
    *(rect(384 + 40 * number, 206 - height, 26, height, 4, colour) for number, (height, colour) in enumerate(COLUMNS)),
)
PIE_CHART = group(
    rect(362, 236, 128, 116, 12, WHITE),
    circle(426, 294, 42, "#5b8def"),
    path("M426 294 V252 A42 42 0 0 1 464 312 Z", "#ffb02e"),
    path("M426 294 L464 312 A42 42 0 0 1 410 333 Z", "#2f9e6b"),
    circle(426, 294, 18, WHITE),
)
LINE_CHART = group(
    rect(500, 236, 128, 116, 12, WHITE),
    line("M516 330 L542 300 L566 312 L590 272 L614 258", "#f2589b", 6),
)
KEYBOARD = group(
    ellipse(600, 585, 450, 14, SHADOW, opacity=0.5, filter=SOFT),
    _panel(0, 0, 1, 1, "#d6dde8"),
    _panel(0.035, 0.03, 0.965, 0.64, "#bfc8d7"),
    *(_key(column, row) for row in range(4) for column in range(14)),
    _panel(0.26, 0.54, 0.74, 0.61, "#4d5a70"),
    _panel(0.37, 0.72, 0.63, 0.94, "#c3ccda"),
    path("M157.5 569 H1042.5 C1042.5 583 1034 586 1024 586 H176 C166 586 157.5 583 157.5 569 Z", "#9faabd"),
    rect(540, 569, 120, 6, 3, "#8492a8"),
)

DESK = Tablet(
    hue="#ccd6e8",
    size=(696, 412),
    place="matrix(1 0 0 1 252 34)",
    depth=(0, 6),
    casing="#5c6b84",
    corner=28,
    bezel=22,
    wallpaper=("#eef3f8", "#e3ebf3"),
    screen=group(
        rect(0, 0, 700, 46, 0, "#2f9e6b"),
        rect(20, 14, 110, 18, 9, WHITE),
        *(circle(x, 23, 8, WHITE, opacity=0.7) for x in (560, 592, 624)),
        *(_cell(column, row) for column in range(4) for row in range(9)),
        BAR_CHART,
        PIE_CHART,
        LINE_CHART,
    ),
    front=group(rect(300, 440, 600, 16, 6, "#39455a"), KEYBOARD),
)
