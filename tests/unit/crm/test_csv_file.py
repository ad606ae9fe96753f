"""Targets of type ``csv``: rows that are whole, each there once, whatever is killed in between."""

from __future__ import annotations

import csv
import errno
import fcntl
import os
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from customer_profiler.adapters.crm import feed
from customer_profiler.adapters.crm.csv_file import Config, CsvTarget
from customer_profiler.core.delivery import DeliveryFailed, LeadMessage, Trouble
from customer_profiler.core.lead import FIELDS
from tests.unit.crm.samples import a_message

MAPPING = {"Reference": "lead_id", "No.": "revision", "Name": "name", "Words": "answers_in_words"}
LEADS = ["L-AAAAA-AAAAA", "L-BBBBB-BBBBB", "L-CCCCC-CCCCC"]

ROOT = Path(__file__).parents[3]

quickly = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "leads.csv"


def to_file(file: Path, **keys: Any) -> CsvTarget:
    return CsvTarget(Config(type="csv", file=file, **{"mapping": MAPPING, **keys}))


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def keys(file: Path) -> list[tuple[str, str]]:
    return [(row["Reference"], row["No."]) for row in rows(file)]


def failing(target: CsvTarget, message: LeadMessage) -> DeliveryFailed:
    with pytest.raises(DeliveryFailed) as failed:
        target.deliver(message)
    return failed.value


# --- one file for all


def test_every_revision_is_a_row_below_one_header(file: Path) -> None:
    target = to_file(file)
    for message in (a_message(LEADS[0]), a_message(LEADS[1]), a_message(LEADS[0], revision=2)):
        target.deliver(message)

    assert keys(file) == [(LEADS[0], "1"), (LEADS[1], "1"), (LEADS[0], "2")]


def test_without_a_mapping_the_columns_are_all_our_fields(file: Path) -> None:
    to_file(file, mapping={}).deliver(a_message(LEADS[0]))

    assert list(rows(file)[0]) == list(FIELDS)


def test_lines_end_as_rfc_4180_has_it_and_cells_hold_lines_of_their_own(file: Path) -> None:
    to_file(file).deliver(a_message(LEADS[0], name="Ana\r\nSilva\rda Costa"))

    assert file.read_bytes().count(b"\r\n") == 2
    assert rows(file)[0]["Name"] == "Ana\nSilva\nda Costa"


@pytest.mark.parametrize("name", ["=cmd()", "+1+1", "-2", "@SUM(A1)", "\t=x"])
def test_what_a_spreadsheet_would_run_is_made_a_text(file: Path, name: str) -> None:
    to_file(file).deliver(a_message(LEADS[0], name=name))

    assert not rows(file)[0]["Name"].startswith(("=", "+", "@", "\t"))


def test_a_name_in_half_an_emoji_is_no_crash(file: Path) -> None:
    to_file(file).deliver(a_message(LEADS[0], name="Ana \ud83d\0"))

    assert rows(file)[0]["Name"] == "Ana ?"


def test_a_cell_that_no_program_reads_is_refused(file: Path) -> None:
    failed = failing(to_file(file), a_message(LEADS[0], name="x" * 100_001))

    assert (failed.trouble, file.exists()) == (Trouble.TOO_LARGE, False)


@quickly
@given(st.lists(st.text(st.characters(blacklist_categories=["Cs"]), max_size=40), min_size=1, max_size=5))
def test_whatever_the_cells_hold_the_rows_can_be_read_back(tmp_path: Path, names: list[str]) -> None:
    file = tmp_path / "leads.csv"
    file.unlink(missing_ok=True)
    target = to_file(file)
    for number, name in enumerate(names):
        target.deliver(a_message(f"L-{number}", name=name))

    def plain(text: str) -> str:
        return text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")

    assert [row["Name"].removeprefix("'") for row in rows(file)] == [plain(name).removeprefix("'") for name in names]


# --- once


def test_a_row_that_is_there_is_not_written_again(file: Path) -> None:
    target = to_file(file)
    target.deliver(a_message(LEADS[0]))
    before = file.read_bytes()

    target.deliver(a_message(LEADS[0], attempt=2))

    assert file.read_bytes() == before


def test_not_even_when_another_worker_wrote_it_a_moment_ago(file: Path) -> None:
    """A worker that slept through its lease comes with its first attempt, after that of whoever took over."""
    to_file(file).deliver(a_message(LEADS[0], attempt=2))

    to_file(file).deliver(a_message(LEADS[0], attempt=1))

    assert len(rows(file)) == 1


def test_a_second_attempt_looks_through_the_whole_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "RECENT_BYTES", 100)
    target = to_file(file)
    for number in range(30):
        target.deliver(a_message(f"L-{number}"))

    target.deliver(a_message("L-0", attempt=2))

    assert keys(file).count(("L-0", "1")) == 1


