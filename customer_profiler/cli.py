"""The command line ``profiler`` (design, section 10): exit 0 when all is well, 1 on bad content, 2 on misuse."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import click

from customer_profiler import bootstrap
from customer_profiler.adapters.content.convert import export_workbook, import_workbook
from customer_profiler.adapters.content.loader import load
from customer_profiler.adapters.csv_writer import write_csv
from customer_profiler.adapters.phrasebook import load_phrasebook, phrase_languages
from customer_profiler.adapters.similarity import edit_distance
from customer_profiler.core.errors import ProfilerError, UnknownOption, UnknownQuestion
from customer_profiler.core.languages import base_code
from customer_profiler.core.matching import match as match_reply
from customer_profiler.core.problems import Severity
from customer_profiler.core.profiler import Profiler
from customer_profiler.core.ranking import Ranking, rank
from customer_profiler.services.exports import EXPORTS
from customer_profiler.services.replies import candidates_of
from customer_profiler.settings import Settings

BAD_CONTENT = 1
MISUSE = 2

content_folder = click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Check, try out and export what Customer Profiler works with."""


@main.command()
@content_folder
def check(folder: Path) -> None:
    """Print every defect of a profiler and advice, one a line: file:row:column: what, why, mend.

    DIR is a content folder or an .xlsx workbook. The row is the spreadsheet's, the header being row 1.
    """
    loaded = load(folder, phrase_languages())
    for problem in loaded.problems:
        click.echo(str(problem))
    defects = sum(problem.severity is Severity.ERROR for problem in loaded.problems)
    click.echo(f"{defects} defects, {len(loaded.problems) - defects} pieces of advice", err=True)
    sys.exit(BAD_CONTENT if defects else 0)


@main.command()
@content_folder
@click.argument("answers", nargs=-1, metavar="QUESTION=OPTION...")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a text for people.")
def recommend(folder: Path, answers: Sequence[str], as_json: bool) -> None:
    """Print what would be recommended for these answers, with scores and reasons."""
    profiler = _profiler(folder)
    ranking = rank(profiler, dict(_answer(profiler, text) for text in answers))
    click.echo(json.dumps(_ranking(profiler, ranking), ensure_ascii=False) if as_json else _table(profiler, ranking))


@main.command()
@content_folder
@click.argument("question", required=False)
@click.argument("reply", required=False)
@click.option("--lang", default="", help="Language of the reply; the content's first by default.")
@click.option(
    "--file", "table", type=click.File(encoding="utf-8-sig"), help="CSV with the columns question, lang, reply."
)
def match(folder: Path, question: str | None, reply: str | None, lang: str, table: Any) -> None:
    """Print what a typed REPLY to QUESTION would be taken for, as JSON; with --file one line a reply."""
    profiler = _profiler(folder)
    if table is not None:
        for row in _reply_rows(table):
            click.echo(_match(profiler, row["question"], row["lang"], row["reply"]))
    elif question is None or reply is None:
        raise click.UsageError("give QUESTION and REPLY, or --file CSV")
    else:
        click.echo(_match(profiler, question, lang, reply))


@main.command()
@click.argument("what", type=click.Choice(sorted(EXPORTS)))
@click.option("--since", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ"]), help="UTC.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="File to write; standard output if none.")
@click.option("--bom", is_flag=True, help="Begin with a byte order mark, which old spreadsheet programs need.")
def export(what: str, since: datetime | None, out: Path | None, bom: bool) -> None:
    """Write runs, leads or profiles as CSV; docs/export.md says what the columns mean."""
    start = since.replace(tzinfo=timezone.utc) if since else None
    try:
        rows = EXPORTS[what](bootstrap.build_reports(Settings.from_environment()), start)
        encoding = "utf-8-sig" if bom else "utf-8"
        with open(out or sys.stdout.fileno(), "w", encoding=encoding, newline="", closefd=out is not None) as target:
            write_csv(rows, target)
    except OSError as error:
        raise click.ClickException(f"{out or 'standard output'}: {error.strerror}, choose another file") from None
    except ProfilerError as error:
        raise click.ClickException(f"export {what}: {error}") from None


@main.command("to-xlsx")
@content_folder
@click.argument("workbook", type=click.Path(path_type=Path, dir_okay=False))
def to_xlsx(folder: Path, workbook: Path) -> None:
    """Write the content folder DIR as one WORKBOOK with the same sheets."""
    _profiler(folder)
    export_workbook(folder, workbook)


@main.command("from-xlsx")
@click.argument("workbook", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@content_folder
def from_xlsx(workbook: Path, folder: Path) -> None:
    """Write WORKBOOK as the content folder DIR."""
    _profiler(workbook)
    import_workbook(workbook, folder)


def _profiler(folder: Path) -> Profiler:
    """Load a profiler, or print its defects and leave."""
    loaded = load(folder, phrase_languages())
    if loaded.profiler is None:
        for problem in loaded.problems:
            if problem.severity is Severity.ERROR:
                click.echo(str(problem), err=True)
        sys.exit(BAD_CONTENT)
    return loaded.profiler


def _answer(profiler: Profiler, text: str) -> tuple[str, str]:
    question_id, equals, option_id = text.partition("=")
    try:
        question = profiler.question(question_id)
        return question.id, question.option(option_id).id
    except UnknownQuestion:
        known, what = [asked.id for asked in profiler.questions], f"there is no question “{question_id}”"
    except UnknownOption:
        known, what = [option.id for option in question.options], f"“{question_id}” has no option “{option_id}”"
    raise click.UsageError(
        f"{text}: {what}; choose one of {', '.join(known)}" + ("" if equals else " as question=option")
    )


def _ranking(profiler: Profiler, ranking: Ranking) -> dict[str, Any]:
    products = [
        {
            "product": entry.product.id,
            "score": entry.score,
            "near_match": entry.near_match,
            "reasons": [{"when": str(reason.when), "points": reason.points} for reason in entry.reasons],
        }
        for entry in ranking.products
    ]
    message = ranking.message.text[profiler.default_language] if ranking.message else None
    return {"products": products, "message": message, "scores": ranking.scores}


def _table(profiler: Profiler, ranking: Ranking) -> str:
    lines = [
        f"{place}. {profiler.text(entry.product.title, profiler.default_language)} ({entry.product.id}): "
        + ("near match" if entry.near_match else f"{entry.score}")
        + "".join(f"\n     {reason.points:+d} {reason.when}" for reason in entry.reasons)
        for place, entry in enumerate(ranking.products, start=1)
    ]
    lines.append("scores: " + ", ".join(f"{key} {'-' if s is None else s}" for key, s in ranking.scores.items()))
    return "\n".join(lines)


def _reply_rows(table: Any) -> Iterator[dict[str, str]]:
    reader = csv.DictReader(table)
    missing = {"question", "lang", "reply"} - set(reader.fieldnames or ())
    if missing:
        raise click.UsageError(f"{table.name}:1:{sorted(missing)[0]}: the column is missing, add it to the header")
    for row in reader:
        yield {key: row[key] or "" for key in ("question", "lang", "reply")}


def _match(profiler: Profiler, question_id: str, language: str, reply: str) -> str:
    try:
        question = profiler.question(question_id)
    except UnknownQuestion:
        known = ", ".join(asked.id for asked in profiler.questions)
        raise click.UsageError(f"there is no question “{question_id}”; choose one of {known}") from None
    language = language or profiler.default_language
    book = load_phrasebook()
    words = (book.get(base_code(language)) or book["en"]).words
    found = match_reply(reply, candidates_of(profiler, question, language), words, edit_distance)
    return json.dumps({"status": found.status.value, "options": list(found.options)})
