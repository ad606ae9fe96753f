"""A bot of a few lines: verifies, remembers every webhook, and answers words it knows with messages it was given."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from customer_profiler.standin import STANDIN_PAGE_ID, STANDIN_PHONE_NUMBER_ID, STANDIN_TOKEN
from customer_profiler.standin.samples import sample

Json = dict[str, Any]

TOKEN = {"Authorization": f"Bearer {STANDIN_TOKEN}"}


@dataclass(frozen=True)
class Webhook:
    """One POST as it came."""

    path: str
    signature: str
    raw: bytes

    @property
    def body(self) -> Json:
        """The JSON."""
        return dict(json.loads(self.raw))

    @property
    def value(self) -> Json:
        """WhatsApp's value, or Messenger's event."""
        entry = self.body["entry"][0]
        return dict(entry["changes"][0]["value"] if "changes" in entry else entry["messaging"][0])


@dataclass
class Bot:
    """``replies`` maps what a person wrote or tapped to messages, without the frame; ``statuses`` are given first."""

    replies: dict[str, Sequence[Json]] = field(default_factory=dict)
    statuses: list[int] = field(default_factory=list)
    verify_token: str = "verify-token"
    graph_url: str = ""
    webhooks: list[Webhook] = field(default_factory=list)
    answers: list[requests.Response] = field(default_factory=list)

    def __enter__(self) -> Bot:
        bot = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                address = urlsplit(self.path)
                query = {key: values[0] for key, values in parse_qs(address.query).items()}
                if address.path == "/picture.png":
                    self.answer(200, sample("image"), "image/png")
                elif address.path == "/picture.webp":
                    self.answer(200, b"RIFF0000WEBPVP8 ", "image/webp")
                elif query.get("hub.verify_token") == bot.verify_token:
                    self.answer(200, query["hub.challenge"].encode())
                else:
                    self.answer(403)

            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                webhook = Webhook(self.path, self.headers["X-Hub-Signature-256"], raw)
                bot.webhooks.append(webhook)
                status = bot.statuses.pop(0) if bot.statuses else 200
                self.answer(status)
                if status == 200:
                    bot.reply(webhook)

            def answer(self, status: int, body: bytes = b"", kind: str = "text/plain") -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments: object) -> None:
                """Stay quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()
        return self

    def __exit__(self, *exception: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    @property
    def url(self) -> str:
        """The bot's address."""
        return f"http://127.0.0.1:{self.server.server_port}"

    @property
    def picture(self) -> str:
        """A link to a picture."""
        return f"{self.url}/picture.png"

    def reply(self, webhook: Webhook) -> None:
        """Send what answers the words or the payload."""
        for message in self.replies.get(words(webhook.value), ()):
            self.answers.append(self.send(addressed(message, webhook.value)))

    def send(self, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> requests.Response:
        """Call the Graph API."""
        id = STANDIN_PHONE_NUMBER_ID if "messaging_product" in body else STANDIN_PAGE_ID
        given = TOKEN if headers is None else headers
        return requests.post(f"{self.graph_url}/{id}/messages", json=body, headers=given, timeout=10)


def words(value: Json) -> str:
    """Give what a person wrote, or the payload of what they tapped."""
    if "messages" in value:
        message = value["messages"][0]
        content = message[message["type"]]
        if message["type"] == "interactive":
            return str(content[content["type"]]["id"])
        return str(content.get("payload") or content.get("body") or message["type"])
    if "postback" in value:
        return str(value["postback"]["payload"])
    message = value.get("message", {})
    if message.get("is_echo"):
        return ""
    return str(message.get("quick_reply", {}).get("payload") or message.get("text", ""))


def addressed(message: Json, value: Json) -> Json:
    """Put the frame of a call around a message for whoever wrote."""
    if "messages" not in value:
        return {"recipient": {"id": value["sender"]["id"]}, "messaging_type": "RESPONSE", "message": message}
    sender = value["messages"][0]
    to = {"to": f"+{sender['from']}"} if "from" in sender else {"recipient": sender["from_user_id"]}
    return {"messaging_product": "whatsapp", **to, **message}


def text(body: str) -> Json:
    """A text on WhatsApp."""
    return {"type": "text", "text": {"body": body}}


def buttons(body: str, titles: Sequence[str], image: str = "") -> Json:
    """Reply buttons on WhatsApp; each title is its own id."""
    replies = [{"type": "reply", "reply": {"id": title, "title": title}} for title in titles]
    message: Json = {"type": "button", "body": {"text": body}, "action": {"buttons": replies}}
    if image:
        message["header"] = {"type": "image", "image": {"link": image}}
    return {"type": "interactive", "interactive": message}


def choices(body: str, titles: Sequence[str], label: str = "Choose") -> Json:
    """A list on WhatsApp; each title is its own id."""
    rows = [{"id": title, "title": title, "description": f"About {title}"} for title in titles]
    action = {"button": label, "sections": [{"title": "All", "rows": rows}]}
    return {"type": "interactive", "interactive": {"type": "list", "body": {"text": body}, "action": action}}
