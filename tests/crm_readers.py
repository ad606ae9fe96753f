"""What stands in a CRM's database, read as superuser with SQL: no right, rule or server process stands between.

A lead is a mapping of the columns of its table, as Python values, and of what belongs to it in others.
"""

from __future__ import annotations

ODOO = """
SELECT lead.*, source.name AS source,
    ARRAY(
        SELECT module || '.' || name FROM ir_model_data
        WHERE model = 'crm.lead' AND res_id = lead.id ORDER BY id
    ) AS external_ids,
    ARRAY(
        SELECT body FROM mail_message
        WHERE model = 'crm.lead' AND res_id = lead.id AND message_type = 'comment' ORDER BY id
    ) AS comments
FROM crm_lead lead LEFT JOIN utm_source source ON source.id = lead.source_id
ORDER BY lead.id
"""
"""``source`` is the name of the source, ``external_ids`` are those of ``load``, ``comments`` those of people."""

BOTTLECRM = """
SELECT lead.*,
    ARRAY(SELECT result FROM lead_intake_event WHERE lead_id = lead.id ORDER BY received_at) AS arrivals
FROM lead
ORDER BY created_at
"""
"""``custom_fields`` is a mapping, ``arrivals`` are the webhook's answers: created, duplicate, merged."""

TRYTON = """
SELECT lead.*, party.name AS party_name, source.name AS source,
    ARRAY(
        SELECT value FROM party_contact_mechanism
        WHERE party = lead.party AND type = 'email' AND active ORDER BY id
    ) AS emails,
    ARRAY(
        SELECT value FROM party_contact_mechanism
        WHERE party = lead.party AND type IN ('phone', 'mobile') AND active ORDER BY id
    ) AS phones,
    ARRAY(
        SELECT template.name
        FROM sale_opportunity_line line
        JOIN product_product product ON product.id = line.product
        JOIN product_template template ON template.id = product.template
        WHERE line.opportunity = lead.id ORDER BY line.id
    ) AS products
FROM sale_opportunity lead
LEFT JOIN party_party party ON party.id = lead.party
LEFT JOIN marketing_source source ON source.id = lead.marketing_source
ORDER BY lead.id
"""
"""``party_name``, ``emails`` and ``phones`` are the party's, ``products`` the names on the lead's lines."""

QUERIES = {"odoo": ODOO, "bottlecrm": BOTTLECRM, "tryton": TRYTON}
"""The query for all leads of a database, by vendor, the oldest first."""
