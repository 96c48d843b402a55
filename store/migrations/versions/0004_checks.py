"""The checks that were made."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import store.columns
from store.schema.base import Json

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "checks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("request", sa.String(length=120), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", store.columns.Instant(), nullable=False),
        sa.Column("known_seq", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("policy_version", sa.String(length=32), nullable=False),
        sa.Column("body", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["subjects.id"], name=op.f("fk_checks_customer_id_subjects")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checks")),
        sa.UniqueConstraint("code", name=op.f("uq_checks_code")),
        sa.UniqueConstraint("request", name=op.f("uq_checks_request")),
    )
    op.create_index(op.f("ix_checks_customer_id_made_at"), "checks", ["customer_id", "made_at"], unique=False)


def downgrade() -> None:
    op.drop_table("checks")
