"""A webhook is accepted first, and then every event is answered, once, whatever fails in between."""

from __future__ import annotations

import asyncio
import io
import json
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from rasa.core.channels.channel import UserMessage
from rasa.shared.core.events import BotUttered, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sanic import Sanic
from sanic.touchup import TouchUp
from sqlalchemy.engine import Engine

from customer_profiler import bootstrap
from customer_profiler.adapters.db.engine import create_engine
from customer_profiler.channels.facebook.connector import FacebookInput
from customer_profiler.channels.meta import answer as answer_module
from customer_profiler.channels.meta import connector as connector_module
from customer_profiler.channels.meta import sender as sender_module
from customer_profiler.channels.meta.connector import LARGEST_BODY, MetaInput
from customer_profiler.channels.meta.signature import HEADER, signature
from customer_profiler.channels.whatsapp.connector import WhatsAppInput
from customer_profiler.core.inbox import InboxEvent, InboxStatus
from customer_profiler.core.messages import Button, Message, as_memory, payload
from customer_profiler.core.outgoing import Delivery
from customer_profiler.core.profile import PHONE, PSID, Identity
from customer_profiler.services.inbox import Inbox, listed, replay
from customer_profiler.services.session import Services
from customer_profiler.settings import STANDIN_PAGE_ID, STANDIN_PHONE_NUMBER_ID
from tests.messaging import FakeClient, a_message, eventually, message_of, remains, stored, wrote
from tests.phone import free_port
from tests.services.conftest import PHRASES, Clock

pytestmark = pytest.mark.anyio

SECRET, TOKEN = "app-secret", "verify-token"
ANA, BEA = "34600000001", "34600000002"
APOLOGY = PHRASES["en"].texts["apology"]

_numbers = count(1)

Json = dict[str, Any]


class Agent:
    """Rasa as far as a channel knows it: echoes unless told otherwise, and remembers what was said."""

    def __init__(self) -> None:
        self.heard: list[UserMessage] = []
        self.answers: dict[str, Sequence[Json | Exception]] = {}
        self.events: dict[str, list[Event]] = {}
        self.goes_on = asyncio.Event()
        self.goes_on.set()
        self.tracker_store = self

    @property
    def texts(self) -> list[str | None]:
        return [message.text for message in self.heard]

    async def handle(self, message: UserMessage) -> None:
        self.heard.append(message)
        await self.goes_on.wait()
        events = self.events.setdefault(message.sender_id, [])
        events.append(UserUttered(message.text, message_id=message.message_id))
        for answer in self.answers.get(message.text or "", [{"text": f"You said {message.text}"}]):
            if isinstance(answer, Exception):
                raise answer
            assert message.output_channel is not None
            await message.output_channel.send_response(message.sender_id, dict(answer))
            events.append(BotUttered(answer["text"]))

    async def retrieve(self, sender: str) -> DialogueStateTracker | None:
        return DialogueStateTracker.from_events(sender, self.events[sender]) if sender in self.events else None


