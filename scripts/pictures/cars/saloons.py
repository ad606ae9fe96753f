"""The saloon, and the estate built on it."""

from __future__ import annotations

from dataclasses import replace

from scripts.pictures.backdrop import CITY, HILLS
from scripts.pictures.car import Car
from scripts.pictures.palette import CHROME, DARK
from scripts.pictures.shapes import group, line, path
from scripts.pictures.wheel import TWIN

INTAKE = path("M1040 448 L1000 452 C992 462 996 472 1006 478 L1032 478 Z", DARK)
REFLECTOR = path("M163 444 L206 444 L206 450 L164 450 Z", "#b3122a")
LINEA = Car(
    paint="#2456b8",
    hue="#b9cdf0",
    scenery=CITY,
    wheels=(342, 868),
    radius=70,
    rim=TWIN,
    body=(
        "M178 476 C166 464 160 438 161 412 C162 386 168 364 182 348 C188 341 200 338 214 337 L272 332"
        "C338 288 420 254 524 251 C612 249 672 260 716 284 L812 348 C888 352 962 366 1004 386"
        "C1028 398 1040 416 1041 440 C1042 458 1040 472 1030 480 L1000 490 L196 490 Z"
    ),
    glass="M320 338 C374 298 440 271 526 269 C600 267 646 275 684 297 L758 347 Z M724 298 L796 346 L778 346 L712 301 Z",
    pillars="M540 260 L550 350 M404 270 L386 350",
    seams=(
        "M766 350 C780 390 780 440 768 478 L446 478 C444 448 430 420 412 404 C394 390 384 370 382 346"
        "M551 352 L556 478 M812 350 C860 356 930 366 978 384"
    ),
    crease="M250 390 C440 374 700 376 900 394",
    head="M1036 418 C1012 398 976 388 940 386 C950 404 990 420 1036 426 Z",
    tail="M162 402 C164 376 174 358 186 350 L244 350 C232 374 204 392 162 402 Z",
    handles=((482, 378), (690, 382)),
    mirror=(742, 346),
    seats=((466, 276), (640, 276)),
    trim=group(
        INTAKE,
        line("M326 334 C376 296 440 268 526 266 C600 264 648 272 686 294", CHROME, 3),
        REFLECTOR,
    ),
)

LINEA_TOURING = replace(
    LINEA,
    paint="#0f7f8c",
    hue="#b5dfe2",
    scenery=HILLS,
    body=(
        "M178 476 C166 464 160 438 161 412 C162 388 166 368 174 350 C184 322 198 292 216 274"
        "C224 266 238 262 254 260 C340 252 440 249 524 249 C612 249 672 260 716 284 L812 348"
        "C888 352 962 366 1004 386 C1028 398 1040 416 1041 440 C1042 458 1040 472 1030 480 L1000 490 L196 490 Z"
    ),
    glass=(
        "M240 336 C246 312 258 294 276 284 C350 270 440 268 526 268 C600 267 646 275 684 297 L758 347 Z"
        "M724 298 L796 346 L778 346 L712 301 Z"
    ),
    pillars="M540 260 L550 350 M376 262 L388 350",
    tail="M162 402 C164 384 170 360 182 342 L226 346 C226 372 204 394 162 402 Z",
    behind=group(
        line("M284 256 V243 C400 233 560 233 670 248 V260", "#5b6671", 7),
        path("M270 258 L206 264 C196 266 196 276 206 277 L250 280 Z", "#0a4f58"),
    ),
    trim=group(
        INTAKE,
        REFLECTOR,
        line("M244 330 C250 308 262 292 278 281 C350 267 440 265 526 265 C600 264 648 272 686 294", CHROME, 3),
    ),
)
