"""The Graph API as the bot sees it: who may call, whom it reaches, and what goes wrong on demand."""

from __future__ import annotations

import hashlib
import hmac
import time
from typing import Any

import pytest
import requests

from customer_profiler.standin import STANDIN_PAGE_ID, STANDIN_PHONE_NUMBER_ID, STANDIN_TOKEN
from customer_profiler.standin.options import Rates
from customer_profiler.standin.samples import sample
from tests.phone import Person, StandIn
from tests.unit.standin.bot import TOKEN, Bot, text
from tests.unit.standin.conftest import QUICK

Json = dict[str, Any]


@pytest.fixture(name="ana")
def _ana(phone: StandIn, bot: Bot) -> Person:
    person = phone.person(name="Ana Ruiz", number="34600000001")
    person.writes("hello", least=0, **QUICK)
    return person


@pytest.fixture(name="ben")
def _ben(phone: StandIn, bot: Bot) -> Person:
    person = phone.person("facebook", name="Ben Cole", locale="es_ES")
    person.writes("hello", least=0, **QUICK)
    return person


def to(number: str = "+34 600-000-001", **content: Any) -> Json:
    return {"messaging_product": "whatsapp", "to": number, **(content or text("hello"))}


def to_psid(person: Person, **more: Any) -> Json:
    return {"recipient": {"id": person.user_id}, "messaging_type": "RESPONSE", "message": {"text": "hello"}, **more}


def error(answer: requests.Response) -> tuple[int, int, int | None]:
    """Give HTTP status, code and subcode."""
    body = answer.json()["error"]
    assert body["type"] == "OAuthException"
    assert body["fbtrace_id"]
    return answer.status_code, body["code"], body.get("error_subcode")


def test_a_message_is_accepted_and_appears(bot: Bot, ana: Person) -> None:
    answer = bot.send(to()).json()
    assert answer["contacts"] == [{"input": "+34 600-000-001", "wa_id": "34600000001"}]
    (received,) = ana.waits(**QUICK)
    assert (received.text, received.id) == ("hello", answer["messages"][0]["id"])
    assert answer["messages"][0]["message_status"] == "accepted"


def test_a_message_to_a_business_scoped_id(phone: StandIn, bot: Bot) -> None:
    person = phone.person(bsuid="US.42")
    person.writes("hello", least=0, **QUICK)
    answer = bot.send({"messaging_product": "whatsapp", "recipient": "US.42", **text("hello")}).json()
    assert answer["contacts"] == [{"input": "US.42", "user_id": "US.42"}]
    assert person.waits(**QUICK)[0].text == "hello"


def test_an_error_on_whatsapp_names_the_field(bot: Bot, ana: Person) -> None:
    body = bot.send(to(type="text", text={"body": ""})).json()["error"]
    assert body["message"] == "(#131008) Required parameter is missing"
    assert body["error_data"] == {"messaging_product": "whatsapp", "details": "text.body must not be empty."}


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": STANDIN_TOKEN}])
def test_a_wrong_token_is_refused(bot: Bot, ana: Person, ben: Person, headers: dict[str, str]) -> None:
    assert error(bot.send(to(), headers)) == (401, 190, None)
    assert error(bot.send(to_psid(ben), headers)) == (401, 190, None)


def test_messenger_takes_the_token_in_the_address_and_checks_the_proof(phone: StandIn, ben: Person) -> None:
    address = f"{phone.graph_url}/me/messages?access_token={STANDIN_TOKEN}"
    assert requests.post(address, json=to_psid(ben), timeout=5).ok
    proof = hmac.new(b"app-secret", STANDIN_TOKEN.encode(), hashlib.sha256).hexdigest()
    assert requests.post(f"{address}&appsecret_proof={proof}", json=to_psid(ben), timeout=5).ok
    assert error(requests.post(f"{address}&appsecret_proof=0", json=to_psid(ben), timeout=5)) == (400, 100, None)


def test_tokens_are_not_written_down(phone: StandIn, ben: Person) -> None:
    address = f"{phone.graph_url}/me/messages?access_token={STANDIN_TOKEN}"
    requests.post(address, json=to_psid(ben), timeout=5)
    assert STANDIN_TOKEN not in str(phone.calls())


def test_a_body_that_is_no_json_is_refused(phone: StandIn, bot: Bot) -> None:
    address = f"{phone.graph_url}/{STANDIN_PHONE_NUMBER_ID}/messages"
    assert error(requests.post(address, data=b"{", headers=TOKEN, timeout=5)) == (400, 100, None)