class Served:
    """A channel under test, served on a free port."""

    def __init__(self, kind: type[MetaInput], agent: Agent) -> None:
        self.agent = agent
        self.platform = platform = FakeClient(kind.channel)

        class Channel(kind):  # type: ignore[misc, valid-type]
            def client(self) -> FakeClient:
                return platform

        self.channel = Channel()
        self.url = ""
        self._server: Any = None
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        app = Sanic(f"channel_{next(_numbers)}", configure_logging=False)
        app.ctx.agent = self.agent
        app.blueprint(self.channel.blueprint(self.agent.handle), url_prefix=f"/webhooks/{self.channel.name()}")
        port = free_port()
        self._server = await app.create_server(
            host="127.0.0.1", port=port, return_asyncio_server=True, access_log=False
        )
        await self._server.startup()
        TouchUp._registry.clear()  # Sanic has rewritten its own code, which works once in a process
        await self._server.before_start()
        await self._server.after_start()
        self.url = f"http://127.0.0.1:{port}/webhooks/{self.channel.name()}/webhook"
        self._session = aiohttp.ClientSession()

    async def stop(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None
            await self._server.before_stop()
            await self._server.close()
            await self._server.after_stop()

    async def post(self, body: bytes, signed: str | None = None) -> int:
        """Deliver a webhook as it is."""
        assert self._session is not None
        headers = {HEADER: signature(SECRET, body) if signed is None else signed}
        async with self._session.post(self.url, data=io.BytesIO(body), headers=headers) as response:
            return response.status

    async def verify(self, **query: str) -> tuple[int, str]:
        assert self._session is not None
        asked = {f"hub.{key}": value for key, value in query.items()}
        async with self._session.get(self.url, params=asked) as response:
            return response.status, await response.text()

    async def gets(self, *messages: Json) -> None:
        """Deliver messages of people in one webhook."""
        assert await self.post(json.dumps(webhook(*messages)).encode()) == 200

    async def sends(self, *texts: str) -> None:
        """Wait until exactly these texts have been sent."""
        await eventually(lambda: len(self.platform.calls) >= len(texts))
        await remains(lambda: self.platform.texts == list(texts), 0.02)


def webhook(*messages: Json) -> Json:
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"phone_number_id": STANDIN_PHONE_NUMBER_ID},
        "messages": list(messages),
    }
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": "1", "changes": [{"field": "messages", "value": value}]}],
    }


def typed(text: str, who: str = ANA) -> Json:
    message = {"from": who, "id": f"wamid.in.{next(_numbers)}", "timestamp": str(int(Clock()().timestamp()))}
    return {**message, "type": "text", "text": {"body": text}}


def tapped(id: str, who: str = ANA) -> Json:
    reply = {"type": "list_reply", "list_reply": {"id": id, "title": "More ..."}}
    return {**typed("", who), "type": "interactive", "interactive": reply}


@pytest.fixture(autouse=True, name="fast")
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer_module, "PAUSES_SECONDS", (0.0, 0.0))
    monkeypatch.setattr(sender_module, "LEFTOVER_SECONDS", 0.0)
    monkeypatch.setattr(connector_module, "SWEEP_SECONDS", 0.02)


@pytest.fixture(autouse=True, name="environment")
def _environment(services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"PROFILER_VAR": str(tmp_path), "META_APP_SECRET": SECRET, "META_VERIFY_TOKEN": TOKEN}
    for name in (
        "WHATSAPP_PHONE_NUMBER_ID",
        "WHATSAPP_TOKEN",
        "MESSENGER_PAGE_ID",
        "MESSENGER_TOKEN",
        "META_GRAPH_URL",
    ):
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(bootstrap, "services", lambda: services)


@pytest.fixture(name="agent")
def _agent() -> Agent:
    return Agent()


@asynccontextmanager
async def serving(kind: type[MetaInput], agent: Agent) -> AsyncIterator[Served]:
    served = Served(kind, agent)
    await served.start()
    try:
        yield served
    finally:
        await served.stop()


@pytest.fixture(name="served")
async def _served(agent: Agent) -> AsyncIterator[Served]:
    """WhatsApp, served."""
    async with serving(WhatsAppInput, agent) as served:
        yield served


def events(services: Services) -> Sequence[InboxEvent]:
    return listed(services, True, 100)


def begun(services: Services, message: Json, times: int) -> str:
    """Accept a message, and begin to answer it so many times without an end; give the profile's id."""
    inbox = Inbox(services, "whatsapp")
    [profile_id] = inbox.accept(WhatsAppInput.parse(webhook(message), STANDIN_PHONE_NUMBER_ID))
    for _ in range(times):
        inbox.take(profile_id)
    return profile_id


# --- verification


@pytest.mark.parametrize("kind", [WhatsAppInput, FacebookInput])
async def test_the_challenge_is_given_back_to_who_knows_the_token(kind: type[MetaInput], agent: Agent) -> None:
    async with serving(kind, agent) as served:
        assert await served.verify(mode="subscribe", verify_token=TOKEN, challenge="1158201444") == (200, "1158201444")


