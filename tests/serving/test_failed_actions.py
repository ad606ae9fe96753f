"""Actions that fail are noted for the turn at hand, and nothing of what the customer wrote reaches the log."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator

import pytest

from customer_profiler.serving.failed_actions import noted_failures, turn_has_failed

RASA = logging.getLogger("rasa.core.processor")


class Kept(logging.Handler):
    """Keeps what would be printed."""

    def __init__(self) -> None:
        super().__init__()
        self.printed: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.printed.append(self.format(record))


@pytest.fixture(name="log")
def _log() -> Iterator[list[str]]:
    kept = Kept()
    RASA.addHandler(kept)
    yield kept.printed
    RASA.removeHandler(kept)


def fail(error: Exception) -> None:
    """Log an error as Rasa does when an action fails."""
    try:
        raise error
    except Exception:
        RASA.exception("Encountered an exception while running action 'action_ask'.")


def test_failures_are_noted_by_their_kind_in_order(log: list[str]) -> None:
    with noted_failures() as failures:
        fail(ValueError("a secret wish"))
        fail(OSError())

    assert failures == ["ValueError", "OSError"]
    assert log == []


def test_a_failure_outside_of_a_turn_is_not_printed_either(log: list[str]) -> None:
    fail(ValueError("a secret wish"))

    assert log == []


def test_failures_of_another_turn_are_not_ours(log: list[str]) -> None:
    with noted_failures():
        fail(ValueError())
    with noted_failures() as failures:
        pass
    fail(OSError())

    assert failures == []


def test_other_records_are_printed(log: list[str]) -> None:
    with noted_failures() as failures:
        RASA.error("The model is not loaded.")

    assert failures == []
    assert log == ["The model is not loaded."]


def test_a_turn_in_which_no_action_leads_on_has_failed(log: list[str]) -> None:
    with noted_failures() as failures:
        RASA.warning("Circuit breaker tripped. Stopped predicting more actions for sender 'ana'.")
        assert turn_has_failed()

    assert failures == ["GivenUp"]
    assert log == []


def test_a_turn_has_failed_only_while_it_lasts() -> None:
    with noted_failures():
        assert not turn_has_failed()
        fail(ValueError())
        assert turn_has_failed()

    assert not turn_has_failed()


def test_turns_that_are_taken_at_once_note_their_own_failures() -> None:
    async def turn(error: Exception) -> list[str]:
        with noted_failures() as failures:
            await asyncio.sleep(0)
            fail(error)
            await asyncio.sleep(0)
            return failures

    async def both() -> list[list[str]]:
        return await asyncio.gather(turn(ValueError()), turn(OSError()))

    assert asyncio.run(both()) == [["ValueError"], ["OSError"]]


def test_a_failure_in_a_task_of_the_turn_is_the_turns() -> None:
    async def turn() -> list[str]:
        async def act() -> None:
            fail(ValueError())

        with noted_failures() as failures:
            await asyncio.create_task(act())
            return failures

    assert asyncio.run(turn()) == ["ValueError"]
