"""One change to a valid profiler gives exactly one error, at that file, row and column."""

from __future__ import annotations

from pathlib import Path

import pytest

from customer_profiler.adapters.content.convert import export_workbook
from customer_profiler.adapters.content.loader import load
from customer_profiler.core.problems import Problem, Severity
from tests.builders import CONTENT, edit, write_content

P, Q, A, R, X, M = "profiler.yml", "questions.csv", "options.csv", "products.csv", "matrix.csv", "messages.csv"
HATCH = "hatch,small,1,15990,EUR,,https://example.com/hatch,car.png"

CELLS = [
    # file, what stands there, what is written instead, row, column, what the error says
    (Q, "use,2,", "use,6,", 3, "level", "there is no level 6"),
    (Q, "use,2,", "use,0,", 3, "level", "“0” is not a level"),
    (Q, "use,2,", "use,-1,", 3, "level", "“-1” is not a level"),
    (Q, "use,2,", "use,2.0,", 3, "level", "“2.0” is not a level"),
    (Q, "use,2,", "use,two,", 3, "level", "“two” is not a level"),
    (Q, "use,2,", "use,,", 3, "level", "the level is missing"),
    (Q, "use,2,behavioural", "use,2,astrological", 3, "kind", "kind “astrological” is unknown"),
    (Q, "use,2,behavioural", "use,2,", 3, "kind", "the kind is missing"),
    (Q, "use=family", "family", 4, "show_if", "“family” is not a condition"),
    (Q, "use=family", "use=family &", 4, "show_if", "one side of “&” is not a condition"),
    (Q, "use=family", "use=Family", 4, "show_if", "“use=Family” is not a condition"),
    (Q, "use=family", "usage=family", 4, "show_if", "question “usage” is unknown"),
    (Q, "use=family", "use=familly", 4, "show_if", "question “use” has no option “familly”"),
    (Q, "use=family", "load=much", 4, "show_if", "question “load” stands on level 3"),
    (Q, "budget,1,transactional,", "budget,1,transactional,use=city", 2, "show_if", "“use” stands on level 2"),
    (Q, "What is it for?", "", 3, "text.en", "the text in “en” is missing"),
    (A, "load,little,", ",tiny,,Tiny,,,,,\nload,little,", 7, "question", "belongs to no question"),
    (A, "load,little", "load,", 7, "option", "has no id"),
    (A, "load,little", "load,Little one", 7, "option", "“Little one” is not an id"),
    (A, "Up to 20k", "", 2, "label.en", "the label in “en” is missing"),
    (A, "budget=low", "budget", 2, "trait", "“budget” is not a trait"),
    (A, "budget=low", "=low", 2, "trait", "“=low” is not a trait"),
    (A, ",,Little,", ",,much ,", 7, "label.en", "“much” is also the label of option “much” in row 6"),
    (A, "Poco", "MUCHO", 7, "label.es", "“MUCHO” is also the label"),
    (A, "cheap|little", "cheap|more", 2, "synonyms.en", "“more” is also the label of option “high” in row 3"),
    (A, "cheap|little", "cheap|Móre!", 2, "synonyms.en", "“Móre!” is also the label of option “high” in row 3"),
    (A, "a lot", "a lot| CHEAP ", 3, "synonyms.en", "“CHEAP” is also a synonym of option “low” in row 2"),
    (A, ",mucho\nuse", ",Bárato\nuse", 3, "synonyms.es", "“Bárato” is also a synonym of option “low” in row 2"),
    (R, "hatch,small", ",,,,,,,,Nameless,,,\nhatch,small", 2, "product", "has no id"),
    (R, "small,1,", "small,first,", 2, "priority", "“first” is not a whole number"),
    (R, "small,1,", "small,1.5,", 2, "priority", "“1.5” is not a whole number"),
    (R, "EUR,3,", "EUR,-3,", 3, "stock", "“-3” is below 0"),
    (R, "EUR,3,", "EUR,many,", 3, "stock", "“many” is not a whole number"),
    (R, "24990.00", '"24.990,00"', 3, "price", "“24.990,00” is not a price"),
    (R, "24990.00", "€ 24990", 3, "price", "is not a price"),
    (R, "24990.00", "-1", 3, "price", "is not a price"),
    (R, "15990,EUR", "15990,", 2, "currency", "the price has no currency"),
    (R, "15990,EUR", "15990,Euro", 2, "currency", "“Euro” is not a currency"),
    (R, "15990,EUR", "15990,ZZZ", 2, "currency", "“ZZZ” is not a currency"),
    (R, "15990,EUR", "15990,eur", 2, "currency", "“eur” is not a currency"),
    (R, "https://example.com/hatch", "example.com/hatch", 2, "url", "is not a web address"),
    (R, "https://example.com/hatch", "ftp://example.com", 2, "url", "is not a web address"),
    (R, "https://example.com/hatch", "https://a b.com", 2, "url", "is not a web address"),
    (R, "https://example.com/hatch", "http://[", 2, "url", "is not a web address"),
    (R, "hatch,car.png", "hatch,cat.png", 2, "image", "“cat.png” is missing"),
    (R, "hatch,car.png", "hatch,../car.png", 2, "image", "lies outside"),
    (R, "hatch,car.png", "hatch,/etc/passwd", 2, "image", "lies outside"),
    (R, "hatch,car.png", "hatch,C:\\car.png", 2, "image", "lies outside"),
    (R, "hatch,car.png", "hatch,http://example.com/car.png", 2, "image", "not an https address"),
    (R, "hatch,car.png", "hatch,profiler.yml", 2, "image", "neither PNG nor JPEG"),
    (R, "hatch,car.png", f"hatch,{'a' * 300}.png", 2, "image", "is missing"),
    (R, 'Hatch,"Small', ',"Small', 2, "title.en", "the title in “en” is missing"),
    (X, "low,3,1,", "low,1.5,1,", 2, "hatch", "“1.5” is neither points nor “never”"),
    (X, "low,3,1,", "low,1e3,1,", 2, "hatch", "“1e3” is neither"),
    (X, "low,3,1,", "low,3,sometimes,", 2, "van", "“sometimes” is neither"),
    (X, "low,3,1,", "low,3,99999999999999999999,", 2, "van", "is neither points"),
    (X, "budget=low", "budget", 2, "when", "“budget” is not a condition"),
    (X, "budget=low", "bugdet=low", 2, "when", "question “bugdet” is unknown"),
    (X, "budget=low", "budget=lowest", 2, "when", "question “budget” has no option “lowest”"),
    (M, "Parking will be easy.", "", 2, "text.en", "the text in “en” is missing"),
    (M, "use=city", "use=", 2, "when", "“use=” is not a condition"),
    (M, "use=city", "use=village", 2, "when", "has no option “village”"),
]

