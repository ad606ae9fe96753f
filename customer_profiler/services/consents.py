"""Who has agreed to news and offers: said in the chat, or obtained elsewhere and noted by staff."""

from __future__ import annotations

from customer_profiler.core.messages import Turn
from customer_profiler.core.profile import Identity
from customer_profiler.core.wording import menu as wording
from customer_profiler.services.session import Services, Session


def subscribe(session: Session) -> Turn:
    """Store that the person wants news and offers, and say how to end it."""
    session.unit.consents.grant(session.profile.id, f"chat:{session.visit.channel}", session.now)
    return Turn((wording.plain(session.voice, "subscribed"),))


def withdraw(session: Session) -> bool:
    """End the person's consent at once; False when there was none."""
    return session.unit.consents.withdraw(session.profile.id, session.now)


def opt_in(services: Services, person: Identity, source: str) -> bool:
    """Store a consent obtained elsewhere; False when one was in force already."""
    with services.open_unit() as unit:
        now = services.tools.now()
        profile_id = unit.profiles.met([person], now)
        is_new = not unit.consents.in_force(profile_id)
        unit.consents.grant(profile_id, source, now)
        unit.commit()
    return is_new


def opt_out(services: Services, person: Identity) -> bool:
    """End a person's consent; False when there was none."""
    with services.open_unit() as unit:
        profile_id = unit.profiles.find(person)
        had_consent = profile_id is not None and unit.consents.withdraw(profile_id, services.tools.now())
        unit.commit()
    return had_consent
