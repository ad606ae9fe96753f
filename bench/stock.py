"""Stock Rasa to compare with: the project that ``rasa init`` writes, plus the same form in plain Rasa.

``stock_project`` holds what a user of Rasa would add. The rest, pipeline and policies above all, is copied from the
installed Rasa as it is, so that Rasa chooses its own defaults. Training it takes minutes; it is done once and kept.
"""

from __future__ import annotations

import hashlib
import platform
import shutil
import sys
from importlib.metadata import version
from pathlib import Path

import rasa.cli

from bench.assistant import Assistant, clean_environment
from bench.process import free_ports
from bench.training import train

NAME = "stock Rasa"

ADDED = Path(__file__).parent / "stock_project"
"""The form, its rules and its actions."""

_SECONDS = "training_seconds"
_TAKEN_OVER = ("config.yml", "credentials.yml", "data")


def trained_project(cache: Path, log: Path) -> tuple[Path, float]:
    """Give the project's folder with a trained model, and the seconds that the training took when it was made."""
    folder = cache / _fingerprint()
    if not (folder / _SECONDS).exists():
        shutil.rmtree(cache, ignore_errors=True)
        _write_project(folder)
        seconds = train(folder, {**clean_environment(), **_places(folder, 0)}, log, ("--domain", "domain"))
        (folder / _SECONDS).write_text(str(seconds), "utf-8")
    for name in ("actions.py", "endpoints.yml"):
        shutil.copy(ADDED / name, folder)
    return folder, float((folder / _SECONDS).read_text("utf-8"))


def stock_assistant(folder: Path, var: Path, log: Path) -> Assistant:
    """Give the stock assistant: one Rasa process, one action server, SQLite in the folder ``var``."""
    rasa_port, actions_port = free_ports(2)
    serve = [sys.executable, "-m", "rasa", "run", "--interface", "127.0.0.1", "--port", str(rasa_port), "--quiet"]
    act = [sys.executable, "-m", "rasa_sdk", "--actions", "actions", "--port", str(actions_port), "--quiet"]
    environment = {**clean_environment(), "SANIC_HOST": "127.0.0.1", **_places(var, actions_port)}
    return Assistant(NAME, folder, [act, serve], environment, rasa_port, log)


def _places(var: Path, actions_port: int) -> dict[str, str]:
    """Give the variables that the project's endpoints.yml names."""
    url = f"http://127.0.0.1:{actions_port}/webhook"
    return {"STOCK_ACTIONS_URL": url, "STOCK_DATABASE": str(var / "stock.db")}


def _write_project(folder: Path) -> None:
    """Put ``rasa init``'s project and the additions into the folder."""
    initial = _initial_project()
    shutil.copytree(ADDED, folder, ignore=shutil.ignore_patterns("__pycache__", "__init__.py"))
    for name in _TAKEN_OVER:
        source = initial / name
        if source.is_dir():
            shutil.copytree(source, folder / name, dirs_exist_ok=True)
        else:
            shutil.copy(source, folder / name)
    shutil.copy(initial / "domain.yml", folder / "domain" / "initial.yml")


def _fingerprint() -> str:
    """Name everything the trained model depends on."""
    digest = hashlib.sha256(f"{version('rasa')} {platform.python_version()}".encode())
    for folder in (_initial_project(), ADDED):
        for file in sorted(folder.rglob("*.yml")):
            digest.update(str(file.relative_to(folder)).encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def _initial_project() -> Path:
    return Path(rasa.cli.__file__).parent / "initial_project"
