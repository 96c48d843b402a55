"""Screening: screenings, hits with their steps, batches of re-screening."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.columns import Instant
from store.schema.base import Json

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "screenings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("request", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("subjects", Json, nullable=False),
        sa.Column("lists", Json, nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("compared", sa.BigInteger(), nullable=False),
        sa.Column("policy_version", sa.String(length=32), nullable=False),
        sa.Column("program_version", sa.String(length=32), nullable=False),
        sa.Column("body", Json, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screenings")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["subjects.id"], name=op.f("fk_screenings_customer_id_subjects")
        ),
        sa.UniqueConstraint("code", name=op.f("uq_screenings_code")),
        sa.UniqueConstraint("request", name=op.f("uq_screenings_request")),
    )
    op.create_index(op.f("ix_screenings_customer_id_made_at"), "screenings", ["customer_id", "made_at"])
    op.create_table(
        "hits",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("roles", Json, nullable=False),
        sa.Column("list", sa.String(length=60), nullable=False),
        sa.Column("entry", sa.String(length=200), nullable=False),
        sa.Column("list_version", sa.Integer(), nullable=False),
        sa.Column("entry_name", sa.Text(), nullable=False),
        sa.Column("our_name", sa.Text(), nullable=False),
        sa.Column("matched", sa.Text(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("because", Json, nullable=False),
        sa.Column("against", Json, nullable=False),
        sa.Column("matter", Json, nullable=False),
        sa.Column("subject_hash", sa.String(length=64), nullable=False),
        sa.Column("entry_hash", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("latest_at", Instant(), nullable=False),
        sa.Column("policy_version", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hits")),
        sa.ForeignKeyConstraint(["customer_id"], ["subjects.id"], name=op.f("fk_hits_customer_id_subjects")),
        sa.UniqueConstraint("code", name=op.f("uq_hits_code")),
        sa.UniqueConstraint("subject", "list", "entry", name=op.f("uq_hits_subject_list_entry")),
    )
    op.create_index(op.f("ix_hits_customer_id_state"), "hits", ["customer_id", "state"])
    op.create_index(op.f("ix_hits_list_entry"), "hits", ["list", "entry"])
    op.create_index(op.f("ix_hits_state_score"), "hits", ["state", "score"])
    op.create_table(
        "hit_steps",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hit_id", sa.Uuid(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=True),
        sa.Column("act", sa.String(length=12), nullable=False),
        sa.Column("before", sa.String(length=12), nullable=False),
        sa.Column("after", sa.String(length=12), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("fields", Json, nullable=False),
        sa.Column("list_version", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("screening", sa.String(length=16), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("request", sa.String(length=120), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hit_steps")),
        sa.ForeignKeyConstraint(["hit_id"], ["hits.id"], name=op.f("fk_hit_steps_hit_id_hits")),
        sa.UniqueConstraint("request", name=op.f("uq_hit_steps_request")),
    )
    op.create_index(op.f("ix_hit_steps_hit_id_at"), "hit_steps", ["hit_id", "at"])
    op.create_table(
        "screening_batches",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("list", sa.String(length=60), nullable=True),
        sa.Column("old", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("known_seq", sa.BigInteger(), nullable=False),
        sa.Column("began_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening_batches")),
        sa.UniqueConstraint("list", "new", name=op.f("uq_screening_batches_list_new")),
    )
    op.create_index(op.f("ix_screening_batches_ended_at"), "screening_batches", ["ended_at"])
    op.create_table(
        "screening_slices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("items", Json, nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("done_at", Instant(), nullable=True),
        sa.Column("compared", sa.BigInteger(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening_slices")),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["screening_batches.id"],
            name=op.f("fk_screening_slices_batch_id_screening_batches"),
        ),
    )
    op.create_index(op.f("ix_screening_slices_batch_id_state"), "screening_slices", ["batch_id", "state"])
    op.create_table(
        "screening_cursors",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_screening_cursors")),
    )


def downgrade() -> None:
    op.drop_table("screening_cursors")
    op.drop_table("screening_slices")
    op.drop_table("screening_batches")
    op.drop_table("hit_steps")
    op.drop_table("hits")
    op.drop_table("screenings")