HEADERS = [
    (Q, "kind,", "kinds,", 1, "kinds", "column “kinds” is unknown"),
    (Q, "text.en,", "text,", 1, "text", "column “text” is unknown"),
    (Q, "text.es,", "text.fr,", 1, "text.fr", "column “text.fr” is unknown"),
    (X, "van,suv", "van,suv,bike", 1, "bike", "column “bike” is unknown"),
    (M, "when,text.en,", "when,text.en,text.en,", 1, "text.en", "column “text.en” stands twice"),
    (M, "when,", "when,,", 1, "", "column 2 has cells but no header"),
]

KEYS = [
    (P, "id: cars", "id: The Cars", 1, "id", "“The Cars” is not an id"),
    (P, "id: cars\n", "", 0, "id", "has no id"),
    (P, "id: cars", "id: [cars]", 1, "id", "“id” is not a text"),
    (P, "  en: Find your car\n", "", 3, "title.en", "the title in “en” is missing"),
    (P, "  en: Find your car\n  es: Encuentra tu coche\n", "", 2, "title.en", "the title in “en” is missing"),
    (P, "\n  en: Find your car\n  es: Encuentra tu coche\n", " Cars\n", 2, "title", "“title” is not a map"),
    (P, "en: Find your car", "en: [Find, your, car]", 3, "title.en", "“title.en” is not a text"),
    (P, "en: Find your car", "en: Find your car\n  en: Twice", 4, "title.en", "“title.en” stands twice"),
    (P, "es: Encuentra", "fr: Encuentra", 4, "title.fr", "“title.fr” is unknown"),
    (P, '  en: "Your answers help us find the car that suits you."\n', "", 6, "purpose.en", "purpose in “en”"),
    (P, '"Your answers help us find the car that suits you."', '""', 6, "purpose.en", "purpose in “en”"),
    (P, "objectives:\n  - Learn what families need\n", "", 0, "objectives", "no objective"),
    (P, "objectives:\n  - Learn what families need", "objectives: []", 8, "objectives", "no objective"),
    (P, "objectives:\n  - Learn what families need", "objectives: Learn", 8, "objectives", "is not a list"),
    (P, "user_goals:\n  - A car that fits the family", "user_goals: {a: b}", 10, "user_goals", "is not a list"),
    (P, "- Compare cars", "- Compare: cars", 13, "user_tasks", "an entry of “user_tasks” is not a text"),
    (P, "user_tasks", "user_task", 12, "user_task", "key “user_task” is unknown"),
    (P, "[en, es]", "[en, es, en]", 16, "languages", "“en” stands twice"),
    (P, "[en, es]", "[en, es, english]", 16, "languages", "“english” is not a language code"),
    (P, "[en, es]", "[en, es, en_US]", 16, "languages", "“en_US” is not a language code"),
    (P, "ask: [name, email, phone]", "ask: [name, email, fax]", 18, "lead.ask", "“fax” cannot be asked"),
    (P, "ask: [name, email, phone]", "ask: [email]", 19, "lead.required", "“name” is required but not asked"),
    (P, "required: [name, email]", "required: [name, age]", 19, "lead.required", "“age” cannot be asked"),
    (P, "required: [name, email]", "requird: [name]", 19, "lead.requird", "key “lead.requird” is unknown"),
    (P, "ask: [name, email, phone]\n  required: [name, email]", "ask: []", 18, "lead.ask", "asks for nothing"),
    (P, "  - sell", "  - [", 17, "", "not valid YAML"),
    (P, "id: cars", "\tid: cars", 1, "", "not valid YAML"),
]


