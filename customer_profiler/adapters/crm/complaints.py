"""What pydantic complains of in a part of ``crm.yml``, in words for whoever wrote it; never with a value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic.fields import SHAPE_SINGLETON, ModelField

from customer_profiler.adapters.content.spelling import mend_name
from customer_profiler.adapters.crm.document import Place
from customer_profiler.adapters.crm.target import Keys


class Complaint(NamedTuple):
    """What is wrong at a place below the part, and how to mend it. ``is_unknown`` when no such key is known."""

    place: Place
    what: str
    mend: str
    is_unknown: bool = False


def complaints(model: type[Keys], error: ValidationError) -> Iterator[Complaint]:
    """Give the complaints about values that were to become a ``model``."""
    for each in error.errors():
        place = tuple(str(key) for key in each["loc"] if key != "__root__")
        yield _complaint(model, place, each["type"], each["msg"], each.get("ctx", {}))


def field_at(model: type[Keys], place: Place) -> ModelField | None:
    """Give the field of a model that a place leads to, or None; entries of a map or list are their field's."""
    if not place:
        return None
    field = fields(model).get(place[0])
    if field is None:
        return None
    # In a map or list the next key is not one of the model's, but the entry's name or number.
    below = place[1:] if field.shape == SHAPE_SINGLETON else place[2:]
    return field_at(field.type_, below) if below and _is_keys(field.type_) else field


def fields(model: type[Keys]) -> dict[str, ModelField]:
    """Give a model's fields by the keys that ``crm.yml`` calls them by."""
    return {field.alias: field for field in model.__fields__.values()}


def _complaint(model: type[Keys], place: Place, kind: str, said: str, about: Mapping[str, Any]) -> Complaint:
    key = _name(place)
    if kind == "value_error.missing":
        return Complaint(place, f"“{key}” is missing", f"add “{key}: ...”")
    if kind == "value_error.extra":
        known = list(fields(_owner(model, place)))
        mend = mend_name(key, known, f"choose one of {', '.join(known)}")
        return Complaint(place, f"there is no key “{key}” here", mend, is_unknown=True)
    if kind == "value_error":
        what, _, mend = said.partition("; ")
        return Complaint(place, f"“{key}” {what}" if key else what, mend or "docs/crm.md says what it may be")
    words = _WORDS.get(kind, "cannot be used")
    if kind in ("value_error.const", "type_error.enum"):
        permitted = about.get("permitted") or [choice.value for choice in about.get("enum_values", ())]
        return Complaint(place, f"“{key}” {words}", f"choose one of {', '.join(map(str, permitted))}")
    if "limit_value" in about:
        words = f"{words} {about['limit_value']}"
    return Complaint(place, f"“{key}” {words}", "docs/crm.md says what it may be")


_WORDS = {
    "value_error.number.not_ge": "is less than",
    "value_error.number.not_gt": "is not more than",
    "value_error.number.not_le": "is more than",
    "value_error.number.not_lt": "is not less than",
    "value_error.const": "is none of its choices",
    "type_error.enum": "is none of its choices",
    "type_error.integer": "is no whole number",
    "type_error.float": "is no number",
    "type_error.bool": "is neither true nor false",
    "type_error.none.not_allowed": "has no value",
    "type_error.str": "is not one text",
    "type_error.path": "is not one text",
    "type_error.dict": "is not a map of keys and values",
    "type_error.list": "is not a list",
    "value_error.any_str.min_length": "is too short, at least",
    "value_error.any_str.max_length": "is too long, at most",
    "value_error.str.regex": "is not written as it must be",
}


def _name(place: Place) -> str:
    """Give what to call a place: its key, or which entry of a list it is."""
    if len(place) > 1 and place[-1].isdecimal():
        return f"{place[-2]}, entry {int(place[-1]) + 1}"
    return place[-1] if place else ""


def _owner(model: type[Keys], place: Place) -> type[Keys]:
    field = field_at(model, place[:-1]) if len(place) > 1 else None
    return field.type_ if field is not None and _is_keys(field.type_) else model


def _is_keys(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Keys)
