"""Debian packages of another suite than the machine's, fetched and unpacked without installing them.

apt gets a folder of its own, with the mirror that the machine already uses: neither the machine's sources nor its
packages change.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

from scripts.crm.errors import CrmError, PackageUnavailable
from scripts.crm.process import run

_KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")

_CONFIGURATION = """
Dir::Etc::sourcelist "{folder}/sources.list";
Dir::Etc::sourceparts "-";
Dir::State::lists "{folder}/lists";
Dir::Cache "{folder}/cache";
APT::Sandbox::User "root";
"""


def fetch_package(name: str, suite: str, kept: Path) -> Path:
    """Give a package's file: the one that is kept from an earlier time, or else the newest. Raises PackageUnavailable.

    A file is kept because *sid* moves on and forgets; one put there by hand is taken as well.
    """
    if here := sorted(kept.glob(f"{name}_*.deb")):
        return here[-1]
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        raise PackageUnavailable(f"{name} is a Debian package, and apt-get or dpkg-deb is missing here.")
    apt = kept / "apt"
    try:
        _download(name, suite, apt)
    except CrmError as error:
        raise PackageUnavailable(f"{name} of Debian's suite {suite} cannot be had here: {error}") from error
    package = next(apt.glob(f"{name}_*.deb"))
    package = package.replace(kept / package.name)
    shutil.rmtree(apt)
    return package


def unpack(package: Path, folder: Path, *excluded: str) -> None:
    """Unpack the files of a package into a folder, except those that match a pattern. Raises CrmError."""
    folder.mkdir(parents=True, exist_ok=True)
    patterns = [f"--exclude={pattern}" for pattern in excluded]
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", str(package)], stdout=subprocess.PIPE) as files:
        unpacked = subprocess.run(["tar", "-x", "-C", str(folder), *patterns], stdin=files.stdout, check=False)
    if files.returncode or unpacked.returncode:
        raise CrmError(f"{package.name} could not be unpacked: delete it and try again.")


def _download(name: str, suite: str, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    for part in ("lists/partial", "cache/archives/partial"):
        (folder / part).mkdir(parents=True)
    signed = f"[signed-by={_KEYRING}] " if _KEYRING.exists() else ""
    (folder / "sources.list").write_text(f"deb {signed}{_mirror()} {suite} main\n", "utf-8")
    (folder / "apt.conf").write_text(_CONFIGURATION.format(folder=folder), "utf-8")
    environment = {**os.environ, "APT_CONFIG": str(folder / "apt.conf")}
    run(["apt-get", "update", "-qq"], folder / "log", environment, folder)
    run(["apt-get", "download", "-qq", name], folder / "log", environment, folder)


def _mirror() -> str:
    command = ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    for address in done.stdout.split():
        if "debian" in urlsplit(address).path.split("/"):
            return address
    raise CrmError("apt knows no Debian mirror.")
