"""The tablet for children, in a thick case with a handle."""

from __future__ import annotations

from scripts.pictures.icons import ICONS
from scripts.pictures.palette import WHITE
from scripts.pictures.shapes import SOFT, circle, ellipse, group, line, path, rect
from scripts.pictures.tablet import Tablet

SUN = group(
    circle(96, 88, 50, "#ffd23f"),
    *(line("M0 -64 V-80", "#ffd23f", 9, transform=f"translate(96 88) rotate({turn})") for turn in range(0, 360, 45)),
    circle(80, 80, 6, "#6b4a00"),
    circle(112, 80, 6, "#6b4a00"),
    line("M76 100 C86 114 106 114 116 100", "#6b4a00", 6),
)
MEADOW = group(
    path("M370 120 C340 120 338 84 368 82 C372 50 424 48 434 76 C466 68 474 120 442 120 Z", WHITE),
    path("M0 268 C120 214 260 264 360 236 C450 214 520 244 600 224 V360 H0 Z", "#6fdc8c"),
    path("M0 310 C150 270 300 320 420 290 C500 274 560 290 600 280 V360 H0 Z", "#36b968"),
)
HOUSE = group(
    rect(222, 172, 84, 84, 14, "#ff6b6b"),
    path("M210 178 L264 126 L318 178 Z", "#8b5cf6"),
    rect(250, 208, 28, 48, 8, "#fff3d6"),
)
STAR = group(
    path(
        "M0 -46 L13 -15 L46 -13 L20 8 L29 40 L0 22 L-29 40 L-20 8 L-46 -13 L-13 -15 Z",
        "#ff9f43",
        transform="translate(496 176)",
    ),
    circle(484, 172, 5, "#7a3d00"),
    circle(508, 172, 5, "#7a3d00"),
    line("M486 186 C492 194 500 194 506 186", "#7a3d00", 4),
)
FISH = group(
    ellipse(112, 262, 92, 20, "#bfe9ff"),
    path("M96 262 C60 262 52 210 96 206 C140 210 132 262 96 262 Z", "#2bb3e6"),
    path("M132 234 L164 212 V258 Z", "#2bb3e6"),
    circle(80, 228, 6, WHITE),
    circle(79, 228, 3, "#1b2b40"),
)
GAMES = (("#ff6b6b", "heart"), ("#ffd23f", "star"), ("#2bb3e6", "note"), ("#8b5cf6", "play"))
BUTTONS = group(
    *(
        group(
            rect(176 + 62 * number, 268, 50, 50, 14, colour),
            path(ICONS[icon], WHITE, transform=f"translate({181 + 62 * number} 273)"),
        )
        for number, (colour, icon) in enumerate(GAMES)
    )
)
HANDLE = group(
    path(
        "M166 -30 C166 -112 200 -130 250 -130 H390 C440 -130 474 -112 474 -30 Z"
        "M222 -30 H418 C416 -70 404 -80 380 -80 H260 C236 -80 224 -70 222 -30 Z",
        "#ffb703",
        fill_rule="evenodd",
    ),
    line("M186 -62 C194 -104 216 -112 250 -112 H390 C424 -112 446 -104 454 -62", "#ffd766", 8),
)
CASE = group(
    rect(60, 400, 130, 40, 16, "#ffb703"),
    rect(450, 400, 130, 40, 16, "#ffb703"),
    rect(-64, -52, 768, 482, 96, "#6534d6"),
    rect(-64, -56, 768, 476, 96, "#8b5cf6"),
    rect(-50, -45, 740, 452, 84, "#a983ff"),
    rect(-42, -38, 724, 444, 78, "#8b5cf6"),
    *(rect(x, 130 + 30 * ridge, 14, 18, 7, "#6d3fe0") for x in (-54, 680) for ridge in range(4)),
)

JUNIOR = Tablet(
    hue="#fdeab0",
    size=(640, 384),
    place="matrix(1 0 0 1 280 163)",
    depth=(0, 4),
    casing="#3a3f4b",
    corner=30,
    bezel=26,
    wallpaper=("#8fdcff", "#d8f5ff"),
    screen=group(SUN, MEADOW, HOUSE, STAR, FISH, BUTTONS),
    behind=ellipse(600, 592, 390, 14, "#4a3300", opacity=0.55, filter=SOFT),
    under=group(HANDLE, CASE),
)
