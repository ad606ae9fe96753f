"""Conversations are kept in the folder for data."""

from __future__ import annotations

from pathlib import Path

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from customer_profiler.serving.failed_actions import noted_failures
from customer_profiler.serving.tracker_store import ProfilerTrackerStore

# Rasa's own way with SQLAlchemy.
pytestmark = [pytest.mark.anyio, pytest.mark.filterwarnings("ignore:Calling URL")]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ProfilerTrackerStore:
    monkeypatch.setenv("PROFILER_VAR", str(tmp_path))
    return ProfilerTrackerStore(None, domain=Domain.empty())


def conversation(*texts: str) -> DialogueStateTracker:
    return DialogueStateTracker.from_events("ana", [UserUttered(text) for text in texts])


async def kept(store: ProfilerTrackerStore) -> list[str]:
    tracker = await store.retrieve("ana")
    return [event.text for event in tracker.events if isinstance(event, UserUttered)] if tracker else []


def test_conversations_are_kept_beside_the_products_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROFILER_VAR", str(tmp_path / "data"))
    ProfilerTrackerStore(None, domain=Domain.empty())
    assert (tmp_path / "data" / "conversations.db").is_file()


async def test_a_turn_that_failed_leaves_no_trace(store: ProfilerTrackerStore) -> None:
    await store.save(conversation("hello"))
    with noted_failures() as failures:
        failures.append("ConnectionError")
        await store.save(conversation("hello", "quote"))
    assert await kept(store) == ["hello"]

    with noted_failures():
        await store.save(conversation("hello", "quote"))
    assert await kept(store) == ["hello", "quote"]
