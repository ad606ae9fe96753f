"""The two tablets for drawing and writing by hand, each with its stylus."""

from __future__ import annotations

from scripts.pictures.palette import SHADOW, WHITE, dark, light
from scripts.pictures.shapes import SOFT, circle, group, line, path, rect
from scripts.pictures.tablet import Tablet

INK = "#33475b"


def _stylus(x: float, y: float, angle: float, length: float, colour: str) -> str:
    """Draw a stylus with its tip at x, y and its shadow on the surface."""
    barrel = f"M-9 -34 L-10 -{length} C-10 -{length + 14} 10 -{length + 14} 10 -{length} L9 -34 L2 0 L-2 0 Z"
    side = f"M3 -34 L3 -{length + 8} C8 -{length + 8} 10 -{length + 5} 10 -{length} L9 -34 L2 0 Z"
    shadow = group(
        path(barrel, SHADOW),
        opacity=0.32,
        filter=SOFT,
        transform=f"translate({x + 6} {y + 6}) rotate({angle + 9})",
    )
    pen = group(
        path(barrel, colour),
        path(side, dark(colour, 0.22)),
        path("M-9 -34 L9 -34 L2 0 L-2 0 Z", "#3b4048"),
        rect(-4, -length * 0.6, 6, length * 0.3, 3, light(colour, 0.6)),
        transform=f"translate({x} {y}) rotate({angle})",
    )
    return group(shadow, pen)


def _scribble(row: int, length: int) -> str:
    """Write one line of illegible words, where every fourth stroke is a gap."""
    strokes = (
        f"q7 -{9 + (number * 7 + row * 5) % 12} 13 -2 t13 {(-1) ** number * 2}" if (number + row) % 4 != 3 else "m16 0"
        for number in range(length)
    )
    return line(f"M0 0 {' '.join(strokes)}", INK, 3.6, transform=f"translate(62 {120 + 44 * row})")


LANDSCAPE = group(
    circle(560, 110, 52, "#ffd45e"),
    path(
        "M90 120 C90 96 126 92 134 108 C150 92 184 104 180 126 Z"
        "M610 210 C612 186 646 184 654 200 C670 186 700 198 698 216 Z",
        WHITE,
    ),
    path("M0 330 C140 250 260 330 400 300 C540 270 640 320 760 280 V520 H0 Z", "#6fd0a8"),
    path("M0 390 C160 330 300 400 460 360 C580 330 660 370 760 350 V520 H0 Z", "#2fa39a"),
    path("M0 440 C160 400 330 460 500 420 C600 400 680 420 760 410 V520 H0 Z", "#2b6fb5"),
)
BALLOON = group(
    path(
        "M360 60 C270 60 226 124 236 188 C246 238 306 272 332 306 H388"
        "C414 272 474 238 484 188 C494 124 450 60 360 60 Z",
        "#ff5d73",
    ),
    path(
        "M360 60 C310 60 282 124 290 188 C296 240 332 272 344 306 H376"
        "C388 272 424 240 430 188 C438 124 410 60 360 60 Z",
        "#ffb02e",
    ),
    path(
        "M360 60 C340 60 330 124 334 188 C338 240 350 272 354 306 H366"
        "C370 272 382 240 386 188 C390 124 380 60 360 60 Z",
        "#7a5cf0",
    ),
    line("M338 308 L344 334 M382 308 L376 334", "#6b4a2b", 4),
    rect(338, 334, 44, 32, 7, "#9c6b3c"),
)
PAINTS = ("#ff5d73", "#ffb02e", "#ffd45e", "#2fa39a", "#2b6fb5", "#7a5cf0", "#ff4fa0", "#2a2f3a")
SKETCH = Tablet(
    hue="#e3d4f7",
    horizon=210,
    size=(780, 520),
    place="matrix(.95 .05 -.28 .70 324 118)",
    depth=(0, 18),
    lying=True,
    casing="#c9ccd6",
    wallpaper=("#bfe6fb", "#fdf1dc"),
    screen=group(
        LANDSCAPE,
        BALLOON,
        line("M470 420 C520 370 560 440 606 392", "#ff4fa0", 16),
        rect(14, 40, 52, 380, 26, WHITE, opacity=0.95),
        *(circle(40, 72 + 46 * number, 15, paint) for number, paint in enumerate(PAINTS)),
    ),
    over=_stylus(634, 414, 42, 360, "#f4f5f8"),
)

PAPER = group(
    *(line(f"M0 {y} H360", "#d9e2ea", 2) for y in range(84, 500, 44)),
    line("M44 0 V520", "#f2b8b0", 2.5),
)
TITLE = line(
    "M64 76 C66 40 82 44 80 62 C78 84 98 78 104 58 C110 42 122 60 112 74 C126 80 134 54 146 58"
    "C158 62 140 82 158 76 C174 70 176 46 188 60 C196 72 190 80 208 74",
    "#1f6f6a",
    6,
)
CHECKLIST = group(
    line("M70 330 L82 344 L104 314 M70 374 L82 388 L104 358", "#e2725b", 6),
    line(
        "M124 340 q8 -16 15 -2 t15 1 q8 -14 14 -2 m16 0 q8 -16 15 -2 t15 1 q7 -12 14 0"
        "M124 384 q8 -14 15 -2 t15 1 q8 -16 14 -2 t16 1",
        INK,
        3.6,
    ),
)
COVER = group(
    rect(-392, 26, 412, 544, 30, SHADOW, opacity=0.4, filter=SOFT),
    rect(-404, 8, 412, 544, 30, "#1f655f"),
    rect(-400, 0, 408, 540, 30, "#2f8f86"),
    rect(-384, 16, 376, 508, 20, "#3fa69b"),
    rect(-350, 60, 190, 130, 12, "#56b8ad"),
    rect(-60, 0, 12, 540, 0, "#1f655f"),
)
SKETCH_MINI = Tablet(
    hue="#cbe5dd",
    horizon=210,
    size=(390, 540),
    place="matrix(.96 -.10 .16 .80 560 120)",
    depth=(0, 16),
    lying=True,
    casing="#2f8f86",
    bezel=22,
    wallpaper=("#fffdf6", "#fbf5e6"),
    screen=group(
        PAPER,
        TITLE,
        *(_scribble(row, length) for row, length in enumerate((9, 8, 10, 6))),
        CHECKLIST,
        line("M70 440 C110 420 130 470 170 440 C200 418 214 452 236 440", "#1f6f6a", 5),
    ),
    under=COVER,
    over=_stylus(250, 452, 38, 300, "#ffcf5c"),
)