def errors(path: Path) -> list[Problem]:
    """The errors of a folder or workbook, without the advice."""
    return [problem for problem in load(path).problems if problem.severity is Severity.ERROR]


@pytest.mark.parametrize(
    ("file", "old", "new", "row", "column", "what"),
    [*CELLS, *KEYS],
    ids=lambda value: str(value)[:40].replace("\n", " "),
)
def test_one_change_gives_one_error_at_its_place(
    tmp_path: Path, file: str, old: str, new: str, row: int, column: str, what: str
) -> None:
    folder = write_content(tmp_path / "cars")
    edit(folder / file, old, new)

    found = errors(folder)

    assert [(each.file, each.row, each.column) for each in found] == [(file, row, column)]
    assert what in found[0].what
    assert found[0].why
    assert found[0].mend


@pytest.mark.parametrize(("file", "old", "new", "row", "column", "what"), HEADERS)
def test_a_wrong_header_is_named(
    tmp_path: Path, file: str, old: str, new: str, row: int, column: str, what: str
) -> None:
    folder = write_content(tmp_path / "cars")
    edit(folder / file, old, new)

    places = {(each.file, each.row, each.column, each.what) for each in errors(folder)}

    assert any(place[:3] == (file, row, column) and what in place[3] for place in places)


@pytest.mark.parametrize(
    ("file", "old", "new", "row", "column", "what"),
    CELLS,
    ids=lambda value: str(value)[:40].replace("\n", " "),
)
def test_a_workbook_with_the_same_defect_has_the_same_error(
    tmp_path: Path, file: str, old: str, new: str, row: int, column: str, what: str
) -> None:
    folder = write_content(tmp_path / "cars")
    edit(folder / file, old, new)

    export_workbook(folder, tmp_path / "sent" / "cars.xlsx")

    assert errors(tmp_path / "sent" / "cars.xlsx") == errors(folder)


