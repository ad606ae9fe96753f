"""Fills an Odoo database, run by Odoo's own Python: custom fields, a source, users with few rights and their secrets.

Usage: ``prepare_odoo.py CONFIGURATION DATABASE SECRETS``; the secrets are written as a JSON object. It runs on
Odoo 11 (Python 3.7) and on Odoo 19.
"""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path

import odoo
import odoo.api
import odoo.modules.registry
from odoo.tools import config

SUPERUSER = 1

FIELDS = {
    "x_lead_id": "char",
    "x_product_interest": "char",
    "x_profile_id": "char",
    "x_language": "char",
    "x_channel": "char",
    "x_console_url": "char",
    "x_answers": "text",
    "x_reasons": "text",
    "x_consent": "text",
}

ADMINISTRATOR = {"admin_login": "admin", "admin_password": "admin"}


def fill(env) -> dict[str, str]:
    """Make everything; give the secrets."""
    lead = env["ir.model"].search([("model", "=", "crm.lead")])
    for name, kind in FIELDS.items():
        env["ir.model.fields"].create(
            {
                "name": name,
                "field_description": "Profiler: " + name[2:].replace("_", " "),
                "model_id": lead.id,
                "ttype": kind,
                "state": "manual",
                "index": name == "x_lead_id",
            }
        )
    env["utm.source"].create({"name": "Customer Profiler"})
    chatbot = make_user(env, "chatbot", ["base.group_user", "sales_team.group_sale_salesman"])
    outsider = make_user(env, "outsider", ["base.group_user"])
    return {
        "login": "chatbot",
        "key": make_key(env, chatbot),
        "outsider_login": "outsider",
        "outsider_key": make_key(env, outsider),
        **ADMINISTRATOR,
    }


def make_user(env, login: str, groups: list[str]):
    """Make a user who has some groups; the password is the login with ``-secret``."""
    users = env["res.users"].with_context(no_reset_password=True)
    field = "group_ids" if "group_ids" in users._fields else "groups_id"
    return users.create(
        {
            "name": login.capitalize(),
            "login": login,
            # Odoo 11 lets nobody make a lead who could not send a mail about it.
            "email": f"{login}@example.com",
            "password": f"{login}-secret",
            field: [(6, 0, [env.ref(group).id for group in groups])],
        }
    )


def make_key(env, user) -> str:
    """Make an API key for the user, or give the password where Odoo has no keys yet."""
    if "res.users.apikeys" not in env:
        return f"{user.login}-secret"
    return env(user=user.id)["res.users.apikeys"].sudo()._generate("rpc", "Customer Profiler", None)


def main(configuration: str, database: str, secrets: str) -> None:
    """Fill the database and write the secrets."""
    config.parse_config(["-c", configuration, "-d", database])
    # Odoo keeps environments by thread until 15, and has no such thing from then on.
    manage = getattr(odoo.api.Environment, "manage", contextlib.nullcontext)
    with manage(), odoo.modules.registry.Registry(database).cursor() as cursor:
        made = fill(odoo.api.Environment(cursor, SUPERUSER, {}))
        cursor.commit()
    Path(secrets).write_text(json.dumps(made), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
