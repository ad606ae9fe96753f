"""Which servers there are, and how all of them come into the cache."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from scripts.crm.bottlecrm import BottleCrm
from scripts.crm.cache import locked
from scripts.crm.errors import CrmError, PackageUnavailable
from scripts.crm.odoo import Odoo11, Odoo19
from scripts.crm.recipe import Recipe
from scripts.crm.tryton import Tryton

RECIPES: dict[str, type[Recipe]] = {recipe.name: recipe for recipe in (Odoo19, Odoo11, BottleCrm, Tryton)}


def install(cache: Path, names: Sequence[str] = ()) -> None:
    """Make what is missing of some servers, or of one Odoo and all the others. Raises CrmError."""
    if names:
        for name in names:
            _install(RECIPES[name](cache))
        return
    _install_odoo(cache)
    _install(BottleCrm(cache))
    _install(Tryton(cache))


def installed(cache: Path, name: str) -> Recipe:
    """Give a server that is installed; ``odoo`` is the newer of those that are. Raises CrmError."""
    choices = [Odoo19, Odoo11] if name == "odoo" else [RECIPES[name]]
    for choice in choices:
        if (recipe := choice(cache)).is_installed:
            return recipe
    raise CrmError(f"{choices[0].title} is not installed: run 'python -m scripts.crm install'.")


def _install_odoo(cache: Path) -> None:
    if Odoo11(cache).is_installed and not Odoo19(cache).is_installed:
        return
    try:
        _install(Odoo19(cache))
    except PackageUnavailable as error:
        print(f"{error}\nOdoo 11 takes its place.", flush=True)
        _install(Odoo11(cache))


def _install(recipe: Recipe) -> None:
    if recipe.is_installed:
        return
    with locked(recipe.folder.parent):
        if not recipe.is_installed:
            print(f"Installing {recipe.title} for the CRM tests (this takes minutes, once) ...", flush=True)
            recipe.install()