@pytest.mark.parametrize(
    "query",
    [
        {"mode": "subscribe", "verify_token": "another", "challenge": "1"},
        {"mode": "subscribe", "challenge": "1"},
        {"mode": "unsubscribe", "verify_token": TOKEN, "challenge": "1"},
        {"verify_token": TOKEN, "challenge": "1"},
        {},
    ],
)
async def test_nobody_else_gets_it(served: Served, query: dict[str, str]) -> None:
    status, body = await served.verify(**query)

    assert (status, "META_VERIFY_TOKEN" in body, TOKEN in body) == (403, True, False)


async def test_the_channel_says_that_it_is_there(served: Served) -> None:
    async with aiohttp.ClientSession() as session, session.get(served.url.removesuffix("webhook")) as response:
        assert await response.json() == {"status": "ok"}


# --- what is refused


@pytest.mark.parametrize("signed", ["", "sha256=0", signature("another secret", b"{}"), "sha1=" + "0" * 40])
async def test_a_webhook_that_is_not_signed_is_refused(served: Served, services: Services, signed: str) -> None:
    body = json.dumps(webhook(typed("hello"))).encode()

    assert await served.post(body, signed) == 403
    assert events(services) == []


async def test_the_signature_is_that_of_the_very_bytes(served: Served) -> None:
    body = json.dumps(webhook(typed("hello"))).encode()

    assert await served.post(body + b" ", signature(SECRET, body)) == 403
    assert await served.post(body + b" ") == 200


async def test_a_body_that_is_too_large_is_refused(served: Served) -> None:
    assert await served.post(b" " * (LARGEST_BODY + 1)) == 413


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"hello",
        b'{"a": ',
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": 1e999}',
        b'"\xff"',
        pytest.param(b"[" * 100_000, id="deep"),
    ],
)
async def test_a_body_that_is_no_json_is_refused(served: Served, body: bytes) -> None:
    assert await served.post(body) == 400


@pytest.mark.parametrize("body", [b"{}", b"[]", b"null", b"1", b'{"entry": [{"changes": [{"field": "messages"}]}]}'])
async def test_json_of_any_shape_is_accepted(served: Served, body: bytes) -> None:
    assert await served.post(body) == 200


async def test_a_webhook_for_another_number_is_accepted_and_told(
    served: Served, services: Services, capsys: pytest.CaptureFixture[str]
) -> None:
    body = json.dumps(webhook(typed("hello"))).replace(STANDIN_PHONE_NUMBER_ID, "999").encode()

    assert await served.post(body) == 200
    assert "webhook_for_another" in capsys.readouterr().out
    assert [event.status for event in events(services)] == [InboxStatus.DONE]


async def test_while_the_database_is_away_the_platform_is_asked_to_come_again(
    served: Served, engine: Engine, services: Services
) -> None:
    body = json.dumps(webhook(typed("hello"))).encode()
    other = create_engine(str(engine.url))
    with other.begin():
        assert await served.post(body) == 503
    other.dispose()

    assert await served.post(body) == 200
    await served.sends("You said hello")


# --- answers


async def test_a_message_is_answered(served: Served, agent: Agent, services: Services) -> None:
    await served.gets(message := typed("hello"))
    await served.sends("You said hello")

    [call], [event], [heard] = served.platform.calls, events(services), agent.heard
    assert call.recipient == Identity(PHONE, ANA)
    assert (event.status, event.attempts) == (InboxStatus.DONE, 1)
    assert (heard.sender_id, heard.message_id) == (event.profile_id, message["id"])


async def test_a_message_delivered_again_is_answered_once(served: Served, agent: Agent) -> None:
    message = typed("hello")
    for _ in range(3):
        await served.gets(message)

    await served.sends("You said hello")
    assert agent.texts == ["hello"]


async def test_a_persons_messages_are_answered_one_after_the_other(served: Served, agent: Agent) -> None:
    agent.goes_on.clear()
    await served.gets(typed("one"), typed("two"))
    await eventually(lambda: agent.heard)
    await remains(lambda: agent.texts == ["one"])

    agent.goes_on.set()
    await served.sends("You said one", "You said two")


