"""Template messages to single persons: only with an opt-in on record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from customer_profiler.core.errors import NoConsent
from customer_profiler.core.outgoing import OutgoingMessage
from customer_profiler.core.profile import Identity
from customer_profiler.services.ports import UnitOfWork
from customer_profiler.services.session import Services

CHANNEL = "whatsapp"
"""The channel that has templates."""

HEAD_START = timedelta(minutes=10)
"""How long a message is left to the process that stored it; should that die, any sender takes it up afterwards."""


def check_consent(services: Services, person: Identity) -> None:
    """Raise ``NoConsent`` unless the person has agreed to messages that the business begins."""
    with services.open_unit() as unit:
        _agreed(unit, person)


def put_out(services: Services, person: Identity, body: Mapping[str, object]) -> OutgoingMessage:
    """Store a template message that the caller sends right away; raises ``NoConsent``.

    The consent is looked at in the transaction that stores the message, so that no "stop" can come between.
    """
    with services.open_unit() as unit:
        now = services.tools.now()
        message = OutgoingMessage(
            id=services.tools.new_id(),
            channel=CHANNEL,
            profile_id=_agreed(unit, person),
            body=body,
            created_at=now,
            due_at=now + HEAD_START,
            is_template=True,
        )
        unit.outgoing.add([message])
        unit.commit()
    return message


def _agreed(unit: UnitOfWork, person: Identity) -> str:
    """Give the id of a person who has agreed; raise ``NoConsent`` otherwise."""
    profile_id = unit.profiles.find(person)
    if profile_id is None or not unit.consents.in_force(profile_id):
        raise NoConsent("there is no opt-in on record")
    return profile_id
