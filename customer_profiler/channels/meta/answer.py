"""Answers one event of the inbox: reads it, lets Rasa take a turn, and renders what the bot says."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence

import structlog
from cachetools import TTLCache

from customer_profiler.channels.meta.client import Client
from customer_profiler.channels.meta.graph import Refusal
from customer_profiler.channels.rendering import ListWords, Rendered
from customer_profiler.core.events import Event, Meaning, More, Opened, Said, Sent, Started, Status, Tapped
from customer_profiler.core.inbox import InboxEvent
from customer_profiler.core.messages import QUOTED_SLASH, Message, as_memory, from_memory, payload, quoted
from customer_profiler.core.outgoing import OutgoingMessage
from customer_profiler.core.profile import Profile
from customer_profiler.services.inbox import Inbox
from customer_profiler.services.session import Services
from customer_profiler.serving.turns import Input, TurnFailed, Turns, Utterance

log = structlog.get_logger(__name__)

Parse = Callable[[object, str], list[Event]]
Render = Callable[[Sequence[Message], ListWords, Callable[[], str]], Sequence[tuple[str, Rendered]]]

MOST_ATTEMPTS = 5
"""An event that was begun so often without an end is set aside: it may be what kills the process."""

PAUSES_SECONDS = (1.0, 2.0, 4.0, 8.0, 15.0, 15.0)
"""Between the tries of a turn that failed; a crashed action server is back within them, also on a busy machine."""

LOCALE_SECONDS = 2.0
"""How long the platform may take to tell a new person's locale."""

LOCALES_KEPT, LOCALES_KEPT_SECONDS = 10_000, 24 * 3600.0
"""Of so many persons the locale is remembered, and for so long."""


