"""inbox and outbox of the messaging channels

Revision: 0002
Follows: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "inbox_event",
        sa.Column("number", sa.Integer(), nullable=False, comment="in the order of arrival"),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("id", sa.String(length=255), nullable=False, comment="the platform's id, or one built of the event"),
        sa.Column(
            "profile_id",
            sa.String(length=32),
            nullable=True,
            comment="who caused it; empty when nobody waits for an answer",
        ),
        sa.Column("batch", sa.JSON(), nullable=False, comment="a batch of this one event, as the platform sent it"),
        sa.Column("status", sa.String(length=10), nullable=False, comment="waiting, done or failed"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=False, comment="by the platform's clock"),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["profile_id"], ["profile.id"], name=op.f("fk_inbox_event_profile_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_inbox_event")),
    )
    with op.batch_alter_table("inbox_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inbox_event_received_at"), ["received_at"], unique=False)
        batch_op.create_index(
            "ix_inbox_event_waiting",
            ["channel", "profile_id"],
            unique=False,
            sqlite_where=sa.text("status = 'waiting'"),
            postgresql_where=sa.text("status = 'waiting'"),
        )
        batch_op.create_index("uq_inbox_event_channel_id", ["channel", "id"], unique=True)

    op.create_table(
        "marketing_consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("profile_id", sa.String(length=32), nullable=False),
        sa.Column("source", sa.Text(), nullable=False, comment="where it was given: chat, or as the staff wrote"),
        sa.Column("granted_at", sa.DateTime(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["profile_id"], ["profile.id"], name=op.f("fk_marketing_consent_profile_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marketing_consent")),
    )
    with op.batch_alter_table("marketing_consent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_marketing_consent_profile_id"), ["profile_id"], unique=False)

    op.create_table(
        "outgoing_message",
        sa.Column("number", sa.Integer(), nullable=False, comment="in the order of saying"),
        sa.Column("id", sa.String(length=32), nullable=False, comment="ours; the platform gives it back"),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("profile_id", sa.String(length=32), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False, comment="as the platform takes it, without the recipient"),
        sa.Column("rest", sa.JSON(), nullable=True, comment="the options that “More ...” shows"),
        sa.Column("is_template", sa.Boolean(), nullable=False, comment="may be sent outside the 24-hour window"),
        sa.Column("has_image", sa.Boolean(), nullable=False, comment="the next message waits for its delivery"),
        sa.Column("status", sa.String(length=10), nullable=False, comment="waiting, sent, delivered, read or failed"),
        sa.Column("reason", sa.Text(), nullable=False, comment="why it waits or failed"),
        sa.Column("platform_id", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column(
            "lost", sa.Integer(), nullable=False, comment="attempts of which nobody knows what became"
        ),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=True),
        sa.Column("delivered_at", sa.DateTime(), nullable=True),
        sa.Column("read_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["profile_id"], ["profile.id"], name=op.f("fk_outgoing_message_profile_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_outgoing_message")),
    )
    with op.batch_alter_table("outgoing_message", schema=None) as batch_op:
        batch_op.create_index("uq_outgoing_message_id", ["id"], unique=True)
        batch_op.create_index(batch_op.f("ix_outgoing_message_created_at"), ["created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_outgoing_message_platform_id"), ["platform_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_outgoing_message_profile_id_channel"), ["profile_id", "channel"], unique=False
        )
        batch_op.create_index(
            "ix_outgoing_message_waiting",
            ["channel", "profile_id"],
            unique=False,
            sqlite_where=sa.text("status = 'waiting'"),
            postgresql_where=sa.text("status = 'waiting'"),
        )

    with op.batch_alter_table("identity", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "last_inbound_at",
                sa.DateTime(),
                nullable=True,
                comment="the person's last message; opens the 24-hour window",
            )
        )


def downgrade() -> None:
    with op.batch_alter_table("identity", schema=None) as batch_op:
        batch_op.drop_column("last_inbound_at")

    with op.batch_alter_table("outgoing_message", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_outgoing_message_waiting",
            sqlite_where=sa.text("status = 'waiting'"),
            postgresql_where=sa.text("status = 'waiting'"),
        )
        batch_op.drop_index(batch_op.f("ix_outgoing_message_profile_id_channel"))
        batch_op.drop_index(batch_op.f("ix_outgoing_message_platform_id"))
        batch_op.drop_index(batch_op.f("ix_outgoing_message_created_at"))
        batch_op.drop_index("uq_outgoing_message_id")

    op.drop_table("outgoing_message")
    with op.batch_alter_table("marketing_consent", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_marketing_consent_profile_id"))

    op.drop_table("marketing_consent")
    with op.batch_alter_table("inbox_event", schema=None) as batch_op:
        batch_op.drop_index("uq_inbox_event_channel_id")
        batch_op.drop_index(
            "ix_inbox_event_waiting",
            sqlite_where=sa.text("status = 'waiting'"),
            postgresql_where=sa.text("status = 'waiting'"),
        )
        batch_op.drop_index(batch_op.f("ix_inbox_event_received_at"))

    op.drop_table("inbox_event")
