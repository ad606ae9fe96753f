"""What can go wrong in a measurement, as one error that says what."""

from __future__ import annotations


class BenchError(Exception):
    """The measurement cannot be made; the text says why and, where there is one, which log tells more."""
