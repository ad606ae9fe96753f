"""Notes the actions that failed in a turn.

Rasa goes on after an action that failed, and tells only its log, with a traceback that holds what the customer wrote.
The log record is the one trace of it, so that is where it is caught. When no action leads on any more Rasa gives up,
which is a failure too: it would remember all those actions, and never take another one in that conversation.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_GIVEN_UP = "Circuit breaker tripped"
"""How the record begins that says that Rasa has given up."""

_failures: ContextVar[list[str] | None] = ContextVar("failures", default=None)


class _Notes(logging.Filter):
    """Takes records of failed actions out of the log and puts them down for the turn at hand."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every other record."""
        kind = record.exc_info[0] if record.exc_info else None
        if kind is None and not record.getMessage().startswith(_GIVEN_UP):
            return True
        failures = _failures.get()
        if failures is not None:
            failures.append(kind.__name__ if kind else "GivenUp")
        return False


logging.getLogger("rasa.core.processor").addFilter(_Notes())


def turn_has_failed() -> bool:
    """Tell whether an action has failed in the turn at hand, that is within a block of ``noted_failures``."""
    return bool(_failures.get())


@contextmanager
def noted_failures() -> Iterator[list[str]]:
    """Collect the names of the errors by which actions fail within the block, in this task alone."""
    failures: list[str] = []
    token = _failures.set(failures)
    try:
        yield failures
    finally:
        _failures.reset(token)
