"""The command ``profiler crm check``: right and wrong."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from click.testing import CliRunner, Result

from customer_profiler.cli import main
from tests.unit.crm.web import Web, answer

SECRET = "hush-hush-secret"


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as serving:
        yield serving


@pytest.fixture(name="crm")
def crm_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("PROFILER_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TOKEN", SECRET)
    return tmp_path / "crm.yml"


def check(*arguments: str) -> Result:
    """Run the command; whatever it raises by mistake fails the test, and no secret is ever printed."""
    result = CliRunner().invoke(main, ["crm", "check", *arguments], prog_name="profiler")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert SECRET not in result.output
    return result


def write(crm: Path, text: str) -> None:
    crm.write_text(dedent(text), "utf-8")


def two_targets(crm: Path, web: Web) -> None:
    write(
        crm,
        f"""
        targets:
          feed: {{type: csv, file: leads.csv}}
          shop: {{type: rest, url: "{web.url}", token: "${{TOKEN}}"}}
        """,
    )


def test_every_step_is_a_line_and_all_well_is_0(crm: Path, web: Web) -> None:
    two_targets(crm, web)

    result = check()

    assert result.stdout.splitlines() == [
        f"ok    feed: file var/leads.csv: does not exist yet; its folder will be made below {crm.parent}, "
        "which can be written",
        f"ok    shop: reach {web.url}: HTTP 200 to OPTIONS",
        "ok    shop: not tried: token, fields: a plain web address has no dry run; the first lead will tell",
    ]
    assert (result.exit_code, result.stderr) == (0, "environment: test, targets: 2, failed steps: 0\n")


def test_a_step_that_fails_says_what_the_target_said_and_the_mend_and_is_1(crm: Path, web: Web) -> None:
    two_targets(crm, web)
    web.gives(answer(401, {"error": "token expired"}))

    result = check()

    assert result.stdout.splitlines()[1:] == [
        f'FAIL  shop: reach {web.url}: unauthorized: HTTP 401 {{"error": "token expired"}}: '
        "renew the user, password, key or token that crm.yml names, and restart"
    ]
    assert result.exit_code == 1


def test_one_target_can_be_checked_alone(crm: Path, web: Web) -> None:
    two_targets(crm, web)

    result = check("feed")

    assert (result.exit_code, len(result.stdout.splitlines()), web.calls) == (0, 1, [])


def test_a_target_that_is_not_there_is_2(crm: Path, web: Web) -> None:
    two_targets(crm, web)

    result = check("fed")

    assert result.exit_code == 2
    assert "no target “fed” in the environment test; did you mean “feed”?" in result.stderr


def test_a_broken_file_is_2_with_every_defect_on_a_line(crm: Path) -> None:
    write(crm, f"type: rset\ntoken: {SECRET}\nenvironment: live\n")

    result = check()

    assert (result.exit_code, result.stdout) == (2, "")
    assert [line.split(": ")[0] for line in result.stderr.splitlines()] == ["crm.yml:1:type", "crm.yml:3:environment"]


def test_an_unset_secret_is_told_by_its_name(crm: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TOKEN")
    write(crm, "type: rest\nurl: https://crm.example.com\ntoken: ${TOKEN}\n")

    result = check()

    assert (result.exit_code, result.stderr) == (
        2,
        "crm.yml:3:token: the variable TOKEN is not set, the value would be empty, "
        "set TOKEN in the environment of “make run” and “profiler”\n",
    )


def test_a_file_that_is_named_and_not_there_is_2(crm: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROFILER_CRM", "other.yml")

    result = check()

    assert (result.exit_code, "PROFILER_CRM" in result.stderr) == (2, True)


def test_without_a_file_nothing_is_wrong(crm: Path) -> None:
    result = check()

    assert (result.exit_code, result.stdout) == (
        0,
        f"{crm} is not there, so there is no target: leads stay in the database until there is one\n",
    )


def test_the_mail_server_of_the_alerts_is_tried_too(crm: Path) -> None:
    smtp = "{host: nowhere.invalid, security: none}"
    alerts = f"{{to: [desk@example.com], from: bot@example.com, smtp: {smtp}}}"
    write(crm, f"targets: {{feed: {{type: csv, file: leads.csv}}}}\nalerts: {alerts}\n")

    result = check()
    assert result.exit_code == 1
    assert "FAIL  alerts: " in result.stdout
    assert check("feed").exit_code == 0


def test_a_target_that_repeats_our_token_does_not_make_us_show_it(crm: Path, web: Web) -> None:
    two_targets(crm, web)
    web.gives(answer(401, {"got": f"Bearer {SECRET}"}))

    # `check` looks for the secret in all that is printed.
    result = check("shop")
    assert "Bearer ${TOKEN}" in result.stdout


def test_the_environment_can_be_chosen(crm: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROFILER_ENVIRONMENT", "prod")
    write(crm, "environments: {test: {}, prod: {targets: {feed: {type: csv, drop: leads}}}}\n")

    result = check()

    assert result.stdout.startswith("ok    feed: folder var/leads: ")
    assert result.stderr == "environment: prod, targets: 1, failed steps: 0\n"


def test_advice_is_told_and_is_no_failure(crm: Path) -> None:
    write(crm, "targets:\n")

    result = check()

    assert result.exit_code == 0
    assert result.stderr.startswith("crm.yml:1:targets: advice: there is no target, ")


def test_the_file_we_ship_is_well(crm: Path) -> None:
    crm.write_bytes((Path(__file__).parents[2] / "crm.yml").read_bytes())

    assert check().exit_code == 0
