"""Folder and workbook hold the same content."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from customer_profiler.adapters.content.convert import export_workbook, import_workbook
from customer_profiler.adapters.content.defects import Defects
from customer_profiler.adapters.content.folder import read_folder, write_folder
from customer_profiler.adapters.content.loader import load
from customer_profiler.adapters.content.sheets import Row, Sheet, clean
from customer_profiler.adapters.content.workbook import read_workbook, write_workbook
from customer_profiler.core.errors import ContentError
from tests.builders import CONTENT, edit, png, write_content

_INVISIBLE = "".join(map(chr, [*range(9), 11, 12, *range(14, 32), 127, 0xFFFE, 0xFFFF]))
_characters = st.characters(blacklist_categories=["Cs"], blacklist_characters=_INVISIBLE)
_cells = st.one_of(
    st.text(_characters, max_size=12),
    st.sampled_from(["", "007", "-0", "1e3", "3.0", "=1+1", "+1", "@x", "#N/A", "TRUE", "null", "~", "no", "a,b", '"']),
    st.integers().map(str),
).map(clean)


def _is_header(name: str) -> bool:
    """A header holds none of the characters by which a file shows how it is separated."""
    return bool(name) and not set(name) & set(";\t")


@st.composite
def _tables(draw: st.DrawFn, file: str) -> Sheet:
    width = draw(st.integers(min_value=1, max_value=4))
    row = st.lists(_cells, min_size=width, max_size=width).map(tuple)
    header = draw(st.lists(_cells.filter(_is_header), min_size=width, max_size=width).map(tuple))
    rows = [Row(number, cells) for number, cells in enumerate(draw(st.lists(row, max_size=5)), start=2)]
    return Sheet(file, header, tuple(row for row in rows if not row.is_blank))


def _settings_sheet(texts: list[str]) -> Sheet:
    values = [("id", "cars"), *(("objectives", text) for text in texts), ("purpose.en", "".join(texts))]
    return Sheet("profiler.yml", ("key", "value"), tuple(Row(n, each) for n, each in enumerate(values, start=2)))


_sheets = st.fixed_dictionaries(
    {
        "profiler.yml": st.lists(_cells.filter(bool), min_size=1, max_size=3).map(_settings_sheet),
        "questions.csv": _tables("questions.csv"),
        "matrix.csv": _tables("matrix.csv"),
    }
)


def _cells_of(sheets: Mapping[str, Sheet]) -> dict[str, list[tuple[int, tuple[str, ...]]]]:
    """All cells by file; rows with their numbers, blank cells at the right aside, since no format keeps those."""
    return {file: [(row.number, _trimmed(row.cells)) for row in _rows(sheet)] for file, sheet in sheets.items()}


def _rows(sheet: Sheet) -> list[Row]:
    rows = [Row(1, sheet.header), *sheet.rows]
    # The lines of a YAML file depend on how it is laid out.
    return rows if sheet.file != "profiler.yml" else [Row(0, row.cells) for row in rows]


def _trimmed(cells: tuple[str, ...]) -> tuple[str, ...]:
    return cells if not cells or cells[-1] else _trimmed(cells[:-1])


@settings(max_examples=60)
@given(_sheets)
def test_cells_survive_folder_to_workbook_to_folder(sheets: dict[str, Sheet]) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder, book, defects = Path(place) / "cars", Path(place) / "cars.xlsx", Defects()
        write_folder(sheets, folder)
        from_folder = read_folder(folder, defects).sheets
        write_workbook(from_folder, book)
        from_book = read_workbook(book, defects)

        assert from_book is not None
        assert defects.problems == ()
        assert _cells_of(from_folder) == _cells_of(sheets)
        assert _cells_of(from_book.sheets) == _cells_of(sheets)


def test_a_workbook_loads_as_its_folder_does(tmp_path: Path) -> None:
    folder = write_content(tmp_path / "cars")
    export_workbook(folder, tmp_path / "sent" / "cars.xlsx")

    assert load(tmp_path / "sent" / "cars.xlsx", ("en", "es")) == load(folder, ("en", "es"))


def test_a_folder_comes_back_from_its_workbook(tmp_path: Path) -> None:
    folder = write_content(tmp_path / "cars")
    export_workbook(folder, tmp_path / "sent" / "cars.xlsx")
    import_workbook(tmp_path / "sent" / "cars.xlsx", tmp_path / "back" / "cars")

    assert load(tmp_path / "back" / "cars", ("en", "es")) == load(folder, ("en", "es"))
    assert (tmp_path / "back" / "cars" / "car.png").read_bytes() == png()


def test_advice_keeps_its_row_in_the_workbook_though_blank_rows_stand_above(tmp_path: Path) -> None:
    folder = write_content(tmp_path / "cars", messages="when,text.en,text.es\n\n\n,Thank you.,\nuse=city,A,B\n")
    export_workbook(folder, tmp_path / "sent" / "cars.xlsx")
    import_workbook(tmp_path / "sent" / "cars.xlsx", tmp_path / "back" / "cars")

    problems = load(folder, ("en", "es")).problems

    assert [(each.file, each.row) for each in problems] == [("messages.csv", 4)]
    assert load(tmp_path / "sent" / "cars.xlsx", ("en", "es")).problems == problems
    assert load(tmp_path / "back" / "cars", ("en", "es")).problems == problems


def test_a_sheet_the_workbook_lacks_is_removed_from_the_folder_and_other_files_stay(tmp_path: Path) -> None:
    export_workbook(write_content(tmp_path / "cars", messages=None), tmp_path / "sent" / "cars.xlsx")
    target = write_content(tmp_path / "back" / "cars")
    (target / "notes.txt").write_text("mine")

    import_workbook(tmp_path / "sent" / "cars.xlsx", target)

    assert not (target / "messages.csv").exists()
    assert (target / "notes.txt").read_text() == "mine"


def test_the_profiler_sheet_may_have_its_columns_the_other_way_round(tmp_path: Path) -> None:
    export_workbook(write_content(tmp_path / "cars"), tmp_path / "sent" / "cars.xlsx")
    book = load_workbook(tmp_path / "sent" / "cars.xlsx")
    book["profiler"].move_range("A1:A30", cols=2)
    book["profiler"].delete_cols(1)
    book.save(tmp_path / "sent" / "cars.xlsx")

    import_workbook(tmp_path / "sent" / "cars.xlsx", tmp_path / "back" / "cars")

    assert load(tmp_path / "back" / "cars").profiler == load(tmp_path / "cars").profiler


def test_a_row_longer_than_its_header_is_not_exported_for_its_cells_have_moved(tmp_path: Path) -> None:
    folder = write_content(tmp_path / "cars")
    edit(folder / "options.csv", "load,little,,", "load,little,,,")

    with pytest.raises(ContentError, match="10 cells"):
        export_workbook(folder, tmp_path / "sent" / "cars.xlsx")


def test_defects_inside_sheets_go_along_to_be_mended_in_the_workbook(tmp_path: Path) -> None:
    folder = write_content(tmp_path / "cars")
    edit(folder / "matrix.csv", "never", "nevr")

    export_workbook(folder, tmp_path / "sent" / "cars.xlsx")

    assert [each.row for each in load(tmp_path / "sent" / "cars.xlsx", ("en", "es")).problems] == [4]


def test_a_folder_that_cannot_be_read_is_not_exported(tmp_path: Path) -> None:
    folder = write_content(tmp_path / "cars", profiler="a: [")

    with pytest.raises(ContentError, match="not valid YAML"):
        export_workbook(folder, tmp_path / "sent" / "cars.xlsx")

    assert not (tmp_path / "sent").exists()


def test_a_workbook_with_defects_in_its_profiler_sheet_is_not_imported(tmp_path: Path) -> None:
    folder = write_content(tmp_path / "cars")
    edit(folder / "profiler.yml", "[en, es]", "[en, english, es]")
    export_workbook(folder, tmp_path / "sent" / "cars.xlsx")

    with pytest.raises(ContentError, match="not a language code"):
        import_workbook(tmp_path / "sent" / "cars.xlsx", tmp_path / "back" / "cars")

    assert not (tmp_path / "back").exists()


def test_pictures_in_folders_below_are_copied_and_addresses_left_alone(tmp_path: Path) -> None:
    products = CONTENT["products.csv"].replace(",car.png,Hatch", ",img/car.png,Hatch")
    products = products.replace(",car.png,Van", ",https://example.com/van.png,Van")
    folder = write_content(tmp_path / "cars", products=products)
    (folder / "img").mkdir()
    (folder / "img" / "car.png").write_bytes(png(2, 2))

    export_workbook(folder, tmp_path / "sent" / "cars.xlsx")

    assert (tmp_path / "sent" / "cars" / "img" / "car.png").read_bytes() == png(2, 2)
    assert load(tmp_path / "sent" / "cars.xlsx", ("en", "es")) == load(folder, ("en", "es"))
