"""One turn of Rasa: a message goes in, the bot's messages come out, nothing is sent yet."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from customer_profiler.core.messages import Button, Message
from customer_profiler.serving.failed_actions import noted_failures

OnNewMessage = Callable[[UserMessage], Awaitable[Any]]
TrackerOf = Callable[[str], Awaitable["DialogueStateTracker | None"]]


Output = TypeVar("Output", bound="TurnOutput")


@dataclass(frozen=True)
class Utterance:
    """A message of the bot, and the language it is in (empty when the action did not say)."""

    message: Message
    language: str = ""


@dataclass(frozen=True)
class Input:
    """What Rasa is told: ``text`` as typed, or a payload; ``is_data`` keeps Rasa from reading it as one."""

    text: str
    is_data: bool = False
    metadata: Mapping[str, str] = field(default_factory=dict)


class TurnFailed(Exception):
    """A turn did not come to its end; the text is fit for logs. Taking it again does no harm."""


class TurnOutput(OutputChannel):
    """Keeps what the bot says in a turn. Its name is the channel's, as Rasa needs for responses made for a channel."""

    channel = ""

    def __init__(self) -> None:
        self.said: list[Utterance] = []

    @classmethod
    def name(cls) -> str:
        """The channel's name."""
        return cls.channel

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keep a response whole; Rasa would send its text, buttons and picture apart."""
        utterance = as_utterance(message)
        if utterance is not None:
            self.said.append(utterance)


class ProactiveOutput(TurnOutput):
    """Passes on at once what Rasa says on its own, after a reminder for example."""

    say: Callable[[str, Sequence[Utterance]], Awaitable[None]]

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """See ``TurnOutput.send_response``."""
        utterance = as_utterance(message)
        if utterance is not None:
            await self.say(recipient_id, [utterance])


def output_for(channel: str, kind: type[Output]) -> type[Output]:
    """Give the class of outputs of a channel."""
    return type(f"{channel.title()}{kind.__name__}", (kind,), {"channel": channel})


class Turns:
    """Lets Rasa handle messages of one channel."""

    def __init__(self, channel: str, on_new_message: OnNewMessage, tracker_of: TrackerOf) -> None:
        self._output = output_for(channel, TurnOutput)
        self._on_new_message = on_new_message
        self._tracker_of = tracker_of

    async def take(self, sender: str, message_id: str, given: Input) -> Sequence[Utterance]:
        """Let Rasa handle a message; give what it said. Raises ``TurnFailed`` when an action failed or nothing was."""
        output = self._output()
        message = UserMessage(
            text=given.text,
            output_channel=output,
            sender_id=sender,
            parse_data=_data(given.text) if given.is_data else None,
            input_channel=output.name(),
            message_id=message_id,
            metadata=dict(given.metadata),
        )
        with noted_failures() as failures:
            await self._on_new_message(message)
        if failures or not output.said:
            raise TurnFailed(next(iter(failures), "silence"))
        return output.said

    async def said_before(self, sender: str, message_id: str) -> Sequence[Utterance]:
        """Give what was said to a message that was handled before the process died, as the tracker remembers it."""
        tracker = await self._tracker_of(sender)
        if tracker is None:
            return []
        said: list[Utterance] = []
        is_after = False
        for event in tracker.events:
            if isinstance(event, UserUttered) and event.message_id == message_id:
                is_after, said = True, []
            elif is_after and isinstance(event, BotUttered):
                utterance = as_utterance(event.message())
                said += [utterance] if utterance else []
        return said


def as_utterance(response: Mapping[str, Any]) -> Utterance | None:
    """Read one response of Rasa's: text, buttons or quick replies, picture; None when there is nothing to say."""
    titled = response.get("buttons") or response.get("quick_replies") or []
    buttons = tuple(
        Button(str(button.get("title", "")), str(button.get("payload", "")), str(button.get("description") or ""))
        for button in titled
    )
    text, image = str(response.get("text") or ""), str(response.get("image") or "")
    if not (text or buttons or image):
        return None
    return Utterance(Message(text, buttons, image), str(response.get("language") or ""))


def _data(text: str) -> dict[str, Any]:
    """Say for Rasa what a text means that must not be read as an intent: nothing we know."""
    return {"text": text, "intent": {"name": "nlu_fallback", "confidence": 1.0}, "entities": []}
