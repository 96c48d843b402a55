"""The cursor of `bonafide reindex`."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reindexing",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("terms_version", sa.String(length=32), nullable=False),
        sa.Column("after_passage", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reindexing")),
    )


def downgrade() -> None:
    op.drop_table("reindexing")
