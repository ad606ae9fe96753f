"""Fills a Tryton database, run by Tryton's own Python: company, users, REST keys, a product, a source.

Usage: ``prepare_tryton.py CONFIGURATION DATABASE SECRETS``; the secrets are written as a JSON object.
"""

from __future__ import annotations

import json
import sys
from decimal import Decimal
from pathlib import Path

from proteus import Model, config

PRODUCT = "Premium plan"


def fill(configuration) -> dict[str, str]:
    """Make everything; give the secrets, with the ids that a lead has to name."""
    company = make_company()
    administrator = one("res.user", login="admin")
    join(administrator, company)
    administrator.save()
    # With the company in the context, as a real log-in has it.
    configuration._context = Model.get("res.user").get_preferences(True, {})
    source = Model.get("marketing.source")(name="Customer Profiler")
    source.save()
    return {
        "key": make_key(make_user("chatbot", ["Sale Opportunity", "Sales", "Sale"], company)),
        "outsider_key": make_key(make_user("outsider", [], company)),
        "admin_login": "admin",
        "admin_password": "admin-secret",
        "company": str(company.id),
        "currency": str(company.currency.id),
        "marketing_source": str(source.id),
        "product": str(make_product().id),
        "product_name": PRODUCT,
        "unit": str(one("product.uom", name="Unit").id),
    }


def make_company():
    """Make the one company, which reckons in euros."""
    currencies = Model.get("currency.currency")
    euro = next(iter(currencies.find([("code", "=", "EUR")])), None) or currencies(name="Euro", symbol="€", code="EUR")
    euro.save()
    party = Model.get("party.party")(name="Example Company")
    party.save()
    company = Model.get("company.company")(party=party, currency=euro)
    company.save()
    return company


def make_user(login: str, groups: list[str], company):
    """Make a user of the company who has those of the groups that there are."""
    user = Model.get("res.user")(name=login.capitalize(), login=login, password=f"{login.capitalize()}-Secret-1")
    join(user, company)
    for group in Model.get("res.group").find([("name", "in", groups)]):
        user.groups.append(group)
    user.save()
    return user


def join(user, company) -> None:
    """Make a user work for the company; each record takes a copy of it of its own."""
    companies = Model.get("company.company")
    user.companies.append(companies(company.id))
    user.company = companies(company.id)


def make_key(user) -> str:
    """Make a key for the REST interface."""
    key = Model.get("res.user.application")(user=user, application="rest")
    key.save()
    if key.state != "validated":
        key.click("validate_")
    return key.key


def make_product():
    """Make a service that can be sold by the piece."""
    template = Model.get("product.template")(
        name=PRODUCT, default_uom=one("product.uom", name="Unit"), type="service", salable=True
    )
    template.list_price = Decimal(10)
    template.save()
    return template.products[0]


def one(model: str, **values: str):
    """Give the one record that has these values."""
    (record,) = Model.get(model).find([(name, "=", value) for name, value in values.items()])
    return record


if __name__ == "__main__":
    given, database, secrets = sys.argv[1:]
    made = fill(config.set_trytond(database=database, config_file=given))
    Path(secrets).write_text(json.dumps(made), "utf-8")
