"""The revisions of the main database, for Alembic; a shipped revision is never edited."""
