"""Reading: bytes to text that knows its page, sheet, paragraph or line."""

from __future__ import annotations

from knowledge.reading.errors import (
    BrokenFile,
    EmptyFile,
    EncryptedFile,
    FileTooLarge,
    NoText,
    ReadingError,
    UnknownFormat,
)
from knowledge.reading.shapes import Block, ReadDocument, ReadingLimits
