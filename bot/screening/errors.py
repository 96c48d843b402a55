"""What can go wrong when screening.

ScreeningError
  ├─ NothingToScreen   a name without a letter or a digit, or data that cannot be read
  └─ ReasonMissing     a decision without a reason
"""

from __future__ import annotations


class ScreeningError(Exception):
    """Base of all errors of this room."""


class NothingToScreen(ScreeningError):
    """There is no name in it; the message says what is needed."""


class ReasonMissing(ScreeningError):
    """A decision needs a reason that an examiner can read later."""
