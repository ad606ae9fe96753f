"""A target's own mapping, and what ``crm.yml`` changes of it."""

from __future__ import annotations

from collections.abc import Mapping

LEFT_OUT = "="
"""What a field of the target's own mapping is mapped to when it must not be written."""


def extended(own: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """Give a type's own mapping with the entries of ``crm.yml`` added, put in their place, or left out by ``=``."""
    return {theirs: ours for theirs, ours in {**own, **given}.items() if ours != LEFT_OUT}
