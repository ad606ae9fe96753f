"""The twelve cars, by the id of their product."""

from __future__ import annotations

from scripts.pictures.car import Car
from scripts.pictures.cars.carriers import CARGO, CLAN, GRANDE
from scripts.pictures.cars.hatchbacks import PICO, SPARK
from scripts.pictures.cars.offroaders import TERRA, TERRA_X, TITAN
from scripts.pictures.cars.saloons import LINEA, LINEA_TOURING
from scripts.pictures.cars.sportscars import BRISA, VOLT_GT

CARS: dict[str, Car] = {
    "spark": SPARK,
    "pico": PICO,
    "linea": LINEA,
    "linea_touring": LINEA_TOURING,
    "terra": TERRA,
    "terra_x": TERRA_X,
    "grande": GRANDE,
    "clan": CLAN,
    "volt_gt": VOLT_GT,
    "brisa": BRISA,
    "cargo": CARGO,
    "titan": TITAN,
}
