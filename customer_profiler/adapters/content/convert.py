"""From a folder to a workbook and back, with the pictures of the products."""

from __future__ import annotations

import shutil
from pathlib import Path

from customer_profiler.adapters.content.defects import Defects
from customer_profiler.adapters.content.folder import write_folder
from customer_profiler.adapters.content.images import local_image
from customer_profiler.adapters.content.loader import read_sheets
from customer_profiler.adapters.content.settings import read_settings
from customer_profiler.adapters.content.sheets import SheetSet
from customer_profiler.adapters.content.tables import PRODUCTS, PROFILER
from customer_profiler.adapters.content.workbook import image_folder, write_workbook
from customer_profiler.core.errors import ContentError


def export_workbook(folder: Path, target: Path) -> None:
    """Write the sheets of a folder as the workbook ``target`` and its pictures beside it.

    The pictures go to ``cars/`` beside ``cars.xlsx``. Defects inside the sheets go along as they are; raises
    ``ContentError`` when a sheet cannot be read, ``OSError`` when a file cannot be written.
    """
    content = _read(folder)
    target.parent.mkdir(parents=True, exist_ok=True)
    write_workbook(content.sheets, target)
    _copy_images(content, target.with_suffix(""))


def import_workbook(workbook: Path, folder: Path) -> None:
    """Write the sheets of a workbook as a folder, with its pictures; what they replace is lost.

    Raises ``ContentError`` when the workbook cannot be read or its sheet ``profiler`` has defects (other than
    of the id), since YAML could not hold those, and ``OSError`` when a file cannot be written.
    """
    content = _read(workbook)
    defects = Defects()
    read_settings(content.sheets.get(PROFILER), folder.resolve().name, defects)
    unfit = [error for error in defects.errors if error.column != "id"]
    if unfit:
        raise ContentError(unfit)
    write_folder(content.sheets, folder)
    _copy_images(content, image_folder(folder))


def _read(path: Path) -> SheetSet:
    defects = Defects()
    content = read_sheets(path, defects)
    if content is None or defects.errors:
        raise ContentError(defects.errors)
    return content


def _copy_images(content: SheetSet, target: Path) -> None:
    for image in _images(content):
        source, copy = local_image(image, content.images), target / image
        if source is not None and source.resolve() != copy.resolve():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, copy)


def _images(content: SheetSet) -> list[str]:
    products = content.sheets.get(PRODUCTS.file)
    if products is None:
        return []
    columns = [index for index, name in enumerate(products.header) if name.casefold() == "image"]
    return [row.cells[index] for index in columns for row in products.rows if index < len(row.cells)]
