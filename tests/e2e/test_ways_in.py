"""How people come to the bot on WhatsApp and Messenger, and what the export says of it."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import Assistant
from tests.e2e.people import exported_runs, guest, last_run, texts, titles
from tests.e2e.webhooks import Writer, post
from tests.phone import StandIn


def test_the_button_of_a_template_starts_and_tells_campaign_and_message(meta: Assistant, phone: StandIn) -> None:
    person = guest(phone, "whatsapp")
    person.writes("hello")
    button = {"payload": "start:cars:spring", "text": "Find my car"}
    item = Writer("whatsapp", person.address).sends("button", button, context={"from": "1", "id": "wamid.TEMPLATE"})
    post(meta, "whatsapp", item)
    assert "Before we start" in texts(person.waits())
    [source] = [run["source"] for run in exported_runs(meta) if "spring" in run["source"]]
    assert "wamid.TEMPLATE" in source


def test_a_wa_me_link_starts_by_the_text_it_prepares(meta: Assistant, phone: StandIn) -> None:
    person = guest(phone, "whatsapp")
    assert "Before we start" in texts(person.writes("start:cars:website"))
    assert "website" in last_run(meta, "whatsapp")["source"]


def test_an_advertisement_on_whatsapp_is_the_source_of_the_run_that_follows(meta: Assistant, phone: StandIn) -> None:
    person = guest(phone, "whatsapp")
    person.opens(referral="120210", ad=True)
    person.taps("Find your next car")
    assert "120210" in last_run(meta, "whatsapp")["source"]


@pytest.mark.parametrize("has_written", [False, True], ids=["new", "known"])
@pytest.mark.parametrize("ad", [False, True], ids=["link", "ad"])
def test_a_messenger_referral_starts_and_tells_its_campaign(
    meta: Assistant, phone: StandIn, ad: bool, has_written: bool
) -> None:
    person = guest(phone, "facebook")
    if has_written:
        person.writes("hello")
    assert "(1/5)" in texts(person.opens(referral="start:cars:autumn", ad=ad))
    assert "autumn" in last_run(meta, "facebook")["source"]


def test_a_messenger_ad_without_a_profiler_is_the_source_of_the_run_that_follows(
    meta: Assistant, phone: StandIn
) -> None:
    person = guest(phone, "facebook")
    assert "Find your next car" in titles(person.opens(referral="winter_fair", ad=True))
    person.taps("Find your next car")
    assert "winter_fair" in last_run(meta, "facebook")["source"]


def test_get_started_greets(meta: Assistant, phone: StandIn) -> None:
    assert "Find your next car" in titles(guest(phone, "facebook").opens())


def test_an_ice_breaker_starts(meta: Assistant, phone: StandIn) -> None:
    person = guest(phone, "facebook")
    assert "(1/4)" in texts(person.chooses("Which tablet suits me?", "start:tablets:icebreaker"))
    assert last_run(meta, "facebook")["source"] == "icebreaker"
