"""Identities tell channels apart; a profile knows contact details by their field."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone

import pytest

from customer_profiler.core.profile import BSUID, CHANNELS, PHONE, PSID, REST, Identity, Profile
from customer_profiler.core.profiler import LEAD_FIELDS

SEEN = datetime(2026, 5, 4, 10, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("scheme", "channel"),
    [(PHONE, "whatsapp"), (BSUID, "whatsapp"), (PSID, "facebook"), (REST, "rest")],
)
def test_an_identity_knows_the_channel_on_which_it_is_met(scheme: str, channel: str) -> None:
    assert Identity(scheme, "34600111222").channel == channel


def test_every_channel_names_people_by_a_scheme_of_its_own() -> None:
    assert {Identity(scheme, "1").channel for scheme in (PHONE, PSID, REST)} == set(CHANNELS)


def test_the_same_value_in_two_schemes_makes_two_identities() -> None:
    assert Identity(PHONE, "1") != Identity(PSID, "1")


@pytest.mark.parametrize("scheme", ["email", "phone", "crm_id", ""])
def test_an_identity_that_no_channel_gave_has_no_channel(scheme: str) -> None:
    assert Identity(scheme, "ana@example.com").channel == ""


@pytest.mark.parametrize("field", LEAD_FIELDS)
def test_a_contact_detail_is_found_by_its_field(field: str) -> None:
    profile = replace(Profile("p", SEEN, SEEN), **{field: "known"})

    assert profile.contact(field) == "known"
    assert [profile.contact(other) for other in LEAD_FIELDS if other != field] == ["", ""]