@pytest.mark.parametrize("file", [file for file in CONTENT if file != M])
def test_a_missing_file_is_one_error(tmp_path: Path, file: str) -> None:
    folder = write_content(tmp_path / "cars", **{file.partition(".")[0]: None})

    assert [(each.file, each.row, each.column) for each in errors(folder)] == [(file, 0, "")]


def test_messages_may_be_missing(tmp_path: Path) -> None:
    assert errors(write_content(tmp_path / "cars", messages=None)) == []


@pytest.mark.parametrize("file", CONTENT)
def test_an_empty_file_is_one_error(tmp_path: Path, file: str) -> None:
    folder = write_content(tmp_path / "cars", **{file.partition(".")[0]: ""})

    assert [(each.file, each.row, each.column) for each in errors(folder)] == [(file, 1, "")]


@pytest.mark.parametrize("file", [Q, A, R, X])
def test_a_sheet_with_a_header_alone_is_one_error(tmp_path: Path, file: str) -> None:
    header = CONTENT[file].splitlines()[0]

    folder = write_content(tmp_path / "cars", **{file.partition(".")[0]: header + "\n"})

    first = next(each for each in errors(folder) if each.file == file)
    assert (first.row, first.column) == (0, "")
    assert "there is no" in first.what


@pytest.mark.parametrize(
    ("file", "column"),
    [
        *((Q, column) for column in ("question", "level", "kind", "show_if", "text.en")),
        *((A, column) for column in ("question", "option", "trait", "label.en")),
        *((R, column) for column in ("product", "stock", "title.en")),
        (X, "when"),
        (X, "van"),
        (M, "text.en"),
    ],
)
def test_a_missing_column_is_one_error_at_row_one(tmp_path: Path, file: str, column: str) -> None:
    folder = write_content(tmp_path / "cars")
    rows = [line.split(",") for line in (folder / file).read_text("utf-8").replace('"', "").splitlines()]
    if file == R:
        rows = [[cell for cell in row if cell not in (" quick.", " ágil.")] for row in rows]
    place = rows[0].index(column)
    lines = [",".join(row[:place] + row[place + 1 :]) for row in rows]
    (folder / file).write_text("\n".join(lines), "utf-8")

    assert [(each.file, each.row, each.column) for each in errors(folder)] == [(file, 1, column)]


def test_a_row_longer_than_the_header_is_an_error_of_the_row(tmp_path: Path) -> None:
    folder = write_content(tmp_path / "cars")
    edit(folder / M, ",Gracias.", ",Gracias, amigo.")

    assert [(each.file, each.row, each.column) for each in errors(folder)] == [(M, 3, "")]


@pytest.mark.parametrize(
    ("file", "line", "column", "row"),
    [
        (Q, "use,2,behavioural,,Again?,,,", "question", 5),
        (A, "use,city,,Downtown,,,,,", "option", 8),
        (R, "suv,,,,,,,,Other,,,", "product", 5),
    ],
)
def test_an_id_that_stands_twice_is_an_error_at_the_second(
    tmp_path: Path, file: str, line: str, column: str, row: int
) -> None:
    folder = write_content(tmp_path / "cars")
    with (folder / file).open("a", encoding="utf-8") as sheet:
        sheet.write(line + "\n")

    assert [(each.file, each.row, each.column) for each in errors(folder)] == [(file, row, column)]


def test_a_question_with_one_option_is_an_error_of_the_question(tmp_path: Path) -> None:
    folder = write_content(tmp_path / "cars")
    edit(folder / A, "load,little,,Little,,,Poco,,\n", "")

    assert [(each.file, each.row, each.column) for each in errors(folder)] == [(Q, 4, "question")]


