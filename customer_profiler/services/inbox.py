"""The inbox: every event of a platform is stored once, in one commit, before anything is done about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from customer_profiler.core.errors import InvalidContact, StoreRefused
from customer_profiler.core.events import Event, Moved, Preference, Status
from customer_profiler.core.inbox import FAILED_KEPT_DAYS, KEPT_DAYS, InboxEvent, InboxStatus
from customer_profiler.core.outgoing import MOST_ATTEMPTS_AFTER_TAKEN, Delivery, OutgoingMessage
from customer_profiler.core.profile import PHONE, Profile
from customer_profiler.services.ports import UnitOfWork
from customer_profiler.services.session import Services

OPTED_OUT = 131050
"""WhatsApp's error code for a person who stopped marketing messages (Meta, Error codes, 12 Dec 2025)."""


SECOND_TRY_AFTER = timedelta(seconds=5)

SecondTry = Callable[[int, Mapping[str, object]], "Mapping[str, object] | None"]
"""(error code, body) of a message that was taken and then failed -> the body to send instead, or None."""


class Inbox:
    """The accepted events of one channel. Each call is one transaction and may raise ``StoreUnavailable``."""

    def __init__(self, services: Services, channel: str, second_try: SecondTry = lambda code, body: None) -> None:
        self._services = services
        self._channel = channel
        self._second_try = second_try

    def accept(self, events: Sequence[Event]) -> list[str]:
        """Store the events that are new; give the ids of the profiles whose messages wait for an answer.

        What needs no conversation is done at once: statuses of our messages, changed identities, preferences.
        An event that cannot be handled is set aside and hides no other.
        """
        if not events:
            return []
        waiting: dict[str, None] = {}
        now = self._services.tools.now()
        with self._services.open_unit() as unit:
            known = unit.inbox.known(self._channel, [event.id for event in events])
            for event in events:
                if event.id in known:
                    continue
                known.add(event.id)
                profile_id = self.accept_one(unit, event, now)
                if profile_id:
                    waiting[profile_id] = None
            unit.commit()
        return list(waiting)

    def senders(self) -> Sequence[str]:
        """Give the ids of the profiles that have events waiting, left over by a crash for example."""
        with self._services.open_unit() as unit:
            return unit.inbox.senders(self._channel)

    def take(self, profile_id: str) -> tuple[InboxEvent, Profile] | None:
        """Give the person's oldest waiting event, one more attempt counted, and the person."""
        with self._services.open_unit() as unit:
            event = unit.inbox.take(self._channel, profile_id)
            if event is None:
                return None
            profile = self._with_number(unit, unit.profiles.seen(profile_id, self._services.tools.now()))
            unit.commit()
            return event, profile

    def finish(self, event: InboxEvent, answer: Sequence[OutgoingMessage], error: str = "") -> None:
        """Store what became of an event together with what is to be said; with an ``error`` it is set aside."""
        status = InboxStatus.FAILED if error else InboxStatus.DONE
        with self._services.open_unit() as unit:
            unit.inbox.finish(event.number, status, self._services.tools.now(), error)
            unit.outgoing.add(answer)
            unit.commit()

    def forget_old(self) -> int:
        """Delete events done long enough ago; give how many."""
        with self._services.open_unit() as unit:
            now = self._services.tools.now()
            count = unit.inbox.forget(InboxStatus.DONE, now - timedelta(days=KEPT_DAYS))
            count += unit.inbox.forget(InboxStatus.FAILED, now - timedelta(days=FAILED_KEPT_DAYS))
            unit.commit()
        return count

    def note(self, event: InboxEvent, failure: str) -> None:
        """Store that a try of an event has failed; it waits on."""
        with self._services.open_unit() as unit:
            unit.inbox.note(event.number, failure)
            unit.commit()

    def accept_one(self, unit: UnitOfWork, event: Event, now: datetime) -> str | None:
        """Store one event and give who waits for an answer; an error undoes and sets aside this event alone."""
        try:
            with unit.nested():
                profile_id = self._handled(unit, event, now)
                status = InboxStatus.WAITING if profile_id else InboxStatus.DONE
                stored = self._stored(event, now, profile_id, status)
                return profile_id if unit.inbox.add(stored) else None
        except (StoreRefused, ValueError, TypeError, LookupError) as error:
            unit.inbox.add(self._stored(event, now, None, InboxStatus.FAILED, type(error).__name__))
            return None

    def _handled(self, unit: UnitOfWork, event: Event, now: datetime) -> str | None:
        """Do what an event asks for at once; give the profile that waits for an answer."""
        meaning = event.meaning
        if event.is_from_customer:
            return unit.profiles.met(event.identities, now, written_at(event, now))
        if isinstance(meaning, Moved):
            unit.profiles.move(meaning.old, meaning.new)
        elif isinstance(meaning, Status):
            self._note_status(unit, event, meaning)
        elif isinstance(meaning, Preference) and not meaning.wants and event.identities:
            unit.consents.withdraw(unit.profiles.met(event.identities, now), now)
        return None

    def _with_number(self, unit: UnitOfWork, profile: Profile) -> Profile:
        """Take the number a new person writes from as the telephone number, which a lead then only confirms."""
        if profile.phone or profile.current_run_id:
            return profile
        identities = [address.identity for address in unit.profiles.addresses(profile.id, self._channel)]
        number = next((identity.value for identity in identities if identity.scheme == PHONE), "")
        with suppress(InvalidContact):
            profile = replace(profile, phone=self._services.tools.contacts.clean("phone", f"+{number}"))
            unit.profiles.save(profile)
        return profile

    def _note_status(self, unit: UnitOfWork, event: Event, status: Status) -> None:
        found = [unit.profiles.find(identity) for identity in event.identities]
        profile_id = next((profile_id for profile_id in found if profile_id), None)
        for message in unit.outgoing.meant_by(self._channel, profile_id, status):
            told = message.after(status, event.at)
            if told.status is Delivery.FAILED and message.attempts < MOST_ATTEMPTS_AFTER_TAKEN:
                body = self._second_try(status.code, message.body)
                told = told.again(body, self._services.tools.now() + SECOND_TRY_AFTER) if body else told
            unit.outgoing.save(told)
            if Delivery(status.state) is Delivery.FAILED and status.code == OPTED_OUT:
                unit.consents.withdraw(message.profile_id, event.at)

    def _stored(
        self, event: Event, now: datetime, profile_id: str | None, status: InboxStatus, error: str = ""
    ) -> InboxEvent:
        done = None if status is InboxStatus.WAITING else now
        return InboxEvent(
            self._channel, event.id, profile_id, event.batch, status, event.at, now, error=error, finished_at=done
        )


