"""The lexical index: FTS5 with its vocabulary on SQLite; tsvector, GIN index and term frequencies on PostgreSQL."""

from __future__ import annotations

from alembic import op

from store.schema import lexical

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    lexical.install(op.get_bind())


def downgrade() -> None:
    lexical.uninstall(op.get_bind())
