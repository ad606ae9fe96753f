"""Keeps numbers, prices, Latin names and addresses in their place inside text that is written right to left.

WhatsApp and Messenger lay out plain text by the Unicode bidirectional algorithm (Unicode Standard Annex 9). Without
help it swaps the parts of "29.900 €" or "Terra X 2.0" in the middle of Arabic, and begins a line on the wrong side
when the line begins with such a part. Invisible marks prevent both.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

import regex

FSI, PDI, RLM = "\u2068", "\u2069", "\u200f"
"""First strong isolate, pop directional isolate, right-to-left mark: the marks that ``isolated`` adds."""

_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_RIGHT_TO_LEFT = regex.compile(r"[\p{bc=R}\p{bc=AL}]")
_STRONG = regex.compile(r"[\p{bc=L}\p{bc=R}\p{bc=AL}]")

# A line is written anew with one letter a character, its kind, so that runs can be found by pattern: letter, digit,
# currency or percent, plus or minus, blank, other, and what ends a run: right-to-left letters, brackets, quotes.
_KINDS = {"L": "l", "EN": "d", "ET": "c", "ES": "p", "R": "R", "AL": "R", "AN": "R", "B": "R"}
_RUN = re.compile(
    r"((?<![Rld])p)?(c+b?(?=d)|c*)[ld]+"  # -20, €29, € 29, or a word
    r"((b+p?c*|[opc]+)[ld]+)*"  # Terra X -5, 29.900, name@example.com
    r"((?<=d)b?c+|[pc]+(?!R))?"  # 29 €, 20%, 5+
)
_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]*://|www\.)\S+", re.IGNORECASE)
_LIST_MARK = re.compile(r"\s*(\d*)[.)•]\s+(?=\S)")


def isolated(text: str) -> str:
    """Mark what runs left to right in a text that has right-to-left letters; other texts are given as they are.

    Every run of Latin words, numbers, prices or addresses stands between ``FSI`` and ``PDI``, and a line whose first
    letter is not a right-to-left one begins with ``RLM``. A line without any right-to-left letter is one run. Lines
    that have marks already are left as they are, so that a second call changes nothing. Taking the marks out gives the
    text back.
    """
    if text.isascii() or not _RIGHT_TO_LEFT.search(text):
        return text
    return "\n".join(map(_marked, text.split("\n")))


def unmarked(text: str) -> str:
    """Take the marks out that ``isolated`` puts in."""
    return text.translate(dict.fromkeys(map(ord, FSI + PDI + RLM)))


def _marked(line: str) -> str:
    if not line.strip() or _CONTROLS.intersection(line):
        return line
    if _RIGHT_TO_LEFT.search(line):
        begin = "" if _begins_right_to_left(line) else RLM
        return begin + _with_isolates(line, [run.span() for run in _RUN.finditer(_kinds(line))])
    # A whole sentence in another script is one run, its full stop included, but for the number it has in a list.
    list_mark = _LIST_MARK.match(line)
    number, rest = list_mark.span(1) if list_mark else (0, 0), list_mark.end() if list_mark else 0
    return RLM + _with_isolates(line, [span for span in (number, (rest, len(line))) if span[0] < span[1]])


def _with_isolates(line: str, runs: Iterable[tuple[int, int]]) -> str:
    parts, done = [], 0
    address_ends = {match.end() for match in _ADDRESS.finditer(line)}
    for start, end in runs:
        parts.append(line[done:start] + FSI + line[start:end])
        done = end
        if end in address_ends:
            # Programs that make addresses tappable may take a mark that follows directly for a part of the address.
            # The end of a line ends an isolate too.
            if end == len(line):
                break
            done += 1
            parts.append(line[end])
        parts.append(PDI)
    return "".join([*parts, line[done:]])


def _begins_right_to_left(line: str) -> bool:
    first = _STRONG.search(line)
    return bool(first and _RIGHT_TO_LEFT.match(first[0]))


def _kinds(line: str) -> str:
    kinds: list[str] = []
    for character in line:
        # An accent that combines belongs to what it stands on.
        kinds.append(kinds[-1] if kinds and unicodedata.combining(character) else _kind(character))
    for address in _ADDRESS.finditer(line):
        start, end = address.span()
        kinds[start:end] = "l" * (end - start)
    return "".join(kinds)


@lru_cache(maxsize=4096)
def _kind(character: str) -> str:
    bidirectional = unicodedata.bidirectional(character)
    if character.isspace() and bidirectional != "B":
        return "b"
    if unicodedata.mirrored(character) or character in "\"'“”‘’„":
        return "R"
    return _KINDS.get(bidirectional, "o")
