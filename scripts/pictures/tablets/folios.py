"""The three tablets for everyone: a small one, the usual one, and a large one for films."""

from __future__ import annotations

from scripts.pictures.icons import tiles
from scripts.pictures.palette import WHITE
from scripts.pictures.shapes import SOFT, circle, ellipse, group, line, path, rect
from scripts.pictures.tablet import Tablet

LITE_APPS = (
    ("#2fb8a6", "chat"),
    ("#ffb02e", "sun"),
    ("#7a5cf0", "note"),
    ("#3d7bf5", "mail"),
    ("#f2589b", "heart"),
    ("#2fb86a", "pin"),
)
LITE_SCREEN = group(
    path("M0 250 C80 200 180 270 300 210 V440 H0 Z", WHITE, opacity=0.2),
    path("M0 320 C100 270 200 340 300 290 V440 H0 Z", WHITE, opacity=0.22),
    rect(28, 34, 234, 92, 20, WHITE, opacity=0.92),
    circle(76, 80, 28, "#ffd65a"),
    rect(122, 62, 112, 13, 6, "#ff7a66"),
    rect(122, 88, 76, 10, 5, "#f3c7bd"),
    tiles((30, 156), 62, 3, (84, 92), LITE_APPS),
    rect(28, 352, 234, 60, 22, WHITE, opacity=0.35),
    circle(72, 382, 19, "#ff5a52"),
    circle(145, 382, 19, WHITE),
    circle(218, 382, 19, "#3a4358"),
)
STAND = group(
    ellipse(610, 560, 350, 34, "#d9a58f"),
    ellipse(610, 548, 350, 34, "#f3d3c0"),
    ellipse(600, 556, 290, 16, "#7a4632", opacity=0.55, filter=SOFT),
)
SECOND = group(  # another one of the same model, seen from behind
    rect(10, -4, 332, 474, 34, "#b9473c"),
    rect(0, 0, 332, 474, 34, "#ff8a75"),
    rect(0, 0, 332, 474, 34, WHITE, opacity=0.10),
    rect(6, 6, 320, 462, 29, "#f9705f"),
    rect(224, 26, 82, 82, 26, "#e25a4c"),
    circle(265, 67, 27, "#2b2f38"),
    circle(265, 67, 16, "#48536a"),
    circle(271, 61, 5, "#c9d8f0"),
    transform="matrix(.97 .05 -.05 1 590 74)",
)
FOLIO_LITE = Tablet(
    hue="#fbd6cd",
    size=(350, 492),
    place="matrix(.985 -.05 .02 1 372 62)",
    depth=(-16, -8),
    casing="#ff7a66",
    bezel=30,
    rim="#fff4f0",
    wallpaper=("#ffb199", "#ff6f7d"),
    screen=LITE_SCREEN,
    behind=group(STAND, SECOND),
    over=group(rect(60, 470, 230, 44, 16, "#f0c3ad"), rect(60, 470, 230, 18, 9, "#fbe3d6")),
)

