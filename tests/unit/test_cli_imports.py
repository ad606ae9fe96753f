"""The command ``import outcomes``: good rows are stored once, every other one is told with its place and mend."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy.engine import Engine

from customer_profiler.adapters.db.engine import create_engine
from customer_profiler.bootstrap import build_services
from customer_profiler.cli import imports, main
from customer_profiler.settings import Settings
from tests.builders import write_content
from tests.outcomes import kept, store_leads

HEADER = "lead_id,outcome,reason,at\n"
GOOD = "L-1,won,,2026-05-01\n"


def profiler(*arguments: str) -> Result:
    """Run a command; whatever it raises by mistake fails the test."""
    result = CliRunner().invoke(main, list(arguments), prog_name="profiler")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture(name="engine", autouse=True)
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """A shop with the leads L-1 to L-3."""
    write_content(tmp_path / "content" / "cars")
    monkeypatch.setenv("PROFILER_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("PROFILER_CONTENT", str(tmp_path / "content"))
    monkeypatch.setenv("PROFILER_CRM", str(tmp_path / "crm.yml"))
    monkeypatch.delenv("PROFILER_DATABASE_URL", raising=False)
    settings = Settings.from_environment()
    build_services(settings)
    engine = create_engine(settings.database_url)
    store_leads(engine, "L-1", "L-2", "L-3")
    yield engine
    engine.dispose()


def told(folder: Path, text: str | bytes, name: str = "told.csv") -> tuple[int, str, list[str]]:
    """Import a file; gives exit code, the counts, and the lines about rows."""
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    result = profiler("import", "outcomes", str(file))
    return result.exit_code, result.stdout.strip(), result.stderr.splitlines()


def counts(stored: int = 0, repeated: int = 0, unknown: int = 0, bad: int = 0) -> str:
    return f"stored: {stored}, repeated: {repeated}, unknown: {unknown}, bad: {bad}"


# --- good rows


def test_good_rows_are_stored(tmp_path: Path, engine: Engine) -> None:
    rows = [GOOD, 'L-2,Lost,"too dear, he said",2026-05-01T10:00:00+02:00\n', "L-3,RETURNED,nobody there,20260502\n"]

    assert told(tmp_path, HEADER + "".join(rows)) == (0, counts(stored=3), [])
    assert kept(engine) == [
        ("L-1", "won", ""),
        ("L-2", "lost", "too dear, he said"),
        ("L-3", "returned", "nobody there"),
    ]


def test_importing_a_file_again_changes_nothing(tmp_path: Path, engine: Engine) -> None:
    told(tmp_path, HEADER + GOOD)

    assert told(tmp_path, HEADER + GOOD + GOOD + "L-2,won,,2026-05-01\n") == (0, counts(stored=1, repeated=2), [])
    assert len(kept(engine)) == 2


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"\xef\xbb\xbf" + (HEADER + GOOD).encode(), id="byte order mark"),
        pytest.param(b"lead_id;outcome;reason;at\r\nL-1;won;;2026-05-01\r\n", id="semicolons"),
        pytest.param(b"lead_id\toutcome\treason\tat\nL-1\twon\t\t2026-05-01\n", id="tabs"),
        pytest.param(b"at,reason,outcome,lead_id\n2026-05-01,,won,L-1", id="another order"),
        pytest.param(b"Lead_ID,OUTCOME,Reason,At\nL-1,won,,2026-05-01\n", id="another case"),
        pytest.param(b"owner,lead_id,,outcome,reason,stage,at\nEva,L-1,,won,,3,2026-05-01\n", id="more columns"),
        pytest.param(b"lead_id,outcome,at,reason\n\nL-1,won,2026-05-01\n,,,\n", id="short and blank rows"),
    ],
)
def test_a_table_is_read_as_spreadsheets_and_crms_write_it(tmp_path: Path, engine: Engine, text: bytes) -> None:
    assert told(tmp_path, text) == (0, counts(stored=1), [])
    assert kept(engine) == [("L-1", "won", "")]


def test_a_table_without_rows_is_no_mistake(tmp_path: Path) -> None:
    assert told(tmp_path, HEADER) == (0, counts(), [])


def test_a_long_table_is_stored_in_several_parts(
    tmp_path: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "AT_A_TIME", 10)
    rows = "".join(f"L-1,won,,2026-05-01T00:00:{second:02}\nX,won,,2026-05-01\n" for second in range(25))

    code, said, lines = told(tmp_path, HEADER + rows)
    assert (code, said, len(lines)) == (1, counts(stored=25, unknown=25), 25)
    assert len(kept(engine)) == 25


def test_standard_input_is_read_too(engine: Engine) -> None:
    command = [sys.executable, "-c", "from customer_profiler.cli import main; main(prog_name='profiler')"]
    result = subprocess.run(
        [*command, "import", "outcomes", "-"], input=HEADER + GOOD + "X,won,,\n", capture_output=True, text=True
    )

    assert (result.returncode, result.stdout) == (1, counts(stored=1, bad=1) + "\n")
    assert result.stderr.startswith("stdin:3:at: at is missing")


# --- other rows


def test_a_bad_row_is_told_with_what_why_and_mend_and_the_others_are_stored(tmp_path: Path, engine: Engine) -> None:
    code, said, lines = told(tmp_path, HEADER + "L-2,closed,,2026-05-01\n" + GOOD + "L-3,won,,soon\n")

    assert (code, said) == (1, counts(stored=1, bad=2))
    assert lines == [
        "told.csv:2:outcome: “closed” is no outcome, a lead can end in three ways, write one of won, lost, returned",
        "told.csv:4:at: “soon” is no moment, it must be a date or a time in ISO 8601, "
        "write it as 2026-01-31 or 2026-01-31T09:30:00+01:00",
    ]
    assert kept(engine) == [("L-1", "won", "")]


def test_a_row_with_several_mistakes_is_one_bad_row(tmp_path: Path) -> None:
    code, said, lines = told(tmp_path, HEADER + f",closed,{'x' * 501},soon\n")

    assert (code, said) == (1, counts(bad=1))
    assert [line.split(":")[2] for line in lines] == ["at", "lead_id", "outcome", "reason"]


def test_every_row_of_an_unknown_lead_is_told(tmp_path: Path, engine: Engine) -> None:
    code, said, lines = told(tmp_path, HEADER + "L-9,won,,2026-05-01\n" + GOOD + "L-9,lost,,2026-05-01\n")

    assert (code, said) == (1, counts(stored=1, unknown=2))
    assert lines == [
        f"told.csv:{row}:lead_id: there is no lead “L-9”, nothing was stored for it, "
        "compare it with the lead_id in “profiler export leads”"
        for row in (2, 4)
    ]
    assert kept(engine) == [("L-1", "won", "")]


def test_a_row_that_a_comma_has_cut_is_bad(tmp_path: Path, engine: Engine) -> None:
    code, said, [line] = told(tmp_path, HEADER + "L-1,lost,too dear, he said,2026-05-01\n")

    assert (code, said) == (1, counts(bad=1))
    assert line.startswith("told.csv:2:-: the row has 5 cells, the header 4")
    assert kept(engine) == []


def test_a_row_with_a_control_character_is_bad(tmp_path: Path) -> None:
    code, said, [line] = told(tmp_path, HEADER + "L-1,lost,a\x07b,2026-05-01\n")

    assert (code, said) == (1, counts(bad=1))
    assert line.startswith("told.csv:2:reason: the cell holds an invisible control character (U+0007)")


def test_behind_a_quotation_mark_that_is_never_closed_nothing_is_read(tmp_path: Path, engine: Engine) -> None:
    code, said, lines = told(tmp_path, HEADER + GOOD + 'L-2,lost,"too dear,2026-05-01\nL-3,won,,2026-05-01\n')

    assert (code, said) == (1, counts(stored=1, bad=1))
    assert lines[0] == "note: nothing behind row 3 was read"
    assert lines[1].startswith("told.csv:3:-: the row cannot be read")
    assert len(kept(engine)) == 1


# --- files that cannot be used


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "lead_id,outcome,at\nL-1,won,2026-05-01\n",
            "told.csv:1:reason: column “reason” is missing, each outcome needs it",
        ),
        ("lead_id,outcome,raeson,at\n" + GOOD, "told.csv:1:reason: column “reason” is missing"),
        ("lead_id,lead_id,outcome,reason,at\nL-1," + GOOD, "told.csv:1:lead_id: column “lead_id” stands twice"),
        ("a,b\n1,2\n", "told.csv:1:a: column “a” is unknown"),
        ("", "told.csv:1:-: the sheet is empty"),
        ("\n" + HEADER + GOOD, "told.csv:1:-: the header row is blank"),
        (HEADER.encode() + b"L-1,lost,caf\xe9,2026-05-01\n", "told.csv:2:-: the file is not UTF-8"),
        ('"lead_id,outcome', "told.csv:1:-: the row cannot be read"),
    ],
)
def test_a_file_without_a_header_that_can_be_read_is_refused_as_a_whole(
    tmp_path: Path, engine: Engine, text: str | bytes, line: str
) -> None:
    code, said, lines = told(tmp_path, text)

    assert (code, said) == (2, "")
    assert [each for each in lines if each.startswith(line)] != []
    assert kept(engine) == []


def test_a_file_that_does_not_exist_is_misuse(tmp_path: Path) -> None:
    result = profiler("import", "outcomes", str(tmp_path / "none.csv"))

    assert (result.exit_code, "does not exist" in result.stderr) == (2, True)


def test_only_outcomes_can_be_imported() -> None:
    assert profiler("import", "leads", "x.csv").exit_code == 2
    assert profiler("import", "outcomes").exit_code == 2


def test_while_the_database_is_away_the_mend_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROFILER_DATABASE_URL", "postgresql://127.0.0.1:1/nobody_there")
    code, said, lines = told(tmp_path, HEADER + GOOD)

    assert (code, said) == (2, "")
    assert "the database cannot be used" in lines[-1]


# --- back again


def test_what_was_imported_can_be_exported(tmp_path: Path) -> None:
    told(tmp_path, HEADER + "L-2,lost,=too dear,2026-05-01T10:00:00+02:00\n")
    [row] = csv.DictReader(io.StringIO(profiler("export", "outcomes").stdout))

    assert row.pop("received_at").endswith("Z")
    assert row == {
        "lead_id": "L-2",
        "profile_id": "ana",
        "outcome": "lost",
        "reason": "'=too dear",
        "happened_at": "2026-05-01T08:00:00Z",
        "source": "import",
    }


@pytest.mark.parametrize("arguments", [["import"], ["import", "outcomes"]])
def test_help_says_what_is_read(arguments: list[str]) -> None:
    result = profiler(*arguments, "--help")

    assert result.exit_code == 0
    assert "outcome" in result.stdout