def test_an_id_within_the_words_of_another_lead_is_no_row_of_its_own(file: Path) -> None:
    target = to_file(file)
    target.deliver(a_message(LEADS[0], name=f"{LEADS[1]},1"))

    target.deliver(a_message(LEADS[1], attempt=2))

    assert keys(file) == [(LEADS[0], "1"), (LEADS[1], "1")]


@pytest.mark.parametrize("size", [feed._CHUNK - 5, feed._CHUNK, feed._CHUNK + 5, 3 * feed._CHUNK])
def test_a_row_is_found_across_the_pieces_in_which_the_file_is_read(file: Path, size: int) -> None:
    target = to_file(file)
    target.deliver(a_message(LEADS[0]))
    target.deliver(a_message(LEADS[1], name="x" * (size % 90_000)))
    target.deliver(a_message(LEADS[2], name="x" * 90_000))

    for lead in LEADS:
        target.deliver(a_message(lead, attempt=2, name="x" * 90_000))

    assert [key for key, _ in keys(file)] == LEADS


# --- killed in between


@quickly
@given(st.data())
def test_a_row_torn_anywhere_is_cut_off_and_written_again(tmp_path: Path, data: st.DataObject) -> None:
    file = tmp_path / "torn.csv"
    file.unlink(missing_ok=True)
    target, first = to_file(file), a_message(LEADS[0], name=data.draw(st.text("a\n\",'=é", max_size=9)))
    target.deliver(first)
    target.deliver(a_message(LEADS[1]))
    whole = file.read_bytes()
    file.write_bytes(whole[: data.draw(st.integers(0, len(whole)))])

    target.deliver(replace(first, attempt=2))
    target.deliver(a_message(LEADS[1], attempt=2))

    assert file.read_bytes() == whole


def test_a_full_disk_leaves_no_half_row(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = to_file(file)
    target.deliver(a_message(LEADS[0]))
    before, real = file.read_bytes(), os.pwrite

    def full(descriptor: int, content: bytes, place: int) -> int:
        if place > len(before):
            raise OSError(28, "No space left on device")
        return real(descriptor, content[:10], place)

    monkeypatch.setattr(os, "pwrite", full)
    failed = failing(target, a_message(LEADS[1]))

    assert (failed.trouble, failed.detail) == (Trouble.SERVER_ERROR, "No space left on device")
    assert file.read_bytes() == before


WRITER = textwrap.dedent("""
    import sys
    from pathlib import Path
    from customer_profiler.adapters.crm.csv_file import Config, CsvTarget
    from tests.unit.crm.samples import a_message

    target = CsvTarget(Config(type="csv", file=Path(sys.argv[1])))
    print("ready", flush=True)
    for number in range(int(sys.argv[3])):
        target.deliver(a_message(f"L-{sys.argv[2]}-{number}", name="Ana " * 200, attempt=int(sys.argv[4])))
    """)


def writer(file: Path, name: str, count: int, attempt: int = 1) -> subprocess.Popen[str]:
    arguments = [sys.executable, "-c", WRITER, str(file), name, str(count), str(attempt)]
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout is not None
    with process.stdout as said:
        assert said.readline() == "ready\n"
    return process


def test_two_processes_write_one_file_at_the_same_time(file: Path) -> None:
    processes = [writer(file, name, 60) for name in "AB"]

    assert [process.wait(60) for process in processes] == [0, 0]
    assert sorted(row["lead_id"] for row in rows(file)) == sorted(f"L-{name}-{n}" for name in "AB" for n in range(60))


def test_threads_write_one_file_at_the_same_time(file: Path) -> None:
    target, leads = to_file(file), [f"L-{number}" for number in range(100)]

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda lead: target.deliver(a_message(lead)), leads))

    assert sorted(lead for lead, _ in keys(file)) == sorted(leads)


def test_killed_writers_leave_whole_rows_and_each_once(file: Path) -> None:
    for pause in (0.01, 0.03, 0.05):
        process = writer(file, "A", 10_000, attempt=2)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(pause)
        process.kill()
        process.wait()

    found = [row["lead_id"] for row in rows(file)]
    assert found
    assert found == [f"L-A-{number}" for number in range(len(found))]


# --- what else can happen to a file


def test_a_file_moved_away_is_begun_anew_with_its_header(file: Path) -> None:
    target = to_file(file)
    target.deliver(a_message(LEADS[0]))
    file.rename(file.with_name("fetched.csv"))

    target.deliver(a_message(LEADS[1]))

    assert keys(file) == [(LEADS[1], "1")]


def test_a_file_of_somebody_else_is_not_touched(file: Path) -> None:
    file.write_bytes(b"Name;Reference\nEva;1\n")

    failed = failing(to_file(file), a_message(LEADS[0]))

    assert (failed.trouble, file.read_bytes()) == (Trouble.MISCONFIGURED, b"Name;Reference\nEva;1\n")
    assert "move it away" in failed.detail


