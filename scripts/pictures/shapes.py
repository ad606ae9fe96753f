"""SVG elements as text: what every picture is put together from."""

from __future__ import annotations

import re
from typing import NamedTuple

Attribute = str | float

SOFT = "url(#soft)"  # the two filters which every canvas defines
HAZY = "url(#hazy)"


class Box(NamedTuple):
    """The edges of a shape."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """How far it is from the left edge to the right one."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """How far it is from the upper edge to the lower one."""
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        """The x half-way between left and right."""
        return (self.left + self.right) / 2


def element(tag: str, inner: str = "", /, **attributes: Attribute) -> str:
    """Write one element; underscores in the names of attributes become hyphens."""
    text = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in attributes.items())
    return f"<{tag}{text}>{inner}</{tag}>" if inner else f"<{tag}{text}/>"


def group(*parts: str, **attributes: Attribute) -> str:
    """Hold several elements together, the first one lowest."""
    return element("g", "".join(parts), **attributes)


def path(d: str, fill: str, **attributes: Attribute) -> str:
    """Fill the inside of a path."""
    return element("path", d=d, fill=fill, **attributes)


def line(d: str, stroke: str, width: float, **attributes: Attribute) -> str:
    """Draw along a path, with round caps and joins unless told otherwise."""
    ends: dict[str, Attribute] = {"stroke_linecap": "round", "stroke_linejoin": "round"}
    return path(d, "none", stroke=stroke, stroke_width=width, **{**ends, **attributes})


def rect(x: float, y: float, width: float, height: float, radius: float, fill: str, **attributes: Attribute) -> str:
    """Fill a rectangle with rounded corners."""
    return element("rect", x=x, y=y, width=width, height=height, rx=radius, fill=fill, **attributes)


def circle(x: float, y: float, radius: float, fill: str, **attributes: Attribute) -> str:
    """Fill a circle."""
    return element("circle", cx=x, cy=y, r=radius, fill=fill, **attributes)


def ellipse(x: float, y: float, width: float, height: float, fill: str, **attributes: Attribute) -> str:
    """Fill an ellipse; width and height are counted from its centre."""
    return element("ellipse", cx=x, cy=y, rx=width, ry=height, fill=fill, **attributes)


def bounds(d: str) -> Box:
    """Find the edges of the points of a path made from absolute M, L, C, H, V and Z."""
    xs: list[float] = []
    ys: list[float] = []
    for command, text in re.findall(r"([MLCHV])([^A-Z]*)", d):
        numbers = [float(number) for number in text.split()]
        xs += {"H": numbers, "V": []}.get(command, numbers[::2])
        ys += {"H": [], "V": numbers}.get(command, numbers[1::2])
    return Box(min(xs), min(ys), max(xs), max(ys))
