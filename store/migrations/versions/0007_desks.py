"""What people at the Slack surface have under way."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.columns import Instant
from store.schema.base import Json

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "homes",
        sa.Column("team", sa.String(length=32), nullable=False),
        sa.Column("slack_user", sa.String(length=32), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("drawn", sa.String(length=64), nullable=False),
        sa.Column("drawings", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("team", "slack_user", name=op.f("pk_homes")),
    )
    op.create_index(op.f("ix_homes_opened_at"), "homes", ["opened_at"])
    op.create_table(
        "preferences",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("digest_hour", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_preferences")),
    )
    op.create_table(
        "received_files",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("arrival", sa.String(length=64), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("team", sa.String(length=32), nullable=False),
        sa.Column("slack_user", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=320), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("media_type", sa.String(length=120), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("seen", Json, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_received_files")),
        sa.UniqueConstraint("code", name=op.f("uq_received_files_code")),
        sa.UniqueConstraint("arrival", "place", name=op.f("uq_received_files_arrival_place")),
    )
    op.create_index(op.f("ix_received_files_state_received_at"), "received_files", ["state", "received_at"])
    op.create_index(op.f("ix_received_files_sha256"), "received_files", ["sha256"])
    op.create_table(
        "alert_posts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("team", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("is_person", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("message_key", sa.String(length=255), nullable=False),
        sa.Column("drawing_key", sa.String(length=255), nullable=False),
        sa.Column("drawn", sa.String(length=64), nullable=False),
        sa.Column("drawings", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_posts")),
        sa.UniqueConstraint("message_key", name=op.f("uq_alert_posts_message_key")),
    )
    op.create_index(op.f("ix_alert_posts_alert_id"), "alert_posts", ["alert_id"])


def downgrade() -> None:
    op.drop_table("alert_posts")
    op.drop_table("received_files")
    op.drop_table("preferences")
    op.drop_table("homes")
