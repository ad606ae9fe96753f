"""Installs the CRM servers of the tests, or tells where they are.

Usage::

    python -m scripts.crm install              # one Odoo, BottleCRM and Tryton; done already, it takes no time
    python -m scripts.crm install odoo11       # one server
    python -m scripts.crm paths                # where each is, and whether it is there
"""

from __future__ import annotations

import argparse
import sys

from scripts.crm.cache import cache_folder
from scripts.crm.errors import CrmError
from scripts.crm.installation import RECIPES, install


def main() -> int:
    """Do what the command line says; give 1 when a server could not be installed, 130 when stopped."""
    parser = argparse.ArgumentParser(prog="python -m scripts.crm", description="Real CRM servers for the tests.")
    parser.add_argument("command", choices=["install", "paths"])
    parser.add_argument(
        "server", nargs="*", help=f"of {', '.join(RECIPES)}; one Odoo and the others when none is named"
    )
    arguments = parser.parse_args()
    if unknown := sorted(set(arguments.server) - set(RECIPES)):
        parser.error(f"there is no {', '.join(unknown)}")
    if arguments.command == "paths":
        _print_paths()
        return 0
    try:
        install(cache_folder(), arguments.server)
    except CrmError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _print_paths() -> None:
    for recipe in (made(cache_folder()) for made in RECIPES.values()):
        print(f"{recipe.name:10} {'installed' if recipe.is_installed else 'missing  '} {recipe.folder}")


if __name__ == "__main__":
    sys.exit(main())
