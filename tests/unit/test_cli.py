"""The commands of ``profiler``: what they print where, and how they end."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime, timezone
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from customer_profiler.adapters.content.loader import load
from customer_profiler.adapters.db.engine import create_engine
from customer_profiler.adapters.db.migrate import migrate
from customer_profiler.adapters.db.unit_of_work import SqlUnitOfWork
from customer_profiler.cli import commands, main
from customer_profiler.core.errors import StoreUnavailable, UnknownProfiler
from customer_profiler.core.moment import read_moment
from customer_profiler.core.profile import REST, Identity
from tests.builders import edit, write_content


def profiler(*arguments: object) -> Result:
    """Run a command; whatever it raises by mistake fails the test."""
    result = CliRunner().invoke(main, [str(argument) for argument in arguments], prog_name="profiler")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def last_line(result: Result) -> str:
    """The line on standard error that says what is wrong."""
    return result.stderr.splitlines()[-1]


@pytest.fixture(name="cars")
def folder_of_valid_content(tmp_path: Path) -> Path:
    return write_content(tmp_path / "cars")


# --- every command


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("check", ["DIR"]),
        ("recommend", ["DIR", "QUESTION=OPTION", "--json"]),
        ("match", ["DIR", "QUESTION", "REPLY", "--lang", "--file"]),
        ("export", ["WHAT", "runs", "leads", "profiles", "--since", "--out", "--bom"]),
        ("to-xlsx", ["DIR", "WORKBOOK"]),
        ("from-xlsx", ["WORKBOOK", "DIR"]),
    ],
)
def test_help_names_every_argument(command: str, arguments: list[str]) -> None:
    result = profiler(command, "--help")

    assert result.exit_code == 0
    usage, explanation = result.stdout.split("\n\n", maxsplit=1)
    assert [each for each in arguments if each not in explanation] == []
    assert [each for each in arguments if each.isupper() and each not in usage] == []


def test_every_command_is_in_the_help_of_the_program() -> None:
    assert [name for name in main.commands if name not in profiler("--help").stdout] == []


@pytest.mark.parametrize("arguments", [["chek"], ["check"], ["recommend"], ["export"], ["export", "cars"]])
def test_misuse_exits_with_2(arguments: list[str]) -> None:
    result = profiler(*arguments)

    assert (result.exit_code, result.stdout) == (2, "")
    assert "Usage: profiler" in result.stderr


@pytest.mark.parametrize("command", [["recommend"], ["match", "use", "kids"]])
def test_defects_of_the_content_are_told_in_the_form_of_check_without_advice(cars: Path, command: list[str]) -> None:
    edit(cars / "matrix.csv", "never", "nevr")
    edit(cars / "options.csv", "La familia", "")

    result = profiler(command[0], cars, *command[1:])

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("matrix.csv:4:hatch: “nevr” is neither points nor “never”, ")
    assert result.stderr.count("\n") == 1


# --- check


def test_check_of_good_content_prints_nothing_and_exits_with_0(cars: Path) -> None:
    result = profiler("check", cars)

    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "defects: 0, advice: 0\n"


def test_check_prints_a_defect_a_line_and_exits_with_1(cars: Path) -> None:
    edit(cars / "questions.csv", "use,2,", "use,6,")

    result = profiler("check", cars)

    assert result.exit_code == 1
    assert result.stdout == (
        "questions.csv:3:level: there is no level 6, a profiler has at most 5 levels, so that customers stay to the "
        "end, write a level from 1 to 5, or join two questions\n"
    )


def test_check_marks_advice_and_exits_with_0(cars: Path) -> None:
    edit(cars / "options.csv", "La familia", "")

    result = profiler("check", cars)

    assert result.exit_code == 0
    assert result.stdout.startswith("options.csv:4:label.es: advice: “label.es” is missing, ")
    assert result.stderr == "defects: 0, advice: 1\n"


def test_check_takes_a_workbook(cars: Path, tmp_path: Path) -> None:
    assert profiler("to-xlsx", cars, tmp_path / "sent" / "cars.xlsx").exit_code == 0

    assert profiler("check", tmp_path / "sent" / "cars.xlsx").exit_code == 0


def test_check_of_nothing_is_one_line(tmp_path: Path) -> None:
    result = profiler("check", tmp_path / "nothing")

    assert result.exit_code == 1
    assert result.stdout.startswith("nothing:0:-: there is no such folder or workbook, ")
    assert result.stdout.count("\n") == 1


# --- recommend


def test_recommend_as_json_has_exactly_the_shape_of_the_contract(cars: Path) -> None:
    result = profiler("recommend", cars, "budget=low", "use=family", "load=much", "--json")

    assert (result.exit_code, result.stderr) == (0, "")
    assert json.loads(result.stdout) == {
        "products": [
            {
                "product": "van",
                "score": 7,
                "near_match": False,
                "reasons": [
                    {"when": "use=family & load=much", "points": 5},
                    {"when": "budget=low", "points": 1},
                    {"when": "use=family|city", "points": 1},
                ],
            },
            {
                "product": "suv",
                "score": 3,
                "near_match": False,
                "reasons": [
                    {"when": "use=family & load=much", "points": 2},
                    {"when": "use=family|city", "points": 1},
                ],
            },
        ],
        "message": "Thank you.",
        "scores": {"hatch": None, "van": 7, "suv": 3},
    }
    assert list(json.loads(result.stdout)) == ["products", "message", "scores"]


def test_a_near_match_has_no_score_and_no_message_is_null(tmp_path: Path) -> None:
    folder = write_content(tmp_path / "cars", matrix="when,hatch,van,suv\nbudget=low,3,never,never\n", messages=None)

    found = json.loads(profiler("recommend", folder, "budget=low", "--json").stdout)

    assert found["products"][1] == {"product": "van", "score": None, "near_match": True, "reasons": []}
    assert found["message"] is None
    assert found["scores"] == {"hatch": 3, "van": None, "suv": None}


def test_recommend_for_people_shows_titles_scores_and_reasons(cars: Path) -> None:
    result = profiler("recommend", cars, "budget=low", "use=city")

    assert result.stdout.splitlines() == [
        "1. Hatch (hatch): 4",
        "     +3 budget=low",
        "     +1 use=family|city",
        "2. Van (van): 2",
        "     +1 budget=low",
        "     +1 use=family|city",
        "scores: hatch 4, van 2, suv 1",
    ]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("bugdet=low", "there is no question “bugdet”; choose one of budget, use, load"),
        ("budget=lowest", "“budget” has no option “lowest”; choose one of low, high"),
        ("budget", "“budget” has no option “”; choose one of low, high as question=option"),
    ],
)
def test_an_answer_that_the_content_lacks_is_misuse(cars: Path, answer: str, said: str) -> None:
    result = profiler("recommend", cars, answer)

    assert (result.exit_code, result.stdout) == (2, "")
    assert last_line(result) == f"Error: {answer}: {said}"


@pytest.mark.parametrize("second", ["budget=high", "budget=low"])
def test_two_answers_to_one_question_are_misuse(cars: Path, second: str) -> None:
    result = profiler("recommend", cars, "budget=low", second)

    assert (result.exit_code, result.stdout) == (2, "")
    assert "“budget” is answered already with “low”" in last_line(result)


def test_an_answer_to_a_question_nobody_is_led_to_counts_with_a_note(cars: Path) -> None:
    result = profiler("recommend", cars, "budget=low", "use=city", "load=much", "--json")

    assert result.exit_code == 0
    assert result.stderr == "note: load=much is counted, but with the other answers nobody is asked “load”\n"
    assert json.loads(result.stdout) == json.loads(
        profiler("recommend", cars, "budget=low", "use=city", "--json").stdout
    )


@pytest.mark.parametrize("answers", [["load=much"], ["load=much", "use=family"], ["use=city"], []])
def test_an_answer_that_more_answers_may_lead_to_needs_no_note(cars: Path, answers: list[str]) -> None:
    result = profiler("recommend", cars, *answers)

    assert (result.exit_code, result.stderr) == (0, "")


# --- match


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["use", "kids"], {"status": "match", "options": ["family"]}),
        (["use", "the second one"], {"status": "match", "options": ["city"]}),
        (["use", "niños", "--lang", "es"], {"status": "match", "options": ["family"]}),
        (["use", "the city", "--lang", "en-GB"], {"status": "match", "options": ["city"]}),
        (["use", "niños", "--lang", "es_MX"], {"status": "match", "options": ["family"]}),
        (["use", "The family or the city"], {"status": "ambiguous", "options": ["family", "city"]}),
        (["use", "bananas"], {"status": "none", "options": []}),
        (["use", ""], {"status": "none", "options": []}),
    ],
)
def test_match_prints_what_a_reply_is_taken_for(cars: Path, arguments: list[str], found: object) -> None:
    result = profiler("match", cars, *arguments)

    assert (result.exit_code, result.stderr) == (0, "")
    assert json.loads(result.stdout) == found


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["usage", "kids"], "Error: there is no question “usage”; choose one of budget, use, load"),
        (["use", "kids", "--lang", "fr"], "Error: there is no language “fr”; choose one of en, es"),
        (["use", "kids", "--lang", "english"], "Error: there is no language “english”; choose one of en, es"),
        (["use"], "Error: give QUESTION and REPLY, or --file CSV"),
        ([], "Error: give QUESTION and REPLY, or --file CSV"),
        (["--file", "nothing.csv"], "Error: Invalid value for '--file': File 'nothing.csv' does not exist."),
    ],
)
def test_match_names_what_it_cannot_use(cars: Path, arguments: list[str], said: str) -> None:
    result = profiler("match", cars, *arguments)

    assert (result.exit_code, result.stdout) == (2, "")
    assert last_line(result) == said


def test_a_language_without_phrases_is_not_read_as_if_it_were_english(cars: Path) -> None:
    edit(cars / "profiler.yml", "[en, es]", "[en, es, da]")

    assert '"city"' in profiler("match", cars, "use", "second", "--lang", "en").stdout
    assert '"city"' not in profiler("match", cars, "use", "second", "--lang", "da").stdout
    assert '"city"' in profiler("match", cars, "use", "anden", "--lang", "da").stdout


def replies_file(folder: Path, text: str | bytes) -> Path:
    path = folder / "replies.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_a_file_of_replies_gives_one_line_each(cars: Path) -> None:
    table = replies_file(
        cars,
        '\ufefflang,question,note,reply\n,use,,kids\nes,use,,niños\nen-GB,use,x,"the city, please"\nen,use,,bananas\n',
    )

    result = profiler("match", cars, "--file", table)

    assert (result.exit_code, result.stderr) == (0, "")
    assert [json.loads(line) for line in result.stdout.splitlines()] == [
        {"status": "match", "options": ["family"]},
        {"status": "match", "options": ["family"]},
        {"status": "match", "options": ["city"]},
        {"status": "none", "options": []},
    ]


def test_blank_languages_of_a_file_are_the_one_given(cars: Path) -> None:
    table = replies_file(cars, "question,lang,reply\nuse,,niños\n")

    assert '"match"' in profiler("match", cars, "--file", table, "--lang", "es").stdout
    assert '"match"' not in profiler("match", cars, "--file", table).stdout


def test_a_file_and_a_reply_at_once_are_misuse(cars: Path) -> None:
    table = replies_file(cars, "question,lang,reply\nuse,,kids\n")

    assert profiler("match", cars, "use", "kids", "--file", table).exit_code == 2


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("question,lang,reply\nuse,en,kids\nusage,en,kids\n", ["replies.csv:3:question: there is no question “usage”"]),
        ("question,lang,reply\nuse,en,kids\n,en,kids\n", ["replies.csv:3:question: the question is missing"]),
        ("question,lang,reply\nuse,fr,enfants\n", ["replies.csv:2:lang: there is no language “fr”"]),
        (
            "question,lang,reply\nusage,fr,kids\n\nuse,english,kids\n",
            ["replies.csv:2:lang: there", "replies.csv:2:question: there", "replies.csv:4:lang: there is no"],
        ),
        ("question,reply\nuse,kids\n", ["replies.csv:1:lang: column “lang” is missing"]),
        ("", [f"replies.csv:1:{name}: column “{name}” is missing" for name in ("lang", "question", "reply")]),
        ("question,lang,reply\nuse,en,the city, please\n", ["replies.csv:2:-: the row has 4 cells"]),
        ('question,lang,reply\nuse,en,kids\nuse,en,"the city\n', ["replies.csv:3:-: the row cannot be read"]),
        (b"question,lang,reply\nuse,en,kids\nuse,es,ni\xf1os\n", ["replies.csv:3:-: the file is not UTF-8"]),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_file_with_defects_gives_these_alone(cars: Path, text: str | bytes, places: list[str]) -> None:
    result = profiler("match", cars, "--file", replies_file(cars, text))

    assert (result.exit_code, result.stdout) == (2, "")
    lines = result.stderr.splitlines()
    assert [line[: len(place)] for line, place in zip(lines, places, strict=True)] == places
    assert all(line.count(", ") >= 2 for line in lines)


# --- export


@pytest.fixture(name="store")
def database_with_two_people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    url = f"sqlite:///{tmp_path / 'var' / 'store.db'}"
    monkeypatch.setenv("PROFILER_DATABASE_URL", url)
    engine = create_engine(url)
    migrate(engine)
    with SqlUnitOfWork(engine) as unit:
        for name, hour in (("ana", 9), ("bo", 11)):
            visited = datetime(2026, 1, 31, hour, tzinfo=timezone.utc)
            unit.profiles.visited(Identity(REST, name), visited)
        unit.commit()
    engine.dispose()
    return tmp_path


@pytest.mark.parametrize("what", ["runs", "leads", "profiles"])
def test_an_export_ends_its_lines_as_rfc_4180_says(store: Path, what: str) -> None:
    result = profiler("export", what)

    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout_bytes.split(b"\r\n")
    assert lines.pop() == b""
    assert len(lines) == (3 if what == "profiles" else 1)
    assert b"\n" not in b"".join(lines)


def test_an_export_to_a_file_prints_nothing(store: Path) -> None:
    result = profiler("export", "profiles", "--out", store / "people.csv")

    assert (result.exit_code, result.output) == (0, "")
    written = (store / "people.csv").read_bytes()
    assert written == profiler("export", "profiles").stdout_bytes
    assert len(list(csv.DictReader(io.StringIO(written.decode())))) == 2


def test_a_byte_order_mark_comes_only_on_demand(store: Path) -> None:
    mark, plain = b"\xef\xbb\xbf", profiler("export", "profiles").stdout_bytes

    profiler("export", "profiles", "--bom", "--out", store / "people.csv")

    assert not plain.startswith(mark)
    assert profiler("export", "profiles", "--bom").stdout_bytes == mark + plain
    assert (store / "people.csv").read_bytes() == mark + plain


@pytest.mark.parametrize(
    ("since", "people"),
    [
        ("2026-01-31", 2),
        ("2026-02-01", 0),
        ("2026-01-31T09:00:00", 2),
        ("2026-01-31T10:00:00Z", 1),
        ("2026-01-31T10:00:00+00:00", 1),
        ("2026-01-31T10:00:00+01:00", 2),
        ("2026-01-31T05:00:00.5-05:00", 1),
        ("2026-01-31T09:00:00.000001Z", 1),
    ],
)
def test_since_selects_by_the_moment_it_names(store: Path, since: str, people: int) -> None:
    result = profiler("export", "profiles", "--since", since)

    assert result.exit_code == 0
    assert result.stdout.count("\n") == 1 + people


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-02", "2026-01-02T00:00:00+00:00"),
        ("20260102", "2026-01-02T00:00:00+00:00"),
        ("2026-01-02T03", "2026-01-02T03:00:00+00:00"),
        ("2026-01-02 03:04", "2026-01-02T03:04:00+00:00"),
        ("2026-01-02T03:04:05", "2026-01-02T03:04:05+00:00"),
        ("2026-01-02T03:04:05z", "2026-01-02T03:04:05+00:00"),
        ("20260102T030405Z", "2026-01-02T03:04:05+00:00"),
        ("2026-01-02T03:04:05.6Z", "2026-01-02T03:04:05.600000+00:00"),
        ("2026-01-02T03:04:05,123456789Z", "2026-01-02T03:04:05.123456+00:00"),
        ("2026-01-02T03:04:05+05:30", "2026-01-01T21:34:05+00:00"),
        ("2026-01-02T03:04:05-0530", "2026-01-02T08:34:05+00:00"),
        ("2026-01-02T03:04:05-05", "2026-01-02T08:04:05+00:00"),
    ],
)
def test_moments_are_read_as_iso_8601_writes_them(text: str, moment: str) -> None:
    assert read_moment(text).isoformat() == moment


@pytest.mark.parametrize(
    "since",
    [
        "",
        "yesterday",
        "31/01/2026",
        "1767225600",
        "2026-02-30",
        "2026-1-2",
        "2026-0102",
        "2026-01-02T25:00",
        "2026-01-02Z",
        "2026-01-02T03:04+99:00",
        "0001-01-01T00:00+01:00",
    ],
)
def test_a_moment_that_is_none_is_misuse(store: Path, since: str) -> None:
    result = profiler("export", "runs", "--since", since)

    assert (result.exit_code, result.stdout) == (2, "")
    assert f"“{since}” is no moment" in last_line(result)
    assert "2026-01-31T09:30:00+01:00" in last_line(result)


def test_a_file_that_cannot_be_written_is_one_line(store: Path) -> None:
    result = profiler("export", "runs", "--out", store / "nowhere" / "runs.csv")

    assert result.exit_code == 2
    assert result.stderr.startswith(f"{store / 'nowhere' / 'runs.csv'}:0:-: it cannot be read or written (No such file")
    assert result.stderr.count("\n") == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
def test_a_full_disk_is_one_line_that_names_the_file(store: Path) -> None:
    result = profiler("export", "runs", "--out", "/dev/full")

    assert result.exit_code == 2
    assert result.stderr.startswith("/dev/full:0:-: ")
    assert result.stderr.count("\n") == 1


def test_a_setting_that_cannot_be_used_is_one_line(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RASA_PORT", "telephone")

    result = profiler("export", "runs")

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "Error: RASA_PORT is 'telephone': it must be a port number from 1 to 65535\n"


@pytest.mark.parametrize("url", ["quark", "sqlite:////proc/nothing/store.db", "sqlite:////dev/null"])
def test_a_database_that_cannot_be_used_is_one_line(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("PROFILER_DATABASE_URL", url)

    result = profiler("export", "runs")

    assert (result.exit_code, result.stdout) == (2, "")
    assert "PROFILER_DATABASE_URL" in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("error", [StoreUnavailable("locked\nLINE 1"), UnknownProfiler("gone\naway")])
def test_an_error_raised_on_purpose_never_shows_a_traceback(
    cars: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(commands, "load", fail)

    result = profiler("check", cars)

    assert result.exit_code == 2
    assert str(error).replace("\n", " ") in result.stderr
    assert result.stderr.count("\n") == 1


# --- to-xlsx and from-xlsx


def test_a_workbook_may_have_any_name_on_its_way(cars: Path, tmp_path: Path) -> None:
    book, back = tmp_path / "sent" / "for_ana.xlsx", tmp_path / "back" / "cars"

    assert profiler("to-xlsx", cars, book).output == ""
    assert profiler("from-xlsx", book, back).output == ""

    assert load(back, ("en", "es")) == load(cars, ("en", "es"))
    assert "title.es" in [cell.value for cell in load_workbook(book)["products"][1]]


def test_wrong_cells_travel_and_are_told_by_check(cars: Path, tmp_path: Path) -> None:
    edit(cars / "matrix.csv", "never", "nevr")
    book = tmp_path / "sent" / "cars.xlsx"

    assert profiler("to-xlsx", cars, book).exit_code == 0
    assert profiler("from-xlsx", book, tmp_path / "back" / "cars").exit_code == 0

    assert profiler("check", book).stdout == profiler("check", tmp_path / "back" / "cars").stdout
    assert profiler("check", book).stdout.startswith("matrix.csv:4:hatch: “nevr” is neither")


def test_a_workbook_has_the_ending_of_one(cars: Path, tmp_path: Path) -> None:
    result = profiler("to-xlsx", cars, tmp_path / "cars.ods")

    assert result.exit_code == 2
    assert last_line(result).endswith("the name of a workbook ends in .xlsx")
    assert not (tmp_path / "cars.ods").exists()


def test_a_workbook_that_is_none_is_not_imported(tmp_path: Path) -> None:
    (tmp_path / "cars.xlsx").write_bytes(b"PK")

    result = profiler("from-xlsx", tmp_path / "cars.xlsx", tmp_path / "cars")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("cars.xlsx:0:-: the workbook cannot be read")
    assert not (tmp_path / "cars").exists()


def test_a_folder_that_cannot_be_read_is_not_exported(tmp_path: Path) -> None:
    folder = write_content(tmp_path / "cars", questions=b"\xff")

    result = profiler("to-xlsx", folder, tmp_path / "sent" / "cars.xlsx")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("questions.csv:1:-: the file is not UTF-8")
    assert not (tmp_path / "sent").exists()


def test_a_profiler_sheet_with_defects_is_not_imported(cars: Path, tmp_path: Path) -> None:
    edit(cars / "profiler.yml", "[en, es]", "[en, english, es]")
    profiler("to-xlsx", cars, tmp_path / "sent" / "cars.xlsx")

    result = profiler("from-xlsx", tmp_path / "sent" / "cars.xlsx", tmp_path / "back")

    assert result.exit_code == 1
    assert result.stderr.startswith("profiler.yml:")
    assert not (tmp_path / "back").exists()


def test_targets_that_cannot_be_written_are_one_line(cars: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    book = tmp_path / "sent" / "cars.xlsx"
    profiler("to-xlsx", cars, book)

    results = [
        profiler("to-xlsx", cars, "/proc/x.xlsx"),
        profiler("to-xlsx", cars, tmp_path / "file" / "cars.xlsx"),
        profiler("from-xlsx", book, "/proc/x"),
        profiler("from-xlsx", book, tmp_path / "file"),
    ]

    assert [result.exit_code for result in results] == [2, 2, 2, 2]
    assert all(":0:-: it cannot be read or written (" in result.stderr for result in results)
    assert all(result.stderr.count("\n") == 1 for result in results)
    assert (tmp_path / "file").read_text() == "mine"
