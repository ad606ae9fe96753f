"""A template becomes a call of the Cloud API whose buttons say what the inbox understands."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

import pytest

from customer_profiler.channels.whatsapp.parse import parse
from customer_profiler.channels.whatsapp.template import render
from customer_profiler.core.errors import TemplateError
from customer_profiler.core.events import Meaning, Started, Tapped
from customer_profiler.core.template import Template
from tests.builders import LINK, START, STOP, template

OFFER = template(buttons=(START, STOP, LINK))


def components(given: Template = OFFER, *parameters: str, campaign: str = "") -> list[Any]:
    body: Any = render(given, "cars", parameters or ["Ana"], campaign)
    return list(body["template"]["components"])


def payloads(given: Template = OFFER, campaign: str = "") -> dict[str, str]:
    """What the buttons send, by index."""
    found = components(given, campaign=campaign)
    return {each["index"]: each["parameters"][0]["payload"] for each in found if each["type"] == "button"}


def tapped(payload: str, label: str) -> Meaning:
    """What the inbox makes of a tap on a template's button."""
    now = int(datetime(2026, 5, 4, tzinfo=timezone.utc).timestamp())
    message = {"from": "34600000001", "id": "wamid.A", "timestamp": str(now), "type": "button"}
    value = {
        "metadata": {"phone_number_id": "1"},
        "messages": [{**message, "button": {"payload": payload, "text": label}, "context": {"id": "wamid.OFFER"}}],
    }
    [event] = parse({"entry": [{"changes": [{"field": "messages", "value": value}]}]}, "1")
    return event.meaning


def test_a_template_is_named_with_its_language_and_filled_in_order() -> None:
    body: Any = render(template(body="Hello {{1}} and {{2}} there.", language="pt_BR"), "cars", ["Ana", "Bo"])

    assert (body["messaging_product"], body["recipient_type"], body["type"]) == ("whatsapp", "individual", "template")
    assert body["template"]["name"] == "offer"
    assert body["template"]["language"] == {"code": "pt_BR"}
    assert body["template"]["components"] == [
        {"type": "body", "parameters": [{"type": "text", "text": "Ana"}, {"type": "text", "text": "Bo"}]}
    ]


def test_a_template_without_parameters_and_buttons_has_no_components() -> None:
    body: Any = render(template(body="Come by."), "cars")

    assert body["template"]["components"] == []


def test_buttons_that_answer_have_a_payload_at_their_index_and_links_need_none() -> None:
    assert components(template(buttons=(LINK, START, STOP)))[1:] == [
        {
            "type": "button",
            "sub_type": "quick_reply",
            "index": "1",
            "parameters": [{"type": "payload", "payload": "start:cars"}],
        },
        {
            "type": "button",
            "sub_type": "quick_reply",
            "index": "2",
            "parameters": [{"type": "payload", "payload": "/stop"}],
        },
    ]


def test_a_start_button_records_its_own_campaign_unless_another_is_given() -> None:
    spring = template(buttons=(replace(START, target="spring"),))

    assert payloads(spring) == {"0": "start:cars:spring"}
    assert payloads(spring, "summer") == {"0": "start:cars:summer"}
    assert payloads(template(buttons=(START,)), "summer") == {"0": "start:cars:summer"}


def test_a_tap_on_a_start_button_begins_the_profiler_and_keeps_the_campaign_with_the_message() -> None:
    assert tapped(payloads(campaign="spring")["0"], "Find my car") == Started("cars", "spring:wamid.OFFER")


@pytest.mark.parametrize("label", ["Unsubscribe", "Darme de baja", "Abbestellen", "🛑"])
def test_a_tap_on_a_stop_button_is_stop_whatever_its_label(label: str) -> None:
    assert tapped(payloads()["1"], label) == Tapped("/stop")


def test_the_longest_body_is_taken_and_one_character_more_is_not() -> None:
    longest = "x" * (1024 - len("Hello , come by."))

    assert components(OFFER, longest)
    with pytest.raises(TemplateError, match=r"1025 characters .* at most 1024"):
        components(OFFER, longest + "x")


def test_length_is_counted_in_the_stricter_unit() -> None:
    with pytest.raises(TemplateError, match="at most 1024"):
        components(OFFER, "🚗" * 510)


@pytest.mark.parametrize("campaign", ["two words", "a:b", "x" * 101])
def test_a_campaign_that_is_no_name_is_refused(campaign: str) -> None:
    with pytest.raises(TemplateError, match="no name of a campaign"):
        components(campaign=campaign)


def test_a_campaign_needs_a_start_button_to_be_recorded() -> None:
    with pytest.raises(TemplateError, match="has no start button"):
        components(template(buttons=(STOP,)), campaign="spring")


def test_a_payload_longer_than_whatsapp_takes_is_refused() -> None:
    with pytest.raises(TemplateError, match=r"“Find my car” would send 13\d characters, WhatsApp takes 128"):
        render(OFFER, "c" * 60, ["Ana"], "x" * 64)
