"""What can go wrong on the way in.

SourceError
  ├─ FileUnusable   the file as a whole cannot be read as what it should be
  └─ RowInvalid     one row cannot become a record; it is set aside, the others go in
"""

from __future__ import annotations


class SourceError(Exception):
    """Base of all errors of the sources."""


class FileUnusable(SourceError):
    """The file as a whole cannot be read; the message says why and what would help."""


class RowInvalid(SourceError):
    """One row cannot become a record; the message names the column and what it may hold."""