CLOCK = group(
    rect(40, 40, 250, 150, 24, WHITE, opacity=0.92),
    circle(115, 115, 54, "#e8f0ff"),
    line("M115 115 V80 M115 115 L138 130", "#2a5bd0", 6),
    circle(115, 115, 5, "#2a5bd0"),
    rect(188, 78, 80, 12, 6, "#2a5bd0"),
    rect(188, 104, 60, 10, 5, "#b8c8ea"),
    rect(188, 128, 70, 10, 5, "#b8c8ea"),
)
WEATHER = group(
    rect(40, 210, 250, 110, 24, WHITE, opacity=0.28),
    circle(110, 262, 28, "#ffd65a"),
    path("M100 292 C84 292 82 270 98 268 C100 250 126 250 130 264 C146 262 150 292 132 292 Z", WHITE),
    rect(176, 240, 88, 14, 7, WHITE),
    rect(176, 268, 60, 10, 5, WHITE, opacity=0.7),
)
APPS = (
    ("#ff6b6b", "play"),
    ("#38b6a6", "chat"),
    ("#ffb02e", "sun"),
    ("#7a5cf0", "note"),
    ("#2fb86a", "pin"),
    ("#f2589b", "heart"),
    ("#3d7bf5", "mail"),
    ("#ff8a3d", "star"),
    ("#14a3c7", "bolt"),
    ("#8d99ae", "photo"),
    ("#38b6a6", "star"),
    ("#ff6b6b", "sun"),
)
DOCK = (("#2fb86a", "chat"), ("#3d7bf5", "mail"), ("#f2589b", "note"), ("#ffb02e", "star"))
FOLIO = Tablet(
    hue="#c6daf9",
    size=(760, 490),
    place="matrix(.985 -.045 .015 1 218 72)",
    depth=(-15, -8),
    casing="#3f7be8",
    wallpaper=("#3f8cf5", "#7fd0f7"),
    screen=group(
        path("M0 300 C160 220 300 330 460 270 C580 226 650 250 720 210 V440 H0 Z", WHITE, opacity=0.16),
        path("M0 360 C180 290 340 390 500 330 C610 292 660 310 720 280 V440 H0 Z", WHITE, opacity=0.18),
        CLOCK,
        WEATHER,
        tiles((334, 40), 70, 4, (90, 98), APPS),
        rect(180, 346, 352, 70, 26, WHITE, opacity=0.32),
        tiles((206, 354), 54, 4, (80, 0), DOCK),
    ),
    over=group(rect(220, 474, 320, 38, 14, "#dfe7f4"), rect(220, 474, 320, 14, 7, WHITE)),
)

FILM = group(
    circle(540, 232, 120, "#ffdf9a", opacity=0.25),
    circle(540, 232, 70, "#ffe9b8"),
    path("M0 250 L120 170 L200 220 L330 110 L450 230 L560 190 L680 260 L820 180 V420 H0 Z", "#a4527e"),
    path("M0 300 L90 240 L210 290 L310 220 L420 300 L560 262 L700 310 L820 260 V420 H0 Z", "#6d3a72"),
    path("M0 330 C160 310 300 340 460 328 C600 318 720 336 820 322 V480 H0 Z", "#3a2a5c"),
    path(
        "M470 336 H610 L596 344 H486 Z M446 356 H634 L620 366 H462 Z M480 380 H600 L590 390 H492 Z",
        "#ffd79a",
        opacity=0.65,
    ),
    path("M60 420 L84 300 L108 420 Z M100 430 L130 270 L160 430 Z M150 420 L172 320 L194 420 Z", "#1f1838"),
    path("M700 430 L726 290 L752 430 Z M744 430 L768 330 L792 430 Z", "#1f1838"),
    path("M0 410 C200 390 420 420 820 396 V480 H0 Z", "#1f1838"),
)
PLAYER = group(
    rect(0, 0, 820, 34, 0, "#08090d"),
    rect(0, 422, 820, 60, 0, "#08090d"),
    circle(404, 228, 46, WHITE, opacity=0.28),
    path("M390 202 L434 228 L390 254 Z", WHITE),
    rect(40, 446, 728, 7, 3.5, "#555a66"),
    rect(40, 446, 300, 7, 3.5, "#ff8a5c"),
    circle(340, 449.5, 10, WHITE),
)
LOUDSPEAKERS = group(
    *(circle(x, 164 + 9 * row, 2.7, "#8f97a6") for x in (10, 19, 849, 858) for row in range(23)),
)
FOLIO_PLUS = Tablet(
    hue="#cfc9e6",
    size=(868, 524),
    place="matrix(1 0 0 1 166 46)",
    depth=(0, 10),
    casing="#4a4f5c",
    corner=36,
    bezel=26,
    wallpaper=("#4b3a86", "#ff9a76"),
    screen=group(FILM, PLAYER),
    over=LOUDSPEAKERS,
)
