"""The messages that show hits, so that each is drawn again; what happened to hits is read in its order."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "screening_posts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shown", sa.String(length=40), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("team", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("message_key", sa.String(length=255), nullable=False),
        sa.Column("drawing_key", sa.String(length=255), nullable=False),
        sa.Column("drawn", sa.String(length=64), nullable=False),
        sa.Column("drawings", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening_posts")),
        sa.UniqueConstraint("message_key", name=op.f("uq_screening_posts_message_key")),
    )
    op.create_table(
        "screening_post_hits",
        sa.Column("hit", sa.String(length=16), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("hit", "post_id", name=op.f("pk_screening_post_hits")),
        sa.ForeignKeyConstraint(
            ["post_id"], ["screening_posts.id"], name=op.f("fk_screening_post_hits_post_id_screening_posts")
        ),
    )
    op.create_index(op.f("ix_hit_steps_seq"), "hit_steps", ["seq"])


def downgrade() -> None:
    op.drop_index(op.f("ix_hit_steps_seq"), "hit_steps")
    op.drop_table("screening_post_hits")
    op.drop_table("screening_posts")
