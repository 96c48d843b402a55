"""Risk events read from documents."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.columns import Amount, Instant
from store.schema.base import Json

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "risk_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("story", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("severity", sa.String(length=8), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("words", Json, nullable=False),
        sa.Column("happened_on", sa.String(length=10), nullable=True),
        sa.Column("amount", Amount(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("locator", Json, nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("field_class", sa.String(length=12), nullable=False),
        sa.Column("published", sa.String(length=10), nullable=True),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("marks", Json, nullable=True),
        sa.Column("taxonomy", sa.String(length=32), nullable=False),
        sa.Column("added_at", Instant(), nullable=False),
        sa.Column("added_seq", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_risk_events_document_id_documents")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["subjects.id"], name=op.f("fk_risk_events_customer_id_subjects")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_events")),
        sa.UniqueConstraint(
            "document_id", "customer_id", "kind", name=op.f("uq_risk_events_document_id_customer_id_kind")
        ),
    )
    op.create_index(
        op.f("ix_risk_events_customer_id_kind_day"), "risk_events", ["customer_id", "kind", "day"]
    )
    op.create_index(op.f("ix_risk_events_added_seq"), "risk_events", ["added_seq"])


def downgrade() -> None:
    op.drop_table("risk_events")
