"""What the bot hears of what people do, and of what became of its messages."""

from __future__ import annotations

from typing import Any

import pytest

from customer_profiler.standin import STANDIN_PAGE_ID, STANDIN_PHONE_NUMBER_ID
from tests.phone import Person, StandIn
from tests.unit.standin.bot import TOKEN, Bot, buttons, choices, text
from tests.unit.standin.conftest import QUICK
from tests.unit.standin.test_bot import eventually

Json = dict[str, Any]


def does(bot: Bot, deed: Any, *arguments: Any, **more: Any) -> Json:
    """Let a person do something; give the webhook's value."""
    seen = len(bot.webhooks)
    deed(*arguments, least=0, **more, **QUICK)
    return bot.webhooks[seen].value


def message(bot: Bot, deed: Any, *arguments: Any, **more: Any) -> Json:
    """Let a person do something on WhatsApp; give the message."""
    return dict(does(bot, deed, *arguments, **more)["messages"][0])


@pytest.fixture(name="ana")
def _ana(phone: StandIn) -> Person:
    return phone.person(name="Ana Ruiz", number="+34 600 000 001")


@pytest.fixture(name="ben")
def _ben(phone: StandIn) -> Person:
    return phone.person("facebook", name="Ben Cole", locale="es_ES")


def test_a_text_comes_in_metas_envelope(bot: Bot, ana: Person) -> None:
    value = does(bot, ana.writes, "hello")
    assert value["metadata"]["phone_number_id"] == STANDIN_PHONE_NUMBER_ID
    assert value["contacts"] == [{"profile": {"name": "Ana Ruiz"}, "wa_id": "34600000001"}]
    (sent,) = value["messages"]
    assert (sent["from"], sent["type"], sent["text"]) == ("34600000001", "text", {"body": "hello"})
    assert sent["timestamp"].isdecimal()
    assert bot.webhooks[0].body["object"] == "whatsapp_business_account"


def test_with_a_user_name_the_number_stays_away(phone: StandIn, bot: Bot) -> None:
    person = phone.person(bsuid="US.1234567890")
    value = does(bot, person.writes, "hello")
    assert value["contacts"][0]["user_id"] == value["messages"][0]["from_user_id"] == "US.1234567890"
    assert "wa_id" not in value["contacts"][0]
    assert "from" not in value["messages"][0]


def test_number_and_business_scoped_id_come_together(phone: StandIn, bot: Bot) -> None:
    person = phone.person(number="34600000002", bsuid="ES.99")
    value = does(bot, person.writes, "hello")
    assert (value["messages"][0]["from"], value["messages"][0]["from_user_id"]) == ("34600000002", "ES.99")


def test_taps_on_whatsapp(bot: Bot, ana: Person) -> None:
    bot.replies = {"go": [buttons("Sure?", ["Yes"]), choices("Which?", ["Spark"])]}
    ana.writes("go", **{**QUICK, "least": 2})
    asked, listed = ana.received
    tapped = message(bot, ana.taps, "Yes")
    assert tapped["interactive"] == {"type": "button_reply", "button_reply": {"id": "Yes", "title": "Yes"}}
    assert tapped["context"]["id"] == asked.id
    chosen = message(bot, ana.taps, "Spark")
    reply = {"id": "Spark", "title": "Spark", "description": "About Spark"}
    assert chosen["interactive"] == {"type": "list_reply", "list_reply": reply}
    assert chosen["context"]["id"] == listed.id


def test_a_tap_on_a_template(phone: StandIn, bot: Bot, ana: Person) -> None:
    phone.declares("offer", "Save", buttons=[{"type": "quick_reply", "text": "Buy"}])
    payload = {"type": "button", "sub_type": "quick_reply", "index": "0"}
    component = {**payload, "parameters": [{"type": "payload", "payload": "start:cars"}]}
    template = {"name": "offer", "language": {"code": "en"}, "components": [component]}
    call = {"messaging_product": "whatsapp", "to": "+34600000001", "type": "template", "template": template}
    assert bot.send(call).ok
    (offer,) = ana.waits(**QUICK)
    assert offer.titles == ["Buy"]
    assert message(bot, ana.taps, "Buy")["button"] == {"payload": "start:cars", "text": "Buy"}


