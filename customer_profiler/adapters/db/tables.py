"""The tables of the product's database; `migrations/` brings a database to this shape."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    text,
)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC time; SQLite has no time zones, so the naive UTC time is what is stored."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Store UTC without its zone; a naive time is refused because it could mean any zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a time zone cannot be stored")
        return value.astimezone(timezone.utc).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Give the stored time its zone back."""
        return value.replace(tzinfo=timezone.utc) if value else None


class StorableText(TypeDecorator[str]):
    """A text from outside, without what databases cannot store: NUL characters and halves of surrogate pairs."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        """Drop what cannot be stored; a lone surrogate becomes a question mark."""
        return None if value is None else value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

content_version = Table(
    "content_version",
    metadata,
    Column("hash", String(64), primary_key=True, comment="SHA-256 of the canonical document"),
    Column("profiler", StorableText, nullable=False),
    Column("document", JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

profile = Table(
    "profile",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", StorableText, nullable=False, default=""),
    Column("email", StorableText, nullable=False, default=""),
    Column("phone", String(20), nullable=False, default="", comment="E.164"),
    Column("language", String(35), nullable=False, default=""),
    Column("current_run_id", String(32), nullable=False, default=""),
    Column("first_seen_at", UtcDateTime, nullable=False),
    Column("last_seen_at", UtcDateTime, nullable=False),
    Index(None, "first_seen_at", "id"),
)

identity = Table(
    "identity",
    metadata,
    Column("scheme", String(30), primary_key=True),
    Column("value", StorableText, primary_key=True),
    Column("profile_id", ForeignKey("profile.id"), nullable=False, index=True),
    Column("channel", String(20), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("last_inbound_at", UtcDateTime, comment="the person's last message; opens the 24-hour window"),
)

run = Table(
    "run",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("profile_id", ForeignKey("profile.id"), nullable=False),
    Column("profiler", StorableText, nullable=False),
    Column("content_version", ForeignKey("content_version.hash"), nullable=False),
    Column("channel", String(20), nullable=False),
    Column("language", String(35), nullable=False),
    Column("source", StorableText, nullable=False),
    Column("status", String(10), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    Column("shown_product", StorableText, nullable=False, default=""),
    Column("chosen_product", StorableText, nullable=False, default=""),
    Column("refusal_reason", String(30), nullable=False, default=""),
    Index(None, "profile_id", "started_at"),
    Index(None, "started_at", "id"),
)

answer = Table(
    "answer",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("run.id"), nullable=False),
    Column("level", Integer, nullable=False),
    Column("question", StorableText, nullable=False),
    Column("option", StorableText, nullable=False),
    Column("answered_at", UtcDateTime, nullable=False),
    Column("withdrawn_at", UtcDateTime, comment="when it was taken back or replaced"),
)
# Two messages of one person at once must not leave two answers to one question.
Index(
    "uq_answer_in_force",
    answer.c.run_id,
    answer.c.question,
    unique=True,
    sqlite_where=text("withdrawn_at IS NULL"),
    postgresql_where=text("withdrawn_at IS NULL"),
)

recommendation = Table(
    "recommendation",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("run.id"), nullable=False, index=True),
    Column("is_newest", Boolean, nullable=False, comment="earlier ones are kept when an answer is changed"),
    Column("products", JSON, nullable=False, comment="product, score, near_match, reasons; best first"),
    Column("scores", JSON, nullable=False, comment="of every product; null when taken out"),
    Column("created_at", UtcDateTime, nullable=False),
)

lead = Table(
    "lead",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("run_id", ForeignKey("run.id"), nullable=False),
    Column("profile_id", ForeignKey("profile.id"), nullable=False, index=True),
    Column("product", StorableText, nullable=False),
    Column("consent_text", StorableText, nullable=False),
    Column("body", JSON, nullable=False, comment="the fields of the newest revision"),
    Column("revision", Integer, nullable=False, server_default="1"),
    Column("withdrawn_at", UtcDateTime),
    Column("status", String(10), nullable=False, comment="pending, delivered or dead: of all its deliveries"),
    Column("attempts", Integer, nullable=False, default=0),
    Column("last_error", StorableText, nullable=False, default=""),
    Column("created_at", UtcDateTime, nullable=False),
    Index(None, "run_id"),
    Index(None, "created_at", "id"),
)

lead_revision = Table(
    "lead_revision",
    metadata,
    Column("lead_id", ForeignKey("lead.id"), primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False, comment="1 when the lead is made"),
    Column("body", JSON, nullable=False, comment="all fields of this revision; never changed"),
    Column("created_at", UtcDateTime, nullable=False),
    Column("owed_at", UtcDateTime, comment="when targets were owed it or a later one; empty while there is no target"),
)
# What nobody is owed yet is found without reading the leads that all are.
Index(
    "ix_lead_revision_unowed",
    lead_revision.c.created_at,
    sqlite_where=lead_revision.c.owed_at.is_(None),
    postgresql_where=lead_revision.c.owed_at.is_(None),
)

lead_delivery = Table(
    "lead_delivery",
    metadata,
    Column("number", Integer, primary_key=True, comment="in the order of making"),
    Column("lead_id", ForeignKey("lead.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("target", String(50), nullable=False, comment="its name in crm.yml"),
    Column("status", String(10), nullable=False, comment="waiting, delivered, dead, cancelled or superseded"),
    Column("attempts", Integer, nullable=False, default=0),
    Column("due_at", UtcDateTime, nullable=False, comment="of a leased one, when its worker gives up"),
    Column("put_off_at", UtcDateTime, nullable=False, comment="when due_at was set; to come when the clock ran back"),
    Column("lease", String(32), nullable=False, default="", comment="the worker that tries it now"),
    Column("trouble", String(20), nullable=False, default=""),
    Column("detail", StorableText, nullable=False, default="", comment="in the target's words"),
    Column("remote_id", StorableText, nullable=False, default="", comment="the target's id of the lead"),
    Column("created_at", UtcDateTime, nullable=False),
    Column("tried_at", UtcDateTime),
    Column("settled_at", UtcDateTime),
    Column("patient_from", UtcDateTime, comment="when its patience began, if after the making"),
    Index("uq_lead_delivery_lead_id", "lead_id", "target", "revision", unique=True),
)
# The worker finds what is due by the index alone, however much was delivered and however much is put off.
Index(
    "ix_lead_delivery_waiting",
    lead_delivery.c.target,
    lead_delivery.c.due_at,
    lead_delivery.c.number,
    sqlite_where=text("status = 'waiting'"),
    postgresql_where=text("status = 'waiting'"),
)
Index(
    "ix_lead_delivery_oldest",
    lead_delivery.c.target,
    lead_delivery.c.created_at,
    sqlite_where=text("status = 'waiting'"),
    postgresql_where=text("status = 'waiting'"),
)
Index(
    "ix_lead_delivery_leased",
    lead_delivery.c.lease,
    sqlite_where=text("lease <> ''"),
    postgresql_where=text("lease <> ''"),
)
Index(
    "ix_lead_delivery_dead",
    lead_delivery.c.target,
    lead_delivery.c.settled_at,
    sqlite_where=text("status = 'dead'"),
    postgresql_where=text("status = 'dead'"),
)

outcome = Table(
    "outcome",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("lead_id", ForeignKey("lead.id"), nullable=False),
    Column("profile_id", ForeignKey("profile.id"), nullable=False, index=True),
    Column("outcome", String(10), nullable=False, comment="won, lost or returned"),
    Column("reason", StorableText, nullable=False, default=""),
    Column("happened_at", UtcDateTime, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("source", String(20), nullable=False, comment="webhook or import"),
    Index("uq_outcome_lead_id", "lead_id", "outcome", "happened_at", unique=True),
)

alert = Table(
    "alert",
    metadata,
    Column("kind", String(20), primary_key=True, comment="dead_letters, target_down or promise_broken"),
    Column("target", String(50), primary_key=True),
    Column("raised_at", UtcDateTime, nullable=False),
    Column("sent_at", UtcDateTime, comment="the last e-mail about it"),
    Column("taken_at", UtcDateTime, comment="when a worker began to tell of it; empty when no e-mail is on its way"),
    Column("seen_at", UtcDateTime, nullable=False, comment="when it was last found to be so, give or take seconds"),
)

handover = Table(
    "handover",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("profile_id", ForeignKey("profile.id"), nullable=False, index=True),
    Column("run_id", String(32), nullable=False, default=""),
    Column("reason", String(30), nullable=False),
    Column("requested_at", UtcDateTime, nullable=False),
)

inbox_event = Table(
    "inbox_event",
    metadata,
    Column("number", Integer, primary_key=True, comment="in the order of arrival"),
    Column("channel", String(20), nullable=False),
    Column("id", String(255), nullable=False, comment="the platform's id, or one built of the event"),
    Column("profile_id", ForeignKey("profile.id"), comment="who caused it; empty when nobody waits for an answer"),
    Column("batch", JSON, nullable=False, comment="a batch of this one event, as the platform sent it"),
    Column("status", String(10), nullable=False, comment="waiting, done or failed"),
    Column("attempts", Integer, nullable=False, default=0),
    Column("error", StorableText, nullable=False, default=""),
    Column("sent_at", UtcDateTime, nullable=False, comment="by the platform's clock"),
    Column("received_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    Index("uq_inbox_event_channel_id", "channel", "id", unique=True),
    Index(None, "received_at"),
)
# The few events that wait are found without reading the many that are done.
Index(
    "ix_inbox_event_waiting",
    inbox_event.c.channel,
    inbox_event.c.profile_id,
    sqlite_where=text("status = 'waiting'"),
    postgresql_where=text("status = 'waiting'"),
)

outgoing_message = Table(
    "outgoing_message",
    metadata,
    Column("number", Integer, primary_key=True, comment="in the order of saying"),
    Column("id", String(32), nullable=False, comment="ours; the platform gives it back"),
    Column("channel", String(20), nullable=False),
    Column("profile_id", ForeignKey("profile.id"), nullable=False),
    Column("body", JSON, nullable=False, comment="as the platform takes it, without the recipient"),
    Column("rest", JSON, comment="the options that “More ...” shows"),
    Column("is_template", Boolean, nullable=False, comment="may be sent outside the 24-hour window"),
    Column("has_image", Boolean, nullable=False, comment="the next message waits for its delivery"),
    Column("status", String(10), nullable=False, comment="waiting, sent, delivered, read or failed"),
    Column("reason", StorableText, nullable=False, default="", comment="why it waits or failed"),
    Column("platform_id", StorableText, nullable=False, default=""),
    Column("attempts", Integer, nullable=False, default=0),
    Column("lost", Integer, nullable=False, default=0, comment="attempts of which nobody knows what became"),
    Column("due_at", UtcDateTime, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("delivered_at", UtcDateTime),
    Column("read_at", UtcDateTime),
    Index("uq_outgoing_message_id", "id", unique=True),
    Index(None, "platform_id"),
    Index(None, "profile_id", "channel"),
    Index(None, "created_at"),
)
Index(
    "ix_outgoing_message_waiting",
    outgoing_message.c.channel,
    outgoing_message.c.profile_id,
    sqlite_where=text("status = 'waiting'"),
    postgresql_where=text("status = 'waiting'"),
)

marketing_consent = Table(
    "marketing_consent",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("profile_id", ForeignKey("profile.id"), nullable=False, index=True),
    Column("source", StorableText, nullable=False, comment="where it was given: chat, or as the staff wrote"),
    Column("granted_at", UtcDateTime, nullable=False),
    Column("withdrawn_at", UtcDateTime),
)
