"""What is sent again after WhatsApp took a message and then could not deliver it."""

from __future__ import annotations

import pytest

from customer_profiler.channels.facebook.client import second_try as messenger_second_try
from customer_profiler.channels.whatsapp.client import second_try

TEXT = {"type": "text", "text": {"body": "Hello"}}
CARD = {"type": "interactive", "interactive": {"header": {"type": "image"}, "body": {"text": "Spark"}, "action": {}}}


@pytest.mark.parametrize("code", [131000, 131016, 131056, 131057])
def test_a_passing_trouble_asks_for_the_same_again(code: int) -> None:
    assert second_try(code, TEXT) == TEXT


def test_a_card_whose_picture_was_refused_goes_without_it() -> None:
    assert second_try(131053, CARD) == {"type": "interactive", "interactive": {"body": {"text": "Spark"}, "action": {}}}


@pytest.mark.parametrize(("code", "body"), [(131053, TEXT), (131026, TEXT), (131047, CARD), (0, TEXT)])
def test_what_would_fail_again_is_not_repeated(code: int, body: dict[str, object]) -> None:
    assert second_try(code, body) is None


def test_messenger_tells_of_no_later_failures() -> None:
    assert messenger_second_try(131000, TEXT) is None
