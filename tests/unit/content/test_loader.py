"""What the loader gives for good content, and how it takes everything else."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customer_profiler.adapters.content.convert import export_workbook
from customer_profiler.adapters.content.loader import load, load_all
from customer_profiler.core.condition import Condition
from customer_profiler.core.errors import ContentError
from customer_profiler.core.problems import Severity
from customer_profiler.core.profiler import NEVER, Kind, LeadSettings, Profiler
from tests.builders import CONTENT, edit, png, write_content


def loaded(path: Path) -> Profiler:
    """The profiler of content that has no error."""
    found = load(path, ("en", "es"))
    assert found.profiler is not None, "\n".join(map(str, found.problems))
    return found.profiler


def test_content_without_problems_has_none(tmp_path: Path) -> None:
    assert load(write_content(tmp_path / "cars"), ("en", "es")).problems == ()


def test_every_cell_arrives_in_the_profiler(tmp_path: Path) -> None:
    profiler = loaded(write_content(tmp_path / "cars"))

    assert profiler.id == "cars"
    assert profiler.languages == ("en", "es")
    assert profiler.title == {"en": "Find your car", "es": "Encuentra tu coche"}
    assert profiler.flow_goals == ("sell",)
    assert profiler.lead == LeadSettings(("name", "email", "phone"), ("name", "email"))
    assert profiler.question("load").show_if == Condition.parse("use=family")
    assert profiler.question("load").kind is Kind.BEHAVIOURAL
    family = profiler.question("use").option("family")
    assert (family.trait, family.label["es"], family.synonyms["en"]) == ("has_children=yes", "La familia", ("kids",))
    van = profiler.product("van")
    assert (van.family, van.priority, van.price, van.currency, van.stock) == ("large", 2, "24990.00", "EUR", 3)
    assert profiler.product("suv").stock is None
    assert profiler.matrix[2].cells == {"hatch": NEVER, "van": 5, "suv": 2}
    assert profiler.matrix[0].cells == {"hatch": 3, "van": 1}
    assert profiler.messages[1].when == Condition()


def test_the_lead_form_asks_name_and_email_unless_told_otherwise(tmp_path: Path) -> None:
    folder = write_content(tmp_path / "cars")
    edit(folder / "profiler.yml", "lead:\n  ask: [name, email, phone]\n  required: [name, email]\n", "")

    assert loaded(folder).lead == LeadSettings()


def test_what_is_asked_decides_what_is_required_when_that_is_not_said(tmp_path: Path) -> None:
    folder = write_content(tmp_path / "cars")
    edit(folder / "profiler.yml", "ask: [name, email, phone]\n  required: [name, email]\n", "ask: [phone, email]\n")

    assert loaded(folder).lead == LeadSettings(("phone", "email"), ("email",))


def test_norwegian_is_a_language_and_no_truth_value(tmp_path: Path) -> None:
    folder = write_content(tmp_path / "cars")
    edit(folder / "profiler.yml", "[en, es]", "[en, es, no]")

    assert loaded(folder).languages == ("en", "es", "no")


def test_advice_comes_with_the_profiler(tmp_path: Path) -> None:
    folder = write_content(tmp_path / "cars")
    edit(folder / "options.csv", "La familia", "")

    found = load(folder, ("en", "es"))

    assert found.profiler is not None
    assert [(each.file, each.row, each.column) for each in found.problems] == [("options.csv", 4, "label.es")]


def test_advice_on_parts_comes_along_with_errors(tmp_path: Path) -> None:
    folder = write_content(tmp_path / "cars")
    edit(folder / "options.csv", "La familia", "")
    edit(folder / "matrix.csv", "never", "no")

    found = load(folder, ("en", "es"))

    assert found.profiler is None
    assert [each.severity for each in found.problems] == [Severity.ERROR, Severity.ADVICE]


def test_problems_are_sorted_by_file_row_and_column(tmp_path: Path) -> None:
    problems = load(write_content(tmp_path / "cars", matrix="when,hatch\n,1\n"), ()).problems

    assert list(problems) == sorted(problems)
    assert len(problems) > 2


def test_a_misspelt_name_of_an_optional_file_is_pointed_out(tmp_path: Path) -> None:
    folder = write_content(tmp_path / "cars")
    (folder / "messages.csv").rename(folder / "mesages.csv")

    [found] = load(folder, ("en", "es")).problems

    assert (found.file, found.severity) == ("messages.csv", Severity.ADVICE)
    assert "mesages.csv" in found.mend


@pytest.mark.parametrize("name", ["nothing", "nothing.xlsx", "nothing/below", "a\0b"])
def test_a_path_that_is_not_there_is_a_problem(tmp_path: Path, name: str) -> None:
    found = load(tmp_path / name)

    assert found.profiler is None
    assert len(found.problems) == 1


def test_a_file_of_another_kind_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "cars.ods").write_bytes(b"PK")

    assert "neither a folder nor an .xlsx workbook" in load(tmp_path / "cars.ods").problems[0].what


@pytest.mark.parametrize("file", CONTENT)
@pytest.mark.parametrize(
    "rubbish",
    [
        pytest.param(b"\x00\x01\x02\xff\xfe" * 100, id="bytes"),
        pytest.param(b"\0" * 100, id="zeros"),
        pytest.param(b"\x89PNG\r\n\x1a\n\0\0", id="picture"),
        pytest.param(b'"', id="open quotation"),
        pytest.param(b"[" * 3_000, id="deep brackets"),
        pytest.param(b"&a [*a]", id="list within itself"),
    ],
)
def test_rubbish_in_any_file_is_a_problem_of_that_file(tmp_path: Path, file: str, rubbish: bytes) -> None:
    found = load(write_content(tmp_path / "cars", **{file.partition(".")[0]: rubbish}))

    assert found.profiler is None
    assert file in {problem.file for problem in found.problems if problem.severity is Severity.ERROR}


def test_a_problem_with_a_cell_of_many_lines_reads_as_one_line(tmp_path: Path) -> None:
    folder = write_content(tmp_path / "cars")
    edit(folder / "matrix.csv", "budget=low", '"budget=\nlow or\n' + "high " * 1000 + '"')

    [found] = load(folder, ("en", "es")).problems

    assert "\n" not in str(found)
    assert len(str(found)) < 1000


@settings(max_examples=100)
@given(
    file=st.sampled_from(sorted(CONTENT)),
    place=st.floats(min_value=0, max_value=1),
    left_out=st.integers(min_value=0, max_value=20),
    put_in=st.binary(max_size=4) | st.sampled_from([b'"', b",", b"\n", b"&", b"|", b"=", b": ", b"- ", b"*a", b"{"]),
)
def test_whatever_is_damaged_in_a_file_loading_never_raises(
    file: str, place: float, left_out: int, put_in: bytes
) -> None:
    with tempfile.TemporaryDirectory() as parent:
        damaged = write_content(Path(parent) / "cars") / file
        raw = damaged.read_bytes()
        at = int(place * len(raw))
        damaged.write_bytes(raw[:at] + put_in + raw[at + left_out :])

        found = load(damaged.parent)

    has_error = any(problem.severity is Severity.ERROR for problem in found.problems)
    assert has_error == (found.profiler is None)


def test_a_folder_in_the_place_of_a_file_is_a_missing_file(tmp_path: Path) -> None:
    folder = write_content(tmp_path / "cars", matrix=None)
    (folder / "matrix.csv").mkdir()

    assert "is missing" in load(folder).problems[0].what


def test_rubbish_in_a_workbook_is_one_problem(tmp_path: Path) -> None:
    for content in (b"", b"rubbish", b"PK\x03\x04rubbish"):
        (tmp_path / "cars.xlsx").write_bytes(content)

        [found] = load(tmp_path / "cars.xlsx").problems

        assert (found.file, found.row) == ("cars.xlsx", 0)


def test_a_zip_file_that_is_no_workbook_is_one_problem(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "cars.xlsx", "w") as archive:
        archive.writestr("hello.txt", "hello")

    assert len(load(tmp_path / "cars.xlsx").problems) == 1


def test_a_workbook_that_unpacks_to_gigabytes_is_not_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "cars.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 40_000_000)

    assert "when unpacked" in load(tmp_path / "cars.xlsx").problems[0].what


def test_a_content_folder_gives_every_profiler_by_id(tmp_path: Path) -> None:
    write_content(tmp_path / "cars")
    export_workbook(write_content(tmp_path / "elsewhere" / "vans"), tmp_path / "vans.xlsx")
    write_content(tmp_path / "_draft", matrix="")
    write_content(tmp_path / ".hidden", matrix="")
    (tmp_path / "~$vans.xlsx").write_bytes(b"lock")
    (tmp_path / "README.md").write_text("hello")
    (tmp_path / "elsewhere").rename(tmp_path / "_elsewhere")

    assert list(load_all(tmp_path)) == ["cars", "vans"]


def test_all_errors_of_all_profilers_are_raised_at_once(tmp_path: Path) -> None:
    write_content(tmp_path / "cars", matrix=None)
    write_content(tmp_path / "vans", options=None, questions=None)

    with pytest.raises(ContentError) as raised:
        load_all(tmp_path)

    assert [each.file for each in raised.value.problems] == [
        "cars/matrix.csv",
        "vans/options.csv",
        "vans/questions.csv",
    ]


def test_advice_keeps_no_content_folder_from_loading(tmp_path: Path) -> None:
    folder = write_content(tmp_path / "cars")
    edit(folder / "options.csv", "La familia", "")

    assert list(load_all(tmp_path)) == ["cars"]


def test_a_missing_or_empty_content_folder_is_an_error(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nothing"):
        with pytest.raises(ContentError) as raised:
            load_all(folder)
        assert len(raised.value.problems) == 1


def test_the_same_profiler_as_folder_and_as_workbook_is_an_error(tmp_path: Path) -> None:
    export_workbook(write_content(tmp_path / "cars"), tmp_path / "cars.xlsx")

    with pytest.raises(ContentError, match="as a folder and as a workbook"):
        load_all(tmp_path)


def test_a_folder_of_pictures_beside_a_workbook_belongs_to_it(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    export_workbook(write_content(tmp_path / "cars"), tmp_path / "content" / "cars.xlsx")
    assert (tmp_path / "content" / "cars" / "car.png").read_bytes() == png()

    assert list(load_all(tmp_path / "content")) == ["cars"]


def test_a_copy_under_another_name_can_be_checked_and_tried(tmp_path: Path) -> None:
    loaded = load(write_content(tmp_path / "cars"))
    assert loaded.profiler is not None
    (tmp_path / "cars").rename(tmp_path / "copy")
    copied = load(tmp_path / "copy")
    assert copied.profiler == loaded.profiler
    assert ("id", Severity.ADVICE) in [(problem.column, problem.severity) for problem in copied.problems]


def test_among_the_content_the_folder_has_the_name_of_its_profiler(tmp_path: Path) -> None:
    write_content(tmp_path / "cars").rename(tmp_path / "vans")
    with pytest.raises(ContentError, match="id “cars” differs from the name “vans”"):
        load_all(tmp_path)
