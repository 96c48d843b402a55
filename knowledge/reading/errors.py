"""Why a file could not be read.

ReadingError
├── EmptyFile        nothing in it
├── EncryptedFile    a password is needed
├── BrokenFile       it is damaged or cut short
├── FileTooLarge     a limit was passed
├── UnknownFormat    a kind of file that is not read
└── NoText           it was read, and holds no text (a scan)

Each message says what happened and what to do.
"""

from __future__ import annotations


class ReadingError(Exception):
    """A file could not be read; the message is one sentence for the person who brought it."""


class EmptyFile(ReadingError):
    """The file holds nothing."""


class EncryptedFile(ReadingError):
    """The file is protected by a password."""


class BrokenFile(ReadingError):
    """The file is damaged."""


class FileTooLarge(ReadingError):
    """The file passes a limit of :class:`~knowledge.reading.shapes.ReadingLimits`."""


class UnknownFormat(ReadingError):
    """The file is of a kind that is not read."""


class NoText(ReadingError):
    """The file was opened and has no text in it."""
