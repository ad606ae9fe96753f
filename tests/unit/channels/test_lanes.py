"""Each person's work is done in order and alone; many people's work is done at the same time."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customer_profiler.channels import lanes as lanes_module
from customer_profiler.channels.lanes import Lanes
from tests.messaging import eventually, remains

pytestmark = pytest.mark.anyio

LONG = 60.0
"""Seconds that no test waits for."""


class Work:
    """Steps left for each key. Every step notes its key and, when it is done, gives ``pause`` or None at the end."""

    def __init__(self, left: Mapping[str, int], at_once: int = 10, pause: float = 0.0) -> None:
        self.left = Counter(left)
        self.pause = pause
        self.done: list[str] = []
        self.running: Counter[str] = Counter()
        self.most_of_a_key = self.most = 0
        self.goes_on = asyncio.Event()
        self.goes_on.set()
        self.lanes = Lanes(self.step, at_once)

    async def step(self, key: str) -> float | None:
        self.running[key] += 1
        self.most_of_a_key = max(self.most_of_a_key, self.running[key])
        self.most = max(self.most, self.running.total())
        await asyncio.sleep(0)
        await self.goes_on.wait()
        self.running[key] -= 1
        if not self.left[key]:
            return None
        self.left[key] -= 1
        self.done.append(key)
        return self.pause

    async def is_done(self) -> None:
        await eventually(lambda: not self.left.total() and not self.running.total())


@pytest.fixture(name="error_pause", autouse=True)
def _error_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes_module, "AFTER_ERROR_SECONDS", 0.01)


@pytest.fixture(name="close")
async def _close() -> AsyncIterator[list[Lanes]]:
    """Lanes to close after the test."""
    lanes: list[Lanes] = []
    yield lanes
    for each in lanes:
        await each.close()


def work(close: list[Lanes], left: Mapping[str, int], **options: float) -> Work:
    made = Work(left, **options)  # type: ignore[arg-type]
    close.append(made.lanes)
    return made


@settings(max_examples=30)
@given(
    left=st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 5)),
    at_once=st.integers(1, 4),
    wakes=st.integers(1, 3),
)
def test_everything_is_done_never_two_steps_of_a_key_nor_more_than_allowed(
    left: dict[str, int], at_once: int, wakes: int
) -> None:
    async def run() -> Work:
        work = Work(left, at_once)
        for _ in range(wakes):
            work.lanes.wake(left)
            await asyncio.sleep(0)
        await work.is_done()
        await work.lanes.close()
        return work

    work = asyncio.run(run())
    assert Counter(work.done) == +Counter(left)
    assert work.most_of_a_key <= 1
    assert work.most <= at_once


async def test_the_work_of_many_keys_is_done_at_the_same_time(close: list[Lanes]) -> None:
    slow = work(close, {"a": 1, "b": 1, "c": 1})
    slow.goes_on.clear()
    slow.lanes.wake("abc")

    await eventually(lambda: slow.running.total() == 3)


async def test_a_key_with_much_work_lets_others_have_their_turn(close: list[Lanes]) -> None:
    fair = work(close, {"a": 1000, "b": 2}, at_once=1)
    fair.lanes.wake("ab")

    await eventually(lambda: fair.done.count("b") == 2)
    assert fair.left["a"]


async def test_a_key_woken_in_the_middle_of_its_last_step_looks_again(close: list[Lanes]) -> None:
    late = work(close, {})
    late.goes_on.clear()
    late.lanes.wake("a")
    await eventually(lambda: late.running["a"])

    late.left["a"] = 1
    late.left["b"] = 1
    late.lanes.wake("ab")
    late.goes_on.set()
    await late.is_done()
    assert sorted(late.done) == ["a", "b"]


async def test_a_key_without_work_does_not_ask_again_by_itself(close: list[Lanes]) -> None:
    idle = work(close, {})
    idle.lanes.wake("a")
    await eventually(lambda: idle.most)

    idle.left["a"] = 1
    await remains(lambda: not idle.done)


async def test_a_finished_key_leaves_nothing_behind_and_can_be_woken_again(close: list[Lanes]) -> None:
    again = work(close, {"a": 1})
    again.lanes.wake("a")
    await eventually(lambda: not again.lanes._lanes and not again.lanes._woken)

    again.left["a"] = 1
    again.lanes.wake("a")
    await again.is_done()
    assert again.done == ["a", "a"]


# --- pauses


async def test_the_next_step_follows_after_the_pause(close: list[Lanes]) -> None:
    resting = work(close, {"a": 2}, pause=0.02)
    began = asyncio.get_running_loop().time()
    resting.lanes.wake("a")
    await resting.is_done()

    assert asyncio.get_running_loop().time() - began >= 0.02


async def test_a_pause_ends_when_the_key_is_woken(close: list[Lanes]) -> None:
    resting = work(close, {"a": 2}, pause=LONG)
    resting.lanes.wake("a")
    await eventually(lambda: resting.done == ["a"])

    resting.lanes.wake("a")
    await resting.is_done()


async def test_a_pause_is_not_ended_by_other_keys(close: list[Lanes]) -> None:
    resting = work(close, {"a": 2, "b": 1}, pause=LONG)
    resting.lanes.wake("a")
    await eventually(lambda: resting.done == ["a"])

    resting.lanes.wake("b")
    await eventually(lambda: resting.done == ["a", "b"])
    await remains(lambda: resting.left["a"] == 1)


async def test_a_key_that_rests_takes_nobodys_place(close: list[Lanes]) -> None:
    resting = work(close, {"a": 2, "b": 1}, at_once=1, pause=LONG)
    resting.lanes.wake("ab")

    await eventually(lambda: sorted(resting.done) == ["a", "b"])


# --- errors


async def test_a_step_that_raises_is_taken_again_later(close: list[Lanes]) -> None:
    failures = [ValueError("a secret wish"), OSError()]
    done: list[str] = []

    async def step(key: str) -> float | None:
        if failures:
            raise failures.pop(0)
        done.append(key)
        return None

    lanes = Lanes(step, 1)
    close.append(lanes)
    lanes.wake("a")
    await eventually(lambda: done == ["a"])


async def test_a_key_whose_steps_raise_hinders_no_other(close: list[Lanes]) -> None:
    done: list[str] = []

    async def step(key: str) -> float | None:
        if key == "bad":
            raise ValueError
        done.append(key)
        return None

    lanes = Lanes(step, 1)
    close.append(lanes)
    lanes.wake(["bad", "good"])
    await eventually(lambda: done == ["good"])


async def test_the_log_has_no_words_of_an_error(close: list[Lanes], capsys: pytest.CaptureFixture[str]) -> None:
    asked = 0

    async def step(key: str) -> float | None:
        nonlocal asked
        asked += 1
        raise ValueError("a secret wish")

    lanes = Lanes(step, 1)
    close.append(lanes)
    lanes.wake("a")
    await eventually(lambda: asked)
    await asyncio.sleep(0)
    out = capsys.readouterr().out
    assert "ValueError" in out
    assert "secret" not in out


# --- the end


async def test_closing_stops_in_the_middle_of_a_step() -> None:
    slow = Work({"a": 1, "b": 1}, at_once=1)
    slow.goes_on.clear()
    slow.lanes.wake("ab")
    await eventually(lambda: slow.running.total())

    await slow.lanes.close()
    slow.goes_on.set()
    await remains(lambda: not slow.done)


async def test_what_was_woken_but_not_begun_is_closed_too() -> None:
    early = Work({"a": 1})
    early.lanes.wake("a")
    await early.lanes.close()

    await remains(lambda: not early.done)


async def test_closed_lanes_cannot_be_woken() -> None:
    closed = Work({"a": 1})
    await closed.lanes.close()
    closed.lanes.wake("a")

    await remains(lambda: not closed.done)
