"""The messages of one turn on their way to a platform: plain texts wait until it is clear what they can go with."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from customer_profiler.channels.bidi import isolated
from customer_profiler.channels.limits import Limit
from customer_profiler.channels.options import PARAGRAPH
from customer_profiler.channels.rendering import Rendered
from customer_profiler.channels.splitting import fits, split, split_off_end


class Draft:
    """Collects what one turn sends, in order and in as few messages as fit.

    ``limit`` is that of a plain text, ``write`` gives the body of one from its text and id, and ``id_of`` gives a new
    id for every message.
    """

    def __init__(self, limit: Limit, write: Callable[[str, str], Mapping[str, object]], id_of: Callable[[], str]):
        self._limit, self._write, self._id_of = limit, write, id_of
        self._waiting: list[str] = []
        self._sent: list[tuple[str, Rendered]] = []

    def say(self, text: str) -> None:
        """Add a plain text; it waits for what follows. A blank one says nothing."""
        if text.strip():
            self._waiting.append(text.strip())

    def take_along(self, text: str, limit: Limit) -> str:
        """Give the text of a message that more belongs to, with the waiting texts before it where all of it fits."""
        joined = PARAGRAPH.join([*self._waiting, *filter(None, [text.strip()])])
        if fits(joined, limit):
            self._waiting.clear()
            return isolated(joined)
        return self.say_first(text, limit)

    def say_first(self, text: str, limit: Limit) -> str:
        """Give the end of a text that fits, and let what comes before go ahead as plain text."""
        first, last = split_off_end(text, limit)
        self.say(first)
        return isolated(last)

    def send(self, make: Callable[[str], Rendered]) -> None:
        """Add the message that ``make`` gives for its id, after the texts that wait."""
        self._let_go()
        message_id = self._id_of()
        self._sent.append((message_id, make(message_id)))

    def finish(self) -> list[tuple[str, Rendered]]:
        """Give every message with its id."""
        self._let_go()
        return self._sent

    def _let_go(self) -> None:
        parts: list[str] = []
        for text in self._waiting:
            joined = PARAGRAPH.join([*parts[-1:], text])
            parts[-1:] = [joined] if fits(joined, self._limit) else [*parts[-1:], *split(text, self._limit)]
        self._waiting = []
        for part in parts:
            message_id = self._id_of()
            self._sent.append((message_id, Rendered(self._write(isolated(part), message_id))))
