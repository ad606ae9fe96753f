"""``crm.yml``: where leads go in each environment. docs/crm.md says what can stand in it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from customer_profiler.adapters.content.defects import Defects
from customer_profiler.adapters.content.spelling import closest, mend_name
from customer_profiler.adapters.crm.alerts import AlertsConfig
from customer_profiler.adapters.crm.discreet import Discreet
from customer_profiler.adapters.crm.document import Document, Place, read_document
from customer_profiler.adapters.crm.part import Parts
from customer_profiler.adapters.crm.target import TargetConfig
from customer_profiler.adapters.crm.variables import Variables
from customer_profiler.core.errors import CrmConfigError
from customer_profiler.core.problems import Problem, Severity
from customer_profiler.services.ports import LeadTarget
from customer_profiler.settings import ENVIRONMENTS

ONLY_TARGET = "crm"
"""The name of a target that stands at the top of the file by itself."""

MODULES: Mapping[str, str] = {
    "rest": "rest",
    "odoo": "odoo",
    "bottlecrm": "bottlecrm",
    "tryton": "tryton",
    "hubspot": "hubspot",
    "salesforce": "salesforce",
    "dynamics": "dynamics",
    "csv": "csv_file",
    "email": "mail",
}
"""Type of a target -> its module in this package, with the classes ``Config`` and ``<Type>Target``."""

_BESIDE = ("alerts", "environment")
_TOP = ("type", "targets", "environments", *_BESIDE)
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,49}")
"""Names of targets stand in the database, in metrics and on command lines."""


@dataclass(frozen=True)
class CrmConfig:
    """What ``crm.yml`` says in the environment in force: the targets by their names, and who is told of trouble."""

    path: Path
    environment: str
    targets: Mapping[str, TargetConfig] = field(default_factory=dict)
    alerts: AlertsConfig | None = None
    advice: tuple[Problem, ...] = ()
    hide: Callable[[str], str] = field(default=str, compare=False)

    def target(self, name: str) -> LeadTarget:
        """Give the target of that name; nothing is sent yet. What it says never shows a variable's value."""
        return Discreet(build_target(self.targets[name]), self.hide)


def read_crm(
    path: Path,
    folder: Path,
    environment: str = "",
    is_required: bool = False,
    variables: Mapping[str, str] | None = None,
) -> CrmConfig:
    """Read ``crm.yml``; raise ``CrmConfigError`` with every defect.

    ``folder`` is what relative paths of files are below; ``environment`` wins over the file's own choice;
    ``is_required`` makes it a defect that there is no file: else there is no target. ``variables`` are those that
    ``${NAME}`` names, by default this process's.
    """
    if not is_required and not os.path.lexists(path):
        return CrmConfig(path, environment or ENVIRONMENTS[0])
    defects = Defects()
    document = read_document(path, defects)
    if document is None:
        raise CrmConfigError(defects.problems)
    found = Variables(os.environ if variables is None else variables)
    reading = _Reading(document, found, defects)
    config = reading.config(path, folder, environment)
    if defects.errors:
        raise CrmConfigError(defects.problems)
    advice = tuple(each for each in defects.problems if each.severity is Severity.ADVICE)
    return replace(config, advice=advice, hide=found.hide)


def build_target(config: TargetConfig) -> LeadTarget:
    """Give the target that a configuration of ``read_crm`` describes; nothing is sent yet."""
    found = _of_type(config.type)
    name = f"{config.type}target"
    target: LeadTarget = next(value for key, value in vars(found).items() if key.casefold() == name)(config)
    return target


def _of_type(kind: str) -> ModuleType:
    return import_module(f"{__package__}.{MODULES[kind]}")


