"""``crm.yml``: what can stand in it, and what whoever wrote it is told about what cannot."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from customer_profiler.adapters.crm.config import MODULES, CrmConfig, build_target, read_crm
from customer_profiler.adapters.crm.csv_file import CsvTarget
from customer_profiler.adapters.crm.mail import EmailTarget
from customer_profiler.adapters.crm.rest import Config as RestConfig
from customer_profiler.adapters.crm.rest import RestTarget
from customer_profiler.adapters.crm.target import TargetConfig
from customer_profiler.core.errors import CrmConfigError
from customer_profiler.core.problems import Problem, Severity

SECRET = "hush-hush-secret"
VARIABLES = {"TOKEN": SECRET, "HOST": "crm.example.com", "EMPTY": "", "BREAK": f"{SECRET}\n", "PORT": "2525"}

ONE = """
    type: rest
    url: https://crm.example.com
    path: /api/leads
    token: ${TOKEN}
    mapping:
      ref: lead_id
      budget: answers.budget
      origin: =chat
    """
SEVERAL = """
    targets:
      feed: {type: csv, file: leads.csv}
      crm: {type: rest, url: https://crm.example.com, token: "${TOKEN}"}
    """
ENVIRONMENTS = """
    environment: dev
    environments:
      test:
        targets:
          feed: {type: csv, file: leads.csv}
      dev:
        targets:
          feed: {type: csv, drop: leads}
      prod:
        targets:
          crm: {type: rest, url: https://crm.example.com, token: "${NOT_SET_HERE}"}
    """
ALERTS = """
    alerts:
      to: it@example.com
      from: bot@example.com
      repeat_hours: 12
      smtp: {host: mail.example.com, user: bot, password: "${TOKEN}"}
    """


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "crm.yml"


def read(file: Path, text: str | bytes, environment: str = "", variables: Mapping[str, str] = VARIABLES) -> CrmConfig:
    file.write_bytes(text if isinstance(text, bytes) else dedent(text).encode())
    return read_crm(file, file.parent / "var", environment, variables=variables)


def problems(file: Path, text: str | bytes, environment: str = "") -> list[Problem]:
    """The defects and advice of a file; no secret stands in them."""
    try:
        found = read(file, text, environment).advice
    except CrmConfigError as error:
        found = error.problems
        assert SECRET not in f"{error!r} {error}"
    for problem in found:
        assert problem.file == str(file)
        assert all((problem.what, problem.why, problem.mend))
    return list(found)


def defect(file: Path, text: str | bytes, environment: str = "") -> Problem:
    (problem,) = problems(file, text, environment)
    assert problem.severity is Severity.ERROR
    return problem


# --- what can stand in it


def test_one_target_can_stand_at_the_top(file: Path) -> None:
    (name, target), = read(file, ONE).targets.items()  # fmt: skip

    assert (name, type(target)) == ("crm", RestConfig)
    assert isinstance(target, RestConfig)
    assert (target.url, target.path, target.token) == ("https://crm.example.com", "/api/leads", SecretStr(SECRET))
    assert target.mapping == {"ref": "lead_id", "budget": "answers.budget", "origin": "=chat"}


def test_several_targets_have_names(file: Path) -> None:
    assert {name: target.type for name, target in read(file, SEVERAL).targets.items()} == {"feed": "csv", "crm": "rest"}


@pytest.mark.parametrize(("environment", "place"), [("test", "leads.csv"), ("dev", "leads"), ("", "leads")])
def test_the_environment_is_chosen_by_the_setting_else_by_the_file(file: Path, environment: str, place: str) -> None:
    config = read(file, ENVIRONMENTS, environment)

    assert config.environment == (environment or "dev")
    assert config.targets["feed"].own_path == file.parent / "var" / place


def test_without_a_choice_the_environment_is_test(file: Path) -> None:
    assert read(file, ENVIRONMENTS.replace("environment: dev", "")).environment == "test"


def test_variables_of_other_environments_need_not_be_set(file: Path) -> None:
    assert problems(file, ENVIRONMENTS, "dev") == []
    assert [problem.column for problem in problems(file, ENVIRONMENTS, "prod")] == [
        "environments.prod.targets.crm.token"
    ]


@pytest.mark.parametrize("text", [ONE, SEVERAL, ENVIRONMENTS])
def test_who_is_told_of_trouble_can_stand_beside_any_targets(file: Path, text: str) -> None:
    alerts = read(file, dedent(text) + dedent(ALERTS)).alerts

    assert alerts is not None
    assert (alerts.to, alerts.sender, alerts.repeat_hours) == (["it@example.com"], "bot@example.com", 12)


def test_an_environment_can_tell_others(file: Path) -> None:
    own = '\n      alerts: {to: dev@example.com, from: b@example.com, smtp: {host: "127.0.0.1"}}\n'
    text = dedent(ENVIRONMENTS).replace("  dev:\n", "  dev:" + own[:1] + own[1:].replace("      ", "    ", 1), 1)

    config = read(file, text + dedent(ALERTS))

    assert config.alerts is not None
    assert config.alerts.to == ["dev@example.com"]


def test_parts_can_be_written_once_and_named(file: Path) -> None:
    text = """
        targets:
          one: &one {type: rest, url: https://one.example.com, mapping: &fields {who: name}}
          two: {<<: *one, url: https://two.example.com}
          three: {type: csv, drop: leads, mapping: *fields}
        """

    targets = read(file, text).targets

    assert [getattr(target, "url", "") for target in targets.values()] == [
        "https://one.example.com",
        "https://two.example.com",
        "",
    ]
    assert all(target.mapping == {"who": "name"} for target in targets.values())


def test_values_are_what_is_written(file: Path) -> None:
    """YAML's own ideas of what is a number or a truth value do not apply."""
    target = read(file, "type: rest\nurl: http://127.0.0.1\ntoken: 012345\nsign: no\nmapping: {no: =1e3}").targets[
        "crm"
    ]

    assert isinstance(target, RestConfig)
    assert (target.token, target.sign, target.mapping) == (SecretStr("012345"), SecretStr("no"), {"no": "=1e3"})


def test_every_target_has_the_common_keys(file: Path) -> None:
    keys = "concurrency: 2\nrate: 0.5\npromise_seconds: 30\ndown_minutes: 5\npatience_days: 3"

    target = read(file, f"type: csv\nfile: leads.csv\n{keys}").targets["crm"]

    assert (target.concurrency, target.rate, target.promise_seconds, target.down_minutes) == (2, 0.5, 30, 5)
    assert target.patience.days == 3


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("type: rest\nurl: https://crm.example.com", RestTarget),
        ("type: csv\nfile: leads.csv", CsvTarget),
        ("type: email\nfrom: a@example.com\nto: b@example.com\nsmtp: {host: localhost}", EmailTarget),
    ],
)
def test_a_target_is_built_of_its_type(file: Path, text: str, kind: type) -> None:
    assert isinstance(build_target(read(file, text).targets["crm"]), kind)


# --- the file as a whole


def test_no_file_is_no_target(file: Path) -> None:
    assert read_crm(file, file.parent) == CrmConfig(file, "test")


def test_a_file_that_was_named_must_be_there(file: Path) -> None:
    with pytest.raises(CrmConfigError) as failed:
        read_crm(file, file.parent, is_required=True)

    assert str(failed.value).startswith(f"{file}:0:-: the file cannot be read (No such file or directory), ")


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", 1, "the file is empty"),
        ("# nothing but words\n", 1, "the file is empty"),
        ("---\n~\n", 1, "the file is empty"),
        ("- type: rest\n", 1, "not a map"),
        ("rest", 1, "not a map"),
        ("targets:\n  a: {type: rest\n", 3, "not valid YAML"),
        ("targets:\n\ta: 1\n", 2, "not valid YAML"),
        ("a: 1\n---\nb: 2\n", 2, "not valid YAML"),
        ("a: &a [*a]\n", 0, "not valid YAML (nested too deeply)"),
        (b"type: r\xe9st\n", 0, "not UTF-8"),
        (b"type: \x00\n", 0, "not valid YAML"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_at_all_is_one_defect(file: Path, text: str | bytes, line: int, said: str) -> None:
    found = defect(file, text)

    assert said in found.what
    assert found.row == line


def test_a_file_chosen_by_mistake_does_not_fill_the_memory(file: Path) -> None:
    assert defect(file, b"#" * 600_000).what == "the file is larger than 500 kB"


def test_a_few_lines_that_stand_for_millions_are_not_followed(file: Path) -> None:
    lines = (f"b{n}: &b{n} [{', '.join([f'*b{n - 1}'] * 9)}]\n" for n in range(1, 9))

    assert "nested too deeply" in defect(file, "b0: &b0 {x: 1}\n" + "".join(lines)).what


def test_a_folder_in_the_files_place_is_told(file: Path) -> None:
    file.mkdir()

    with pytest.raises(CrmConfigError, match="Is a directory"):
        read_crm(file, file.parent)


@pytest.mark.parametrize(
    "password", [f"*{SECRET}", f"&{SECRET} &x y", f"@{SECRET}", f"%{SECRET}", f"'{SECRET}", f"{{{SECRET}"]
)
def test_a_password_that_yaml_stumbles_over_is_not_told(file: Path, password: str) -> None:
    assert problems(file, f"type: rest\nurl: https://crm.example.com\ntoken: {password}\n")


# --- keys and values


@pytest.mark.parametrize(
    ("text", "line", "column", "what", "mend"),
    [
        ("type: rset\nurl: http://x", 1, "type", "there is no type “rset”", "did you mean “rest”?"),
        ("type: zoho\nurl: http://x", 1, "type", "there is no type “zoho”", "choose one of rest, odoo"),
        ("targets:\n  crm:\n    url: http://x", 2, "targets.crm.type", "“type” is missing", "add “type: ...”"),
        ("type:\nurl: http://x", 1, "type", "“type” is missing", "add “type: ...”"),
        ("type: [rest]\nurl: http://x", 1, "type", "“type” is not one text", "write one word"),
        ("type: rest\npath: /x", 1, "url", "“url” is missing", "add “url: ...”"),
        ("type: rest\nurl: http://x\ntokn: x", 3, "tokn", "there is no key “tokn” here", "did you mean “token”?"),
        ("type: rest\nurl: http://x\nmapping:\n  who: nmae", 4, "mapping.who",
         "“who” is mapped to “nmae”, a field we do not have", "did you mean “name”?"),
        ("type: rest\nurl: http://x\nmapping:\n  who: qqqq", 4, "mapping.who", "a field we do not have",
         "docs/crm.md lists our fields"),
        ("type: rest\nurl: http://x\nmapping: name", 3, "mapping", "“mapping” is not a map", "docs/crm.md"),
        ("type: rest\nurl: http://x\nmapping:\n  who:", 4, "mapping.who", "“who” has no value", "docs/crm.md"),
        ("type: rest\nurl: http://x\nconcurrency: many", 3, "concurrency", "“concurrency” is no whole number", ""),
        ("type: rest\nurl: http://x\nconcurrency: 0", 3, "concurrency", "“concurrency” is less than 1", ""),
        ("type: rest\nurl: http://x\nconcurrency: 33", 3, "concurrency", "“concurrency” is more than 32", ""),
        ("type: rest\nurl: http://x\nrate: fast", 3, "rate", "“rate” is no number", ""),
        ("type: rest\nurl: {a: b}", 2, "url", "“url” is not one text", ""),
        ("type: rest\nurl: http://x\npath: leads", 3, "path", "“path” does not begin with “/”", "write it so"),
        ("type: csv", 1, "", "nothing tells where rows go", "give one of"),
        ("type: email\nfrom: a@b.c\nto: [x@y.z, nobody]\nsmtp: {host: m}", 3, "to.1",
         "“to, entry 2” is no e-mail address", "write one such as"),
        ("type: email\nfrom: a@b.c\nto: x@y.z\nsmtp:\n  hots: m", 5, "smtp.hots", "there is no key “hots” here",
         "did you mean “host”?"),
        ("type: email\nfrom: a@b.c\nto: x@y.z\nsmtp: {host: m, security: ssl}", 4, "smtp.security",
         "“security” is none of its choices", "choose one of none, starttls, tls"),
        ("type: rest\nurl: http://x\nurl: http://y", 3, "url", "“url” stands twice", "remove one"),
        ("type: rest\nurl: http://x\n? [a]\n: b", 3, "?", "a key cannot be read", "write “key: value”"),
    ],
)  # fmt: skip
def test_a_defect_names_line_key_and_mend(file: Path, text: str, line: int, column: str, what: str, mend: str) -> None:
    found = next(each for each in problems(file, text) if each.severity is Severity.ERROR and each.column == column)

    assert found.row == line
    assert what in found.what
    assert mend in found.mend


@pytest.mark.parametrize(
    ("url", "said"),
    [("crm.example.com", "does not begin with"), ("ftp://crm.example.com", "does not begin with"),
     ("https://", "names no server"), ("https:///leads", "names no server"), ("http://[::1", "is no web address"),
     ("http://x:port", "is no web address"), (f"https://me:{SECRET}@crm.example.com", "holds a user or password"),
     ("https://crm.example.com?key=1", "holds a “?”")],
)  # fmt: skip
def test_an_address_that_is_none_is_told(file: Path, url: str, said: str) -> None:
    found = defect(file, f"type: rest\nurl: {url}\ntoken: ${{TOKEN}}")

    assert (found.column, said in found.what) == ("url", True)


def test_all_defects_are_told_at_once(file: Path) -> None:
    text = """
        targets:
          one: {type: rset}
          two: {type: rest, tokn: x, mapping: {who: nmae}}
          3: {type: csv, file: "${NOT_SET}"}
        alert: {}
        """

    assert [(found.row, found.column) for found in problems(file, text)] == [
        (3, "targets.one.type"),
        (4, "targets.two.mapping.who"),
        (4, "targets.two.tokn"),
        (4, "targets.two.url"),
        (5, "targets.3"),
        (5, "targets.3.file"),
        (6, "alert"),
    ]


def test_a_defect_reads_as_a_line(file: Path) -> None:
    assert str(defect(file, "type: rest\nurl: https://x\nrat: 3")) == (
        f"{file}:3:rat: there is no key “rat” here, it would have no effect, did you mean “rate”?"
    )


@pytest.mark.parametrize(
    ("text", "environment", "column", "said"),
    [
        ("url: https://x\npath: /y", "", "", "no target is named"),
        ("target: {}", "", "", "no target is named"),
        ("targets: {}\ntype: rest\nurl: https://x", "", "targets", "“targets” stands beside “type”"),
        ("targets: {}\nenvironments: {test: {}}", "", "environments", "stands beside"),
        ("targets: [a]", "", "targets", "“targets” is not a map"),
        ("targets: {a: b}", "", "targets.a", "“a” is not a map"),
        ("targets: {Odoo CRM: {type: csv, file: x}}", "", "targets.Odoo CRM", "cannot be the name of a target"),
        (f"targets: {{{'a' * 51}: {{type: csv, file: x}}}}", "", f"targets.{'a' * 51}", "cannot be the name"),
        ("environment: live\ntargets: {a: {type: csv, file: x}}", "", "environment", "no environment “live”"),
        ("environments: {tset: {}, dev: {}}", "dev", "environments.tset", "no environment “tset”"),
        ("environments: {dev: {}}", "prod", "environments", "the environment “prod” is missing"),
        ("environments: {dev: {target: {}}}", "dev", "environments.dev.target", "there is no key “target” here"),
        ("environments: {dev: [a]}", "dev", "environments.dev", "“dev” is not a map"),
        ("targets: {a: {type: csv, file: x}}\nalerts: {to: a@b.c}", "", "alerts.smtp", "“smtp” is missing"),
        ("targets: {a: {type: csv, file: x}, <<: 3}", "", "targets.<<", "“<<” is given no map"),
    ],
)  # fmt: skip
def test_a_wrong_shape_is_told(file: Path, text: str, environment: str, column: str, said: str) -> None:
    found = [problem for problem in problems(file, text, environment) if problem.severity is Severity.ERROR]

    assert column in [problem.column for problem in found]
    assert any(said in problem.what for problem in found)


@pytest.mark.parametrize("text", ["targets:\n", "targets: {}\n", "environments: {test: {}}\n"])
def test_no_target_at_all_is_advised_against(file: Path, text: str) -> None:
    (advice,) = read(file, text).advice

    assert (advice.severity, advice.what) == (Severity.ADVICE, "there is no target")


@pytest.mark.parametrize("keys", ["file: {}", "drop: {}"])
def test_two_targets_do_not_write_the_same_path(file: Path, keys: str) -> None:
    one, other = keys.format("leads"), keys.format("./a/../leads")

    found = defect(file, f"targets:\n  one: {{type: csv, {one}}}\n  two: {{type: csv, {other}}}\n")

    assert (found.row, found.what) == (3, "“one” and “two” write the same path")


# --- variables and secrets


def test_a_variable_can_stand_within_a_text(file: Path) -> None:
    target = read(file, "type: rest\nurl: https://${HOST}:${PORT}").targets["crm"]

    assert isinstance(target, RestConfig)
    assert target.url == "https://crm.example.com:2525"


@pytest.mark.parametrize(
    ("value", "said"),
    [("${NOT_SET}", "the variable NOT_SET is not set"), ("${EMPTY}", "the variable EMPTY is not set"),
     ("${BREAK}", "the variable BREAK holds a line break"), ("${A-B}", "begins no name"), ("${}", "begins no name"),
     ("${TOKEN", "begins no name"), ("x${NOT_SET}y", "the variable NOT_SET is not set")],
)  # fmt: skip
@pytest.mark.parametrize("key", ["path", "token"])
def test_a_variable_that_cannot_be_used_is_named_with_line_key_and_mend(
    file: Path, key: str, value: str, said: str
) -> None:
    found = problems(file, f"type: rest\nurl: https://crm.example.com\n{key}: '{value}'")

    assert [(problem.row, problem.column) for problem in found][:1] == [(3, key)]
    assert any(said in problem.what for problem in found)


def test_one_defect_is_told_once(file: Path) -> None:
    """A number whose variable is not set is not a wrong number as well."""
    assert defect(file, "type: rest\nurl: https://x\nrate: ${NOT_SET}").what == "the variable NOT_SET is not set"


@pytest.mark.parametrize("written", [SECRET, f"x{SECRET}", "${TOKEN}x", "${TOKEN}${TOKEN}"])
@pytest.mark.parametrize("key", ["token", "sign"])
def test_a_secret_is_one_variable_and_nothing_else(file: Path, key: str, written: str) -> None:
    found = defect(file, f"type: rest\nurl: https://crm.example.com\n{key}: {written}")

    assert (found.row, found.column, found.what) == (3, key, f"“{key}” is a secret written out")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8069", "[::1]:80", "crm.localhost"])
def test_on_ones_own_machine_a_secret_guards_nothing(file: Path, host: str) -> None:
    assert problems(file, f"type: rest\nurl: http://{host}\ntoken: test") == []


def test_a_mail_server_of_ones_own_counts_for_itself(file: Path) -> None:
    text = "type: email\nfrom: a@b.c\nto: a@b.c\nsmtp: {{host: {}, security: none, user: x, password: y}}"

    assert problems(file, text.format("127.0.0.1")) == []
    assert defect(file, text.format("mail.example.com")).column == "smtp.password"


def test_headers_that_open_doors_are_secrets_too(file: Path) -> None:
    text = "type: rest\nurl: https://crm.example.com\nheaders: {X-Api-Key: abc, X-Shop: north, X-Auth: '${TOKEN}'}"

    assert defect(file, text).column == "headers.X-Api-Key"


@pytest.mark.parametrize("url", ["http://crm.example.com", "http://8.8.8.8"])
def test_a_secret_that_others_can_read_on_the_way_is_advised_against(file: Path, url: str) -> None:
    (advice,) = read(file, f"type: rest\nurl: {url}\ntoken: ${{TOKEN}}").advice

    assert (advice.row, advice.column, advice.what) == (2, "url", "the way there is not encrypted")


def test_a_password_of_mail_in_the_clear_is_advised_against(file: Path) -> None:
    server = "{host: mail.example.com, security: none, user: x, password: '${TOKEN}'}"

    (advice,) = read(file, f"type: email\nfrom: a@b.c\nto: a@b.c\nsmtp: {server}").advice

    assert advice.column == "smtp.host"


@pytest.mark.parametrize("host", ["10.0.0.7", "192.168.1.5:8069", "odoo", "crm.internal", "crm.lan"])
def test_within_a_network_of_ones_own_it_is_not(file: Path, host: str) -> None:
    assert problems(file, f"type: rest\nurl: http://{host}\ntoken: ${{TOKEN}}") == []


def test_nothing_shows_a_secret(file: Path) -> None:
    config = read(file, dedent(ONE) + dedent(ALERTS))

    assert SECRET not in f"{config!r} {config}"


@pytest.mark.parametrize(
    "place", ["type: {}", "environment: {}", "targets: {{a: {{type: {}}}}}", "mapping: {{a: {}}}", "rate: {}"]
)
def test_a_secret_in_the_wrong_place_is_not_told_either(file: Path, place: str) -> None:
    rest = "" if place.startswith(("type", "targets")) else "\ntype: rest\nurl: https://x"

    assert problems(file, place.format("${TOKEN}") + rest)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(st.sampled_from("{}[]:-&*!|>'\"%@` \n\t#,?~<a1$é\x00\ud800"), max_size=40),
    st.sampled_from(["", "type: rest\n", "targets:\n  a:\n    type: csv\n    "]),
)
@example("a: !!python/object:os.system x", "")
@example("<<: {type: rest, url: 'https://x'}", "")
def test_whatever_stands_in_the_file_it_is_read_or_told(tmp_path: Path, text: str, begin: str) -> None:
    file = tmp_path / "crm.yml"
    file.write_bytes((begin + text).encode("utf-8", "surrogatepass"))
    try:
        config = read_crm(file, tmp_path, variables={})
    except CrmConfigError as error:
        assert error.problems
        assert all("\n" not in str(problem) for problem in error.problems)
    else:
        assert isinstance(config, CrmConfig)


# --- what we ship


ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("environment", ["", "test", "dev", "prod"])
def test_the_file_we_ship_is_free_of_defects(environment: str, tmp_path: Path) -> None:
    config = read_crm(ROOT / "crm.yml", tmp_path, environment, variables={})

    assert config.environment == (environment or "test")


def test_the_file_we_ship_needs_no_account(tmp_path: Path) -> None:
    (target,) = read_crm(ROOT / "crm.yml", tmp_path, variables={}).targets.values()

    assert target.own_path == tmp_path / "leads.csv"


def test_what_the_file_we_ship_shows_as_examples_is_right(tmp_path: Path) -> None:
    """Its comment signs are taken off, as whoever uses one would do."""
    text = re.sub(r"^( {4,})# ( *\w+:)", r"\1\2", (ROOT / "crm.yml").read_text("utf-8"), flags=re.MULTILINE)
    file = tmp_path / "crm.yml"
    names = ("CRM_TOKEN", "ODOO_KEY", "HUBSPOT_TOKEN", "SMTP_PASSWORD")

    for environment in ("dev", "prod"):
        file.write_text(text.replace("AAAA...", KEY), "utf-8")
        config = read_crm(file, tmp_path, environment, variables=dict.fromkeys(names, "x" * 8))

        assert config.targets
        assert config.advice == ()


KEY = "AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"


def test_every_type_can_be_chosen() -> None:
    assert set(MODULES) == {
        "rest", "odoo", "bottlecrm", "tryton", "hubspot", "salesforce", "dynamics", "csv", "email",
    }  # fmt: skip


@pytest.mark.parametrize("kind", MODULES)
def test_every_type_has_a_configuration_and_a_target(kind: str) -> None:
    module = import_module(f"customer_profiler.adapters.crm.{MODULES[kind]}")

    assert issubclass(module.Config, TargetConfig)
    assert [name for name in vars(module) if name.casefold() == f"{kind}target"]
