"""The commands ``import``: what is brought in from elsewhere, as CSV."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from customer_profiler import bootstrap
from customer_profiler.adapters.content.csv_file import read_csv
from customer_profiler.adapters.content.defects import Defects, Spot
from customer_profiler.adapters.content.records import Record, read_records
from customer_profiler.adapters.content.sheets import Row, Sheet, check_sheet
from customer_profiler.adapters.content.tables import Table
from customer_profiler.cli.failures import BAD_CONTENT, BadFile
from customer_profiler.core.outcome import FIELDS, InvalidOutcome, Outcome, read_outcome
from customer_profiler.services.outcomes import IMPORT, Report, take
from customer_profiler.services.session import Services
from customer_profiler.settings import Settings

AT_A_TIME = 1_000
"""Outcomes stored in one transaction, so that on SQLite customers need not wait for the end of a long file."""

TABLE = Table("outcomes.csv", "outcome", FIELDS)

HEADER_ROW = 1


@click.group("import")
def import_() -> None:
    """Bring in what other systems know."""


@import_.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True, allow_dash=True))
def outcomes(file: Path) -> None:
    """Take what became of leads from a CSV FILE, or - for standard input; see docs/outcomes.md.

    It needs the columns lead_id, outcome (won, lost, returned), reason and at (ISO 8601) in any order. Good rows are
    stored, once however often they come; the others are printed as file:row:column: what, why, mend. Exits with 1 if
    there is any.
    """
    services = bootstrap.build_services(Settings.from_environment())
    defects = Defects()
    rows = _read(Path("/dev/stdin") if str(file) == "-" else file, services.tools.now(), defects)
    bad = {problem.row for problem in defects.errors}
    report = _store(services, [outcome for _, outcome in rows])
    strangers = set(report.unknown)
    unknown = [(spot, outcome) for spot, outcome in rows if outcome.lead_id in strangers]
    for spot, outcome in unknown:
        mend = "compare it with the lead_id in “profiler export leads”"
        defects.error(spot, f"there is no lead “{outcome.lead_id}”", "nothing was stored for it", mend)
    for problem in defects.errors:
        click.echo(str(problem), err=True)
    counts = {"stored": report.stored, "repeated": report.repeated, "unknown": len(unknown), "bad": len(bad)}
    click.echo(", ".join(f"{name}: {count}" for name, count in counts.items()))
    sys.exit(BAD_CONTENT if defects.errors else 0)


def _read(path: Path, now: datetime, defects: Defects) -> list[tuple[Spot, Outcome]]:
    """Give the good rows with the place of their lead id; raises ``BadFile`` when the header cannot be used."""
    sheet = read_csv(path, defects)
    if sheet is None:
        raise BadFile(defects.errors)
    if defects.errors:
        # The reader stops where it cannot tell rows from each other any more.
        click.echo(f"note: nothing behind row {defects.errors[0].row} was read", err=True)
    check_sheet(sheet, defects)
    records = read_records(_without_others(sheet), TABLE, (), defects)
    if any(problem.row <= HEADER_ROW for problem in defects.errors):
        raise BadFile(defects.errors)
    bad = {problem.row for problem in defects.errors}
    good = [record for record in records if record.row not in bad]
    return [
        (Spot(record.file, record.row, FIELDS[0]), outcome) for record in good if (outcome := _outcome(record, now))
    ]


def _without_others(sheet: Sheet) -> Sheet:
    """Leave out columns that we do not read: a CRM exports many more."""
    places = [place for place, title in enumerate(sheet.header) if title.casefold() in FIELDS]
    if not places:
        return sheet
    rows = (
        Row(row.number, tuple(row.cells[place] for place in places if place < len(row.cells))) for row in sheet.rows
    )
    return Sheet(sheet.file, tuple(sheet.header[place] for place in places), tuple(rows))


def _outcome(record: Record, now: datetime) -> Outcome | None:
    """Read a row, or report what is wrong with it."""
    try:
        return read_outcome({field: record[field] for field in FIELDS}, now)
    except InvalidOutcome as error:
        for fault in error.faults:
            record.fault(*fault)
        return None


def _store(services: Services, outcomes: Sequence[Outcome]) -> Report:
    parts = [outcomes[begin : begin + AT_A_TIME] for begin in range(0, len(outcomes), AT_A_TIME)]
    reports = [take(services, part, IMPORT) for part in parts]
    return Report(
        sum(report.stored for report in reports),
        sum(report.repeated for report in reports),
        tuple(dict.fromkeys(lead_id for report in reports for lead_id in report.unknown)),
    )
