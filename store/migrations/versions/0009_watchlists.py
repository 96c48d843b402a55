"""Watch lists: lists, versions, entries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.columns import Instant
from store.schema.base import Json

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "watchlists",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("format", sa.String(length=24), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("synced_at", Instant(), nullable=True),
        sa.Column("refused_at", Instant(), nullable=True),
        sa.Column("refused_because", sa.Text(), nullable=True),
        sa.Column("claim", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_watchlists")),
    )
    op.create_table(
        "watchlist_versions",
        sa.Column("list", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("format", sa.String(length=24), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("files", Json, nullable=False),
        sa.Column("published", sa.String(length=40), nullable=True),
        sa.Column("label", sa.String(length=120), nullable=True),
        sa.Column("loaded_at", Instant(), nullable=False),
        sa.Column("loaded_by", sa.String(length=200), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("names", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.Column("problems", Json, nullable=False),
        sa.Column("accepted", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("list", "version", name=op.f("pk_watchlist_versions")),
        sa.ForeignKeyConstraint(
            ["list"], ["watchlists.name"], name=op.f("fk_watchlist_versions_list_watchlists")
        ),
    )
    op.create_table(
        "watchlist_entries",
        sa.Column("list", sa.String(length=60), nullable=False),
        sa.Column("entry", sa.String(length=200), nullable=False),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.Column("until", sa.Integer(), nullable=True),
        sa.Column("body", Json, nullable=False),
        sa.Column("content", sa.String(length=64), nullable=False),
        sa.Column("matter", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("list", "entry", "since", name=op.f("pk_watchlist_entries")),
        sa.ForeignKeyConstraint(
            ["list"], ["watchlists.name"], name=op.f("fk_watchlist_entries_list_watchlists")
        ),
    )
    op.create_index(op.f("ix_watchlist_entries_list_since"), "watchlist_entries", ["list", "since"])
    op.create_index(op.f("ix_watchlist_entries_list_until"), "watchlist_entries", ["list", "until"])


def downgrade() -> None:
    op.drop_table("watchlist_entries")
    op.drop_table("watchlist_versions")
    op.drop_table("watchlists")
