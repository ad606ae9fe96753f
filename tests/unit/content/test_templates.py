"""The sheet of message templates: what arrives in the profiler, and every defect at its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from customer_profiler.adapters.content.convert import export_workbook, import_workbook
from customer_profiler.adapters.content.loader import load
from customer_profiler.core.problems import Problem, Severity
from customer_profiler.core.template import ButtonAction, Category, Template, TemplateButton
from tests.builders import TEMPLATES, edit, write_content

T = "templates.csv"
BUTTONS = "Find my car=start:spring|Unsubscribe=stop|See them=https://example.com/spring"
BODY = "Hello {{1}}, until {{2}} every test drive brings a gift."

CELLS = [
    # what stands there, what is written instead, row, column, what the error says
    ("spring_offer", "", 2, "template", "has no name"),
    ("spring_offer", "Spring offer", 2, "template", "“Spring offer” is no name of a template"),
    ("spring_offer", "s" * 513, 2, "template", "has 513 characters"),
    ("spring_offer,en,", "spring_offer,,", 2, "language", "the language is missing"),
    ("spring_offer,en,", "spring_offer,en-US,", 2, "language", "“en-US” is not a language code"),
    ("spring_offer,en,", "spring_offer,english,", 2, "language", "“english” is not a language code"),
    ("spring_offer,en,", "spring_offer,EN,", 2, "language", "“EN” is not a language code"),
    ("marketing", "", 2, "category", "the category is missing"),
    ("marketing", "Marketing", 2, "category", "category “Marketing” is unknown"),
    ("marketing", "advert", 2, "category", "category “advert” is unknown"),
    ("quote_ready,es,utility", "quote_ready,es,marketing", 4, "category", "“quote_ready” is utility in row 3"),
    ("quote_ready,es", "quote_ready,en", 4, "template", "“quote_ready” in “en” stands in row 3 already"),
    ("New models", "N" * 61, 2, "header", "the header has 61 characters"),
    ("New models", "New {{1}}", 2, "header", "the header has a parameter"),
    ("New models", '"New\nmodels"', 2, "header", "the header has a line break"),
    ("Say stop at any time.", "F" * 61, 2, "footer", "the footer has 61 characters"),
    ("Say stop at any time.", "Dear {{1}}", 2, "footer", "the footer has a parameter"),
    (BODY, "", 2, "body", "the body is missing"),
    (BODY, "b" * 1025, 2, "body", "the body has 1025 characters"),
    (BODY, "🚗" * 513, 2, "body", "the body has 1026 characters"),
    (BODY, "{{1}} come by.", 2, "body", "at the start or the end"),
    (BODY, "Come by {{1}}", 2, "body", "at the start or the end"),
    (BODY, "Come by\n{{1}}\n", 2, "body", "at the start or the end"),
    (BODY, "{{1}}", 2, "body", "nothing but parameters"),
    (BODY, "Hello {{2}}, come by.", 2, "body", "the parameters are numbered 2"),
    (BODY, "Hello {{1}} and {{3}}, come by.", 2, "body", "the parameters are numbered 1, 3"),
    (BODY, "Hello {{name}}, come by.", 2, "body", "double braces that are no parameter"),
    (BODY, "Hello {{ 1 }}, come by.", 2, "body", "double braces that are no parameter"),
    (BODY, "Hello {{0}}, come by.", 2, "body", "double braces that are no parameter"),
    (BODY, "Hello {{1}, come by.", 2, "body", "double braces that are no parameter"),
    (BUTTONS, "Find my car", 2, "buttons", "“Find my car” is no button"),
    (BUTTONS, "Find my car=begin", 2, "buttons", "“Find my car=begin” is no button"),
    (BUTTONS, "=start", 2, "buttons", "“=start” is no button"),
    (BUTTONS, "Go=start|", 2, "buttons", "“” is no button"),
    (BUTTONS, "See=http://example.com", 2, "buttons", "“See=http://example.com” is no button"),
    (BUTTONS, "See=https://", 2, "buttons", "“See=https://” is no button"),
    (BUTTONS, "See=https://example.com/{{1}}", 2, "buttons", "is no button"),
    (BUTTONS, f"{'L' * 26}=stop", 2, "buttons", "has 26 characters"),
    (BUTTONS, f"See=https://example.com/{'u' * 2000}", 2, "buttons", "has 2020 characters"),
    (BUTTONS, "Go=start:two words", 2, "buttons", "“two words” is no name of a campaign"),
    (BUTTONS, "Go=start:a:b", 2, "buttons", "“a:b” is no name of a campaign"),
    (BUTTONS, "Go=start|go=stop", 2, "buttons", "label “go” stands twice"),
    (BUTTONS, "|".join(f"Go {n}=start:c{n}" for n in range(11)), 2, "buttons", "there are 11 buttons"),
    (BUTTONS, "|".join(f"See {n}=https://example.com/{n}" for n in range(3)), 2, "buttons", "there are 3 buttons that"),
    (BUTTONS, "Go=start|See=https://example.com|No=stop", 2, "buttons", "addresses stand between other buttons"),
]


def errors(path: Path) -> list[Problem]:
    return [problem for problem in load(path, ("en", "es")).problems if problem.severity is Severity.ERROR]


def templates(path: Path) -> tuple[Template, ...]:
    found = load(path, ("en", "es"))
    assert found.profiler is not None, "\n".join(map(str, found.problems))
    return found.profiler.templates


@pytest.fixture(name="cars")
def folder_with_templates(tmp_path: Path) -> Path:
    return write_content(tmp_path / "cars", templates=TEMPLATES)


def test_every_cell_arrives_in_the_profiler(cars: Path) -> None:
    spring, english, spanish = templates(cars)

    assert spring == Template(
        name="spring_offer",
        language="en",
        category=Category.MARKETING,
        header="New models",
        body=BODY,
        footer="Say stop at any time.",
        buttons=(
            TemplateButton("Find my car", ButtonAction.START, "spring"),
            TemplateButton("Unsubscribe", ButtonAction.STOP),
            TemplateButton("See them", ButtonAction.LINK, "https://example.com/spring"),
        ),
    )
    assert (english.category, english.header, english.buttons) == (Category.UTILITY, "", ())
    assert (spanish.name, spanish.language) == ("quote_ready", "es")


def test_content_without_the_sheet_has_no_templates_and_no_advice_for_it(tmp_path: Path) -> None:
    found = load(write_content(tmp_path / "cars"), ("en", "es"))

    assert found.problems == ()
    assert found.profiler is not None
    assert found.profiler.templates == ()


def test_good_templates_give_no_advice(cars: Path) -> None:
    assert load(cars, ("en", "es")).problems == ()


@pytest.mark.parametrize(
    ("old", "new", "row", "column", "what"), CELLS, ids=lambda value: str(value)[:40].replace("\n", " ")
)
def test_one_change_gives_one_error_at_its_place(
    cars: Path, old: str, new: str, row: int, column: str, what: str
) -> None:
    edit(cars / T, old, new)

    [found] = errors(cars)

    assert (found.file, found.row, found.column) == (T, row, column)
    assert what in found.what
    assert found.why
    assert found.mend


@pytest.mark.parametrize(("old", "new", "row", "column", "what"), CELLS[::6])
def test_a_workbook_with_the_same_defect_has_the_same_error(
    cars: Path, tmp_path: Path, old: str, new: str, row: int, column: str, what: str
) -> None:
    edit(cars / T, old, new)

    export_workbook(cars, tmp_path / "sent" / "cars.xlsx")

    assert errors(tmp_path / "sent" / "cars.xlsx") == errors(cars)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (BODY, "b" * 1024),
        (BODY, "Hello {{2}} and {{1}}, yes {{1}}, come by."),
        (BODY, "Two {{1}}\nlines {{2}} here."),
        ("spring_offer", "s" * 512),
        ("spring_offer,en,", "spring_offer,pt_BR,"),
        ("spring_offer,en,", "spring_offer,fil,"),
        ("marketing", "authentication"),
        ("New models", "N" * 60),
        (BUTTONS, ""),
        (BUTTONS, "Go=start"),
        (BUTTONS, f" {'L' * 25} = stop "),
        (BUTTONS, "See=https://example.com/?a=b&c=d|Go=start"),
        (BUTTONS, "|".join(f"Go {n}=start:c{n}" for n in range(10))),
        (BUTTONS, f"Go=start:{'x' * 100}"),
    ],
    ids=lambda value: str(value)[:30].replace("\n", " "),
)
def test_what_whatsapp_takes_is_taken(cars: Path, old: str, new: str) -> None:
    edit(cars / T, old, new)

    assert errors(cars) == []


def test_a_payload_counts_with_the_id_of_the_profiler(tmp_path: Path) -> None:
    folder = write_content(tmp_path / ("c" * 60), templates=TEMPLATES.replace("start:spring", f"start:{'x' * 61}"))

    assert errors(folder) == []
    edit(folder / T, "start:x", "start:xx")

    [found] = errors(folder)
    assert "would send 129 characters" in found.what


@pytest.mark.parametrize("column", TEMPLATES.splitlines()[0].split(","))
def test_a_missing_column_is_an_error_at_row_one(cars: Path, column: str) -> None:
    edit(cars / T, TEMPLATES.splitlines()[0], TEMPLATES.splitlines()[0].replace(column, f"{column}s", 1))

    places = {(each.file, each.row, each.column) for each in errors(cars)}

    assert (T, 1, column) in places
    assert {row for _, row, _ in places} == {1}


def test_a_misspelt_name_of_the_file_is_pointed_out(cars: Path) -> None:
    (cars / T).rename(cars / "template.csv")

    [found] = load(cars, ("en", "es")).problems

    assert (found.file, found.severity) == (T, Severity.ADVICE)
    assert "template.csv" in found.mend


def test_templates_survive_the_way_to_a_workbook_and_back(cars: Path, tmp_path: Path) -> None:
    export_workbook(cars, tmp_path / "sent" / "cars.xlsx")
    import_workbook(tmp_path / "sent" / "cars.xlsx", tmp_path / "back" / "cars")

    assert templates(tmp_path / "sent" / "cars.xlsx") == templates(cars)
    assert templates(tmp_path / "back" / "cars") == templates(cars)


def test_the_demo_has_an_offer_with_a_way_in_and_a_way_out_and_a_message_of_use_in_both_languages() -> None:
    declared = templates(Path(__file__).parents[3] / "content" / "cars")

    assert {(each.category, each.language) for each in declared} == {
        (category, language) for category in (Category.MARKETING, Category.UTILITY) for language in ("en", "es")
    }
    for offer in (each for each in declared if each.category is Category.MARKETING):
        assert [button.action for button in offer.buttons] == [ButtonAction.START, ButtonAction.STOP]