@pytest.mark.parametrize(
    ("kind", "named", "fields"),
    [
        ("photo", "image", {"id", "mime_type", "sha256", "url", "caption"}),
        ("voice", "audio", {"id", "mime_type", "sha256", "url", "voice"}),
        ("sticker", "sticker", {"id", "mime_type", "sha256", "url", "animated"}),
        ("file", "document", {"id", "mime_type", "sha256", "url", "filename", "caption"}),
        ("location", "location", {"latitude", "longitude", "name"}),
        ("unsupported", "unsupported", {"type"}),
    ],
)
def test_attachments_on_whatsapp(bot: Bot, ana: Person, kind: str, named: str, fields: set[str]) -> None:
    sent = message(bot, ana.sends, kind, "look")
    assert sent["type"] == named
    assert set(sent[named]) == fields


def test_what_was_sent_can_be_fetched_with_the_token(phone: StandIn, bot: Bot, ana: Person) -> None:
    import requests

    image = message(bot, ana.sends, "photo")["image"]
    described = requests.get(f"{phone.graph_url}/{image['id']}", headers=TOKEN, timeout=5).json()
    assert described["sha256"] == image["sha256"]
    assert requests.get(described["url"], timeout=5).status_code == 401
    assert requests.get(described["url"], headers=TOKEN, timeout=5).content.startswith(b"\x89PNG")


def test_an_advertisement_comes_with_the_first_message(bot: Bot, ana: Person) -> None:
    sent = message(bot, ana.opens, "ad-7", ad=True)
    assert (sent["referral"]["source_type"], sent["referral"]["source_id"]) == ("ad", "ad-7")


def test_a_new_number_is_told_of(bot: Bot, ana: Person) -> None:
    ana.changes(number="+34 600 000 009")
    (webhook,) = eventually(lambda: list(bot.webhooks))
    (sent,) = webhook.value["messages"]
    assert (sent["from"], sent["system"]["wa_id"]) == ("34600000001", "34600000009")
    assert "contacts" not in webhook.value
    assert message(bot, ana.writes, "hello")["from"] == "34600000009"


def test_who_wants_no_marketing_says_so(bot: Bot, ana: Person) -> None:
    ana.changes(marketing=False)
    (webhook,) = eventually(lambda: list(bot.webhooks))
    assert webhook.body["entry"][0]["changes"][0]["field"] == "user_preferences"
    assert webhook.value["user_preferences"][0]["value"] == "stop"


def statuses(bot: Bot) -> list[Json]:
    return [status for webhook in bot.webhooks for status in webhook.value.get("statuses", [])]


def test_sent_delivered_and_read_come_with_our_mark_and_the_price(bot: Bot, ana: Person) -> None:
    bot.replies = {"hi": [{**text("hello"), "biz_opaque_callback_data": "mark"}]}
    ana.writes("hi", **QUICK)
    eventually(lambda: len(statuses(bot)) == 3)
    assert [status["status"] for status in statuses(bot)] == ["sent", "delivered", "read"]
    assert {status["biz_opaque_callback_data"] for status in statuses(bot)} == {"mark"}
    assert {status["recipient_id"] for status in statuses(bot)} == {"34600000001"}
    assert statuses(bot)[0]["pricing"]["type"] == "free_customer_service"
    assert "conversation" not in statuses(bot)[0]


def test_after_an_advertisement_the_conversation_is_told(bot: Bot, ana: Person) -> None:
    bot.replies = {"Hello!": [text("hello")]}
    ana.opens("ad", ad=True, **QUICK)
    eventually(lambda: len(statuses(bot)) == 3)
    assert statuses(bot)[0]["conversation"]["origin"] == {"type": "referral_conversion"}
    assert statuses(bot)[0]["pricing"]["type"] == "free_entry_point"


def test_a_phone_that_is_off_gets_the_message_later(bot: Bot, ana: Person) -> None:
    bot.replies = {"hi": [text("hello")]}
    ana.changes(reachable=False)
    ana.writes("hi", least=0, **QUICK)
    eventually(lambda: statuses(bot))
    assert [status["status"] for status in statuses(bot)] == ["sent"]
    assert ana.received == []
    ana.changes(reachable=True)
    assert [answer.text for answer in ana.waits(**QUICK)] == ["hello"]


def test_without_receipts_nothing_is_read(bot: Bot, ana: Person) -> None:
    bot.replies = {"hi": [text("hello")]}
    ana.changes(reads=False)
    ana.writes("hi", **{**QUICK, "quiet": 0.3})
    assert [status["status"] for status in statuses(bot)] == ["sent", "delivered"]