def test_an_option_of_an_unknown_question_names_the_likely_one(tmp_path: Path) -> None:
    folder = write_content(tmp_path / "cars")
    with (folder / A).open("a", encoding="utf-8") as sheet:
        sheet.write("bugdet,middle,,Middle,,,,,\n")

    [found] = errors(folder)

    assert (found.file, found.row, found.column) == (A, 8, "question")
    assert found.mend == "did you mean “budget”?"


def test_three_options_with_one_synonym_are_an_error_at_the_later_two(tmp_path: Path) -> None:
    folder = write_content(tmp_path / "cars")
    edit(
        folder / A,
        "load,much,,Much,,,Mucho,,\nload,little,,Little,,,Poco,,\n",
        "load,a,,A,,x|x\nload,b,,B,,X\nload,c,,C,,x.\n",
    )
    edit(folder / X, "load=much", "load=a")

    assert [(each.row, each.column, each.what) for each in errors(folder)] == [
        (7, "synonyms.en", "“X” is also a synonym of option “a” in row 6"),
        (8, "synonyms.en", "“x.” is also a synonym of option “a” in row 6"),
    ]


def test_a_synonym_may_not_be_a_label_that_stands_in_for_a_missing_translation(tmp_path: Path) -> None:
    folder = write_content(tmp_path / "cars")
    edit(folder / A, "Más,,mucho", ",,mucho")
    edit(folder / A, "barato", "barato|more")

    [found] = errors(folder)

    assert (found.row, found.column) == (2, "synonyms.es")
    assert found.what == "“more” is also the label of option “high” in row 3"


def test_labels_are_compared_as_their_language_spells(tmp_path: Path) -> None:
    folder = write_content(tmp_path / "cars")
    for file in (P, Q, A, R, M):
        text = (folder / file).read_text("utf-8").replace("[en, es]", "[en, de]").replace(".es", ".de")
        (folder / file).write_text(text.replace("  es:", "  de:"), "utf-8")
    edit(folder / A, "Mucho", "Größer")
    edit(folder / A, "Poco", "groesser")

    assert [(each.row, each.column) for each in errors(folder)] == [(7, "label.de")]


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [
        ("<20", ">20", 0),
        ("C", "C++", 0),
        ("👍", "👎", 0),
        ("🚗", "🚗", 1),
        ("20 €", "20€", 1),
        ("T-shirt", "t shirt", 1),
    ],
)
def test_names_that_replies_can_tell_apart_are_not_equal(tmp_path: Path, one: str, other: str, count: int) -> None:
    folder = write_content(tmp_path / "cars")
    edit(folder / A, "load,much,,Much,", f"load,much,,{one},")
    edit(folder / A, "load,little,,Little,", f"load,little,,{other},")

    assert len(errors(folder)) == count


def test_two_questions_may_use_the_same_names(tmp_path: Path) -> None:
    folder = write_content(tmp_path / "cars")
    edit(folder / A, "load,little,,Little,,", "load,little,,More,,kids|cheap")

    assert errors(folder) == []


@pytest.mark.parametrize("demo", ["cars", "tablets"])
def test_the_demos_have_no_errors(demo: str) -> None:
    assert errors(Path(__file__).parents[3] / "content" / demo) == []


def test_no_product_in_stock_is_an_error(tmp_path: Path) -> None:
    lines = "a,,,,,0,,,A,,,\nb,,,,,0,,,B,,,\n"
    folder = write_content(
        tmp_path / "cars", products=CONTENT[R].splitlines()[0] + "\n" + lines, matrix="when,a,b\n,1,1\n"
    )

    assert [(each.file, each.row, each.column) for each in errors(folder)] == [(R, 0, "stock")]