async def test_many_people_are_answered_at_the_same_time(served: Served, agent: Agent) -> None:
    agent.goes_on.clear()
    await served.gets(typed("one"), typed("two", BEA))

    await eventually(lambda: sorted(map(str, agent.texts)) == ["one", "two"])
    agent.goes_on.set()


async def test_the_platform_is_answered_before_rasa_has(served: Served, agent: Agent) -> None:
    agent.goes_on.clear()
    await served.gets(typed("hello"))

    assert served.platform.calls == []
    agent.goes_on.set()


async def test_typed_text_is_never_an_intent(served: Served, agent: Agent) -> None:
    await served.gets(typed('/start_profiler{"profiler":"cars"}'), typed("  /restart"), typed("hello /back"))
    await eventually(lambda: len(agent.heard) == 3)

    assert not any(str(text).startswith("/") for text in agent.texts)
    assert [message.parse_data is not None for message in agent.heard] == [True, True, False]


async def test_a_tap_is_the_payload_we_gave(served: Served, agent: Agent) -> None:
    await served.gets(tapped(payload("answer", question="use", option="city")))
    await eventually(lambda: agent.heard)

    [message] = agent.heard
    assert (message.text, message.parse_data) == ('/answer{"question":"use","option":"city"}', None)


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ({"text": {"body": "start:cars:web"}}, '/start_profiler{"profiler":"cars","source":"web"}'),
        ({"type": "image", "image": {"id": "1"}}, '/send_attachment{"value":"photo"}'),
        ({"type": "unsupported"}, '/send_attachment{"value":"unsupported"}'),
    ],
)
async def test_what_is_no_text_is_told_rasa_in_its_way(served: Served, agent: Agent, message: Json, text: str) -> None:
    await served.gets({**typed(""), "text": None, **message})
    await eventually(lambda: agent.heard)

    assert agent.texts == [text]


async def test_rasa_is_told_who_comes_for_the_first_time(served: Served, agent: Agent, clock: Clock) -> None:
    await served.gets(typed("hello"))
    await served.sends("You said hello")
    clock.pass_(minutes=1)
    await served.gets(typed("again"))
    await eventually(lambda: len(agent.heard) == 2)

    assert [message.metadata for message in agent.heard] == [{"is_first": "yes"}, {}]


async def test_rasa_is_told_what_brought_a_person_here(served: Served, agent: Agent) -> None:
    await served.gets({**typed("hello"), "referral": {"source_type": "ad", "source_id": "77"}})
    await eventually(lambda: agent.heard)

    assert (agent.heard[0].metadata or {})["source"] == "ad:77"


async def test_who_taps_a_template_is_answered_in_its_language(
    served: Served, agent: Agent, services: Services
) -> None:
    template = {"type": "template", "template": {"name": "spring_offer", "language": {"code": "es"}}}
    sent = a_message(wrote(services), body=template, is_template=True).as_sent("wamid.offer", services.tools.now())
    stored(services, sent)
    tap = {"type": "button", "button": {"payload": "start:cars:spring", "text": "x"}, "context": {"id": "wamid.offer"}}
    await served.gets({**typed(""), "text": None, **tap})
    await eventually(lambda: agent.heard)

    assert (agent.heard[0].metadata or {})["locale"] == "es"
    assert '"source":"spring:wamid.offer"' in (agent.heard[0].text or "")


# --- the locale, on Messenger


def on_messenger(text: str) -> bytes:
    message = {"mid": f"m_{next(_numbers)}", "text": text}
    at = int(Clock()().timestamp() * 1000)
    event = {"sender": {"id": "7"}, "recipient": {"id": STANDIN_PAGE_ID}, "timestamp": at, "message": message}
    return json.dumps({"object": "page", "entry": [{"id": STANDIN_PAGE_ID, "time": at, "messaging": [event]}]}).encode()


