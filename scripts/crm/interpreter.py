"""The Pythons of this machine: those on the path and those that pyenv has."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from scripts.crm.errors import CrmError


def find_python(versions: Sequence[str]) -> Path:
    """Find a Python of one of some versions such as ``3.13``, the first preferred. Raises CrmError."""
    for version in versions:
        for candidate in _candidates(version):
            if _version(candidate) == version:
                return candidate
    wanted = " or ".join(versions)
    raise CrmError(f"Python {wanted} was not found: install it (for example with 'pyenv install {versions[0]}').")


def _candidates(version: str) -> Iterator[Path]:
    for name in (f"python{version}", "python3", "python"):
        if found := shutil.which(name):
            yield Path(found)
    for root in (os.environ.get("PYENV_ROOT", ""), "~/.pyenv"):
        if root:
            yield from sorted(Path(root).expanduser().glob(f"versions/{version}*/bin/python"))


def _version(python: Path) -> str:
    # A shim of pyenv may stand on the path for a version that is not switched on.
    command = [str(python), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    except OSError:
        return ""
