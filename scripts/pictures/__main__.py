"""Draw every product picture again.

Usage, from the top of the repository, in an environment with ``scripts/pictures/requirements.txt``::

    python -m scripts.pictures content

writes ``content/<profiler>/images/<id>.png``. No fonts, no network and no chance are involved, so two runs
with the same versions give the same bytes.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from scripts.pictures.canvas import Canvas
from scripts.pictures.car import draw_car
from scripts.pictures.cars import CARS
from scripts.pictures.tablet import draw_tablet
from scripts.pictures.tablets import TABLETS


def pictures() -> Iterator[tuple[str, str, Canvas]]:
    """Compose one picture after the other; each comes with its profiler and the id of its product."""
    for name, car in CARS.items():
        yield "cars", name, draw_car(car)
    for name, tablet in TABLETS.items():
        yield "tablets", name, draw_tablet(tablet)


def main() -> None:
    """Write all pictures below the folder named on the command line."""
    parser = argparse.ArgumentParser(prog="python -m scripts.pictures", description="Draw the product pictures.")
    parser.add_argument("content", type=Path, help="the folder with one folder per profiler")
    content: Path = parser.parse_args().content
    for profiler, name, canvas in pictures():
        canvas.save(content / profiler / "images" / f"{name}.png")


if __name__ == "__main__":
    main()
