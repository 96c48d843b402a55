"""Calls of models, and wishes to stop."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.columns import Instant
from store.schema.base import Json

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "model_calls",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request", sa.String(length=120), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=24), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("model", sa.String(length=120), nullable=False),
        sa.Column("prompts", Json, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("earlier", sa.Integer(), nullable=False),
        sa.Column("sent", Json, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("finished_at", Instant(), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("error", sa.String(length=80), nullable=True),
        sa.Column("tokens_in", sa.Integer(), nullable=False),
        sa.Column("tokens_out", sa.Integer(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_calls")),
        sa.UniqueConstraint("request", "number", name=op.f("uq_model_calls_request_number")),
    )
    op.create_index(op.f("ix_model_calls_actor_at"), "model_calls", ["actor", "at"])
    op.create_table(
        "stop_wishes",
        sa.Column("conversation", sa.String(length=200), nullable=False),
        sa.Column("asker", sa.String(length=200), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("conversation", "asker", name=op.f("pk_stop_wishes")),
    )


def downgrade() -> None:
    op.drop_table("stop_wishes")
    op.drop_table("model_calls")
