"""The eight tablets, by the id of their product."""

from __future__ import annotations

from scripts.pictures.tablet import Tablet
from scripts.pictures.tablets.desk import DESK
from scripts.pictures.tablets.folios import FOLIO, FOLIO_LITE, FOLIO_PLUS
from scripts.pictures.tablets.junior import JUNIOR
from scripts.pictures.tablets.rugged import RUGGED
from scripts.pictures.tablets.sketches import SKETCH, SKETCH_MINI

TABLETS: dict[str, Tablet] = {
    "folio_lite": FOLIO_LITE,
    "folio": FOLIO,
    "folio_plus": FOLIO_PLUS,
    "sketch": SKETCH,
    "sketch_mini": SKETCH_MINI,
    "junior": JUNIOR,
    "desk": DESK,
    "rugged": RUGGED,
}
