"""Notes the actions that failed in a turn.

Rasa goes on after an action that failed, and tells only its log, with a traceback that holds what the customer wrote.
The log record is the one trace of it, so that is where it is caught.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_failures: ContextVar[list[str] | None] = ContextVar("failures", default=None)


class _Notes(logging.Filter):
    """Takes records of failed actions out of the log and puts them down for the turn at hand."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every other record."""
        if not record.exc_info:
            return True
        failures, kind = _failures.get(), record.exc_info[0]
        if failures is not None and kind is not None:
            failures.append(kind.__name__)
        return False


logging.getLogger("rasa.core.processor").addFilter(_Notes())


@contextmanager
def noted_failures() -> Iterator[list[str]]:
    """Collect the names of the errors by which actions fail within the block, in this task alone."""
    failures: list[str] = []
    token = _failures.set(failures)
    try:
        yield failures
    finally:
        _failures.reset(token)
