"""Loading profilers and reporting every defect of them in one run."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from pathlib import Path

from customer_profiler.adapters.content.defects import Defects, Spot
from customer_profiler.adapters.content.draft import Draft, read_draft
from customer_profiler.adapters.content.folder import read_folder
from customer_profiler.adapters.content.sheets import SheetSet
from customer_profiler.adapters.content.tables import PROFILER, TABLES
from customer_profiler.adapters.content.workbook import read_workbook
from customer_profiler.core.advice import Places, advise_on_parts, advise_on_whole
from customer_profiler.core.errors import ContentError
from customer_profiler.core.problems import Problem
from customer_profiler.core.profiler import Profiler

WORKBOOK_SUFFIX = ".xlsx"


@dataclass(frozen=True)
class Loaded:
    """What became of a folder or workbook.

    ``problems`` holds errors and advice, sorted by file, row and column; ``profiler`` is None when there is
    any error. ``places`` says where the parts of the profiler stand; the same profiler may be written elsewhere.
    """

    profiler: Profiler | None
    problems: tuple[Problem, ...]
    places: Places = field(default_factory=Places, compare=False)


def load(path: Path, phrase_languages: Collection[str] = ("en",)) -> Loaded:
    """Load one profiler from a folder or an ``.xlsx`` workbook and give all errors and advice.

    Bad content never raises: a path that does not exist or cannot be read is a problem like any other.
    ``phrase_languages`` are the languages of which the bot has phrases of its own.
    """
    defects = Defects()
    draft = _read(path, defects)
    if draft is not None and draft.profiler.languages:
        defects.add(advise_on_parts(draft.profiler, draft.places, phrase_languages))
    if draft is None or defects.errors:
        return Loaded(None, defects.problems)
    defects.add(advise_on_whole(draft.profiler, draft.places))
    return Loaded(draft.profiler, defects.problems, draft.places)


def load_all(content_dir: Path) -> dict[str, Profiler]:
    """Load every folder and workbook of a content folder, by profiler id in alphabetical order.

    Raises ``ContentError`` with the errors of all of them; their files are named with the folder or
    workbook in front (``cars/questions.csv``). Names that begin with a dot, an underscore or ``~`` are left
    out. No advice is worked out.
    """
    defects = Defects()
    profilers: dict[str, Profiler] = {}
    for path in _profiler_paths(content_dir, defects):
        found = Defects()
        draft = _read(path, found)
        if draft is not None and not found.errors:
            _check_name(draft.profiler, path, found)
            profilers[draft.profiler.id] = draft.profiler
        defects.add([replace(error, file=_file_in(path, error.file)) for error in found.errors])
    if defects.errors:
        raise ContentError(defects.errors)
    return profilers


def read_sheets(path: Path, defects: Defects) -> SheetSet | None:
    """Read the sheets of a folder or workbook; None after reporting why there are none."""
    name = path.name or str(path)
    try:
        if path.is_dir():
            return read_folder(path, defects)
        if path.suffix.lower() == WORKBOOK_SUFFIX and path.exists():
            return read_workbook(path, defects)
        what = (
            "it is neither a folder nor an .xlsx workbook" if path.exists() else "there is no such folder or workbook"
        )
    except (OSError, ValueError) as error:
        what = f"it cannot be read ({getattr(error, 'strerror', None) or error})"
    defects.error(Spot(name), what, "a profiler is a folder or a workbook", "check the name and that it may be read")
    return None


def _read(path: Path, defects: Defects) -> Draft | None:
    content = read_sheets(path, defects)
    return None if content is None else read_draft(content, defects)


def _check_name(profiler: Profiler, path: Path, defects: Defects) -> None:
    """Insist on the name of the folder: pictures are found by it, and ids cannot collide."""
    if profiler.id != path.stem:
        what, why = f"id “{profiler.id}” differs from the name “{path.stem}”", "pictures are looked up by the id"
        defects.error(Spot(PROFILER, column="id"), what, why, "change one of them")


def _profiler_paths(content_dir: Path, defects: Defects) -> list[Path]:
    """List the folders and workbooks; a folder without sheets beside a workbook holds the workbook's pictures."""
    try:
        entries = sorted(path for path in content_dir.iterdir() if path.name[0] not in "._~")
    except OSError as error:
        what, mend = f"the content folder cannot be read ({error.strerror})", "make it, or set PROFILER_CONTENT"
        defects.error(Spot(str(content_dir)), what, "nobody can be asked anything without content", mend)
        return []
    books = [path for path in entries if path.suffix.lower() == WORKBOOK_SUFFIX and path.is_file()]
    titles = {path.stem for path in books}
    folders = [path for path in entries if path.is_dir() and not (path.name in titles and _has_no_sheets(path))]
    for folder in folders:
        if folder.name in titles:
            what = f"“{folder.name}” is there as a folder and as a workbook"
            defects.error(Spot(folder.name), what, "nobody can tell which one counts", "remove one of them")
    if not books and not folders:
        why, mend = "nobody can be asked anything", "put a folder or a workbook for each profiler into it"
        defects.error(Spot(str(content_dir)), "there is no profiler in the content folder", why, mend)
    return sorted(folders + books)


def _has_no_sheets(folder: Path) -> bool:
    return not any((folder / table.file).exists() for table in TABLES)


def _file_in(path: Path, file: str) -> str:
    return file if file == path.name else f"{path.name}/{file}"