def test_another_phone_number_id_is_refused(phone: StandIn, bot: Bot) -> None:
    answer = requests.post(f"{phone.graph_url}/999/messages", json=to(), headers=TOKEN, timeout=5)
    assert error(answer) == (400, 100, 33)


def test_nobody_of_that_number(bot: Bot, ana: Person) -> None:
    assert error(bot.send(to("+34600000002"))) == (400, 131026, None)
    unknown = {"recipient": {"id": "1"}, "message": {"text": "x"}}
    assert error(bot.send(unknown)) == (400, 100, 2018001)


def test_outside_the_window_only_templates_go(phone: StandIn, bot: Bot, ana: Person, ben: Person) -> None:
    ana.changes(hours_later=25)
    ben.changes(hours_later=25)
    assert error(bot.send(to())) == (400, 131047, None)
    assert error(bot.send(to_psid(ben))) == (403, 10, 2018278)
    template = {"name": "offer", "language": {"code": "en"}}
    assert error(bot.send(to(type="template", template=template))) == (404, 132001, None)
    phone.declares("offer", "Save")
    assert bot.send(to(type="template", template=template)).ok
    ana.writes("again", least=0, **QUICK)
    assert bot.send(to()).ok


def test_marketing_fails_for_whoever_stopped_it(phone: StandIn, bot: Bot, ana: Person) -> None:
    phone.declares("offer", "Save")
    ana.changes(marketing=False)
    assert bot.send(to(type="template", template={"name": "offer", "language": {"code": "en"}})).ok
    (offer,) = ana.waits(**QUICK)
    assert offer.state == "failed"
    failed = next(hook for hook in bot.webhooks if hook.value.get("statuses"))
    assert failed.value["statuses"][0]["errors"][0]["code"] == 131050


def test_a_person_who_takes_no_messages_on_messenger(bot: Bot, ben: Person) -> None:
    ben.changes(reachable=False)
    assert error(bot.send(to_psid(ben))) == (400, 551, 1545041)


def test_a_picture_of_its_own_must_be_there_on_messenger(bot: Bot, ben: Person) -> None:
    image = {"attachment": {"type": "image", "payload": {"url": f"{bot.url}/picture.webp"}}}
    assert error(bot.send(to_psid(ben, message=image))) == (400, 100, 2018008)


def test_the_pair_rate_and_the_throughput_are_limited() -> None:
    with Bot() as bot, StandIn.start(bot.url, rates=Rates(3, 60.0, 5, 2)) as phone:
        bot.graph_url = phone.graph_url
        ana, ben = phone.person(number="34600000001"), phone.person("facebook")
        ana.writes("hello", least=0, **QUICK)
        ben.writes("hello", least=0, **QUICK)
        time.sleep(1)
        codes = [bot.send(to()).json().get("error", {}).get("code") for _ in range(6)]
        assert codes == [None, None, None, 131056, 131056, 130429]
        codes = [bot.send(to_psid(ben)).json().get("error", {}).get("code") for _ in range(3)]
        assert codes == [None, None, 613]


def test_typing_and_reading(phone: StandIn, bot: Bot, ana: Person, ben: Person) -> None:
    receipt = {"messaging_product": "whatsapp", "status": "read", "message_id": ana.messages[0]["id"]}
    assert bot.send({**receipt, "typing_indicator": {"type": "text"}}).json() == {"success": True}
    assert error(bot.send({**receipt, "message_id": "wamid.unknown"})) == (400, 131009, None)
    for action in ("mark_seen", "typing_on"):
        assert bot.send({"recipient": {"id": ben.user_id}, "sender_action": action}).ok
    assert [person["typing"] for person in phone.state["people"]] == [True, True]
    assert [person["messages"][0]["state"] for person in phone.state["people"]] == ["read", "read"]
    bot.send(to())
    ana.waits(**QUICK)
    bot.send({"recipient": {"id": ben.user_id}, "sender_action": "typing_off"})
    assert [person["typing"] for person in phone.state["people"]] == [False, False]


def test_the_bot_reacts_to_what_a_person_wrote(bot: Bot, ana: Person) -> None:
    id = ana.messages[0]["id"]
    assert bot.send(to(type="reaction", reaction={"message_id": id, "emoji": "👍"})).ok
    assert ana.messages[0]["reaction"] == "👍"


def test_an_uploaded_picture_can_be_sent_and_an_unknown_one_not(phone: StandIn, bot: Bot, ana: Person) -> None:
    address = f"{phone.graph_url}/{STANDIN_PHONE_NUMBER_ID}/media"
    form = {"messaging_product": "whatsapp", "type": "image/png"}
    file = ("x.png", sample("image"), "image/png")
    id = requests.post(address, data=form, files={"file": file}, headers=TOKEN, timeout=5).json()["id"]
    assert bot.send(to(type="image", image={"id": id})).ok
    assert ana.waits(**QUICK)[0].image == f"media:{id}"
    assert error(bot.send(to(type="image", image={"id": "1"}))) == (400, 131009, None)
    assert error(requests.post(address, data=form, headers=TOKEN, timeout=5)) == (400, 100, None)


