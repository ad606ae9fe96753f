"""The settings of a process, read once from environment variables (design, section 10)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from phonenumbers import SUPPORTED_REGIONS

from customer_profiler.core.errors import SettingsError


@dataclass(frozen=True)
class Settings:
    """Where things are and who may reach them. ``database_url`` may hold a password and hides itself."""

    var: Path
    content: Path
    database_url: str = field(repr=False)
    host: str
    rasa_port: int
    actions_port: int
    public_url: str
    phone_region: str
    log_level: str

    @property
    def rasa_url(self) -> str:
        """The Rasa server's address for this machine."""
        return f"http://{_reachable(self.host)}:{self.rasa_port}"

    @property
    def actions_url(self) -> str:
        """The action server's address for this machine."""
        return f"http://{_reachable(self.host)}:{self.actions_port}"

    @property
    def pictures_url(self) -> str:
        """Base address of product pictures; the Rasa server serves them."""
        return f"{self.public_url}/webhooks/pictures"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Read the settings; raise ``SettingsError`` naming the variable that cannot be used."""
        values = os.environ if environment is None else environment
        var = Path(values.get("PROFILER_VAR") or "var")
        host = values.get("PROFILER_HOST") or "127.0.0.1"
        rasa_port = _port(values, "RASA_PORT", 5005)
        public_url = values.get("PROFILER_PUBLIC_URL") or f"http://{_reachable(host)}:{rasa_port}"
        if not public_url.startswith(("http://", "https://")):
            raise SettingsError(f"PROFILER_PUBLIC_URL is {public_url!r}: it must begin with http:// or https://")
        actions_port = _port(values, "ACTIONS_PORT", 5055)
        if actions_port == rasa_port:
            raise SettingsError(f"RASA_PORT and ACTIONS_PORT are both {rasa_port}: give each a port of its own")
        return cls(
            var=var,
            content=Path(values.get("PROFILER_CONTENT") or "content"),
            database_url=values.get("PROFILER_DATABASE_URL") or f"sqlite:///{var / 'profiler.db'}",
            host=host,
            rasa_port=rasa_port,
            actions_port=actions_port,
            public_url=public_url.rstrip("/"),
            phone_region=_region(values),
            log_level=_log_level(values),
        )


def _port(values: Mapping[str, str], name: str, default: int) -> int:
    text = values.get(name) or str(default)
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise SettingsError(f"{name} is {text!r}: it must be a port number from 1 to 65535")
    return int(text)


def _region(values: Mapping[str, str]) -> str:
    text = values.get("PROFILER_PHONE_REGION", "")
    if text and text.upper() not in SUPPORTED_REGIONS:
        raise SettingsError(f"PROFILER_PHONE_REGION is {text!r}: it must be a country code of two letters, such as ES")
    return text.upper()


def _log_level(values: Mapping[str, str]) -> str:
    level = (values.get("LOG_LEVEL") or "WARNING").upper()
    if level not in ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"):
        raise SettingsError(f"LOG_LEVEL is {level!r}: it must be DEBUG, INFO, WARNING, ERROR or CRITICAL")
    return level


def _reachable(host: str) -> str:
    """A server that listens everywhere is reached from this machine by its loopback address."""
    if ":" in host and host != "::":
        return f"[{host}]"
    return "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 - a comparison binds nothing