def test_other_columns_than_before_are_not_mixed_in(file: Path) -> None:
    to_file(file).deliver(a_message(LEADS[0]))

    failed = failing(to_file(file, mapping={**MAPPING, "More": "phone"}), a_message(LEADS[1]))

    assert failed.trouble is Trouble.MISCONFIGURED


def test_a_file_that_another_program_keeps_to_itself_is_waited_for(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "LOCK_SECONDS", 0.1)
    file.touch()
    with file.open() as theirs:
        fcntl.flock(theirs, fcntl.LOCK_EX)

        assert failing(to_file(file), a_message(LEADS[0])).trouble is Trouble.BUSY


def test_the_folder_of_the_file_is_made(tmp_path: Path) -> None:
    to_file(tmp_path / "a" / "b" / "leads.csv").deliver(a_message(LEADS[0]))

    assert len(rows(tmp_path / "a" / "b" / "leads.csv")) == 1


def test_a_folder_in_the_files_place_needs_a_person(file: Path) -> None:
    file.mkdir()

    assert failing(to_file(file), a_message(LEADS[0])).trouble is Trouble.MISCONFIGURED


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM, errno.EROFS])
def test_a_missing_right_needs_a_person(file: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """As root, as tests may run, there is no missing one to be met."""

    def refuse(*_: object) -> int:
        raise OSError(number, os.strerror(number))

    target = to_file(file)
    monkeypatch.setattr(os, "open", refuse)

    assert failing(target, a_message(LEADS[0])).trouble is Trouble.FORBIDDEN


# --- a file for each


def to_folder(folder: Path) -> CsvTarget:
    return CsvTarget(Config(type="csv", drop=folder, mapping=MAPPING))


def test_a_folder_gets_one_file_a_revision(tmp_path: Path) -> None:
    target = to_folder(tmp_path / "drop")
    target.deliver(a_message(LEADS[0]))
    target.deliver(a_message(LEADS[0], revision=2))

    names = sorted(path.name for path in (tmp_path / "drop").iterdir())
    assert names == [f"lead-{LEADS[0]}-1.csv", f"lead-{LEADS[0]}-2.csv"]
    assert keys(tmp_path / "drop" / names[1]) == [(LEADS[0], "2")]


def test_the_same_again_replaces_the_file_by_the_same(tmp_path: Path) -> None:
    target = to_folder(tmp_path)
    target.deliver(a_message(LEADS[0]))
    before = (tmp_path / f"lead-{LEADS[0]}-1.csv").read_bytes()

    target.deliver(a_message(LEADS[0], attempt=2))

    assert [path.read_bytes() for path in tmp_path.iterdir()] == [before]


def test_what_a_killed_writer_left_unfinished_is_removed(tmp_path: Path) -> None:
    (tmp_path / f".lead-{LEADS[0]}-1.csv.1.part").write_bytes(b"half")

    to_folder(tmp_path).deliver(a_message(LEADS[0], attempt=3))

    assert [path.name for path in tmp_path.iterdir()] == [f"lead-{LEADS[0]}-1.csv"]


# --- the configuration and the check


@pytest.mark.parametrize(
    "given_keys",
    [{}, {"file": "a.csv", "drop": "b"}, {"file": "a.csv", "mapping": {"Name": "name"}},
     {"file": "a.csv", "mapping": {"Reference": "lead_id"}}],
)  # fmt: skip
def test_one_place_is_named_and_rows_of_a_file_can_be_told_apart(given_keys: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Config(type="csv", **given_keys)


def test_a_file_for_each_needs_no_columns_to_be_told_apart(tmp_path: Path) -> None:
    assert Config(type="csv", drop=tmp_path, mapping={"Name": "name"}).own_path == tmp_path


def test_relative_paths_are_below_the_folder_given(tmp_path: Path) -> None:
    assert Config(type="csv", file="leads.csv").below(tmp_path).own_path == tmp_path / "leads.csv"


@pytest.mark.parametrize("key", ["file", "drop"])
def test_the_check_leaves_nothing_behind(tmp_path: Path, key: str) -> None:
    (finding,) = CsvTarget(Config(type="csv", **{key: tmp_path / "new" / "leads"})).check()

    assert (finding.is_well, list(tmp_path.iterdir())) == (True, [])


def test_the_check_tells_of_a_file_with_other_columns(file: Path) -> None:
    file.write_bytes(b"Name\r\n")

    (finding,) = to_file(file).check()

    assert (finding.is_well, "move it away" in finding.said) == (False, True)


def test_the_check_of_a_file_in_use_is_well(file: Path) -> None:
    to_file(file).deliver(a_message(LEADS[0]))

    assert [finding.is_well for finding in to_file(file).check()] == [True]
