"""Rasa's files and our code speak of the same actions, forms, slots and intents."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa_sdk import Action
from rasa_sdk.utils import all_subclasses

import actions
from actions.base import ConversationAction
from customer_profiler.adapters.phrasebook import load_phrasebook
from customer_profiler.bootstrap import build_services
from customer_profiler.core.profiler import LEAD_FIELDS, MAX_LEVELS
from customer_profiler.services.session import Services
from customer_profiler.settings import Settings

ROOT = Path(__file__).parents[1]
WORDING = ROOT / "customer_profiler" / "core" / "wording"

DOMAIN: dict[str, Any] = yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))
RULES: list[dict[str, Any]] = [
    rule
    for file in sorted((ROOT / "data" / "rules").glob("*.yml"))
    for rule in yaml.safe_load(file.read_text("utf-8"))["rules"]
]
NLU: list[dict[str, Any]] = [
    entry
    for file in sorted((ROOT / "data" / "nlu").glob("*.yml"))
    for entry in yaml.safe_load(file.read_text("utf-8"))["nlu"]
]

RASAS_OWN_ACTIONS = {"action_listen", "action_deactivate_loop", "action_restart", "action_session_start"}


def steps(key: str) -> set[str]:
    """Every value of a key in the steps of the rules."""
    return {str(step[key]) for rule in RULES for step in rule["steps"] if key in step}


def payload_calls() -> Iterator[tuple[str, list[ast.expr], list[ast.keyword]]]:
    """Every place in the wording that writes a payload, but for the helper in ``voice``: (file, intent, entities)."""
    for file in sorted(set(WORDING.glob("*.py")) - {WORDING / "voice.py"}):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            if isinstance(node.func, ast.Name) and node.func.id == "payload":
                yield f"{file.name}:{node.lineno}", node.args, node.keywords
            elif isinstance(node.func, ast.Attribute) and node.func.attr == "button":
                yield f"{file.name}:{node.lineno}", node.args[1:], node.keywords


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Services:
    """Services on the demo content and a database of the test's own."""
    folder = tmp_path_factory.mktemp("var")
    environment = {"PROFILER_VAR": str(folder), "PROFILER_CONTENT": str(ROOT / "content")}
    return build_services(Settings.from_environment(environment))


@pytest.fixture(scope="module")
def ours(services: Services) -> list[ConversationAction]:
    """Every action that the action server would register."""
    for module in pkgutil.iter_modules(actions.__path__, "actions."):
        importlib.import_module(module.name)
    classes = {found for found in all_subclasses(Action) if found.__module__.startswith("actions.")}
    return [found(services) for found in classes if not inspect.isabstract(found)]


@pytest.fixture(scope="module")
def names(ours: list[ConversationAction]) -> list[str]:
    return [action.name() for action in ours]


# --- actions


def test_every_action_class_is_in_the_domain(names: list[str]) -> None:
    assert sorted(set(names) - set(DOMAIN["actions"])) == []


def test_every_action_of_the_domain_has_a_class(names: list[str]) -> None:
    assert sorted(set(DOMAIN["actions"]) - set(names)) == []


def test_no_two_actions_share_a_name(names: list[str]) -> None:
    assert [name for name, times in Counter(names).items() if times > 1] == []


def test_the_domain_lists_every_action_once() -> None:
    assert [name for name, times in Counter(DOMAIN["actions"]).items() if times > 1] == []


def test_the_domain_lists_every_intent_and_entity_once() -> None:
    for key in ("intents", "entities"):
        assert [name for name, times in Counter(DOMAIN[key]).items() if times > 1] == []


def test_every_action_is_built_without_arguments(ours: list[ConversationAction]) -> None:
    """As the action server builds them; what is missing then comes from the environment."""
    for action in ours:
        parameters = inspect.signature(type(action).__init__).parameters.values()
        assert all(each.default is not each.empty for each in list(parameters)[1:])


def test_every_action_of_the_rules_exists() -> None:
    known = {*DOMAIN["actions"], *DOMAIN["forms"], *RASAS_OWN_ACTIONS}

    assert sorted(steps("action") - known) == []


