"""The keys of Odoo, BottleCRM and Tryton in ``crm.yml``: what goes together, and what a mapping cannot name."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from customer_profiler.adapters.crm import bottlecrm, odoo, tryton
from customer_profiler.adapters.crm.target import TargetConfig

ODOO: dict[str, Any] = {"url": "http://localhost", "key": "secret"}
BOTTLECRM: dict[str, Any] = {"url": "http://localhost", "intake": "i", "intake_key": "secret", "token": "secret"}
TRYTON: dict[str, Any] = {"url": "http://localhost", "database": "crm", "key": "secret"}


def said(model: type[TargetConfig], **keys: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        model(**keys)
    return str(caught.value)


@pytest.mark.parametrize("missing", ["login", "database"])
def test_jsonrpc_needs_a_login_and_a_database(missing: str) -> None:
    keys = {**ODOO, "protocol": "jsonrpc", "login": "bot", "database": "crm"}
    assert odoo.Config(**keys)
    assert "needs “login” and “database”" in said(odoo.Config, **{**keys, missing: ""})


def test_a_lost_reason_is_for_lost_leads() -> None:
    assert odoo.Config(**ODOO, withdrawn="lost", lost_reason="Withdrawn")
    assert "withdrawn: lost" in said(odoo.Config, **ODOO, lost_reason="Withdrawn")


@pytest.mark.parametrize(
    ("model", "keys", "field"),
    [(odoo.Config, ODOO, "id"), (tryton.Config, TRYTON, "reference"), (tryton.Config, TRYTON, "party")],
)
def test_what_is_made_of_the_lead_itself_cannot_be_mapped(
    model: type[TargetConfig], keys: dict[str, Any], field: str
) -> None:
    assert f"maps “{field}”" in said(model, **keys, mapping={field: "name"})


@pytest.mark.parametrize(("module", "keys"), [(odoo, ODOO), (bottlecrm, BOTTLECRM), (tryton, TRYTON)])
def test_a_mapping_adds_to_the_usual_one_and_leaves_out(module: Any, keys: dict[str, Any]) -> None:
    usual = dict(module.MAPPING)
    first = next(iter(usual))
    assert module.Config(**keys).fields == usual
    changed = module.Config(**keys, mapping={first: "=", "more": "campaign"}).fields
    assert changed == {**{name: ours for name, ours in usual.items() if name != first}, "more": "campaign"}


@pytest.mark.parametrize(
    ("model", "keys"), [(odoo.Config, ODOO), (bottlecrm.Config, BOTTLECRM), (tryton.Config, TRYTON)]
)
def test_secrets_hide_themselves(model: type[TargetConfig], keys: dict[str, Any]) -> None:
    assert "secret" not in repr(model(**keys))


@pytest.mark.parametrize(("lead_id", "name"), [("L-7KQ2M-X94TB", "L-7KQ2M-X94TB"), ("a.b/c d", "a_b_c_d"), ("é", "_")])
def test_external_ids_of_odoo_have_one_dot(lead_id: str, name: str) -> None:
    assert odoo.external_id(lead_id) == f"customer_profiler.{name}"
