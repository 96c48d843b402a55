"""How fetching a watch list goes: attempts, failures, and how to ask whether its files have changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.columns import Instant
from store.schema.base import Json

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "watchlist_syncs",
        sa.Column("list", sa.String(length=60), nullable=False),
        sa.Column("looked_at", Instant(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.String(length=12), nullable=True),
        sa.Column("because", sa.Text(), nullable=True),
        sa.Column("told", sa.String(length=12), nullable=True),
        sa.Column("not_before", Instant(), nullable=True),
        sa.Column("holder", sa.Uuid(), nullable=True),
        sa.Column("held_until", Instant(), nullable=True),
        sa.Column("seen", Json, nullable=False),
        sa.PrimaryKeyConstraint("list", name=op.f("pk_watchlist_syncs")),
    )


def downgrade() -> None:
    op.drop_table("watchlist_syncs")