async def test_the_platform_is_asked_for_the_locale_of_who_has_chosen_no_language(
    agent: Agent, services: Services
) -> None:
    async with serving(FacebookInput, agent) as served:
        served.platform.locales["7"] = "es_ES"
        assert await served.post(on_messenger("hola")) == 200
        await served.sends("You said hola")
        with services.open_unit() as unit:
            profile_id = unit.profiles.find(Identity(PSID, "7")) or ""
            unit.profiles.save(replace(unit.profiles.seen(profile_id, services.tools.now()), language="en"))
            unit.commit()
        assert await served.post(on_messenger("hello")) == 200
        await eventually(lambda: len(agent.heard) == 2)

    assert [(message.metadata or {}).get("locale") for message in agent.heard] == ["es_ES", None]


async def test_a_locale_that_takes_too_long_is_done_without(agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(_: Identity) -> str:
        await asyncio.sleep(60)
        return "es_ES"

    monkeypatch.setattr(answer_module, "LOCALE_SECONDS", 0.01)
    async with serving(FacebookInput, agent) as served:
        monkeypatch.setattr(served.platform, "locale", never)
        assert await served.post(on_messenger("hola")) == 200
        await served.sends("You said hola")

    assert "locale" not in (agent.heard[0].metadata or {})


# --- read receipts


async def test_attention_is_shown_once_for_each_message(served: Served, agent: Agent, services: Services) -> None:
    agent.answers["two"] = [LookupError()]
    await served.gets(one := typed("one"), two := typed("two"))
    await served.sends("You said one", APOLOGY)

    assert served.platform.attention == [one["id"], two["id"]]


async def test_an_answer_does_not_depend_on_the_attention(served: Served) -> None:
    served.platform.refuses_attention(131000)
    await served.gets(typed("hello"))

    await served.sends("You said hello")


# --- turns that fail


async def test_a_turn_that_fails_is_taken_again(served: Served, agent: Agent, services: Services) -> None:
    failures = [LookupError(), LookupError()]
    handle = agent.handle

    async def falter(message: UserMessage) -> None:
        if failures:
            agent.heard.append(message)
            raise failures.pop()
        await handle(message)

    served.channel._answer._turns._on_new_message = falter
    await served.gets(typed("hello"))
    await served.sends("You said hello")

    assert agent.texts == ["hello"] * 3
    assert [event.status for event in events(services)] == [InboxStatus.DONE]


@pytest.mark.parametrize(
    ("answers", "error"),
    [([LookupError("a secret wish")], "LookupError"), ([], "silence"), ([{"text": ""}], "silence")],
)
async def test_a_turn_that_keeps_failing_is_answered_with_an_apology_and_set_aside(
    served: Served, agent: Agent, services: Services, answers: list[Any], error: str,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    agent.answers["a secret wish"] = answers
    await served.gets(typed("a secret wish"))
    await served.sends(APOLOGY)

    assert len(agent.heard) == 3
    assert [(event.status, event.error) for event in events(services)] == [(InboxStatus.FAILED, error)]
    out = capsys.readouterr().out
    assert "turn_failed" in out
    assert "a secret wish" not in out


async def test_the_apology_is_in_the_persons_language(served: Served, agent: Agent, services: Services) -> None:
    profile_id = wrote(services)
    with services.open_unit() as unit:
        unit.profiles.save(replace(unit.profiles.seen(profile_id, services.tools.now()), language="es"))
        unit.commit()
    agent.answers["hola"] = []
    await served.gets(typed("hola"))

    await served.sends(PHRASES["es"].texts["apology"])


async def test_who_says_stop_is_unsubscribed_even_when_the_turn_fails(
    served: Served, agent: Agent, services: Services
) -> None:
    profile_id = wrote(services)
    with services.open_unit() as unit:
        unit.consents.grant(profile_id, "chat:whatsapp", services.tools.now())
        unit.commit()
    agent.answers["stop"] = []
    await served.gets(typed("stop"))
    await served.sends(APOLOGY)

    with services.open_unit() as unit:
        assert not unit.consents.in_force(profile_id)


async def test_a_turn_that_fails_does_not_keep_the_next_message_waiting(served: Served, agent: Agent) -> None:
    agent.answers["bad"] = []
    await served.gets(typed("bad"), typed("good"))

    await served.sends(APOLOGY, "You said good")


async def test_an_event_that_staff_replay_is_answered(served: Served, agent: Agent, services: Services) -> None:
    agent.answers["hello"] = []
    await served.gets(typed("hello"))
    await served.sends(APOLOGY)
    await eventually(lambda: events(services)[0].status is InboxStatus.FAILED)
    del agent.answers["hello"]

    def read(event: InboxEvent) -> Sequence[object]:
        return WhatsAppInput.parse(event.batch, STANDIN_PHONE_NUMBER_ID)

    assert replay(services, [events(services)[0].number], read) == []  # type: ignore[arg-type]
    await served.sends(APOLOGY, "You said hello")


# --- crashes


async def test_events_left_over_are_answered_after_the_start(agent: Agent, services: Services) -> None:
    begun(services, typed("hello"), times=1)

    async with serving(WhatsAppInput, agent) as served:
        await served.sends("You said hello")
    assert served.platform.attention == []


async def test_what_was_said_before_a_crash_is_sent_without_a_new_turn(agent: Agent, services: Services) -> None:
    message = typed("hello")
    profile_id = begun(services, message, times=1)
    agent.events[profile_id] = [
        UserUttered("hello", message_id=message["id"]),
        BotUttered("Hello!"),
        BotUttered("What may it cost?"),
    ]

    async with serving(WhatsAppInput, agent) as served:
        await served.sends("Hello!\n\nWhat may it cost?")
    assert agent.heard == []
    assert [event.status for event in events(services)] == [InboxStatus.DONE]


async def test_what_a_turn_that_failed_had_said_is_no_answer(agent: Agent, services: Services) -> None:
    message = typed("hello")
    profile_id = begun(services, message, times=1)
    Inbox(services, "whatsapp").note(events(services)[0], "LookupError")
    agent.events[profile_id] = [UserUttered("hello", message_id=message["id"]), BotUttered("Half of it")]

    async with serving(WhatsAppInput, agent) as served:
        await served.sends("You said hello")


async def test_an_event_begun_too_often_is_answered_with_an_apology_and_set_aside(
    agent: Agent, services: Services
) -> None:
    begun(services, typed("what kills the process"), times=answer_module.MOST_ATTEMPTS)

    async with serving(WhatsAppInput, agent) as served:
        await served.sends(APOLOGY)
    assert agent.heard == []
    assert [(event.status, event.error) for event in events(services)] == [(InboxStatus.FAILED, "unfinished")]


async def test_an_event_begun_fewer_times_is_answered(agent: Agent, services: Services) -> None:
    begun(services, typed("hello"), times=answer_module.MOST_ATTEMPTS - 1)

    async with serving(WhatsAppInput, agent) as served:
        await served.sends("You said hello")


async def test_a_turn_that_the_stop_interrupts_is_taken_after_the_next_start(agent: Agent, services: Services) -> None:
    agent.goes_on.clear()
    async with serving(WhatsAppInput, agent) as served:
        await served.gets(typed("hello"))
        await eventually(lambda: agent.heard)
    assert served.platform.calls == []

    agent.goes_on.set()
    async with serving(WhatsAppInput, agent) as served:
        await served.sends("You said hello")
    assert [event.attempts for event in events(services)] == [2]


async def test_an_answer_that_could_not_be_stored_is_stored_later_without_a_new_turn(
    served: Served, agent: Agent, services: Services, engine: Engine
) -> None:
    agent.goes_on.clear()
    await served.gets(typed("hello"))
    await eventually(lambda: agent.heard)
    with sqlite3.connect(str(engine.url.database), isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        agent.goes_on.set()
        await asyncio.sleep(0.15)
        other.execute("ROLLBACK")

    await served.sends("You said hello")
    assert agent.texts == ["hello"]


async def test_an_event_that_cannot_be_read_any_more_is_set_aside(agent: Agent, services: Services) -> None:
    begun(services, typed("hello"), times=0)
    with services.open_unit() as unit:
        unit._connection.exec_driver_sql("UPDATE inbox_event SET batch = '{}'")  # type: ignore[attr-defined]
        unit.commit()

    async with serving(WhatsAppInput, agent):
        await eventually(lambda: events(services)[0].status is InboxStatus.FAILED)
    assert events(services)[0].error == "unreadable"


# --- more options


MANY = {"text": "Which?", "buttons": [{"title": f"Option {n}", "payload": f"/pick{n}"} for n in range(1, 13)]}


def rows(body: Any) -> list[str]:
    """What can be tapped on a list."""
    sections = body["interactive"]["action"]["sections"]
    return [row["title"] for section in sections for row in section["rows"]]


def more_id(body: Any) -> str:
    [id_] = [
        row["id"]
        for section in body["interactive"]["action"]["sections"]
        for row in section["rows"]
        if row["id"].startswith("more:")
    ]
    return str(id_)


async def test_more_options_are_shown_without_a_turn(served: Served, agent: Agent) -> None:
    agent.answers["hello"] = [MANY]
    await served.gets(typed("hello"))
    await eventually(lambda: served.platform.calls)
    first = served.platform.calls[0].body
    await served.gets(tapped(more_id(first)))
    await eventually(lambda: len(served.platform.calls) == 2)

    second = served.platform.calls[1].body
    assert [*rows(first)[:-1], *buttons_of(second)] == [f"Option {n}" for n in range(1, 13)]
    assert agent.texts == ["hello"]


def buttons_of(body: Any) -> list[str]:
    action = body["interactive"]["action"]
    return [button["reply"]["title"] for button in action["buttons"]] if "buttons" in action else rows(body)


@pytest.mark.parametrize("whose", ["hers", "nobody's", "without more"])
async def test_more_of_what_a_person_was_not_shown_is_the_menu(
    served: Served, agent: Agent, services: Services, whose: str
) -> None:
    rest = as_memory(Message("Which?", (Button("Option 13", "/pick13"),)))
    bea = wrote(services, Identity(PHONE, BEA))
    hers = a_message(bea, rest=rest).as_failed("?")
    mine = a_message(wrote(services)).as_failed("?")
    stored(services, hers, mine)
    asked = {"hers": hers.id, "nobody's": "f" * 32, "without more": mine.id}[whose]
    await served.gets(tapped(f"more:{asked}"))

    await eventually(lambda: agent.texts == ["/show_menu"])


# --- what Rasa says on its own


async def test_what_rasa_says_on_its_own_is_sent(served: Served, services: Services) -> None:
    profile_id = wrote(services)
    output = served.channel.get_output_channel()
    assert output.name() == "whatsapp"
    await output.send_response(profile_id, {"text": "Do you remember me?"})

    await served.sends("Do you remember me?")


async def test_what_rasa_says_on_its_own_after_the_window_has_closed_is_not_sent(
    served: Served, services: Services, clock: Clock
) -> None:
    profile_id = wrote(services)
    clock.pass_(days=2)
    await served.channel.get_output_channel().send_response(profile_id, {"text": "Do you remember me?"})

    with services.open_unit() as unit:
        [message] = unit.outgoing.listed(list(Delivery), 10)
    await eventually(lambda: message_of(services, message).status is Delivery.FAILED)
    assert served.platform.calls == []


# --- statuses and keeping house


async def test_a_status_moves_our_message(served: Served, services: Services) -> None:
    await served.gets(typed("hello"))
    await served.sends("You said hello")
    status = {
        "id": "wamid.out.1", "status": "read", "timestamp": "1777888800", "recipient_id": ANA,
        "biz_opaque_callback_data": served.platform.calls[0].message_id,
    }  # fmt: skip
    body = webhook()
    body["entry"][0]["changes"][0]["value"]["statuses"] = [status]
    assert await served.post(json.dumps(body).encode()) == 200

    with services.open_unit() as unit:
        [message] = unit.outgoing.listed(list(Delivery), 10)
    assert message.status is Delivery.READ


async def test_old_events_are_forgotten_now_and_then(
    agent: Agent, services: Services, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connector_module, "HOUSEKEEPING_SECONDS", 0.01)
    async with serving(WhatsAppInput, agent) as served:
        await served.gets(typed("hello"))
        await eventually(lambda: [event.status for event in events(services)] == [InboxStatus.DONE])
        clock.pass_(days=9)
        await eventually(lambda: events(services) == [])
