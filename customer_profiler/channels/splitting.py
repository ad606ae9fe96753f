"""Makes texts fit: splits long ones where a reader would pause, shortens labels visibly, never cuts a character.

Texts are measured as they will be sent, with the marks of right-to-left writing; labels have little room and get
these marks only when there is room left.
"""

from __future__ import annotations

from bisect import bisect

import regex

from customer_profiler.channels.bidi import isolated
from customer_profiler.channels.limits import Limit, length

ELLIPSIS = "…"
"""Ends what was shortened."""

_PAUSES = (
    regex.compile(r"\s*\n\s*\n\s*"),  # between paragraphs
    regex.compile(r"\s*\n\s*"),  # between lines
    # between sentences; those of Chinese and Japanese have no blank between them
    regex.compile(r"(?<=[.!?…。！？؟।]['\"”»)\]]*)\s+|(?<=[。！？])(?![\p{GCB=Extend}\p{GCB=ZWJ}\p{GCB=SpacingMark}])"),
    regex.compile(r"\s+"),  # between words
    regex.compile(r"\X\K"),  # between what a reader takes for characters, an emoji of many parts being one
    regex.compile(r".\K", regex.DOTALL),  # a "character" of thousands of accents
)
"""Where a text may be split, the best places first; the blanks that match are dropped."""

_WORDS = 3
"""The first kind of pause in a label."""


def size(text: str) -> int:
    """Give the length of a text as it will be sent, in UTF-16 units."""
    return length(isolated(text))


def fits(text: str, limit: Limit) -> bool:
    """Tell whether a text as it will be sent keeps the limit and is not blank."""
    return len(text) <= limit.maximum and bool(text.strip()) and size(text) <= limit.maximum


def label_fits(label: str, limit: Limit) -> bool:
    """Tell whether a label, which may do without marks, keeps the limit and is not blank."""
    return bool(label.strip()) and length(label) <= limit.maximum


def marked(label: str, limit: Limit) -> str:
    """Give a label with the marks of right-to-left writing, without them when only so it keeps the limit."""
    with_marks = isolated(label)
    return with_marks if length(with_marks) <= limit.maximum else label


def split(text: str, limit: Limit) -> list[str]:
    """Split a text into the parts that fit, each as long as the best kind of pause allows."""
    parts = []
    while (text := text.strip()) and not fits(text, limit):
        part, text = _halves(text, limit, from_end=False)
        parts.append(part)
    return [*parts, text] if text else parts


def split_off_end(text: str, limit: Limit) -> tuple[str, str]:
    """Split a text in two, the second part being the longest that fits; the first is empty when all of it fits."""
    text = text.strip()
    return ("", text) if size(text) <= limit.maximum else _halves(text, limit, from_end=True)


def shortened(label: str, limit: Limit) -> str:
    """Give a label, or its beginning up to the end of a word with an ellipsis when it does not fit."""
    if length(label) <= limit.maximum:
        return label
    for pauses in _PAUSES[_WORDS:]:
        starts = [label[:begin].rstrip(" ,;:.-–—(¿¡«“") + ELLIPSIS for begin, _ in _places(pauses, label)]
        count = bisect(starts, limit.maximum, key=length)
        if count and starts[count - 1] != ELLIPSIS:
            return starts[count - 1]
    return ELLIPSIS


def _halves(text: str, limit: Limit, from_end: bool) -> tuple[str, str]:
    """Split where the part at the beginning, or at the end, is the longest that fits."""
    for pauses in _PAUSES:
        places = _places(pauses, text)
        if from_end:
            places.reverse()
        count = bisect(
            places, limit.maximum, key=lambda place: size(text[place[1] :] if from_end else text[: place[0]])
        )
        if count:
            begin, end = places[count - 1]
            return text[:begin], text[end:]
    raise ValueError(f"{limit} holds not even one character")


def _places(pauses: regex.Pattern[str], text: str) -> list[tuple[int, int]]:
    """Give begin and end of every pause inside the text."""
    return [match.span() for match in pauses.finditer(text) if match.start() > 0 and match.end() < len(text)]