class _Reading:
    """The reading of one file."""

    def __init__(self, document: Document, variables: Variables, defects: Defects) -> None:
        self._top = document.values
        self._parts = Parts(document, variables, defects)

    def config(self, path: Path, folder: Path, environment: str) -> CrmConfig:
        environment = environment or self._own_environment()
        place, block = self._block(environment)
        targets: dict[str, TargetConfig] = {}
        for name, (where, values) in self._targets(place, block).items():
            target = self._target(values, where)
            if target is not None:
                targets[name] = target.below(folder)
        self._refuse_sharing(targets, place)
        return CrmConfig(path, environment, targets, self._alerts(place, block))

    # --- the shapes of the file

    def _own_environment(self) -> str:
        if self._top.get("environment") is None:
            return ENVIRONMENTS[0]
        place = ("environment",)
        name = self._parts.text(self._top["environment"], place)
        if name and name not in ENVIRONMENTS:
            mend = mend_name(name, ENVIRONMENTS, f"choose one of {', '.join(ENVIRONMENTS)}")
            self._parts.error(place, f"there is no environment “{name}”", "nothing is chosen by it", mend)
        return name if name in ENVIRONMENTS else ENVIRONMENTS[0]

    def _block(self, environment: str) -> tuple[Place, dict[str, Any]]:
        """Give the part of the file that is in force, and its place."""
        shapes = [key for key in ("type", "targets", "environments") if key in self._top]
        if not shapes:
            self._report_no_shape()
            return (), {}
        for key in shapes[1:]:
            what, why = f"“{key}” stands beside “{shapes[0]}”", "nobody can tell which of them is meant"
            self._parts.error((key,), what, why, "keep one of them, or put the targets into the environments")
        if shapes[0] == "environments":
            self._refuse_others((), self._top, _TOP)
            return self._environment(environment)
        if shapes[0] == "targets":
            self._refuse_others((), self._top, _TOP)
        return (), self._top

    def _report_no_shape(self) -> None:
        guess = next(
            (f"did you mean “{near}” by “{key}”?" for key in self._top if (near := closest(key, _TOP[:3]))), ""
        )
        what, why = "no target is named", "leads would go nowhere"
        self._parts.error((), what, why, guess or "add “type: rest” for one target, or “targets:” for several")

    def _environment(self, environment: str) -> tuple[Place, dict[str, Any]]:
        blocks = self._map(self._top["environments"], ("environments",))
        for name in blocks:
            if name not in ENVIRONMENTS:
                mend = mend_name(name, ENVIRONMENTS, f"the environments are {', '.join(ENVIRONMENTS)}")
                why = "it could never be chosen"
                self._parts.error(("environments", name), f"there is no environment “{name}”", why, mend)
        place = ("environments", environment)
        if environment not in blocks:
            why = "that is the one chosen by PROFILER_ENVIRONMENT, or by “environment” in the file"
            mend = f"add it below “environments”, or choose one of {', '.join(blocks) or 'those you add'}"
            self._parts.error(("environments",), f"the environment “{environment}” is missing", why, mend)
            return place, {}
        block = self._map(blocks[environment], place)
        self._refuse_others(place, block, ("targets", "alerts"))
        return place, block

    def _targets(self, place: Place, block: Mapping[str, Any]) -> dict[str, tuple[Place, dict[str, Any]]]:
        """Give the targets of a block by name, each with its place and keys."""
        if not place and "type" in block:
            keys = {key: value for key, value in block.items() if key not in (*_BESIDE, "targets", "environments")}
            return {ONLY_TARGET: ((), keys)}
        where = (*place, "targets")
        found = self._map(block.get("targets"), where)
        if not found and (place or "targets" in block):
            why = "leads stay in the database, and are delivered once there is one"
            self._parts.advise(where, "there is no target", why, "add one, as docs/crm.md shows")
        for name in found:
            if not _NAME.fullmatch(name):
                why = "it stands in the database, in metrics and on command lines"
                mend = "use small letters, digits, - and _, a letter first, 50 characters at most"
                self._parts.error((*where, name), f"“{name}” cannot be the name of a target", why, mend)
        return {name: ((*where, name), self._map(values, (*where, name))) for name, values in found.items()}

    # --- its parts

    def _target(self, values: dict[str, Any], place: Place) -> TargetConfig | None:
        here = (*place, "type")
        if values.get("type") is None:
            mend = f"add “type: ...”, one of {', '.join(MODULES)}"
            self._parts.error(here, "“type” is missing", "nobody can tell what kind of target it is", mend)
            return None
        kind = self._parts.text(values["type"], here)
        if kind in MODULES:
            model: type[TargetConfig] = _of_type(kind).Config
            return self._parts.read(model, values, place)
        if kind:
            mend = mend_name(kind, MODULES, f"choose one of {', '.join(MODULES)}")
            self._parts.error(here, f"there is no type “{kind}”", "nobody can tell how to reach the target", mend)
        return None

    def _alerts(self, place: Place, block: Mapping[str, Any]) -> AlertsConfig | None:
        where, values = (*place, "alerts"), block.get("alerts")
        if values is None:
            where, values = ("alerts",), self._top.get("alerts")
        return None if values is None else self._parts.read(AlertsConfig, self._map(values, where), where)

    def _refuse_sharing(self, targets: Mapping[str, TargetConfig], place: Place) -> None:
        """Report targets that would write over each other."""
        owners: dict[Path, str] = {}
        for name, target in targets.items():
            if target.own_path is None:
                continue
            path = Path(os.path.realpath(target.own_path))
            first = owners.setdefault(path, name)
            if first != name:
                what, why = f"“{first}” and “{name}” write the same path", "one would take the other's rows for its own"
                self._parts.error((*place, "targets", name), what, why, "give each a path of its own")

    def _refuse_others(self, place: Place, block: Mapping[str, Any], known: tuple[str, ...]) -> None:
        for key in block:
            if key not in known:
                mend = mend_name(key, known, f"choose one of {', '.join(known)}")
                self._parts.error((*place, key), f"there is no key “{key}” here", "it would have no effect", mend)

    def _map(self, value: object, place: Place) -> dict[str, Any]:
        if isinstance(value, dict):
            return value
        if value is not None:
            what, why = f"“{place[-1]}” is not a map of keys and values", "it cannot be read as it stands"
            self._parts.error(place, what, why, "write “key: value” lines below it, indented")
        return {}
