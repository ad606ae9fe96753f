"""What the stand-in is told at its start, and what keeps it from starting."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from customer_profiler.core.errors import SettingsError
from customer_profiler.standin import STANDIN_PAGE_ID, STANDIN_PHONE_NUMBER_ID, STANDIN_TOKEN

_OWN = {
    "WHATSAPP_TOKEN": STANDIN_TOKEN,
    "MESSENGER_TOKEN": STANDIN_TOKEN,
    "WHATSAPP_PHONE_NUMBER_ID": STANDIN_PHONE_NUMBER_ID,
    "MESSENGER_PAGE_ID": STANDIN_PAGE_ID,
}


@dataclass(frozen=True)
class Pace:
    """How many seconds pass before a message is reported sent, then delivered, then read."""

    sent_seconds: float = 0.1
    delivered_seconds: float = 0.2
    read_seconds: float = 0.6


@dataclass(frozen=True)
class Rates:
    """How fast the bot may send: to one person a burst and then one message a pause, to all so many a second."""

    pair_burst: int = 45
    pair_pause_seconds: float = 6.0
    whatsapp_per_second: int = 80
    messenger_per_second: int = 300


@dataclass(frozen=True)
class Options:
    """Where the stand-in listens, which bot it talks to, and how fast things go."""

    app_secret: str = field(repr=False)
    verify_token: str = field(repr=False)
    bot_url: str = "http://127.0.0.1:5005"
    host: str = "127.0.0.1"
    port: int = 8080
    pace: Pace = Pace()
    rates: Rates = Rates()
    retry_seconds: float = 1.0
    post_timeout_seconds: float = 20.0

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Options:
        """Read the options; raise ``SettingsError`` when the stand-in must not or cannot start."""
        values = os.environ if environment is None else environment
        host = values.get("PROFILER_HOST") or "127.0.0.1"
        _refuse_network(host)
        _refuse_real_account(values)
        return cls(
            app_secret=_required(values, "META_APP_SECRET"),
            verify_token=_required(values, "META_VERIFY_TOKEN"),
            bot_url=f"http://{_in_address(host)}:{_port(values, 'RASA_PORT', 5005)}",
            host=host,
            port=_port(values, "CONSOLE_PORT", 8080),
        )

    @property
    def url(self) -> str:
        """The stand-in's own address."""
        return f"http://{_in_address(self.host)}:{self.port}"


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches the host."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _refuse_network(host: str) -> None:
    if not is_loopback(host):
        raise SettingsError(
            f"PROFILER_HOST is {host!r}: the phone stand-in answers anybody who reaches it, so it only starts on this "
            "machine's own address. Set PROFILER_HOST to 127.0.0.1, or give the tokens of a Meta account instead."
        )


def _refuse_real_account(values: Mapping[str, str]) -> None:
    for name, own in _OWN.items():
        if values.get(name, own) not in ("", own):
            raise SettingsError(
                f"{name} is set to something that is not the stand-in's: with an account of Meta's the stand-in would "
                f"only get in the way. Unset {name} to use the stand-in, or leave the stand-in out to use Meta."
            )


def _required(values: Mapping[str, str], name: str) -> str:
    if not values.get(name):
        raise SettingsError(
            f"{name} is not set: the bot would not believe the stand-in's webhooks. `make run` sets it for both; "
            f"set {name} to the value the bot has."
        )
    return values[name]


def _port(values: Mapping[str, str], name: str, default: int) -> int:
    text = values.get(name) or str(default)
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise SettingsError(f"{name} is {text!r}: it must be a port number from 1 to 65535")
    return int(text)


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host and not host.startswith("[") else host
