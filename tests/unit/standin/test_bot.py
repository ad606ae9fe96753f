"""How the bot is verified and sent webhooks: signed, and again until it says 200."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from customer_profiler.standin.bot import encode, signature
from tests.phone import StandIn, free_port
from tests.unit.standin.bot import Bot
from tests.unit.standin.conftest import QUICK


def eventually(happens: Callable[[], Any], seconds: float = 5) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := happens()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
    return found


def test_the_webhook_is_signed_over_its_very_bytes(phone: StandIn, bot: Bot) -> None:
    phone.person(name="Lucía").writes("a/b ñ", least=0, **QUICK)
    (webhook,) = bot.webhooks
    digest = hmac.new(b"app-secret", webhook.raw, hashlib.sha256).hexdigest()
    assert webhook.signature == f"sha256={digest}"
    assert webhook.value["messages"][0]["text"]["body"] == "a/b ñ"


def test_bytes_are_ascii_with_escaped_slashes_as_metas_are() -> None:
    assert encode({"text": "a/ñ"}) == rb'{"text": "a\/\u00f1"}'
    assert signature("secret", b"x").startswith("sha256=")


def test_both_webhooks_are_verified(phone: StandIn, bot: Bot) -> None:
    state = eventually(lambda: phone.state["bot"]["facebook"] == "verified" and phone.state["bot"])
    assert state == {"url": bot.url, "whatsapp": "verified", "facebook": "verified"}


def test_a_bot_with_another_verify_token_is_told_of() -> None:
    with Bot(verify_token="another") as bot, StandIn.start(bot.url) as phone:
        eventually(lambda: phone.state["bot"]["whatsapp"] == "refused")


def test_a_bot_that_is_away_is_told_of_and_found_when_it_comes() -> None:
    with StandIn.start(f"http://127.0.0.1:{free_port()}") as phone:
        eventually(lambda: phone.state["bot"]["whatsapp"] == "unreachable")


def test_anything_but_200_is_tried_again_with_the_same_bytes(phone: StandIn, bot: Bot) -> None:
    bot.statuses[:] = [500, 204]
    person = phone.person()
    person.writes("hello", least=0, **QUICK)
    eventually(lambda: len(bot.webhooks) == 3)
    assert len({webhook.raw for webhook in bot.webhooks}) == 1
    (record,) = eventually(lambda: [hook for hook in phone.webhooks() if hook["done"]])
    assert [attempt["status"] for attempt in record["attempts"]] == [500, 204, 200]
    pauses = [later["at"] - earlier["at"] for earlier, later in pairwise(record["attempts"])]
    assert pauses[0] < pauses[1]


def test_the_ticks_follow_the_webhook(phone: StandIn, bot: Bot) -> None:
    bot.statuses[:] = [500] * 3
    person = phone.person()
    person.writes("hello", least=0, **QUICK)
    assert person.messages[0]["state"] == "waiting"
    eventually(lambda: person.messages[0]["state"] == "delivered")
    read = {"messaging_product": "whatsapp", "status": "read", "message_id": person.messages[0]["id"]}
    assert bot.send(read).json() == {"success": True}
    assert person.messages[0]["state"] == "read"


def test_the_messages_of_a_person_come_in_order(phone: StandIn, bot: Bot) -> None:
    person = phone.person()
    for number in range(5):
        person.writes(str(number), least=0, within=0)
    eventually(lambda: len(bot.webhooks) == 5)
    assert [webhook.value["messages"][0]["text"]["body"] for webhook in bot.webhooks] == list("01234")


def test_a_webhook_of_the_tests_own_making_is_signed_too(phone: StandIn, bot: Bot) -> None:
    phone.posts("facebook", {"object": "page", "entry": []})
    (webhook,) = eventually(lambda: list(bot.webhooks))
    assert webhook.path == "/webhooks/facebook/webhook"
    assert webhook.signature == signature("app-secret", webhook.raw)
