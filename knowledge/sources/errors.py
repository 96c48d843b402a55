"""What can go wrong on the way in.

SourceError
  ├─ FileUnusable   the file as a whole cannot be read as what it should be
  ├─ RowInvalid     one row cannot become a record; it is set aside, the others go in
  └─ NotFetched     an address gave no file
       ├─ Unreachable   nobody answered, or said no, or took too long
       └─ NotWhole      something came, but cut short, too large or packed wrongly
"""

from __future__ import annotations


class SourceError(Exception):
    """Base of all errors of the sources."""


class FileUnusable(SourceError):
    """The file as a whole cannot be read; the message says why and what would help."""


class RowInvalid(SourceError):
    """One row cannot become a record; the message names the column and what it may hold."""


class NotFetched(SourceError):
    """An address gave no file; the message says which and why, without what stands behind its question mark."""


class Unreachable(NotFetched):
    """Nobody answered, or said no, or took too long; later it may be otherwise."""

    def __init__(self, message: str, *, wait_seconds: int = 0) -> None:
        super().__init__(message)
        #: So long the other side asks to be left alone.
        self.wait_seconds = wait_seconds


class NotWhole(NotFetched):
    """Something came that is cut short, too large, packed wrongly, or not of one moment."""
