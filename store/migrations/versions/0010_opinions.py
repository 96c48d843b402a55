"""Opinions of a model beside the rules, and what it proposes to file."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.columns import Instant
from store.schema.base import Json

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "opinions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=24), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=True),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("field_class", sa.String(length=12), nullable=False),
        sa.Column("body", Json, nullable=False),
        sa.Column("rule", Json, nullable=False),
        sa.Column("model", sa.String(length=120), nullable=False),
        sa.Column("prompt", sa.String(length=60), nullable=False),
        sa.Column("request", sa.String(length=120), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinions")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_opinions_document_id_documents")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["subjects.id"], name=op.f("fk_opinions_customer_id_subjects")
        ),
        sa.UniqueConstraint(
            "purpose", "subject", "model", "prompt", name=op.f("uq_opinions_purpose_subject_model_prompt")
        ),
    )
    op.create_index(op.f("ix_opinions_document_id"), "opinions", ["document_id"])
    op.create_table(
        "proposals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("field_class", sa.String(length=12), nullable=False),
        sa.Column("row", Json, nullable=False),
        sa.Column("locator", Json, nullable=False),
        sa.Column("place", Json, nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("beside", Json, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("model", sa.String(length=120), nullable=False),
        sa.Column("prompt", sa.String(length=60), nullable=False),
        sa.Column("request", sa.String(length=120), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("decided_by", sa.String(length=200), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("version_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_proposals_document_id_documents")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["subjects.id"], name=op.f("fk_proposals_customer_id_subjects")
        ),
        sa.UniqueConstraint("code", name=op.f("uq_proposals_code")),
        sa.UniqueConstraint(
            "document_id", "customer_id", "digest", name=op.f("uq_proposals_document_id_customer_id_digest")
        ),
    )
    op.create_index(op.f("ix_proposals_state_at"), "proposals", ["state", "at"])
    op.create_table(
        "reader_cursors",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_reader_cursors")),
    )


def downgrade() -> None:
    op.drop_table("reader_cursors")
    op.drop_table("proposals")
    op.drop_table("opinions")