def test_a_picture_that_meta_would_not_show_fails_afterwards(bot: Bot, ana: Person) -> None:
    bot.replies = {"hi": [{"type": "image", "image": {"link": f"{bot.url}/picture.webp"}}]}
    ana.writes("hi", **QUICK)
    assert bot.answers[0].status_code == 200
    (failed,) = eventually(lambda: statuses(bot))
    assert (failed["status"], failed["errors"][0]["code"]) == ("failed", 131053)
    assert ana.last.state == "failed"


def test_messenger_texts_taps_and_chips(bot: Bot, ben: Person) -> None:
    chip = {"content_type": "text", "title": "Red", "payload": "RED"}
    postback = {"type": "postback", "title": "Quote", "payload": "QUOTE"}
    element = {"title": "Spark", "subtitle": "Small", "image_url": bot.picture, "buttons": [postback]}
    card = {"attachment": {"type": "template", "payload": {"template_type": "generic", "elements": [element]}}}
    bot.replies = {"hi": [card, {"text": "Pick", "quick_replies": [chip]}]}
    assert does(bot, ben.writes, "hi")["message"]["text"] == "hi"
    shown, asked = ben.received
    assert (shown.header, shown.text, shown.image, shown.titles) == ("Spark", "Small", bot.picture, ["Quote"])
    assert asked.titles == ["Red"]
    quick = does(bot, ben.taps, "Red")["message"]
    assert (quick["text"], quick["quick_reply"]) == ("Red", {"payload": "RED"})
    tapped = does(bot, ben.taps, "Quote")["postback"]
    assert (tapped["title"], tapped["payload"]) == ("Quote", "QUOTE")


def test_messenger_tells_of_echo_delivery_and_reading(bot: Bot, ben: Person) -> None:
    bot.replies = {"hi": [{"text": "hello", "metadata": "mark"}]}
    ben.writes("hi", **QUICK)
    eventually(lambda: len(bot.webhooks) == 4)
    values = [webhook.value for webhook in bot.webhooks[1:]]
    echo = next(value for value in values if "message" in value)
    assert (echo["sender"]["id"], echo["recipient"]["id"]) == (STANDIN_PAGE_ID, ben.user_id)
    assert (echo["message"]["is_echo"], echo["message"]["metadata"]) == (True, "mark")
    assert any(value.get("delivery", {}).get("mids") == [ben.last.id] for value in values)
    assert any("watermark" in value.get("read", {}) for value in values)


def test_get_started_carries_the_link_and_later_links_come_alone(phone: StandIn, bot: Bot, ben: Person) -> None:
    import requests

    profile = {"get_started": {"payload": "GO"}}
    assert requests.post(f"{phone.graph_url}/me/messenger_profile", json=profile, headers=TOKEN, timeout=5).ok
    started = does(bot, ben.opens, "start:cars:website")["postback"]
    assert (started["payload"], started["referral"]["ref"]) == ("GO", "start:cars:website")
    again = does(bot, ben.opens, "start:cars:fair")
    assert again["referral"] == {"ref": "start:cars:fair", "source": "SHORTLINK", "type": "OPEN_THREAD"}
    ad = does(bot, ben.opens, "start:cars", ad=True)
    assert ad["referral"]["source"] == "ADS"


@pytest.mark.parametrize(
    ("kind", "named"), [("photo", "image"), ("voice", "audio"), ("sticker", "sticker"), ("location", "fallback")]
)
def test_attachments_on_messenger(bot: Bot, ben: Person, kind: str, named: str) -> None:
    (attachment,) = does(bot, ben.sends, kind)["message"]["attachments"]
    assert attachment["type"] == named
    assert ("payload" in attachment) == (kind != "location")


def test_reactions_come_on_both_channels(bot: Bot, ana: Person, ben: Person) -> None:
    bot.replies = {"hi": [text("hello")], "yo": [{"text": "hello"}]}
    ana.writes("hi", **QUICK)
    ben.writes("yo", **QUICK)
    eventually(lambda: len(bot.webhooks) == 8)
    assert message(bot, ana.reacts, "👍")["reaction"] == {"message_id": ana.last.id, "emoji": "👍"}
    reaction = does(bot, ben.reacts, "👍")["reaction"]
    assert (reaction["mid"], reaction["action"]) == (ben.last.id, "react")
