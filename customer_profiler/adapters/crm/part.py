"""One part of ``crm.yml`` made what it stands for: variables filled in, secrets guarded, every defect reported."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from pydantic import SecretStr, ValidationError

from customer_profiler.adapters.content.defects import Defects
from customer_profiler.adapters.crm.address import is_loopback, is_private, split
from customer_profiler.adapters.crm.complaints import complaints, fields
from customer_profiler.adapters.crm.document import Document, Place
from customer_profiler.adapters.crm.target import Guarded, Keys
from customer_profiler.adapters.crm.variables import Unusable, Variables, is_reference

Some = TypeVar("Some", bound=Keys)

_TELLING = re.compile(r"auth|key|token|secret|password|cookie|signature", re.IGNORECASE)
"""Names of headers whose values open doors."""


class Parts:
    """The parts of one file."""

    def __init__(self, document: Document, variables: Variables, defects: Defects) -> None:
        self._document = document
        self._variables = variables
        self._defects = defects

    def text(self, value: object, place: Place) -> str:
        """Give one text with its variables filled in; empty after reporting why there is none."""
        unusable: dict[Place, Unusable] = {}
        filled = self._variables.fill(value, place, unusable)
        self._report(unusable)
        if isinstance(filled, str) and not unusable:
            return filled
        if not unusable:
            self.error(place, f"“{place[-1]}” is not one text", "it cannot be read as it stands", "write one word")
        return ""

    def read(self, model: type[Some], values: Mapping[str, Any], place: Place) -> Some | None:
        """Give the part at a place as a ``model``, or None after reporting what is wrong with it."""
        unusable: dict[Place, Unusable] = {}
        filled = self._variables.fill(dict(values), place, unusable)
        wrong = set(unusable)
        self._report(unusable)
        for secret in _open_secrets(model, values, filled, place):
            wrong.add(secret)
            why = "whoever reads the file, a copy of it or its history could use it"
            mend = "put it into an environment variable and write ${NAME} here"
            self.error(secret, f"“{secret[-1]}” is a secret written out", why, mend)
        wrong |= self._wrong_addresses(model, filled, place, wrong)
        try:
            part = model.parse_obj(filled)
        except ValidationError as error:
            self._complain(model, error, place, wrong)
            return None
        if wrong:
            return None
        self._advise(part, place)
        return part

    def error(self, place: Place, what: str, why: str, mend: str) -> None:
        """Report a defect."""
        self._defects.error(self._document.spot(place), *map(self._variables.hide, (what, why, mend)))

    def advise(self, place: Place, what: str, why: str, mend: str) -> None:
        """Report what could be better."""
        self._defects.advise(self._document.spot(place), *map(self._variables.hide, (what, why, mend)))

    def _report(self, unusable: Mapping[Place, Unusable]) -> None:
        for place, error in unusable.items():
            self.error(place, *error.parts)

    def _complain(self, model: type[Keys], error: ValidationError, place: Place, wrong: set[Place]) -> None:
        for complaint in complaints(model, error):
            here = (*place, *complaint.place)
            if here in wrong:
                continue
            why = "it would have no effect" if complaint.is_unknown else "it cannot be used as it stands"
            self.error(here, complaint.what, why, complaint.mend)

    def _wrong_addresses(
        self, model: type[Keys], filled: Mapping[str, Any], place: Place, wrong: set[Place]
    ) -> set[Place]:
        """Give the places of addresses that are none, after reporting them."""
        found = set()
        for key in fields(model):
            value, here = filled.get(key), (*place, key)
            if (key == "url" or key.endswith("_url")) and isinstance(value, str) and here not in wrong:
                try:
                    split(value)
                except ValueError as error:
                    what, _, mend = str(error).partition("; ")
                    self.error(here, f"“{key}” {what}", "nothing could be sent there", mend)
                    found.add(here)
        return found

    def _advise(self, part: Keys, place: Place) -> None:
        """Advise against secrets that others on the way could read."""
        host = part.plain_host
        if host and not is_private(host) and _has_secret(part):
            why = "anybody on the way could read the secret and the leads"
            self.advise(
                (*place, "url" if hasattr(part, "url") else "host"), "the way there is not encrypted", why, _ENCRYPT
            )
        for key, field in fields(type(part)).items():
            value = getattr(part, field.name)
            if isinstance(value, Keys):
                self._advise(value, (*place, key))


_ENCRYPT = "use https://, or for mail “security: starttls” or “tls”"


def _open_secrets(
    model: type[Keys], written: Mapping[str, Any], filled: Mapping[str, Any], place: Place, is_at_home: bool = False
) -> Iterator[Place]:
    """Give the places of secrets that are written out, but for those that guard nothing outside this machine."""
    host = _host(filled)
    is_at_home = is_loopback(host) if host else is_at_home
    for key, field in fields(model).items():
        value, here = written.get(key), (*place, key)
        if isinstance(field.type_, type) and issubclass(field.type_, Keys):
            if isinstance(value, Mapping):
                yield from _open_secrets(field.type_, value, filled.get(key, {}), here, is_at_home)
        elif not is_at_home and isinstance(field.type_, type) and issubclass(field.type_, SecretStr):
            is_guarded = issubclass(field.type_, Guarded)
            yield from (
                where for where, text in _texts(value, here)
                if not is_reference(text) and (not is_guarded or (_TELLING.search(where[-1]) and "${" not in text))
            )  # fmt: skip


def _texts(value: object, place: Place) -> Iterator[tuple[Place, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from _texts(part, (*place, str(key)))


def _host(filled: Mapping[str, Any]) -> str:
    url, host = filled.get("url"), filled.get("host")
    if isinstance(url, str):
        try:
            return split(url).hostname or ""
        except ValueError:
            return ""
    return host if isinstance(host, str) else ""


def _has_secret(part: Keys) -> bool:
    values = (value for _, value in part)
    return any(isinstance(value, SecretStr) and value.get_secret_value() for value in values)
