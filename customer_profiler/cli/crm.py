"""The command ``crm check``: whether leads would arrive, step by step."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click

from customer_profiler import bootstrap
from customer_profiler.adapters.content.spelling import mend_name
from customer_profiler.adapters.crm.alerts import AlertMail
from customer_profiler.adapters.crm.config import CrmConfig
from customer_profiler.adapters.crm.findings import failed
from customer_profiler.cli.failures import BAD_CONTENT
from customer_profiler.core.delivery import DeliveryFailed, Finding
from customer_profiler.settings import Settings


@click.group()
def crm() -> None:
    """Look after the targets in crm.yml."""


@crm.command()
@click.argument("target", required=False)
def check(target: str | None) -> None:
    """Try log-in, rights, mapped fields and a dry run at TARGET, or at all and the alerts; nothing is left behind.

    One line a step. Exits with 1 if a step fails, and with 2 if crm.yml cannot be used.
    """
    config = bootstrap.build_crm(Settings.from_environment())
    for problem in config.advice:
        click.echo(str(problem), err=True)
    names = _chosen(config, target)
    failures = 0
    for name in names:
        for finding in _findings(config, name):
            click.echo(_line(name, finding))
            failures += not finding.is_well
    if config.alerts and target is None:
        for finding in AlertMail(config.alerts).check():
            click.echo(_line("alerts", finding))
            failures += not finding.is_well
    click.echo(f"environment: {config.environment}, targets: {len(names)}, failed steps: {failures}", err=True)
    sys.exit(BAD_CONTENT if failures else 0)


def _chosen(config: CrmConfig, target: str | None) -> list[str]:
    names = list(config.targets)
    if target is None:
        if not names:
            what = "names no target" if config.path.exists() else "is not there, so there is no target"
            click.echo(f"{config.path.absolute()} {what}: leads stay in the database until there is one")
        return names
    if target not in names:
        known = mend_name(target, names, f"the targets are {', '.join(names)}" if names else "there is none at all")
        raise click.UsageError(
            f"{config.path} has no target “{target}” in the environment {config.environment}; {known}"
        )
    return [target]


def _findings(config: CrmConfig, name: str) -> Iterator[Finding]:
    target = config.target(name)
    try:
        yield from target.check()
    except DeliveryFailed as failure:
        yield failed("check", failure)
    finally:
        target.close()


def _line(name: str, finding: Finding) -> str:
    said = f"{finding.step}: {finding.said}" if finding.said else finding.step
    return f"ok    {name}: {said}" if finding.is_well else f"FAIL  {name}: {said}: {finding.mend}"
