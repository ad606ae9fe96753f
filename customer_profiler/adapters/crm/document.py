"""A YAML file as plain values that know their lines.

Every scalar is a text as it is written, or None for nothing at all: a token ``012345`` or a password ``no`` stays what
it is, and what is to be a number is made one where the keys are known. Tags have no effect.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from customer_profiler.adapters.content.defects import Defects, Spot

Place = tuple[str, ...]
"""The keys that lead to a value, entries of lists by their number from 0."""

MAX_BYTES = 500_000
"""Far above any configuration."""

_MAX_VALUES, _MAX_DEPTH = 20_000, 20
"""An alias can stand for ever more, and for itself."""

_MERGE = "tag:yaml.org,2002:merge"


@dataclass(frozen=True)
class Document:
    """The file ``name`` with its ``values``; ``lines`` maps the places of all keys and entries to lines from 1."""

    name: str
    values: dict[str, Any]
    lines: dict[Place, int]

    def spot(self, place: Place) -> Spot:
        """Give where a place stands; what is not there is where the part stands in which it should be."""
        known = place
        while known and known not in self.lines:
            known = known[:-1]
        return Spot(self.name, self.lines.get(known, 1), ".".join(place))


def read_document(path: Path, defects: Defects) -> Document | None:
    """Read the file; None after reporting why it cannot be read at all. Keys that stand twice are reported, too."""
    text = _text(path, defects)
    if text is None:
        return None
    try:
        root = YAML(typ="safe", pure=True).compose(io.StringIO(text))
        if root is None or _is_null(root):
            defects.error(Spot(str(path), 1), "the file is empty", "it names no target for the leads", _EXAMPLE)
            return None
        if not isinstance(root, MappingNode):
            defects.error(Spot(str(path), 1), "the file is not a map of keys and values", *_HINT)
            return None
        reading = _Reading(str(path), defects)
        return Document(str(path), reading.map(root, ()), reading.lines)
    except (YAMLError, RecursionError, ValueError) as error:
        defects.error(Spot(str(path), _line_of(error)), f"the file is not valid YAML ({_cause(error)})", *_HINT)
        return None


_EXAMPLE = "begin with “targets:”, as docs/crm.md shows, or delete the file"
_HINT = (
    "nothing in it can be understood",
    "write lines such as “type: rest”, indent with spaces, and put texts with a colon or sign in quotation marks",
)


def _text(path: Path, defects: Defects) -> str | None:
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
        if len(raw) <= MAX_BYTES:
            return raw.decode("utf-8-sig")
        what, mend = f"the file is larger than {MAX_BYTES // 1000} kB", "put the right file in its place"
    except OSError as error:
        what, mend = f"the file cannot be read ({error.strerror})", "check its path (PROFILER_CRM) and its rights"
    except UnicodeDecodeError as error:
        what, mend = f"the file is not UTF-8 (byte {error.start + 1})", "save it again with encoding UTF-8"
    defects.error(Spot(str(path)), what, "without it no lead can be delivered", mend)
    return None


def _line_of(error: Exception) -> int:
    mark = error.problem_mark or error.context_mark if isinstance(error, MarkedYAMLError) else None
    return mark.line + 1 if mark else 0


def _cause(error: Exception) -> str:
    """Give what is wrong without what stands in quotation marks: a password that begins with a sign of YAML's."""
    if isinstance(error, RecursionError):
        return "nested too deeply"
    said = " ".join((getattr(error, "problem", None) or str(error)).split())
    for mark in "'\"`":
        said = said.partition(mark)[0]
    return said.strip()[:200] or "it cannot be read"


def _is_null(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.style is None and node.tag.endswith(":null")


class _Reading:
    """Walks the nodes of one file."""

    def __init__(self, file: str, defects: Defects) -> None:
        self._file = file
        self._defects = defects
        self._count = 0
        self.lines: dict[Place, int] = {}

    def map(self, node: MappingNode, place: Place) -> dict[str, Any]:
        """Give a map; what it merges (``<<``) counts for less than its own keys."""
        found: dict[str, Any] = {}
        for key_node, value in node.value:
            if key_node.tag != _MERGE:
                self._key(key_node, value, place, found)
        for merged in (value for key_node, value in node.value if key_node.tag == _MERGE):
            for part in merged.value if isinstance(merged, SequenceNode) else [merged]:
                self._merge(part, place, found)
        return found

    def _key(self, key_node: Node, value: Node, place: Place, found: dict[str, Any]) -> None:
        line = key_node.start_mark.line + 1
        key = key_node.value.strip() if isinstance(key_node, ScalarNode) else ""
        here = (*place, key or "?")
        if not key:
            why = "a key is a text of its own"
            self._defects.error(
                Spot(self._file, line, ".".join(here)), "a key cannot be read", why, "write “key: value”"
            )
        elif key in found:
            what, why = f"“{key}” stands twice", "only one can count"
            self._defects.error(Spot(self._file, line, ".".join(here)), what, why, "remove one of them")
        else:
            self.lines[here] = line
            found[key] = self._value(value, here)

    def _merge(self, node: Node, place: Place, found: dict[str, Any]) -> None:
        if not isinstance(node, MappingNode):
            spot = Spot(self._file, node.start_mark.line + 1, ".".join((*place, "<<")))
            self._defects.error(spot, "“<<” is given no map", "only keys can be merged", "name the anchor of a map")
            return
        known = dict(self.lines)
        for key, value in self.map(node, place).items():
            found.setdefault(key, value)
        self.lines.update(known)

    def _value(self, node: Node, place: Place) -> Any:
        self._count += 1
        if self._count > _MAX_VALUES or len(place) > _MAX_DEPTH:
            raise RecursionError
        if isinstance(node, MappingNode):
            return self.map(node, place)
        if isinstance(node, SequenceNode):
            return list(self._entries(node, place))
        return None if _is_null(node) else str(node.value)

    def _entries(self, node: SequenceNode, place: Place) -> Iterator[Any]:
        for number, entry in enumerate(node.value):
            here = (*place, str(number))
            self.lines[here] = entry.start_mark.line + 1
            yield self._value(entry, here)
