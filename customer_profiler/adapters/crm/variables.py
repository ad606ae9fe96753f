"""``${NAME}`` in ``crm.yml``: values that come from the environment, and must not come out again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from customer_profiler.adapters.crm.document import Place

_REFERENCE = re.compile(r"\$\{([^}]*)\}?")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

SHORTEST_HIDDEN = 4
"""Characters from which on a value is hidden wherever it turns up; shorter ones stand in many an honest word."""


class Unusable(Exception):
    """A value names a variable that cannot be used: ``what``, ``why`` and ``mend``."""

    def __init__(self, what: str, why: str, mend: str) -> None:
        super().__init__(what)
        self.parts = (what, why, mend)


class Variables:
    """The environment as far as ``crm.yml`` asks for it."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._used: dict[str, str] = {}

    def fill(self, value: Any, place: Place, unusable: dict[Place, Unusable]) -> Any:
        """Give a value with its variables replaced, those within its parts, too; collects what cannot be used."""
        if isinstance(value, dict):
            return {key: self.fill(part, (*place, key), unusable) for key, part in value.items()}
        if isinstance(value, list):
            return [self.fill(part, (*place, str(number)), unusable) for number, part in enumerate(value)]
        if isinstance(value, str):
            try:
                return _REFERENCE.sub(self._found, value)
            except Unusable as error:
                unusable[place] = error
        return value

    def hide(self, text: str) -> str:
        """Give a text with the values of variables replaced by their names."""
        for name, value in sorted(self._used.items(), key=lambda pair: -len(pair[1])):
            if len(value) >= SHORTEST_HIDDEN:
                text = text.replace(value, f"${{{name}}}")
        return text

    def _found(self, match: re.Match[str]) -> str:
        name = match[1]
        if not match[0].endswith("}") or not _NAME.fullmatch(name):
            raise Unusable(
                "“${” begins no name of a variable", "nothing can be put there", "write ${NAME}, such as ${TOKEN}"
            )
        value = self._environment.get(name, "")
        if not value:
            mend = f"set {name} in the environment of “make run” and “profiler”"
            raise Unusable(f"the variable {name} is not set", "the value would be empty", mend)
        if _CONTROL.search(value):
            what = f"the variable {name} holds a line break or another control character"
            raise Unusable(what, "no address, name or secret does", f"set {name} again without it")
        self._used[name] = value
        return value


def is_reference(value: str) -> bool:
    """Tell whether a value is one variable and nothing else, as secrets must be."""
    match = _REFERENCE.fullmatch(value)
    return match is not None and match[0].endswith("}") and "${" not in match[1]
