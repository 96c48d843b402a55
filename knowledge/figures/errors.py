"""What can be wrong with a question for a figure.

FiguresError
└── BrokenLexicon    the data file of line items cannot be used

Documents never raise: what cannot be read as a figure is simply not found.
"""

from __future__ import annotations


class FiguresError(Exception):
    """Something in this room cannot do its work; the message says what and how to mend it."""


class BrokenLexicon(FiguresError):
    """The file of line items has an entry that cannot be used."""