def test_every_action_is_used_by_a_rule_or_a_form(names: list[str]) -> None:
    asking = {f"action_ask_{slot}" for form in DOMAIN["forms"].values() for slot in form["required_slots"]}
    validating = {f"validate_{form}" for form in DOMAIN["forms"]}

    assert sorted(set(names) - steps("action") - asking - validating) == []


# --- forms and slots


@pytest.mark.parametrize("form", DOMAIN["forms"])
def test_every_slot_of_a_form_exists_and_has_an_action_that_asks_for_it(form: str, names: list[str]) -> None:
    required = DOMAIN["forms"][form]["required_slots"]

    assert [slot for slot in required if slot not in DOMAIN["slots"]] == []
    assert [slot for slot in required if f"action_ask_{slot}" not in names] == []


@pytest.mark.parametrize("form", DOMAIN["forms"])
def test_every_form_has_an_action_that_validates_it(form: str, names: list[str]) -> None:
    assert f"validate_{form}" in names


def test_the_questionnaire_has_a_slot_a_level() -> None:
    assert DOMAIN["forms"]["profiler_form"]["required_slots"] == [f"level_{n}" for n in range(1, MAX_LEVELS + 1)]


def test_the_lead_form_has_a_slot_a_detail_and_one_for_the_yes() -> None:
    assert DOMAIN["forms"]["lead_form"]["required_slots"] == [
        *(f"lead_{field}" for field in LEAD_FIELDS),
        "lead_confirmed",
    ]


def test_every_slot_that_the_use_cases_remember_exists() -> None:
    """What a turn remembers is written into slots of the same names."""
    remembered = {"next_step", "offered", "preface", "misses", "lead_confirmed", "lead_run", "lead_interrupts"}
    remembered |= {f"level_{n}" for n in range(1, MAX_LEVELS + 1)} | {f"lead_{field}" for field in LEAD_FIELDS}

    assert sorted(remembered - set(DOMAIN["slots"])) == []


def test_every_form_and_slot_of_the_rules_exists() -> None:
    forms = {str(step["active_loop"]) for rule in RULES for step in rule["steps"] if step.get("active_loop")}
    slots = {slot for rule in RULES for step in rule["steps"] for each in step.get("slot_was_set", ()) for slot in each}

    assert forms <= set(DOMAIN["forms"])
    assert slots <= {*DOMAIN["slots"], "requested_slot"}


def test_every_next_step_of_the_rules_can_be_taken() -> None:
    values = {
        each["next_step"]
        for rule in RULES
        for step in rule["steps"]
        for each in step.get("slot_was_set", ())
        if "next_step" in each
    }

    assert values <= set(DOMAIN["slots"]["next_step"]["values"])


# --- intents


def test_every_intent_of_the_rules_exists() -> None:
    assert sorted(steps("intent") - set(DOMAIN["intents"])) == []


def test_every_intent_has_a_rule() -> None:
    assert sorted(set(DOMAIN["intents"]) - steps("intent")) == []


def test_rules_have_names_of_their_own() -> None:
    assert [name for name, times in Counter(rule["rule"] for rule in RULES).items() if times > 1] == []


def test_every_intent_with_examples_exists() -> None:
    assert sorted({entry["intent"] for entry in NLU if "intent" in entry} - set(DOMAIN["intents"])) == []


def test_every_command_of_the_phrases_exists() -> None:
    commands = {intent for phrases in load_phrasebook().values() for intent in phrases.commands.values()}

    assert sorted(commands - set(DOMAIN["intents"])) == []


# --- payloads


def test_the_code_writes_payloads() -> None:
    """Otherwise the tests below look at nothing."""
    assert len(list(payload_calls())) > 20


@pytest.mark.parametrize(
    ("place", "arguments", "entities"), [pytest.param(*call, id=call[0]) for call in payload_calls()]
)
def test_every_payload_carries_an_intent_and_entities_of_the_domain(
    place: str, arguments: list[ast.expr], entities: list[ast.keyword]
) -> None:
    [intent] = arguments

    assert isinstance(intent, ast.Constant), "an intent is written out, so that this test can see it"
    assert intent.value in DOMAIN["intents"]
    assert {entity.arg for entity in entities} <= set(DOMAIN["entities"])
