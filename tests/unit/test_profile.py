"""Identities tell channels apart; a profile knows contact details by their field."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone

import pytest

from customer_profiler.core.profile import CHANNELS, Identity, Profile
from customer_profiler.core.profiler import LEAD_FIELDS

SEEN = datetime(2026, 5, 4, 10, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("channel", "scheme"),
    [("whatsapp", "whatsapp_phone"), ("facebook", "messenger_psid"), ("rest", "rest_sender")],
)
def test_a_sender_is_named_by_the_scheme_of_the_channel(channel: str, scheme: str) -> None:
    assert Identity.on_channel(channel, "34600111222") == Identity(scheme, "34600111222")


@pytest.mark.parametrize("channel", CHANNELS)
def test_an_identity_knows_its_channel(channel: str) -> None:
    assert Identity.on_channel(channel, "x").channel == channel


def test_the_same_sender_id_on_two_channels_makes_two_identities() -> None:
    assert len({Identity.on_channel(channel, "1") for channel in CHANNELS}) == len(CHANNELS)


def test_an_identity_that_no_channel_gave_has_no_channel() -> None:
    assert Identity("email", "ana@example.com").channel == ""


def test_an_unknown_channel_is_refused() -> None:
    with pytest.raises(KeyError):
        Identity.on_channel("telegram", "1")


@pytest.mark.parametrize("field", LEAD_FIELDS)
def test_a_contact_detail_is_found_by_its_field(field: str) -> None:
    profile = replace(Profile("p", SEEN, SEEN), **{field: "known"})

    assert profile.contact(field) == "known"
    assert [profile.contact(other) for other in LEAD_FIELDS if other != field] == ["", ""]
