"""revisions and deliveries of leads, their outcomes, alerts

Revision: 0003
Follows: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("lead", schema=None) as batch_op:
        batch_op.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("withdrawn_at", sa.DateTime(), nullable=True))
        batch_op.drop_index("uq_lead_run_id_product")
        batch_op.create_index(batch_op.f("ix_lead_run_id"), ["run_id"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("lead", "body", comment="the fields of the newest revision")
        op.alter_column("lead", "status", comment="pending, delivered or dead: of all its deliveries")

    op.create_table(
        "lead_revision",
        sa.Column("lead_id", sa.String(length=20), nullable=False),
        sa.Column(
            "revision", sa.Integer(), autoincrement=False, nullable=False, comment="1 when the lead is made"
        ),
        sa.Column("body", sa.JSON(), nullable=False, comment="all fields of this revision; never changed"),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column(
            "owed_at",
            sa.DateTime(),
            nullable=True,
            comment="when targets were owed it or a later one; empty while there is no target",
        ),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_lead_revision_lead_id")),
        sa.PrimaryKeyConstraint("lead_id", "revision", name=op.f("pk_lead_revision")),
    )
    unowed = sa.text("owed_at IS NULL")
    op.create_index(
        "ix_lead_revision_unowed", "lead_revision", ["created_at"], sqlite_where=unowed, postgresql_where=unowed
    )
    # Leads made before are owed too, as soon as there is somebody to owe them to.
    op.execute("INSERT INTO lead_revision (lead_id, revision, body, created_at) SELECT id, 1, body, created_at FROM lead")

    op.create_table(
        "lead_delivery",
        sa.Column("number", sa.Integer(), nullable=False, comment="in the order of making"),
        sa.Column("lead_id", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("target", sa.String(length=50), nullable=False, comment="its name in crm.yml"),
        sa.Column(
            "status",
            sa.String(length=10),
            nullable=False,
            comment="waiting, delivered, dead, cancelled or superseded",
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False, comment="of a leased one, when its worker gives up"),
        sa.Column(
            "put_off_at",
            sa.DateTime(),
            nullable=False,
            comment="when due_at was set; to come when the clock ran back",
        ),
        sa.Column("lease", sa.String(length=32), nullable=False, comment="the worker that tries it now"),
        sa.Column("trouble", sa.String(length=20), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False, comment="in the target's words"),
        sa.Column("remote_id", sa.Text(), nullable=False, comment="the target's id of the lead"),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("tried_at", sa.DateTime(), nullable=True),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        sa.Column(
            "patient_from", sa.DateTime(), nullable=True, comment="when its patience began, if after the making"
        ),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_lead_delivery_lead_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_lead_delivery")),
    )
    with op.batch_alter_table("lead_delivery", schema=None) as batch_op:
        batch_op.create_index("uq_lead_delivery_lead_id", ["lead_id", "target", "revision"], unique=True)
        for name, columns, condition in (
            ("waiting", ["target", "due_at", "number"], "status = 'waiting'"),
            ("oldest", ["target", "created_at"], "status = 'waiting'"),
            ("leased", ["lease"], "lease <> ''"),
            ("dead", ["target", "settled_at"], "status = 'dead'"),
        ):
            where = sa.text(condition)
            batch_op.create_index(
                f"ix_lead_delivery_{name}", columns, unique=False, sqlite_where=where, postgresql_where=where
            )

    op.create_table(
        "outcome",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lead_id", sa.String(length=20), nullable=False),
        sa.Column("profile_id", sa.String(length=32), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False, comment="won, lost or returned"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("happened_at", sa.DateTime(), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False, comment="webhook or import"),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_outcome_lead_id")),
        sa.ForeignKeyConstraint(["profile_id"], ["profile.id"], name=op.f("fk_outcome_profile_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome")),
    )
    with op.batch_alter_table("outcome", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outcome_profile_id"), ["profile_id"], unique=False)
        batch_op.create_index("uq_outcome_lead_id", ["lead_id", "outcome", "happened_at"], unique=True)

    op.create_table(
        "alert",
        sa.Column(
            "kind", sa.String(length=20), nullable=False, comment="dead_letters, target_down or promise_broken"
        ),
        sa.Column("target", sa.String(length=50), nullable=False),
        sa.Column("raised_at", sa.DateTime(), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=True, comment="the last e-mail about it"),
        sa.Column(
            "taken_at",
            sa.DateTime(),
            nullable=True,
            comment="when a worker began to tell of it; empty when no e-mail is on its way",
        ),
        sa.Column(
            "seen_at",
            sa.DateTime(),
            nullable=False,
            comment="when it was last found to be so, give or take seconds",
        ),
        sa.PrimaryKeyConstraint("kind", "target", name=op.f("pk_alert")),
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("lead", "body", comment="the fields as sent to the CRM; never changed")
        op.alter_column("lead", "status", comment=None)
    for table in ("alert", "outcome", "lead_delivery", "lead_revision"):
        op.drop_table(table)
    with op.batch_alter_table("lead", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lead_run_id"))
        batch_op.create_index("uq_lead_run_id_product", ["run_id", "product"], unique=True)
        batch_op.drop_column("withdrawn_at")
        batch_op.drop_column("revision")
