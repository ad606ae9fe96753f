"""The settings of a process, read once from environment variables (design, section 10)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

from phonenumbers import SUPPORTED_REGIONS

from customer_profiler.core.errors import SettingsError

GRAPH_URL = "https://graph.facebook.com/v25.0"
"""Meta's Graph API; the version is pinned, because Meta's default moves."""

ENVIRONMENTS = ("test", "dev", "prod")
"""Those that ``crm.yml`` can have; the first is in force unless another is chosen."""

WORKER_PORT = 5065
"""Where a worker shows its metrics and health unless told otherwise; another free port when it is taken."""

STANDIN_TOKEN = "stand-in-token"  # noqa: S105 - guards nothing: the stand-in knows no real person
STANDIN_PHONE_NUMBER_ID = "100000000000001"
STANDIN_PAGE_ID = "200000000000002"


@dataclass(frozen=True)
class Settings:
    """Where things are and who may reach them.

    What is secret hides itself: passwords, tokens. ``app_secret``, ``verify_token`` and ``outcomes_secret`` are empty
    when they are to be made and kept (see ``bootstrap``). Without tokens of Meta, and as long as nobody else can reach
    this machine, the stand-in's are used, and ``uses_standin`` says so. ``environment`` is one of ``ENVIRONMENTS``,
    empty when ``crm.yml`` is to choose.
    """

    var: Path
    content: Path
    crm: Path
    crm_is_set: bool
    environment: str
    database_url: str = field(repr=False)
    host: str
    rasa_port: int
    actions_port: int
    console_port: int
    worker_port: int | None
    public_url: str
    profiles_url: str
    phone_region: str
    log_level: str
    graph_url: str
    app_secret: str = field(repr=False)
    verify_token: str = field(repr=False)
    outcomes_secret: str = field(repr=False)
    whatsapp_phone_number_id: str
    whatsapp_token: str = field(repr=False)
    messenger_page_id: str
    messenger_token: str = field(repr=False)
    uses_standin: bool

    @property
    def rasa_url(self) -> str:
        """The Rasa server's address for this machine."""
        return f"http://{_reachable(self.host)}:{self.rasa_port}"

    @property
    def actions_url(self) -> str:
        """The action server's address for this machine."""
        return f"http://{_reachable(self.host)}:{self.actions_port}"

    @property
    def console_url(self) -> str:
        """The address of the pages for people, for this machine."""
        return f"http://{_reachable(self.host)}:{self.console_port}"

    @property
    def listen_url(self) -> str:
        """The address, without a port, by which this machine reaches what listens on ``host``."""
        return f"http://{_reachable(self.host)}"

    @property
    def pictures_url(self) -> str:
        """Base address of product pictures; the Rasa server serves them."""
        return f"{self.public_url}/webhooks/pictures"

    @property
    def gaps(self) -> list[str]:
        """Say what is missing before the real WhatsApp and Messenger can work; nothing with the stand-in."""
        if self.uses_standin:
            return []
        given = {
            "META_APP_SECRET": (self.app_secret, "every webhook will be refused: it is signed with the app's secret"),
            "META_VERIFY_TOKEN": (self.verify_token, f"Meta must be given the one kept in {self.var}"),
            "WHATSAPP_TOKEN": (self.whatsapp_token != STANDIN_TOKEN, "WhatsApp will take no message"),
            "WHATSAPP_PHONE_NUMBER_ID": (
                self.whatsapp_phone_number_id != STANDIN_PHONE_NUMBER_ID,
                "messages to the real number are not ours",
            ),
            "MESSENGER_TOKEN": (self.messenger_token != STANDIN_TOKEN, "Messenger will take no message"),
            "MESSENGER_PAGE_ID": (self.messenger_page_id != STANDIN_PAGE_ID, "messages to the real page are not ours"),
        }
        return [f"{name} is not set: {effect}" for name, (is_given, effect) in given.items() if not is_given]

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Read the settings; raise ``SettingsError`` naming the variable that cannot be used."""
        values = os.environ if environment is None else environment
        var = Path(values.get("PROFILER_VAR") or "var")
        host = values.get("PROFILER_HOST") or "127.0.0.1"
        rasa_port = _port(values, "RASA_PORT", 5005)
        public_url = _url(values, "PROFILER_PUBLIC_URL", f"http://{_reachable(host)}:{rasa_port}")
        actions_port, console_port = _port(values, "ACTIONS_PORT", 5055), _port(values, "CONSOLE_PORT", 8080)
        worker_port = _port(values, "WORKER_PORT", WORKER_PORT) if values.get("WORKER_PORT") else None
        named = {"RASA_PORT": rasa_port, "ACTIONS_PORT": actions_port, "CONSOLE_PORT": console_port}
        _differ({**named, **({"WORKER_PORT": worker_port} if worker_port else {})})
        console_url = _url(values, "PROFILER_CONSOLE_URL", f"http://{_reachable(host)}:{console_port}")
        of_meta = ("META_GRAPH_URL", "WHATSAPP_TOKEN", "MESSENGER_TOKEN")
        uses_standin = _is_loopback(host) and not any(values.get(name) for name in of_meta)
        standin_url = f"http://{_reachable(host)}:{console_port}/{GRAPH_URL.rpartition('/')[2]}"
        return cls(
            var=var,
            content=Path(values.get("PROFILER_CONTENT") or "content"),
            crm=Path(values.get("PROFILER_CRM") or "crm.yml"),
            crm_is_set=bool(values.get("PROFILER_CRM")),
            environment=_environment(values),
            database_url=values.get("PROFILER_DATABASE_URL") or f"sqlite:///{var / 'profiler.db'}",
            host=host,
            rasa_port=rasa_port,
            actions_port=actions_port,
            console_port=console_port,
            worker_port=worker_port,
            public_url=public_url,
            profiles_url=f"{console_url}/profiles",
            phone_region=_region(values),
            log_level=_log_level(values),
            graph_url=_url(values, "META_GRAPH_URL", standin_url if uses_standin else GRAPH_URL),
            app_secret=values.get("META_APP_SECRET", ""),
            verify_token=values.get("META_VERIFY_TOKEN", ""),
            outcomes_secret=values.get("PROFILER_OUTCOMES_SECRET", ""),
            whatsapp_phone_number_id=_digits(values, "WHATSAPP_PHONE_NUMBER_ID", STANDIN_PHONE_NUMBER_ID),
            whatsapp_token=values.get("WHATSAPP_TOKEN") or STANDIN_TOKEN,
            messenger_page_id=_digits(values, "MESSENGER_PAGE_ID", STANDIN_PAGE_ID),
            messenger_token=values.get("MESSENGER_TOKEN") or STANDIN_TOKEN,
            uses_standin=uses_standin,
        )


def _port(values: Mapping[str, str], name: str, default: int) -> int:
    text = values.get(name) or str(default)
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise SettingsError(f"{name} is {text!r}: it must be a port number from 1 to 65535")
    return int(text)


def _differ(ports: Mapping[str, int]) -> None:
    for name, port in ports.items():
        same = [other for other in ports if ports[other] == port and other != name]
        if same:
            raise SettingsError(f"{name} and {same[0]} are both {port}: give each a port of its own")


def _url(values: Mapping[str, str], name: str, default: str) -> str:
    url = values.get(name) or default
    if not url.startswith(("http://", "https://")):
        raise SettingsError(f"{name} is {url!r}: it must begin with http:// or https://")
    return url.rstrip("/")


def _digits(values: Mapping[str, str], name: str, default: str) -> str:
    text = values.get(name) or default
    if not (text.isascii() and text.isdecimal()):
        raise SettingsError(f"{name} is {text!r}: it must be the number that Meta gave it, digits only")
    return text


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _region(values: Mapping[str, str]) -> str:
    text = values.get("PROFILER_PHONE_REGION", "")
    if text and text.upper() not in SUPPORTED_REGIONS:
        raise SettingsError(f"PROFILER_PHONE_REGION is {text!r}: it must be a country code of two letters, such as ES")
    return text.upper()


def _environment(values: Mapping[str, str]) -> str:
    name = values.get("PROFILER_ENVIRONMENT", "")
    if name and name not in ENVIRONMENTS:
        raise SettingsError(f"PROFILER_ENVIRONMENT is {name!r}: it must be {', '.join(ENVIRONMENTS[:-1])} or prod")
    return name


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