def written_at(event: Event, now: datetime) -> datetime:
    """Give when a person wrote, for the 24-hour window.

    That is the platform's time, unless it cannot be: no platform delivers after more than ``KEPT_DAYS``, or before
    the message was written.
    """
    return event.at if now - timedelta(days=KEPT_DAYS) < event.at < now else now


def listed(services: Services, every: bool, limit: int) -> Sequence[InboxEvent]:
    """Give the events set aside and waiting, or with ``every`` also those done; the newest ``limit``, oldest first."""
    statuses = list(InboxStatus) if every else [InboxStatus.WAITING, InboxStatus.FAILED]
    with services.open_unit() as unit:
        return unit.inbox.listed(statuses, limit)


def replay(services: Services, numbers: Sequence[int], read: Callable[[InboxEvent], Sequence[Event]]) -> list[int]:
    """Take failed events as if they had come now; ``read`` parses one.

    Gives the numbers that no failed event has, or one that can no longer be read.
    """
    missing = []
    with services.open_unit() as unit:
        for number in numbers:
            event = unit.inbox.failed(number)
            events = read(event) if event else []
            if event is None or not events:
                missing.append(number)
                continue
            unit.inbox.drop(number)
            for again in events:
                Inbox(services, event.channel).accept_one(unit, again, services.tools.now())
        unit.commit()
    return missing
