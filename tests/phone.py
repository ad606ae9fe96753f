"""People with phones for tests: they write, tap and wait for the bot's answers, without the stand-in's page.

A stand-in of the test's own, in a thread, on a free port::

    with StandIn.start(bot_url="http://127.0.0.1:5005", app_secret="secret", verify_token="token") as phone:
        ana = phone.person(channel="whatsapp", name="Ana Ruiz", number="+34 600 000 001")
        answers = ana.writes("hello")            # waits until the bot is quiet
        ana.taps("Find a car")                   # by title or payload, on the latest message that has it
        assert "car" in ana.last.text

or the one that `make run` has started: ``StandIn("http://127.0.0.1:8080")``. The bot under test needs the settings
``phone.bot_environment``.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

import requests

from customer_profiler.standin import STANDIN_PAGE_ID, STANDIN_PHONE_NUMBER_ID, STANDIN_TOKEN
from customer_profiler.standin.options import Options, Pace
from customer_profiler.standin.server import Server

FAST = Pace(sent_seconds=0.01, delivered_seconds=0.02, read_seconds=0.05)
ANSWER_SECONDS = 30.0
QUIET_SECONDS = 0.6

Json = dict[str, Any]


@dataclass(frozen=True)
class Button:
    """Something to tap; ``kind`` as in ``customer_profiler.standin.message.Button``."""

    title: str
    payload: str
    kind: str
    description: str
    url: str


@dataclass(frozen=True)
class Received:
    """One message of the bot on the screen. ``image`` is the address the bot gave; ``raw`` the Graph call.

    ``buttons`` are all there is to tap, rows of lists, quick replies and buttons of ``cards`` included.
    """

    id: str
    number: int
    kind: str
    text: str
    header: str
    image: str
    buttons: tuple[Button, ...]
    cards: tuple[Json, ...]
    state: str
    failure: str
    raw: Json

    @property
    def titles(self) -> list[str]:
        """What stands on the buttons."""
        return [button.title for button in self.buttons]

    @classmethod
    def from_json(cls, values: Json) -> Received:
        """Read a message of the control API."""
        buttons = [*values["buttons"], *(button for card in values["cards"] for button in card["buttons"])]
        known = {name: values[name] for name in cls.__dataclass_fields__ if name not in ("buttons", "cards")}
        names = Button.__dataclass_fields__
        return cls(
            buttons=tuple(Button(**{name: button[name] for name in names}) for button in buttons),
            cards=tuple(values["cards"]),
            **known,
        )


class StandIn:
    """A stand-in, reached over HTTP; ``start`` runs one in this process."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._thread: _Thread | None = None

    @classmethod
    def start(
        cls,
        bot_url: str,
        app_secret: str = "app-secret",
        verify_token: str = "verify-token",
        pace: Pace = FAST,
        port: int = 0,
        **options: Any,
    ) -> StandIn:
        """Run a stand-in in a thread; ``options`` are further ones of ``Options``, such as ``rates``."""
        chosen = Options(app_secret, verify_token, bot_url, port=port or free_port(), pace=pace, **options)
        standin = cls(chosen.url)
        standin._thread = _Thread(chosen)
        return standin

    def stop(self) -> None:
        """Stop the stand-in, if it is ours."""
        if self._thread is not None:
            self._thread.stop()

    def __enter__(self) -> StandIn:
        return self

    def __exit__(self, *exception: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.stop()

    @property
    def graph_url(self) -> str:
        """The base of the Graph API."""
        return f"{self.url}/v25.0"

    @property
    def bot_environment(self) -> dict[str, str]:
        """The variables a bot needs to use this stand-in; secrets are the test's own."""
        return {
            "META_GRAPH_URL": self.graph_url,
            "WHATSAPP_PHONE_NUMBER_ID": STANDIN_PHONE_NUMBER_ID,
            "WHATSAPP_TOKEN": STANDIN_TOKEN,
            "MESSENGER_PAGE_ID": STANDIN_PAGE_ID,
            "MESSENGER_TOKEN": STANDIN_TOKEN,
        }

    def person(
        self,
        channel: str = "whatsapp",
        name: str = "",
        number: str | None = None,
        bsuid: str | None = None,
        locale: str = "",
        hidden: bool = False,
    ) -> Person:
        """Add a person; what is not given is made up. With ``bsuid`` and no number the number is hidden."""
        known = {"name": name, "number": number, "user_id": bsuid, "locale": locale, "hidden": hidden}
        given = {key: value for key, value in known.items() if value}
        return Person(self, self.ask("POST", "people", {"channel": channel, **given}))

    def fails(self, *failures: Mapping[str, Any], **failure: Any) -> None:
        """Script failures of the next calls: ``fails(channel="whatsapp", code=131056, count=2)``."""
        self.ask("POST", "failures", [*failures, *([failure] if failure else [])])

    def declares(self, name: str, body: str, language: str = "en", **more: Any) -> None:
        """Declare a message template."""
        self.ask("POST", "templates", {"name": name, "language": language, "body": body, **more})

    def posts(self, channel: str, body: Mapping[str, Any]) -> None:
        """Send the bot a webhook of the test's own making, signed."""
        self.ask("POST", "webhooks", {"channel": channel, "body": body})

    def calls(self, channel: str = "", after: int = 0) -> list[Json]:
        """Give the bot's Graph calls so far."""
        return [call for call in self.ask("GET", f"calls?after={after}") if channel in ("", call["channel"])]

    def webhooks(self, channel: str = "", after: int = 0) -> list[Json]:
        """Give what the bot was sent so far."""
        return [hook for hook in self.ask("GET", f"webhooks?after={after}") if channel in ("", hook["channel"])]

    @property
    def state(self) -> Json:
        """Everything at a glance: bot, people, failures to come, Messenger profile."""
        return dict(self.ask("GET", "state"))

    def clear(self) -> None:
        """Forget everybody and everything."""
        self.ask("DELETE", "state")

    def ask(self, method: str, path: str, body: object = None, seconds: float = 30) -> Any:
        """Call the control API; fail with its words when it refuses."""
        answer = requests.request(method, f"{self.url}/phone/api/{path}", json=body, timeout=seconds)
        assert answer.ok, f"{method} {path}: {answer.text}"
        return answer.json()


@dataclass
class Person:
    """One person with a phone. Every deed waits for answers and gives those that came since.

    ``least`` is how many answers to wait for at least; 0 expects none. ``within`` is how many seconds to wait for them,
    ``quiet`` how long the bot must then have said nothing.
    """

    phone: StandIn
    known: Json
    _seen: int = field(default=0)

    @property
    def id(self) -> str:
        """The stand-in's own id of the person."""
        return str(self.known["id"])

    @property
    def number(self) -> str:
        """The phone number, digits only, or nothing."""
        return str(self.known["number"])

    @property
    def user_id(self) -> str:
        """The business-scoped id on WhatsApp, the page-scoped id on Messenger."""
        return str(self.known["user_id"])

    @property
    def address(self) -> str:
        """By what the channel knows the person: number, else business-scoped id; page-scoped id on Messenger."""
        on_whatsapp = self.known["channel"] == "whatsapp" and not self.known["hidden"]
        return self.number if on_whatsapp else self.user_id

    def writes(self, text: str, **waiting: Any) -> list[Received]:
        """Type and send a text."""
        return self._does("writes", {"text": text}, **waiting)

    def taps(self, button: str, message: Received | None = None, **waiting: Any) -> list[Received]:
        """Tap the button of that title or payload, on that message or the latest that has it."""
        return self._does("taps", {"button": button, "message": message.id if message else None}, **waiting)

    def sends(self, kind: str, text: str = "", **waiting: Any) -> list[Received]:
        """Send a ``photo``, ``voice``, ``sticker``, ``video``, ``file``, ``location``, ``contact``, ``unsupported``."""
        return self._does("sends", {"kind": kind, "text": text or None}, **waiting)

    def reacts(self, emoji: str, message: Received | None = None, **waiting: Any) -> list[Received]:
        """React to a message, by default the latest; an empty emoji takes the reaction back."""
        return self._does("reacts", {"emoji": emoji, "message": message.id if message else None}, **waiting)

    def opens(self, referral: str = "", ad: bool = False, text: str = "", **waiting: Any) -> list[Received]:
        """Come in through a link or an advertisement; on Messenger, without a referral, tap "Get started"."""
        return self._does("opens", {"referral": referral or None, "ad": ad, "text": text or None}, **waiting)

    def chooses(self, title: str, payload: str, **waiting: Any) -> list[Received]:
        """Tap an entry of Messenger's menu or an ice breaker."""
        return self._does("chooses", {"title": title, "payload": payload}, **waiting)

    def changes(self, **changes: Any) -> None:
        """Change ``hours_later`` (closes the window), ``number``, ``reachable``, ``reads``, ``marketing``, ``hidden``,
        ``locale`` or ``name``.
        """
        self.known = self.phone.ask("PATCH", f"people/{self.id}", changes)

    def waits(self, least: int = 1, within: float = ANSWER_SECONDS, quiet: float = QUIET_SECONDS) -> list[Received]:
        """Wait for answers that come by themselves; give those not yet given."""
        query = f"after={self._seen}&least={least}&within={within}&quiet={quiet}"
        answers = self.phone.ask("GET", f"people/{self.id}/answers?{query}", seconds=within + 30)
        self._seen = max([self._seen, *(answer["number"] for answer in answers)])
        received = [Received.from_json(answer) for answer in answers]
        assert len(received) >= least, f"{len(received)} of {least} answers within {within} seconds"
        return received

    @property
    def received(self) -> list[Received]:
        """Everything the bot has sent so far, in the order it appeared."""
        return [Received.from_json(message) for message in self.messages if message["by"] == "bot"]

    @property
    def last(self) -> Received:
        """What the bot has sent last."""
        return self.received[-1]

    @property
    def messages(self) -> list[Json]:
        """The whole chat as the control API gives it, the person's own messages with their ticks included."""
        return list(self.phone.ask("GET", f"people/{self.id}")["messages"])

    def _does(self, deed: str, body: Json, **waiting: Any) -> list[Received]:
        given = {key: value for key, value in body.items() if value is not None}
        said = self.phone.ask("POST", f"people/{self.id}/{deed}", given)
        self._seen = max(self._seen, said["number"])
        return self.waits(**waiting)


class _Thread:
    """An event loop of its own, so that a test may block while the stand-in answers."""

    def __init__(self, options: Options) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="phone", daemon=True)
        self._thread.start()
        self._server = Server(options)
        asyncio.run_coroutine_threadsafe(self._server.start(), self._loop).result(10)

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._server.stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()


def free_port() -> int:
    """Give a port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
