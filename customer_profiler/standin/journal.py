"""Everything that went either way, and whoever wants to hear of it while it happens."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

KEPT = 2000
"""How many Graph calls, and how many webhooks, are remembered."""

END = "end"
"""The last event of all."""

Record = dict[str, Any]


class Journal:
    """``calls`` are the bot's Graph calls, ``webhooks`` what the bot was sent; each record has a ``number``."""

    def __init__(self) -> None:
        self.calls: deque[Record] = deque(maxlen=KEPT)
        self.webhooks: deque[Record] = deque(maxlen=KEPT)
        self._listeners: set[asyncio.Queue[tuple[str, Record]]] = set()
        self._numbers = count(1)

    def add(self, kind: str, record: Record) -> Record:
        """Keep a new record of kind ``call`` or ``webhook`` and tell the listeners."""
        record["number"] = next(self._numbers)
        (self.calls if kind == "call" else self.webhooks).append(record)
        self.tell(kind, record)
        return record

    def tell(self, event: str, data: Record) -> None:
        """Tell the listeners; one that does not listen any more misses what it missed."""
        for queue in self._listeners:
            queue.put_nowait((event, data))

    def end(self) -> None:
        """Tell the listeners that nothing will come any more."""
        self.tell(END, {})

    def clear(self) -> None:
        """Forget what went, not the listeners."""
        self.calls.clear()
        self.webhooks.clear()

    @contextmanager
    def listening(self) -> Iterator[asyncio.Queue[tuple[str, Record]]]:
        """Give a queue that gets every event while the block runs."""
        queue: asyncio.Queue[tuple[str, Record]] = asyncio.Queue()
        self._listeners.add(queue)
        try:
            yield queue
        finally:
            self._listeners.discard(queue)
