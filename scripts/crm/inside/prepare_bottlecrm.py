"""Fills a BottleCRM database, run by BottleCRM's own Python: organization, tokens, source, custom fields, webhook.

Usage: ``prepare_bottlecrm.py SECRETS``; the secrets are written as a JSON object.
"""

from __future__ import annotations

import json
import secrets
import sys
from pathlib import Path

import django

django.setup()

from common.models import CustomFieldDefinition, Org, PersonalAccessToken, Profile  # noqa: E402
from common.tasks import set_rls_context  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from leads.models import LeadIntake, LeadSource  # noqa: E402
from leads.sources import org_sources  # noqa: E402

FIELDS = ("product_interest", "answers", "reasons", "lead_id")


def fill() -> dict[str, str]:
    """Make everything; give the secrets."""
    user = get_user_model().objects.create_user(email="chatbot@example.com", password="chatbot-secret")
    org = Org.objects.create(name="Example Company")
    # Rows belong to organizations by PostgreSQL's row-level security, which wants to know who asks.
    set_rls_context(org.id)
    profile = Profile.objects.create(user=user, org=org, role="ADMIN", is_active=True, has_sales_access=True)
    org_sources(org)
    LeadSource.objects.create(org=org, key="chatbot", label="Customer Profiler")
    for key in FIELDS:
        CustomFieldDefinition.objects.create(
            org=org, target_model="Lead", key=key, label=key.replace("_", " ").capitalize(), field_type="text"
        )
    intake = LeadIntake.objects.create(
        org=org,
        name="chatbot",
        key=secrets.token_urlsafe(32),
        default_source="chatbot",
        mapping=[{"from": key, "to": f"custom_fields.{key}"} for key in FIELDS],
    )
    return {
        "token": PersonalAccessToken.generate(profile, "chatbot", scopes=["leads:read", "leads:write"])[0],
        "reader_token": PersonalAccessToken.generate(profile, "reader", scopes=["leads:read"])[0],
        "intake": str(intake.id),
        "intake_key": intake.key,
    }


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(fill()), "utf-8")