def test_a_picture_over_five_megabytes_is_an_error(tmp_path: Path) -> None:
    folder = write_content(tmp_path / "cars")
    edit(folder / R, HATCH, HATCH.replace("car.png", "huge.png"))
    (folder / "huge.png").write_bytes((folder / "car.png").read_bytes() + bytes(5_000_000))

    [found] = errors(folder)

    assert (found.file, found.row, found.column) == (R, 2, "image")
    assert "5.0 MB" in found.what


def test_a_link_that_leaves_the_folder_is_an_error(tmp_path: Path) -> None:
    folder = write_content(tmp_path / "cars")
    (tmp_path / "secret.png").write_bytes((folder / "car.png").read_bytes())
    (folder / "link.png").symlink_to(tmp_path / "secret.png")
    edit(folder / R, HATCH, HATCH.replace("car.png", "link.png"))

    [found] = errors(folder)

    assert "lies outside" in found.what


def test_fifty_questions_are_the_most(tmp_path: Path) -> None:
    numbers = range(1, 52)
    folder = write_content(
        tmp_path / "cars",
        questions="question,level,kind,show_if,text.en\n" + "".join(f"q{n},1,behavioural,,Q{n}\n" for n in numbers),
        options="question,option,trait,label.en\n" + "".join(f"q{n},a,,A\nq{n},b,,B\n" for n in numbers),
        matrix="when,hatch,van,suv\nq1=a,1,2,3\n",
        messages=None,
    )

    [found] = errors(folder)

    assert (found.file, found.row, found.column) == (Q, 52, "question")
    assert "51 questions" in found.what


def test_thirty_options_are_the_most(tmp_path: Path) -> None:
    folder = write_content(tmp_path / "cars")
    with (folder / A).open("a", encoding="utf-8") as sheet:
        sheet.writelines(f"load,o{n},,Load {n},,,,,\n" for n in range(29))

    [found] = errors(folder)

    assert (found.file, found.row, found.column) == (A, 36, "option")
    assert "“load” has 31 options" in found.what


def test_more_combinations_than_anybody_can_oversee_are_counted_and_refused(tmp_path: Path) -> None:
    levels, options = range(1, 6), range(30)
    folder = write_content(
        tmp_path / "cars",
        questions="question,level,kind,show_if,text.en\n" + "".join(f"q{n},{n},behavioural,,Q\n" for n in levels),
        options="question,option,trait,label.en\n" + "".join(f"q{n},o{m},,O{m}\n" for n in levels for m in options),
        matrix="when,hatch,van,suv\nq1=o1,1,2,3\n",
        messages=None,
    )

    [found] = errors(folder)

    assert (found.file, found.row, found.column) == (Q, 0, "")
    assert "24,300,000 combinations" in found.what


def test_all_defects_are_shown_in_one_run(tmp_path: Path) -> None:
    folder = write_content(tmp_path / "cars", options=b"\xff\xfe\x00")
    edit(folder / P, "id: cars", "id: The Cars")
    edit(folder / Q, "use,2,behavioural", "use,7,strange")
    edit(folder / R, "EUR,3,", "EUR,-3,")
    edit(folder / X, "never", "nevr")
    edit(folder / M, "Parking will be easy.", "")

    found = errors(folder)

    assert [(each.file, each.row, each.column) for each in found] == [
        (X, 4, "hatch"),
        (M, 2, "text.en"),
        (A, 1, ""),
        (R, 3, "stock"),
        (P, 1, "id"),
        (Q, 3, "kind"),
        (Q, 3, "level"),
    ]


def test_two_defects_in_one_condition_are_both_shown(tmp_path: Path) -> None:
    folder = write_content(tmp_path / "cars")
    edit(folder / X, "use=family & load=much", "use & lod=much")

    assert [each.what for each in errors(folder)] == [
        "question “lod” is unknown",
        "“use” is not a condition",
    ]


def test_a_row_that_stands_twice_is_one_error(tmp_path: Path) -> None:
    folder = write_content(tmp_path / "cars")
    with (folder / A).open("a", encoding="utf-8") as sheet:
        sheet.write("load,little,,Little,,,Poco,,\n")

    assert [each.column for each in errors(folder)] == ["option"]
