"""What can go wrong on the store floor.

StoreError
  ├─ RecordInvalid      a row from outside cannot become a record
  ├─ UnknownSubject     a code, key or name that no customer has
  ├─ AmbiguousSubject   a name that several customers have
  ├─ Forbidden          the viewer may not see or do this
  ├─ StoreBusy          the database is locked or out of reach for the moment
  └─ StoreDamaged       the data contradicts itself, or a part is missing
       └─ StoreNewer    a newer version of the program made the database
"""

from __future__ import annotations

#: Said of a customer that is unknown, removed or hidden alike: the words must not tell which.
NO_CUSTOMER = "no such customer is known here"


class StoreError(Exception):
    """Base of all errors of the store floor."""


class RecordInvalid(StoreError):
    """A row from outside cannot become a record; the message names the column and what it may hold."""


class UnknownSubject(StoreError):
    """No customer has this code, key, identifier or exact name."""


class AmbiguousSubject(StoreError):
    """Several customers fit; `codes` lists them."""

    def __init__(self, message: str, *, codes: tuple[str, ...]) -> None:
        super().__init__(message)
        self.codes = codes


class Forbidden(StoreError):
    """The viewer lacks the permission; the message never tells whether anything was there."""


class StoreBusy(StoreError):
    """The database cannot be reached or stays locked; nothing was written, try again."""


class StoreDamaged(StoreError):
    """Stored data contradicts itself or a part of it is missing."""


class StoreNewer(StoreDamaged):
    """A newer version of the program made the database; this one must not write to it."""
