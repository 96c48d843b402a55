"""Watch lists (监控名单): lists by name, their versions, and entries with the versions in which they stand.

An entry's row says from which version on it reads so (`since`) and from which on no longer (`until`, empty while it is
in force). A version is the rows with since ≤ version < until: every past version can be read again, and what changed
between two is a query. While a new version is written, its rows begin above the version in force and nobody sees them.
"""

from __future__ import annotations

from sqlalchemy import (
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    Uuid,
)

from store.columns import Instant
from store.schema.base import Json, metadata

watchlists = Table(
    "watchlists",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("format", String(24), nullable=False),
    # The number of the version in force; 0 before the first.
    Column("version", Integer, nullable=False),
    # When the list was last fetched with success, whether or not it had changed.
    Column("synced_at", Instant, nullable=True),
    # The last attempt, where it was refused; empty again after a success.
    Column("refused_at", Instant, nullable=True),
    Column("refused_because", Text, nullable=True),
    # Who is writing a version at the moment; another load takes it over and begins anew.
    Column("claim", Uuid, nullable=True),
)

watchlist_versions = Table(
    "watchlist_versions",
    metadata,
    Column("list", String(60), nullable=False),
    Column("version", Integer, nullable=False),
    Column("format", String(24), nullable=False),
    # SHA-256 over the files' hashes: the same files are the same version.
    Column("sha256", String(64), nullable=False),
    Column("files", Json, nullable=False),  # name, bytes, sha256
    # As the list says it; ISO where it says a day.
    Column("published", String(40), nullable=True),
    Column("label", String(120), nullable=True),
    Column("loaded_at", Instant, nullable=False),
    Column("loaded_by", String(200), nullable=False),
    Column("entries", Integer, nullable=False),
    Column("names", Integer, nullable=False),
    Column("added", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
    Column("removed", Integer, nullable=False),
    Column("problems", Json, nullable=False),
    # The reason of a person who accepted what would have been refused.
    Column("accepted", Text, nullable=True),
    PrimaryKeyConstraint("list", "version"),
    ForeignKeyConstraint(["list"], ["watchlists.name"]),
)

# How fetching a list goes (名单同步); a row for each list that policy has fetched by itself.
watchlist_syncs = Table(
    "watchlist_syncs",
    metadata,
    Column("list", String(60), primary_key=True),
    # The last attempt, and how many have failed one after the other.
    Column("looked_at", Instant, nullable=True),
    Column("failures", Integer, nullable=False),
    # What the last attempt failed of: refused or unreachable, and why.
    Column("trouble", String(12), nullable=True),
    Column("because", Text, nullable=True),
    # What was told to people of the present row of failures: refused or unreachable.
    Column("told", String(12), nullable=True),
    # The publisher asked not to come back before.
    Column("not_before", Instant, nullable=True),
    # Who fetches at the moment, and until when nobody else does; by the machine's own clock.
    Column("holder", Uuid, nullable=True),
    Column("held_until", Instant, nullable=True),
    # The last files that came whole: of which addresses, how to ask whether they changed, and what became of them.
    Column("seen", Json, nullable=False),
)

watchlist_entries = Table(
    "watchlist_entries",
    metadata,
    Column("list", String(60), nullable=False),
    Column("entry", String(200), nullable=False),
    Column("since", Integer, nullable=False),
    Column("until", Integer, nullable=True),
    Column("body", Json, nullable=False),
    Column("content", String(64), nullable=False),
    Column("matter", String(64), nullable=False),
    PrimaryKeyConstraint("list", "entry", "since"),
    ForeignKeyConstraint(["list"], ["watchlists.name"]),
    Index(None, "list", "since"),
    Index(None, "list", "until"),
)
