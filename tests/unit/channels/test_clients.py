"""What the clients send to Meta, and what every client owes to the sender and the connectors."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import pytest

from customer_profiler.channels.facebook.client import MessengerClient
from customer_profiler.channels.meta.client import Client
from customer_profiler.channels.meta.graph import Refusal, Verdict
from customer_profiler.channels.whatsapp.client import WhatsAppClient
from customer_profiler.core.profile import BSUID, PHONE, PSID, Identity
from tests.messaging import FakeClient
from tests.unit.channels.graph_api import GraphApi, answer, error

pytestmark = pytest.mark.anyio

TOKEN, SECRET = "EAAG-token", "app-secret"
NUMBER_ID, PAGE_ID = "100200300", "400500600"
OUR_ID = "0123456789abcdef0123456789abcdef"
TEXT = {"messaging_product": "whatsapp", "recipient_type": "individual", "type": "text", "text": {"body": "Hello!"}}
MESSAGE = {"message": {"text": "Hello!", "metadata": OUR_ID}}

ANA = {"whatsapp": Identity(PHONE, "34600000001"), "facebook": Identity(PSID, "7000001")}


@pytest.fixture(name="api")
async def _api() -> AsyncIterator[GraphApi]:
    async with GraphApi() as api:
        yield api


@pytest.fixture(name="whatsapp")
async def _whatsapp(api: GraphApi) -> AsyncIterator[WhatsAppClient]:
    client = WhatsAppClient(api.url, NUMBER_ID, TOKEN)
    yield client
    await client.close()


@pytest.fixture(name="messenger")
async def _messenger(api: GraphApi) -> AsyncIterator[MessengerClient]:
    client = MessengerClient(api.url, PAGE_ID, TOKEN, SECRET)
    yield client
    await client.close()


# --- the contract


@dataclass
class Platform:
    """A client, somebody it can write to, and how to let the platform refuse its next call with code 190."""

    client: Client
    ana: Identity
    refuse: Callable[[], None]


@pytest.fixture(name="platform", params=["whatsapp", "facebook", "fake"])
def _platform(
    request: pytest.FixtureRequest, api: GraphApi, whatsapp: WhatsAppClient, messenger: MessengerClient
) -> Platform:
    if request.param == "fake":
        fake = FakeClient()
        return Platform(fake, ANA["whatsapp"], lambda: (fake.refuses(190), fake.refuses_attention(190))[0])
    client: Client = {"whatsapp": whatsapp, "facebook": messenger}[request.param]
    return Platform(client, ANA[client.channel], lambda: api.gives(error(190)))


async def test_a_client_knows_its_channel_and_its_rate(platform: Platform) -> None:
    assert platform.client.channel == platform.ana.channel
    assert platform.client.messages_per_second > 0


async def test_a_message_taken_has_an_id_of_the_platforms(platform: Platform) -> None:
    assert await platform.client.send(platform.ana, OUR_ID, TEXT)


async def test_a_message_refused_raises_what_to_do(platform: Platform) -> None:
    platform.refuse()

    with pytest.raises(Refusal) as caught:
        await platform.client.send(platform.ana, OUR_ID, TEXT)
    assert (caught.value.verdict, caught.value.code, caught.value.reason) == (Verdict.STOP, 190, "refused:190")


async def test_attention_is_shown(platform: Platform) -> None:
    await platform.client.show_attention(platform.ana, "wamid.in")


async def test_attention_can_be_refused(platform: Platform) -> None:
    platform.refuse()

    with pytest.raises(Refusal):
        await platform.client.show_attention(platform.ana, "wamid.in")


async def test_a_locale_is_a_text_even_when_the_platform_refuses(platform: Platform) -> None:
    assert isinstance(await platform.client.locale(platform.ana), str)
    platform.refuse()
    assert await platform.client.locale(platform.ana) == ""


async def test_a_client_can_be_closed_twice(platform: Platform) -> None:
    await platform.client.close()
    await platform.client.close()


# --- WhatsApp


async def test_a_number_is_written_to_with_its_plus_and_our_id(api: GraphApi, whatsapp: WhatsAppClient) -> None:
    assert await whatsapp.send(Identity(PHONE, "34600000001"), OUR_ID, TEXT) == "wamid.1"

    [request] = api.requests
    assert (request.method, request.path) == ("POST", f"/v25.0/{NUMBER_ID}/messages")
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"
    assert request.query == {}
    assert request.body == {**TEXT, "to": "+34600000001", "biz_opaque_callback_data": OUR_ID}


async def test_a_business_scoped_id_is_named_as_recipient(api: GraphApi, whatsapp: WhatsAppClient) -> None:
    await whatsapp.send(Identity(BSUID, "ES.123"), OUR_ID, TEXT)

    assert api.bodies == [{**TEXT, "recipient": "ES.123", "biz_opaque_callback_data": OUR_ID}]


@pytest.mark.parametrize("code", [131026, 131030])
async def test_a_number_that_is_not_reached_is_tried_in_its_other_spelling(
    api: GraphApi, whatsapp: WhatsAppClient, code: int
) -> None:
    api.gives(error(code), answer())

    assert await whatsapp.send(Identity(PHONE, "5491112345678"), OUR_ID, TEXT) == "wamid.1"
    assert [body["to"] for body in api.bodies] == ["+5491112345678", "+541112345678"]


async def test_a_number_reached_in_neither_spelling_is_refused(api: GraphApi, whatsapp: WhatsAppClient) -> None:
    api.gives(error(131026))

    with pytest.raises(Refusal, match="131026"):
        await whatsapp.send(Identity(PHONE, "5491112345678"), OUR_ID, TEXT)
    assert len(api.requests) == 2


@pytest.mark.parametrize(
    ("recipient", "code"),
    [
        (Identity(PHONE, "5491112345678"), 131047),
        (Identity(PHONE, "5491112345678"), 131056),
        (Identity(PHONE, "34600000001"), 131026),
        (Identity(BSUID, "AR.5491112345678"), 131026),
    ],
)
async def test_otherwise_a_refused_message_is_not_sent_again(
    api: GraphApi, whatsapp: WhatsAppClient, recipient: Identity, code: int
) -> None:
    api.gives(error(code))

    with pytest.raises(Refusal):
        await whatsapp.send(recipient, OUR_ID, TEXT)
    assert len(api.requests) == 1


@pytest.mark.parametrize(
    "body", [{}, {"messages": []}, {"messages": {}}, {"messages": [{}]}, {"messages": [{"id": 1}]}, {"messages": [1]}]
)
async def test_an_answer_of_whatsapp_without_id_is_not_asked_for_again(
    api: GraphApi, whatsapp: WhatsAppClient, body: object
) -> None:
    api.gives(answer(body))

    with pytest.raises(Refusal) as caught:
        await whatsapp.send(ANA["whatsapp"], OUR_ID, TEXT)
    assert (caught.value.verdict, caught.value.reason) == (Verdict.NEVER, "answer_without_id")


async def test_whatsapp_shows_reading_and_typing_in_one_call(api: GraphApi, whatsapp: WhatsAppClient) -> None:
    api.gives(answer({"success": True}))
    await whatsapp.show_attention(ANA["whatsapp"], "wamid.in")

    assert api.bodies == [
        {
            "messaging_product": "whatsapp",
            "status": "read",
            "message_id": "wamid.in",
            "typing_indicator": {"type": "text"},
        }
    ]


async def test_whatsapp_is_not_asked_for_a_locale(api: GraphApi, whatsapp: WhatsAppClient) -> None:
    assert await whatsapp.locale(ANA["whatsapp"]) == ""
    assert api.requests == []


# --- Messenger


def is_proven(query: object) -> bool:
    proof = hmac.new(SECRET.encode(), TOKEN.encode(), hashlib.sha256).hexdigest()
    return query == {"access_token": TOKEN, "appsecret_proof": proof}


async def test_a_person_is_answered_on_messenger_with_the_proof_of_the_secret(
    api: GraphApi, messenger: MessengerClient
) -> None:
    assert await messenger.send(ANA["facebook"], OUR_ID, MESSAGE) == "m_1"

    [request] = api.requests
    assert (request.method, request.path) == ("POST", f"/v25.0/{PAGE_ID}/messages")
    assert is_proven(request.query)
    assert request.body == {"recipient": {"id": "7000001"}, "messaging_type": "RESPONSE", **MESSAGE}


@pytest.mark.parametrize("body", [{}, {"message_id": 1}, {"recipient_id": "7000001"}])
async def test_an_answer_of_messenger_without_id_is_not_asked_for_again(
    api: GraphApi, messenger: MessengerClient, body: object
) -> None:
    api.gives(answer(body))

    with pytest.raises(Refusal) as caught:
        await messenger.send(ANA["facebook"], OUR_ID, MESSAGE)
    assert (caught.value.verdict, caught.value.reason) == (Verdict.NEVER, "answer_without_id")


async def test_messenger_shows_reading_and_typing_in_calls_of_their_own(
    api: GraphApi, messenger: MessengerClient
) -> None:
    api.gives(answer({"recipient_id": "7000001"}))
    await messenger.show_attention(ANA["facebook"], "m_in")

    person = {"recipient": {"id": "7000001"}}
    assert api.bodies == [{**person, "sender_action": "mark_seen"}, {**person, "sender_action": "typing_on"}]
    assert all(is_proven(request.query) for request in api.requests)


async def test_messenger_is_asked_for_the_locale(api: GraphApi, messenger: MessengerClient) -> None:
    api.gives(answer({"locale": "es_ES", "id": "7000001"}))

    assert await messenger.locale(ANA["facebook"]) == "es_ES"
    [request] = api.requests
    assert (request.method, request.path, request.query["fields"]) == ("GET", "/v25.0/7000001", "locale")


@pytest.mark.parametrize(
    "reply", [error(100, 2018218), error(200), error(190), answer(b"<html>", 502), answer({}), answer({"locale": 1})]
)
async def test_a_locale_that_is_not_told_is_empty(
    api: GraphApi, messenger: MessengerClient, reply: Callable[..., object]
) -> None:
    api.gives(reply)  # type: ignore[arg-type]

    assert await messenger.locale(ANA["facebook"]) == ""
