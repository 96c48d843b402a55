"""What can go wrong with a watch list; whatever it is, the version before stays in force.

WatchlistError
  ├─ ListUnreadable   the files are not what they should be: cut short, broken, changed in format
  ├─ ListRefused      the files can be read, but what is in them cannot be the list
  └─ UnknownList      a list, version or format that is not here
"""

from __future__ import annotations


class WatchlistError(Exception):
    """Base of all errors of watch lists; the message says what happened and what to do."""


class ListUnreadable(WatchlistError):
    """A file cannot be read as the list that it should be; the message names the file, the line and the reason."""


class ListRefused(WatchlistError):
    """The list is empty, much smaller than last time or older; a person may accept it with a reason."""


class UnknownList(WatchlistError):
    """No list, version or format is called so."""
