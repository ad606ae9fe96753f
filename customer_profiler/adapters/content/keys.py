"""The keys and values of ``profiler.yml`` (or of the sheet ``profiler``), as their author wrote them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from customer_profiler.adapters.content.defects import Defects, Spot
from customer_profiler.adapters.content.records import Record
from customer_profiler.adapters.content.tables import KEY, PROFILER, VALUE
from customer_profiler.core.profiler import LeadSettings

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class Keys:
    """Gives values by key and reports defects of keys. ``lines`` maps each key, and group, to its first line."""

    def __init__(self, records: Sequence[Record], defects: Defects) -> None:
        self.records = tuple(records)
        self.lines: dict[str, int] = {}
        self._defects = defects
        for record in records:
            self.lines.setdefault(record[KEY], record.row)
            self.lines.setdefault(record[KEY].partition(".")[0], record.row)

    def filled(self, key: str) -> list[Record]:
        """Give the rows of a key that have a value."""
        return [record for record in self.records if record[KEY] == key and record[VALUE]]

    def value(self, key: str) -> str:
        """Give the value of a key, or an empty text."""
        return next(iter(self.entries(key)), "")

    def entries(self, key: str) -> tuple[str, ...]:
        """Give the entries of a list; none when it is empty or not there."""
        return tuple(record[VALUE] for record in self.filled(key))

    def texts(self, key: str) -> dict[str, str]:
        """Give the texts under a key by language, of the profiler's languages only."""
        found = {language: self.value(f"{key}.{language}") for language in self.languages}
        return {language: text for language, text in found.items() if text}

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that are codes, each once, the default first."""
        return tuple(dict.fromkeys(filter(is_language_code, self.entries("languages"))))

    @property
    def lead(self) -> LeadSettings:
        """What the lead form asks for; what is not said has its default."""
        default = LeadSettings()
        ask = self.entries("lead.ask") if "lead.ask" in self.lines else default.ask
        if "lead.required" in self.lines:
            return LeadSettings(ask, self.entries("lead.required"))
        return LeadSettings(ask, tuple(field for field in default.required if field in ask))

    def fault(self, key: str, what: str, why: str, mend: str) -> None:
        """Report a defect of a key, unless one of it or of its group was reported before."""
        group = key.partition(".")[0]
        if not any(self._defects.has_error_at(PROFILER, name) for name in (key, group)):
            line = self.lines.get(key, self.lines.get(group, 0))
            self._defects.error(Spot(PROFILER, line, key), what, why, mend)

    def advise(self, key: str, what: str, why: str, mend: str) -> None:
        """Report what could be better about a key."""
        self._defects.advise(Spot(PROFILER, self.lines.get(key, 0), key), what, why, mend)

    def fault_at(self, record: Record, what: str, why: str, mend: str) -> None:
        """Report a defect of one row, at its key."""
        self._defects.error(Spot(PROFILER, record.row, record[KEY]), what, why, mend)


def is_language_code(text: str) -> bool:
    """Tell whether a text has the shape of a language code: ``en``, ``pt-BR``, ``zh-Hans``."""
    return _LANGUAGE.fullmatch(text) is not None
