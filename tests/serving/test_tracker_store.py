"""Conversations are kept in the folder for data."""

from __future__ import annotations

from pathlib import Path

import pytest
from rasa.shared.core.domain import Domain

from customer_profiler.serving.tracker_store import ProfilerTrackerStore


@pytest.mark.filterwarnings("ignore:Calling URL")  # Rasa's own way with SQLAlchemy
def test_conversations_are_kept_beside_the_products_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROFILER_VAR", str(tmp_path / "data"))
    ProfilerTrackerStore(None, domain=Domain.empty())
    assert (tmp_path / "data" / "conversations.db").is_file()
