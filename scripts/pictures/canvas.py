"""The canvas on which one picture is composed, and its way into a PNG file."""

from __future__ import annotations

import io
from pathlib import Path

import resvg_py
from PIL import Image

from scripts.pictures.shapes import Attribute, element

WIDTH, HEIGHT = 1200, 628

Stop = tuple[float, str, float]  # where, colour, opacity


class Canvas:
    """One picture being composed: its elements, and the definitions they refer to."""

    def __init__(self) -> None:
        self._definitions = [_blur("soft", 8), _blur("hazy", 20)]
        self._parts: list[str] = []

    def add(self, *parts: str) -> None:
        """Put elements on top of what has been drawn so far."""
        self._parts.extend(parts)

    def linear(self, x1: float, y1: float, x2: float, y2: float, *stops: Stop) -> str:
        """Define a gradient from one point to another and return the reference to it."""
        return self._gradient("linearGradient", stops, x1=x1, y1=y1, x2=x2, y2=y2)

    def radial(self, x: float, y: float, radius: float, *stops: Stop) -> str:
        """Define a gradient around a point and return the reference to it."""
        return self._gradient("radialGradient", stops, cx=x, cy=y, r=radius)

    def clip(self, shape: str) -> str:
        """Define a shape that cuts others off at its edge and return the reference to it."""
        return self._define("clipPath", shape)

    def save(self, target: Path) -> None:
        """Write the picture as a PNG file without transparency."""
        definitions = element("defs", "".join(self._definitions))
        svg = element(
            "svg", definitions + "".join(self._parts), xmlns="http://www.w3.org/2000/svg", width=WIDTH, height=HEIGHT
        )
        png = resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        Image.open(io.BytesIO(png)).convert("RGB").save(target, optimize=True)

    def _gradient(self, tag: str, stops: tuple[Stop, ...], **place: float) -> str:
        inner = "".join(
            element("stop", offset=offset, stop_color=colour, stop_opacity=opacity) for offset, colour, opacity in stops
        )
        return self._define(tag, inner, gradientUnits="userSpaceOnUse", **place)

    def _define(self, tag: str, inner: str, **attributes: Attribute) -> str:
        name = f"d{len(self._definitions)}"
        self._definitions.append(element(tag, inner, id=name, **attributes))
        return f"url(#{name})"


def _blur(name: str, deviation: float) -> str:
    inner = element("feGaussianBlur", stdDeviation=deviation)
    return element("filter", inner, id=name, x="-30%", y="-160%", width="160%", height="420%")
