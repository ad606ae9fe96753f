"""``profiler.yml`` to a sheet of keys and values and back.

The sheet has the columns key and value: ``title.en`` for a text in a map, one row for each entry of a list.
Values are read as written: ``no`` is the language code of Norwegian, never a truth value.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from customer_profiler.adapters.content.defects import Defects, Spot
from customer_profiler.adapters.content.sheets import Row, Sheet, clean
from customer_profiler.adapters.content.tables import KEY, LIST_KEYS, TEXT_KEYS, VALUE
from customer_profiler.adapters.content.text_file import read_text

_MAX_CHARACTERS = 200_000
_MAX_DEPTH = 2


def read_yaml(path: Path, defects: Defects) -> Sheet | None:
    """Read the file; None after reporting why it cannot be read at all."""
    text = read_text(path, defects)
    root = None if text is None else _root(text, path.name, defects)
    if root is None:
        return None
    return Sheet(path.name, (KEY, VALUE), tuple(_Flattening(path.name, defects).rows(root)))


def write_yaml(sheet: Sheet, path: Path) -> None:
    """Write the keys and values of a sheet that has no defects as YAML; raises ``OSError``."""
    columns = [name.casefold() for name in sheet.header]
    document: dict[str, Any] = {}
    for row in sheet.rows:
        cells = dict(zip(columns, (*row.cells, "", ""), strict=False))
        _put(document, cells[KEY], cells[VALUE])
    yaml = YAML()
    yaml.width = 100
    yaml.indent(mapping=2, sequence=4, offset=2)
    with path.open("w", encoding="utf-8", newline="") as file:
        yaml.dump(document, file)


def _put(document: dict[str, Any], key: str, value: str) -> None:
    if key in LIST_KEYS:
        holder, name = _holder(document, key)
        entries = holder.setdefault(name, [])
        entries += [value] if value else []
    else:
        holder, name = _holder(document, key)
        holder[name] = value


def _holder(document: dict[str, Any], key: str) -> tuple[dict[str, Any], str]:
    group, dot, name = key.partition(".")
    return (document.setdefault(group, {}), name) if dot else (document, key)


def _root(text: str, file: str, defects: Defects) -> MappingNode | None:
    try:
        if len(text) > _MAX_CHARACTERS:
            raise YAMLError(f"more than {_MAX_CHARACTERS:,} characters")
        root = YAML(typ="safe", pure=True).compose(io.StringIO(text))
    except (YAMLError, RecursionError, ValueError) as error:
        defects.error(Spot(file, _line_of(error)), f"the file is not valid YAML ({_cause(error)})", *_YAML_HINT)
        return None
    if isinstance(root, MappingNode):
        return root
    defects.error(Spot(file, 1), "the file is empty or not a map of keys and values", *_YAML_HINT)
    return None


_YAML_HINT = (
    "nothing in it can be understood",
    "write lines such as “id: cars”, indent with spaces, and put texts with a colon in quotation marks",
)


def _line_of(error: Exception) -> int:
    mark = error.problem_mark or error.context_mark if isinstance(error, MarkedYAMLError) else None
    return mark.line + 1 if mark else 0


def _cause(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "nested too deeply"
    problem = getattr(error, "problem", None) or str(error)
    return " ".join(problem.split())[:200]


class _Flattening:
    """Walks the nodes of one file and reports values of the wrong shape."""

    def __init__(self, file: str, defects: Defects) -> None:
        self._file = file
        self._defects = defects

    def rows(self, node: MappingNode, prefix: str = "", depth: int = 1) -> Iterator[Row]:
        """Give a row for each value of the map, reporting keys that stand twice."""
        seen: set[str] = set()
        for key_node, value in node.value:
            name = clean(key_node.value) if isinstance(key_node, ScalarNode) else "?"
            key, line = prefix + name, key_node.start_mark.line + 1
            if key in seen:
                self._error(line, key, f"“{key}” stands twice", "only one can count", "remove one of them")
                continue
            seen.add(key)
            yield from self._value(key, line, value, depth)

    def _value(self, key: str, line: int, node: Node, depth: int) -> Iterator[Row]:
        if isinstance(node, ScalarNode):
            yield from self._scalar(key, line, node)
        elif isinstance(node, SequenceNode):
            yield from self._list(key, line, node)
        elif isinstance(node, MappingNode) and key not in LIST_KEYS and depth < _MAX_DEPTH:
            yield from self.rows(node, f"{key}.", depth + 1)
            if not node.value:
                yield Row(line, (key, ""))
        else:
            yield from self._misplaced(key, line)

    def _misplaced(self, key: str, line: int) -> Iterator[Row]:
        """Report a list or map where a known key has another shape; an unknown key is judged by its name."""
        if key in LIST_KEYS or key == "id" or (key.partition(".")[0] in TEXT_KEYS and "." in key):
            self._wrong_shape(key, line)
        else:
            yield Row(line, (key, "?"))

    def _scalar(self, key: str, line: int, node: ScalarNode) -> Iterator[Row]:
        value = _text(node)
        if key in LIST_KEYS and value:
            self._wrong_shape(key, line)
        else:
            yield Row(line, (key, value))

    def _list(self, key: str, line: int, node: SequenceNode) -> Iterator[Row]:
        if key not in LIST_KEYS:
            yield from self._misplaced(key, line)
            return
        blank = True
        for entry in node.value:
            entry_line = entry.start_mark.line + 1
            if not isinstance(entry, ScalarNode):
                what, mend = f"an entry of “{key}” is not a text", "put it in quotation marks"
                self._error(entry_line, key, what, "a colon, bracket or brace has a meaning of its own", mend)
                blank = False
            elif value := _text(entry):
                yield Row(entry_line, (key, value))
                blank = False
        if blank:
            yield Row(line, (key, ""))

    def _wrong_shape(self, key: str, line: int) -> None:
        if key in LIST_KEYS:
            what, mend = f"“{key}” is not a list", "write each entry on a line of its own that begins with “- ”"
        else:
            what, mend = f"“{key}” is not a text", "write one text, in quotation marks if it holds a colon"
        self._error(line, key, what, "it cannot be read as it stands", mend)

    def _error(self, line: int, key: str, what: str, why: str, mend: str) -> None:
        self._defects.error(Spot(self._file, line, key), what, why, mend)


def _text(node: ScalarNode) -> str:
    """The value as written; a bare ``null``, ``~`` or nothing at all is blank."""
    is_null = node.style is None and node.tag.endswith(":null")
    return "" if is_null else clean(str(node.value))
