"""Pictures are found inside their profiler's folder and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from customer_profiler.serving.pictures import find_picture


@pytest.fixture(name="content")
def _content(tmp_path: Path) -> Path:
    images = tmp_path / "content" / "cars" / "images"
    images.mkdir(parents=True)
    for file in (images / "terra.png", images / "notes.txt", tmp_path / "secret.png", tmp_path / "content" / "a.png"):
        file.write_bytes(b"x")
    (images / "link.png").symlink_to(tmp_path / "secret.png")
    return tmp_path / "content"


def test_a_picture_is_found(content: Path) -> None:
    assert find_picture(content, "cars", "images/terra.png") == content / "cars" / "images" / "terra.png"


@pytest.mark.parametrize(
    ("profiler", "picture"),
    [
        ("cars", "images/none.png"),
        ("cars", "images/notes.txt"),
        ("cars", "images/link.png"),
        ("cars", "../../secret.png"),
        ("cars", "/etc/hostname.png"),
        ("cars", "images"),
        ("..", "secret.png"),
        (".", "a.png"),
        ("cars/images", "terra.png"),
    ],
)
def test_nothing_else_is_found(content: Path, profiler: str, picture: str) -> None:
    assert find_picture(content, profiler, picture) is None


def test_pictures_of_a_workbook_lie_beside_it(content: Path) -> None:
    (content / "vans.xlsx").write_bytes(b"x")
    assert find_picture(content, "vans", "a.png") == content / "a.png"
    assert find_picture(content, "vans", "../secret.png") is None
