"""A secret nobody set is made once, for its owner alone, whoever asks first."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from customer_profiler.adapters.secret_file import BYTES, kept_secret
from customer_profiler.core.errors import SettingsError


def test_a_secret_is_made_once(tmp_path: Path) -> None:
    secret = kept_secret(tmp_path / "secret")

    assert len(bytes.fromhex(secret)) == BYTES
    assert kept_secret(tmp_path / "secret") == secret


def test_secrets_differ(tmp_path: Path) -> None:
    assert kept_secret(tmp_path / "one") != kept_secret(tmp_path / "other")


def test_a_secret_that_somebody_wrote_is_kept(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("  chosen\n", "utf-8")

    assert kept_secret(tmp_path / "secret") == "chosen"


def test_only_the_owner_can_read_a_secret_made(tmp_path: Path) -> None:
    kept_secret(tmp_path / "var" / "secret")

    assert (tmp_path / "var" / "secret").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "var").stat().st_mode & 0o777 == 0o700


def test_all_who_ask_at_once_get_the_same_secret_and_leave_nothing_else(tmp_path: Path) -> None:
    everybody = threading.Barrier(8)

    def ask(_: int) -> str:
        everybody.wait()
        return kept_secret(tmp_path / "secret")

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(ask, range(8)))) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["secret"]


@pytest.mark.parametrize("written", ["", " \n"])
def test_an_empty_secret_protects_nothing_and_is_refused(tmp_path: Path, written: str) -> None:
    (tmp_path / "secret").write_text(written, "utf-8")

    with pytest.raises(SettingsError, match="is empty: delete it"):
        kept_secret(tmp_path / "secret")


def test_a_folder_that_cannot_be_made_is_named_with_the_mend(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file", "utf-8")

    with pytest.raises(SettingsError, match=r"var/secret cannot be used \(.+\): make PROFILER_VAR a folder of yours"):
        kept_secret(tmp_path / "var" / "secret")


def test_a_folder_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()

    with pytest.raises(SettingsError, match="secret cannot be used"):
        kept_secret(tmp_path / "secret")