class Answer:
    """Makes the answers of one channel."""

    def __init__(
        self,
        services: Services,
        inbox: Inbox,
        turns: Turns,
        client: Client,
        parse: Parse,
        render: Render,
        own_id: str,
    ) -> None:
        self._services = services
        self._inbox = inbox
        self._turns = turns
        self._client = client
        self._parse = parse
        self._render = render
        self._own_id = own_id
        self._locales: TTLCache[str, str] = TTLCache(LOCALES_KEPT, LOCALES_KEPT_SECONDS)
        self._background: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        """Drop what is still to be shown."""
        tasks = list(self._background)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def to(self, event: InboxEvent, profile: Profile) -> tuple[list[OutgoingMessage], str]:
        """Give the messages that answer an event, and why it is set aside, or an empty text."""
        if event.attempts > MOST_ATTEMPTS:
            return self._apology(profile), "unfinished"
        read = next((e for e in self._parse(event.batch, self._own_id) if e.is_from_customer), None)
        if read is None:
            return [], "unreadable"
        if event.attempts == 1:
            self._show_attention(read)
        if isinstance(read.meaning, More):
            more = await asyncio.to_thread(self._more, profile, read.meaning)
            if more:
                return more, ""
        given = await self._input(read, profile, is_first=event.received_at <= profile.first_seen_at)
        said, failure = await self._turn(event, profile, given)
        if failure:
            log.error("turn_failed", channel=self._client.channel, number=event.number, failure=failure)
            if self._services.tools.asks_to_stop(given.text):
                await asyncio.to_thread(self._unsubscribe, profile)
            return self._apology(profile), failure
        return self.composed(profile.id, said), ""

    def composed(self, profile_id: str, said: Sequence[Utterance]) -> list[OutgoingMessage]:
        """Turn what the bot said into messages on their way."""
        language = next((u.language for u in reversed(said) if u.language), "")
        rendered = self._render([u.message for u in said], self._words(language), self._services.tools.new_id)
        now = self._services.tools.now()
        return [
            OutgoingMessage(
                id=message_id,
                channel=self._client.channel,
                profile_id=profile_id,
                body=one.body,
                created_at=now,
                due_at=now,
                has_image=one.has_image,
                rest={**(as_memory(one.rest) or {}), "language": language} if one.rest else None,
            )
            for message_id, one in rendered
        ]

    async def _turn(self, event: InboxEvent, profile: Profile, given: Input) -> tuple[Sequence[Utterance], str]:
        """Take a turn until it comes to its end; give what was said, or the last failure."""
        failure = ""
        if event.attempts > 1 and not event.error:
            # The process died after it was begun; a turn that came to its end needs no repetition.
            said = await self._turns.said_before(profile.id, event.id)
            if said:
                return said, ""
        for pause in (0.0, *PAUSES_SECONDS):
            await asyncio.sleep(pause)
            try:
                return await self._turns.take(profile.id, event.id, given), ""
            except TurnFailed as error:
                failure = str(error)
            except Exception as error:
                # Its text may hold what the person wrote.
                failure = type(error).__name__
            log.warning("turn_to_be_repeated", channel=self._client.channel, number=event.number, failure=failure)
            await asyncio.to_thread(self._inbox.note, event, failure)
        return (), failure

    async def _input(self, event: Event, profile: Profile, is_first: bool) -> Input:
        metadata = {
            "locale": await self._locale(event, profile),
            "source": _source(event.meaning),
            "is_first": "yes" if is_first else "",
        }
        text = _text(event.meaning)
        is_data = text.startswith(QUOTED_SLASH)
        return Input(text, is_data, {key: value for key, value in metadata.items() if value})

    async def _locale(self, event: Event, profile: Profile) -> str:
        """Give the locale of a person who has not chosen a language: that of the template tapped, or the platform's."""
        if profile.language:
            return ""
        if isinstance(event.meaning, Started):
            template = await asyncio.to_thread(self._template_language, event.meaning)
            if template:
                self._locales[profile.id] = template
        if profile.id not in self._locales:
            self._locales[profile.id] = ""
            with contextlib.suppress(asyncio.TimeoutError):
                asked = self._client.locale(event.identities[0])
                self._locales[profile.id] = await asyncio.wait_for(asked, LOCALE_SECONDS)
        return self._locales[profile.id]

    def _more(self, profile: Profile, more: More) -> list[OutgoingMessage]:
        with self._services.open_unit() as unit:
            shown = unit.outgoing.get(more.message_id)
        rest = from_memory(shown.rest) if shown and shown.profile_id == profile.id else None
        if shown is None or rest is None:
            return []
        language = str((shown.rest or {}).get("language", ""))
        return self.composed(profile.id, [Utterance(rest, language)])

    def _template_language(self, started: Started) -> str:
        """Give the language of the template message whose button was tapped; its id ends the source."""
        platform_id = started.source.rpartition(":")[2]
        with self._services.open_unit() as unit:
            tapped = unit.outgoing.meant_by(self._client.channel, None, Status("read", (platform_id,)))
        template = tapped[0].body.get("template") if tapped else None
        language = template.get("language") if isinstance(template, dict) else None
        return str(language.get("code", "")) if isinstance(language, dict) else ""

    def _unsubscribe(self, profile: Profile) -> None:
        """Withdraw the consent of somebody whose "stop" got no turn."""
        with self._services.open_unit() as unit:
            unit.consents.withdraw(profile.id, self._services.tools.now())
            unit.commit()

    def _apology(self, profile: Profile) -> list[OutgoingMessage]:
        return self.composed(profile.id, [Utterance(Message(self._services.apology(profile.language)))])

    def _words(self, language: str) -> ListWords:
        return ListWords.of(self._services.tools.phrases(language))

    def _show_attention(self, event: Event) -> None:
        """Let the person see that the message was read, without waiting for it."""

        async def show() -> None:
            try:
                await self._client.show_attention(event.identities[0], event.id)
            except Exception as error:
                reason = error.reason if isinstance(error, Refusal) else type(error).__name__
                log.info("attention_not_shown", channel=self._client.channel, reason=reason)

        task = asyncio.create_task(show())
        self._background.add(task)
        task.add_done_callback(self._background.discard)


def _text(meaning: Meaning) -> str:
    """Give the text that tells Rasa what an event means."""
    if isinstance(meaning, Said):
        return quoted(meaning.text)
    if isinstance(meaning, Tapped):
        return meaning.payload
    if isinstance(meaning, Started):
        return payload("start_profiler", profiler=meaning.profiler, source=meaning.source)
    if isinstance(meaning, Sent):
        return payload("send_attachment", value=meaning.kind)
    return payload("show_menu" if isinstance(meaning, More) else "greet")


def _source(meaning: Meaning) -> str:
    return meaning.source if isinstance(meaning, (Said, Opened)) else ""
