"""The commands of ``profiler``, each a few lines: what they take, and whom they ask."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TextIO

import click

from customer_profiler import bootstrap
from customer_profiler.adapters.content.convert import export_workbook, import_workbook
from customer_profiler.adapters.content.loader import WORKBOOK_SUFFIX, load
from customer_profiler.adapters.csv_writer import write_csv
from customer_profiler.adapters.phrasebook import phrase_languages
from customer_profiler.channels.advice import channel_advice
from customer_profiler.cli import answers, replies
from customer_profiler.cli.failures import BAD_CONTENT, BadContent, Commands
from customer_profiler.cli.moment import moment
from customer_profiler.cli.tongues import tongues
from customer_profiler.core.problems import Severity
from customer_profiler.core.profiler import Profiler
from customer_profiler.core.ranking import rank
from customer_profiler.services.exports import EXPORTS
from customer_profiler.settings import Settings

_file = click.Path(path_type=Path, dir_okay=False)
_content = click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Check, try out and export what Customer Profiler works with."""


@main.command()
@_content
def check(folder: Path) -> None:
    """Print every defect of a profiler and advice, one a line: file:row:column: what, why, mend.

    DIR is a content folder or an .xlsx workbook. The row is the spreadsheet's, the header being row 1. Exits with 1
    if there is any defect; advice is none.
    """
    loaded = load(folder, phrase_languages())
    problems = list(loaded.problems)
    if loaded.profiler is not None:
        problems += channel_advice(loaded.profiler, loaded.places, tongues(loaded.profiler))
    for problem in sorted(problems):
        click.echo(str(problem))
    defects = sum(problem.severity is Severity.ERROR for problem in problems)
    click.echo(f"defects: {defects}, advice: {len(problems) - defects}", err=True)
    sys.exit(BAD_CONTENT if defects else 0)


@main.command()
@_content
@click.argument("given", nargs=-1, metavar="QUESTION=OPTION...")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a text for people.")
def recommend(folder: Path, given: Sequence[str], as_json: bool) -> None:
    """Print what would be recommended for these answers, with scores and reasons.

    DIR is a content folder or an .xlsx workbook. Each QUESTION=OPTION is an answer, by the ids in questions.csv and
    options.csv.
    """
    profiler = _profiler(folder)
    chosen = answers.read_answers(profiler, given)
    for question in answers.never_asked(profiler, chosen):
        said = f"{question.id}={chosen[question.id]}"
        click.echo(f"note: {said} is counted, but with the other answers nobody is asked “{question.id}”", err=True)
    ranking = rank(profiler, chosen)
    if as_json:
        click.echo(json.dumps(answers.as_json(profiler, ranking), ensure_ascii=False))
    else:
        click.echo(answers.as_text(profiler, ranking))


@main.command()
@_content
@click.argument("question", required=False)
@click.argument("reply", required=False)
@click.option("--lang", default="", help="Language of the replies; the content's first by default.")
@click.option(
    "--file",
    "table",
    type=click.Path(path_type=Path, dir_okay=False, exists=True, allow_dash=True),
    help="CSV with the columns question, lang, reply, or - for standard input; lang may be blank.",
)
def match(folder: Path, question: str | None, reply: str | None, lang: str, table: Path | None) -> None:
    """Print what a typed REPLY to QUESTION would be taken for, as JSON; with --file one line a reply.

    DIR is a content folder or an .xlsx workbook, QUESTION an id in questions.csv.
    """
    profiler = _profiler(folder)
    if table is not None and question is None:
        typed = replies.read_table(profiler, table, replies.read_language(profiler, lang))
    elif table is None and question is not None and reply is not None:
        typed = [replies.read_reply(profiler, question, lang, reply)]
    else:
        raise click.UsageError("give QUESTION and REPLY, or --file CSV")
    for each in typed:
        click.echo(replies.as_json(profiler, each))


@main.command()
@click.argument("what", metavar="WHAT", type=click.Choice(sorted(EXPORTS)))
@click.option("--since", callback=moment, help="Date or time in ISO 8601, such as 2026-01-31; UTC without an offset.")
@click.option("--out", type=_file, help="File to write; standard output if none.")
@click.option("--bom", is_flag=True, help="Begin with a byte order mark, which old spreadsheet programs need.")
def export(what: str, since: datetime | None, out: Path | None, bom: bool) -> None:
    """Write WHAT (runs, leads, profiles or outcomes) as CSV; docs/export.md says what the columns mean."""
    rows = EXPORTS[what](bootstrap.build_reports(Settings.from_environment()), since)
    with _output(out, "utf-8-sig" if bom else "utf-8") as target:
        write_csv(rows, target)


@main.command("to-xlsx")
@_content
@click.argument("workbook", type=_file)
def to_xlsx(folder: Path, workbook: Path) -> None:
    """Write the content folder DIR as one WORKBOOK (.xlsx) with the same sheets.

    The pictures go into a folder of the workbook's name beside it. Wrong cells go along as they are: check tells.
    """
    if workbook.suffix.lower() != WORKBOOK_SUFFIX:
        raise click.UsageError(f"{workbook}: the name of a workbook ends in {WORKBOOK_SUFFIX}")
    export_workbook(folder, workbook)


@main.command("from-xlsx")
@click.argument("workbook", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@_content
def from_xlsx(workbook: Path, folder: Path) -> None:
    """Write WORKBOOK (.xlsx) as the content folder DIR; sheets that DIR has already are replaced.

    Wrong cells go along as they are: check tells. The sheet profiler must be free of defects, except that its id may
    differ from the names of WORKBOOK and DIR.
    """
    import_workbook(workbook, folder)


def _profiler(folder: Path) -> Profiler:
    """Load a profiler, or end the command with its defects."""
    loaded = load(folder, phrase_languages())
    if loaded.profiler is None:
        raise BadContent(each for each in loaded.problems if each.severity is Severity.ERROR)
    return loaded.profiler


@contextmanager
def _output(out: Path | None, encoding: str) -> Iterator[TextIO]:
    """Open a file, or standard output, for text with line ends as they are written."""
    if out is not None:
        try:
            with out.open("w", encoding=encoding, newline="") as target:
                yield target
        except OSError as error:
            # A full disk does not say which file it is about.
            error.filename = error.filename or str(out)
            raise
        return
    stream = io.TextIOWrapper(sys.stdout.buffer, encoding=encoding, newline="")
    try:
        yield stream
    finally:
        stream.detach()
