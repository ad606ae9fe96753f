"""What the author says of the profiler as a whole, and the checks on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from customer_profiler.adapters.content.defects import Defects
from customer_profiler.adapters.content.keys import Keys, is_language_code
from customer_profiler.adapters.content.records import Record, read_records
from customer_profiler.adapters.content.sheets import Sheet
from customer_profiler.adapters.content.spelling import mend_name
from customer_profiler.adapters.content.tables import KEY, LIST_KEYS, PROFILER, SETTINGS, TEXT_KEYS, VALUE
from customer_profiler.core.condition import is_identifier
from customer_profiler.core.profiler import LEAD_FIELDS, LeadSettings

_NEEDED_TEXTS = {"title": "customers see it in the menu", "purpose": "customers are told why they are asked"}


@dataclass(frozen=True)
class Settings:
    """The values of all keys; ``lines`` maps each key to its line or row.

    ``languages`` is empty when none can be used.
    """

    id: str
    languages: tuple[str, ...]
    texts: Mapping[str, Mapping[str, str]]
    lists: Mapping[str, tuple[str, ...]]
    lead: LeadSettings
    lines: Mapping[str, int]


def read_settings(sheet: Sheet | None, name: str, defects: Defects) -> Settings:
    """Read and check all keys; ``name`` is the folder's or workbook's, which the id must equal."""
    records = [record for record in read_records(sheet, SETTINGS, (), defects) if record.has(KEY)]
    keys = Keys(records, defects)
    if sheet is not None and (records or not defects.has_errors_in(PROFILER)):
        _check(keys, name)
    return Settings(
        id=keys.value("id"),
        languages=keys.languages,
        texts={key: keys.texts(key) for key in TEXT_KEYS},
        lists={key: keys.entries(key) for key in LIST_KEYS},
        lead=keys.lead,
        lines=keys.lines,
    )


def _check(keys: Keys, name: str) -> None:
    _check_known(keys)
    _check_id(keys, name)
    _check_languages(keys)
    _check_lead(keys)
    for key, why in _NEEDED_TEXTS.items():
        _check_text(keys, key, why)
    if not keys.entries("objectives"):
        why = "the profile is measured against what you want to learn or reach"
        keys.fault("objectives", "no objective is stated", why, "list at least one under “objectives”")


def _check_known(keys: Keys) -> None:
    known = ["id", *(f"{key}.{language}" for key in TEXT_KEYS for language in keys.languages), *LIST_KEYS]
    seen: set[str] = set()
    for record in keys.records:
        key = record[KEY]
        # A group with nothing in it ("title:") is the business of the check of that group.
        empty_group = key in (*TEXT_KEYS, "lead") and not record[VALUE]
        if key not in known and not empty_group:
            _report_unknown(keys, record, known)
        elif key in seen and key not in LIST_KEYS:
            keys.fault_at(record, f"“{key}” stands twice", "only one can count", "remove one of them")
        seen.add(key)


def _report_unknown(keys: Keys, record: Record, known: list[str]) -> None:
    key = record[KEY]
    group, _, language = key.partition(".")
    if not key:
        keys.fault_at(record, "the row has no key", "nobody can tell what the value means", "write the key")
    elif key in (*TEXT_KEYS, "lead"):
        inner = "en" if key in TEXT_KEYS else "ask"
        mend = f"write “{key}.{inner}” (in YAML “{inner}:” on a line of its own below)"
        keys.fault_at(record, f"“{key}” is not a map", "the value needs a name of its own", mend)
    elif group in TEXT_KEYS and keys.languages:
        why = f"the languages are {', '.join(keys.languages)}"
        keys.fault_at(record, f"“{key}” is unknown", why, f"add “{language}” to the languages, or remove it")
    elif group not in TEXT_KEYS:
        mend = mend_name(key, known, "remove it")
        keys.fault_at(record, f"key “{key}” is unknown", "a profiler has no such setting", mend)


def _check_id(keys: Keys, name: str) -> None:
    given = keys.value("id")
    if not given:
        keys.fault("id", "the profiler has no id", "nothing could refer to it", f"write “id: {name}”")
    elif not is_identifier(given):
        why = "an id has only lower-case letters a-z, digits and underscores"
        keys.fault("id", f"“{given}” is not an id", why, "choose a name such as “cars” for id and folder")
    elif given != name:
        why = "among the content the folder or workbook has the name of its profiler"
        keys.advise("id", f"id “{given}” differs from the name “{name}”", why, "change one of them")


def _check_languages(keys: Keys) -> None:
    _check_repeats(keys, "languages")
    for record in keys.filled("languages"):
        code = record[VALUE]
        if not is_language_code(code):
            why = "a code is two or three lower-case letters, with a region behind a hyphen if need be"
            keys.fault_at(record, f"“{code}” is not a language code", why, "write en, es, pt-BR ...")
    if not keys.entries("languages"):
        why = "every text has to say what language it is in"
        keys.fault("languages", "no language is given", why, "list the languages, the default first")


def _check_lead(keys: Keys) -> None:
    if "lead.ask" in keys.lines and not keys.entries("lead.ask"):
        keys.fault("lead.ask", "the lead form asks for nothing", "a lead needs a contact", "list name and email")
    for key in ("lead.ask", "lead.required"):
        _check_repeats(keys, key)
        for record in keys.filled(key):
            field = record[VALUE]
            if field not in LEAD_FIELDS:
                mend = mend_name(field, LEAD_FIELDS, f"use {', '.join(LEAD_FIELDS)}")
                keys.fault_at(record, f"“{field}” cannot be asked", "a lead has no such detail", mend)
            elif key == "lead.required" and field not in keys.lead.ask:
                why, mend = "only what is asked can be insisted on", "add it to lead.ask or remove it here"
                keys.fault_at(record, f"“{field}” is required but not asked", why, mend)


def _check_repeats(keys: Keys, key: str) -> None:
    seen: set[str] = set()
    for record in keys.filled(key):
        if record[VALUE] in seen:
            keys.fault_at(record, f"“{record[VALUE]}” stands twice", "once is enough", "remove one of them")
        seen.add(record[VALUE])


def _check_text(keys: Keys, key: str, why: str) -> None:
    for default in keys.languages[:1]:
        if not keys.value(f"{key}.{default}"):
            mend = f"write it for “{default}” under “{key}”"
            keys.fault(f"{key}.{default}", f"the {key} in “{default}” is missing", why, mend)
