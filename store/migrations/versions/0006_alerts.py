"""Alerts, their life and what the rules have seen."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import store.columns
from store.schema.base import Json

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.String(length=60), nullable=False),
        sa.Column("severity", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("values", Json, nullable=False),
        sa.Column("evidence", Json, nullable=False),
        sa.Column("stories", Json, nullable=False),
        sa.Column("sources", Json, nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("opened_at", store.columns.Instant(), nullable=False),
        sa.Column("latest_at", store.columns.Instant(), nullable=False),
        sa.Column("policy_version", sa.String(length=32), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=True),
        sa.Column("at", store.columns.Instant(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=True),
        sa.Column("snoozed_until", store.columns.Instant(), nullable=True),
        sa.Column("notes", sa.Integer(), nullable=False),
        sa.Column("posted_at", store.columns.Instant(), nullable=True),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.Column("drawn_at", store.columns.Instant(), nullable=True),
        sa.Column("reminded_at", store.columns.Instant(), nullable=True),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("escalated_at", store.columns.Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["subjects.id"], name=op.f("fk_alerts_customer_id_subjects")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
        sa.UniqueConstraint("code", name=op.f("uq_alerts_code")),
    )
    op.create_index(op.f("ix_alerts_customer_id_rule_state"), "alerts", ["customer_id", "rule", "state"])
    op.create_index(op.f("ix_alerts_state_severity"), "alerts", ["state", "severity"])
    op.create_table(
        "alert_items",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.String(length=60), nullable=False),
        sa.Column("item", sa.String(length=120), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=op.f("fk_alert_items_alert_id_alerts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_items")),
        sa.UniqueConstraint("rule", "item", name=op.f("uq_alert_items_rule_item")),
    )
    op.create_index(op.f("ix_alert_items_alert_id"), "alert_items", ["alert_id"])
    op.create_index(op.f("ix_alert_items_subject_id"), "alert_items", ["subject_id"])
    op.create_table(
        "alert_steps",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("at", store.columns.Instant(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=True),
        sa.Column("act", sa.String(length=16), nullable=False),
        sa.Column("before", sa.String(length=16), nullable=False),
        sa.Column("after", sa.String(length=16), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("request", sa.String(length=120), nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=op.f("fk_alert_steps_alert_id_alerts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_steps")),
        sa.UniqueConstraint("request", name=op.f("uq_alert_steps_request")),
    )
    op.create_index(op.f("ix_alert_steps_alert_id_at"), "alert_steps", ["alert_id", "at"])
    op.create_table(
        "alert_cursors",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_alert_cursors")),
    )


def downgrade() -> None:
    for table in ("alert_cursors", "alert_steps", "alert_items", "alerts"):
        op.drop_table(table)