def get(phone: StandIn, path: str) -> requests.Response:
    return requests.get(f"{phone.graph_url}/{path}", headers=TOKEN, timeout=5)


def test_profiles_of_people_page_and_number(phone: StandIn, ben: Person) -> None:
    profile = get(phone, f"{ben.user_id}?fields=first_name,last_name,locale").json()
    assert profile == {"first_name": "Ben", "last_name": "Cole", "locale": "es_ES", "id": ben.user_id}
    assert get(phone, STANDIN_PAGE_ID).json()["id"] == STANDIN_PAGE_ID
    assert get(phone, STANDIN_PHONE_NUMBER_ID).json()["display_phone_number"] == "+15550001111"
    stranger = phone.person("facebook")
    assert error(get(phone, stranger.user_id)) == (400, 100, 2018218)
    assert error(get(phone, f"{ben.user_id}?fields=shoe_size")) == (400, 100, None)
    assert error(get(phone, "12345")) == (400, 100, 33)


def test_the_messenger_profile_is_kept(phone: StandIn, bot: Bot) -> None:
    address = f"{phone.graph_url}/me/messenger_profile"
    profile = {"get_started": {"payload": "GO"}}
    assert requests.post(address, json=profile, headers=TOKEN, timeout=5).json() == {"result": "success"}
    asked = f"{address}?fields=get_started,greeting"
    assert requests.get(asked, headers=TOKEN, timeout=5).json() == {"data": [profile]}
    requests.delete(address, json={"fields": ["get_started"]}, headers=TOKEN, timeout=5)
    assert requests.get(asked, headers=TOKEN, timeout=5).json() == {"data": [{}]}


def test_a_scripted_error_comes_as_often_as_asked_and_to_messages_only(phone: StandIn, bot: Bot, ana: Person) -> None:
    phone.fails(channel="whatsapp", code=131056, count=2)
    receipt = {"messaging_product": "whatsapp", "status": "read", "message_id": ana.messages[0]["id"]}
    assert bot.send(receipt).ok
    assert [bot.send(to()).status_code for _ in range(3)] == [400, 400, 200]
    assert phone.state["failures"] == []


def test_scripted_answers_of_any_kind(phone: StandIn, bot: Bot, ana: Person) -> None:
    phone.fails(
        {"status": 503, "html": "<h1>Sorry</h1>", "retry_after": 7},
        {"status": 500, "body": {"oops": True}},
        {"delay_seconds": 0.2},
        {"status": 0},
    )
    sorry = bot.send(to())
    assert (sorry.status_code, sorry.text, sorry.headers["Retry-After"]) == (503, "<h1>Sorry</h1>", "7")
    assert bot.send(to()).json() == {"oops": True}
    started = time.monotonic()
    assert bot.send(to()).ok
    assert time.monotonic() - started > 0.2
    with pytest.raises(requests.ConnectionError):
        bot.send(to())


def test_a_message_may_arrive_although_the_answer_is_lost(phone: StandIn, bot: Bot, ana: Person) -> None:
    phone.fails(status=0, then="store")
    with pytest.raises(requests.ConnectionError):
        bot.send(to())
    assert [answer.text for answer in ana.waits(**QUICK)] == ["hello"]


def test_a_message_may_fail_after_it_was_accepted(phone: StandIn, bot: Bot, ana: Person) -> None:
    phone.fails(failed_code=131049)
    assert bot.send(to()).ok
    assert ana.waits(**QUICK)[0].state == "failed"


def test_every_call_is_written_down(phone: StandIn, bot: Bot, ana: Person) -> None:
    bot.send(to())
    bot.send(to(type="text", text={}))
    good, bad = phone.calls("whatsapp")
    assert (good["person"], good["status"], good["request"]["text"]) == (ana.id, 200, {"body": "hello"})
    assert (bad["status"], bad["response"]["error"]["code"]) == (400, 131008)
    assert phone.calls(after=good["number"]) == [bad]


@pytest.mark.parametrize("header", ["Host", "Origin"])
def test_another_site_may_not_ask(phone: StandIn, header: str) -> None:
    value = "evil.example" if header == "Host" else "http://evil.example"
    assert requests.get(f"{phone.url}/phone/api/state", headers={header: value}, timeout=5).status_code == 403
