"""Our part of a field in which sales people write, too: it is replaced by itself, and what they wrote stays."""

from __future__ import annotations

import re

from customer_profiler.adapters.crm.notes import WITHDRAWN, as_html


def remarks(lead_id: str, text: str, current: str = "", is_html: bool = False) -> str:
    """Give what the field is to hold: what it holds now, with a plain text as our part of it.

    Our part stands between two lines with the lead's id; where it is missing it is put before all else. ``current``,
    and what is given, is HTML where the field is of that kind.
    """
    first, last = _lines(lead_id)
    plain = f"{first}\n{text}\n{last}"
    ours = as_html(plain) if is_html else plain
    if _part(lead_id).search(current):
        # A function, since a text would have its backslashes read as references.
        return _part(lead_id).sub(lambda _: ours, current, count=1)
    between = "" if is_html else "\n\n"
    return f"{ours}{between}{current}" if current.strip() else ours


def was_withdrawn(lead_id: str, current: str) -> bool:
    """Tell whether our part of the field says that the lead is withdrawn."""
    found = _part(lead_id).search(current)
    return found is not None and WITHDRAWN in found[0]


def _lines(lead_id: str) -> tuple[str, str]:
    # Nothing that HTML would write in another way.
    return f"— {lead_id} —", f"— end of {lead_id} —"


def _part(lead_id: str) -> re.Pattern[str]:
    first, last = map(re.escape, _lines(lead_id))
    return re.compile(f"(?:<p[^>]*>)?{first}.*?{last}(?:</p>)?", re.DOTALL)
