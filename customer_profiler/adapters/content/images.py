"""Checking the pictures of products: there, PNG or JPEG, not too large, and inside the profiler's folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath

from customer_profiler.adapters.content.cells import is_web_address
from customer_profiler.adapters.content.records import Record
from customer_profiler.adapters.content.spelling import mend_name

MAX_IMAGE_BYTES = 5_000_000
"""The platforms refuse larger pictures."""

_SIGNATURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")


def read_image(record: Record, folder: Path) -> str:
    """Read an image cell: a file under ``folder``, an https address, or blank."""
    image = record["image"]
    if image and "://" in image:
        _check_address(record, image)
    elif image and not _is_inside(image, folder):
        record.fault(
            "image",
            f"“{image}” lies outside the profiler's folder",
            "a picture must travel with its profiler",
            "put the file into the folder and write its name alone",
        )
    elif image:
        _check_file(record, image, folder)
    return image


def local_image(image: str, folder: Path) -> Path | None:
    """Give the file an image cell names, or None for a blank cell, an address, or a file that is not there."""
    if not image or "://" in image or not _is_inside(image, folder):
        return None
    path = folder / image
    return path if _is_file(path) else None


def _check_address(record: Record, image: str) -> None:
    if not is_web_address(image, ("https",)):
        record.fault(
            "image",
            f"“{image}” is not an https address",
            "chat programs load pictures over https only",
            "write an address that begins with https://, or put the file into the folder",
        )


def _is_inside(image: str, folder: Path) -> bool:
    if PurePosixPath(image).is_absolute() or PureWindowsPath(image).drive or "\\" in image or image[0] == "~":
        return False
    try:
        return (folder / image).resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):
        return False


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False


def _check_file(record: Record, image: str, folder: Path) -> None:
    path = folder / image
    if not _is_file(path):
        mend = mend_name(image, _files_beside(path), "put the file there, or correct the name (case matters)")
        record.fault("image", f"“{image}” is missing", "the product's card would have no picture", mend)
        return
    try:
        with path.open("rb") as file:
            start, size = file.read(8), path.stat().st_size
    except OSError as error:
        record.fault("image", f"“{image}” cannot be read ({error.strerror})", "nobody can see it", "allow reading it")
        return
    if not start.startswith(_SIGNATURES):
        why = "WhatsApp and Messenger show only these"
        record.fault("image", f"“{image}” is neither PNG nor JPEG", why, "save the picture as PNG or JPEG")
    if size > MAX_IMAGE_BYTES:
        what, limit = f"“{image}” has {size / 1_000_000:.1f} MB", f"{MAX_IMAGE_BYTES // 1_000_000} MB"
        record.fault("image", what, f"WhatsApp takes pictures of at most {limit}", "save it smaller")


def _files_beside(path: Path) -> Mapping[str, None]:
    try:
        return {file.name: None for file in path.parent.iterdir()}
    except OSError:
        return {}
