"""What BottleCRM's answers mean; shapes as release 1.35 gives them."""

from __future__ import annotations

from typing import Any

import pytest

from customer_profiler.adapters.crm.bottlecrm_calls import Rest, Webhook, keys_of
from customer_profiler.core.delivery import DeliveryFailed, Trouble
from tests.proxy import LossyProxy


def failure_of_change(status: int, body: str) -> DeliveryFailed:
    with LossyProxy("127.0.0.1", 9) as proxy:
        proxy.say(status, {"Content-Type": "application/json"}, body)
        with pytest.raises(DeliveryFailed) as caught:
            Rest(proxy.url, "token").change("lead-1", {})
    return caught.value


@pytest.mark.parametrize(
    ("status", "body", "trouble", "words"),
    [
        (403, '{"detail": "Organization context is required. Please login again."}', "unauthorized", "Organization"),
        (403, '{"detail": "It needs the leads:write scope."}', "forbidden", "leads:write"),
        (400, '{"error": true, "errors": {"rating": ["no choice."]}}', "invalid_value", "rating: no choice."),
        (400, '{"error": true, "errors": {"custom_fields": {"a": "is required"}}}', "invalid_value", "a: is required"),
        (400, '{"error": true, "errors": "A lead exists."}', "invalid_value", "A lead exists."),
        (404, '{"detail": "No Lead matches the given query."}', "missing", "No Lead"),
        (404, "<!doctype html><h1>Not Found</h1>", "not_understood", "404"),
        (500, '{"detail": "The lead could not be saved. Try again."}', "server_error", "could not be saved"),
        (200, '{"error": true}', "not_understood", "changed"),
    ],
)
def test_an_answer_that_is_no_success(status: int, body: str, trouble: str, words: str) -> None:
    failure = failure_of_change(status, body)
    assert failure.trouble is Trouble(trouble)
    assert words in failure.detail


def test_a_webhook_that_takes_what_is_no_lead_is_none_of_bottlecrms() -> None:
    with LossyProxy("127.0.0.1", 9) as proxy:
        proxy.say(200, {}, "{}")
        with pytest.raises(DeliveryFailed) as caught:
            Webhook(proxy.url, "intake-1", "key").probe()
    assert caught.value.trouble is Trouble.NOT_UNDERSTOOD


@pytest.mark.parametrize(
    ("definitions", "keys"),
    [
        ([{"key": "a"}, {"key": "b", "target_model": "Lead"}], {"a", "b"}),
        ([{"key": "a", "is_active": False}, {"key": "b", "target_model": "Case"}, "c"], set()),
    ],
)
def test_custom_fields_are_those_of_leads_that_are_in_use(definitions: Any, keys: set[str]) -> None:
    assert keys_of(definitions) == keys
